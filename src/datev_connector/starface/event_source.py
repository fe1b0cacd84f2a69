"""Where the news of calls comes from: pushed by the PBX, or asked for.

Events are pushed where the PBX can reach us. Whether it can shows only when a call comes, so a slow
poll runs beside them. What a poll sees and no event tells by the end of the next poll proves that
events do not arrive: then polling becomes the source. The first event that arrives after all moves
back.
"""

from __future__ import annotations

from enum import StrEnum

from datev_connector.starface.pacing import Pacing

SUSPECTS = 1000


class Events(StrEnum):
    """The setting `starface.events`."""

    AUTO = "auto"
    CALLBACK = "callback"
    POLLING = "polling"


class EventSource:
    """Decides how often to poll, and whether events can be relied on."""

    def __init__(self, wanted: Events, pacing: Pacing) -> None:
        self._wanted = wanted
        self._pacing = pacing
        self._suspects: dict[str, bool] = {}
        self.polling = wanted is Events.POLLING

    @property
    def poll_s(self) -> float | None:
        """The pause before the next poll; None: no polls."""
        if self._wanted is Events.CALLBACK:
            return None
        return self._pacing.fast_poll_s if self.polling or self._suspects else self._slow_s

    def opened(self, *, pushes: bool) -> None:
        """A session began, with or without a way for events to reach us."""
        self._suspects.clear()
        self.polling = not pushes or self._wanted is Events.POLLING

    def saw_unannounced(self, pbx_call: str) -> None:
        """A poll showed a change of this call that no event told."""
        if not self.polling and len(self._suspects) < SUSPECTS:
            self._suspects.setdefault(pbx_call, False)

    def pushed(self, pbx_call: str) -> None:
        """An event about this call arrived: events do reach us."""
        self._suspects.pop(pbx_call, None)
        if self.polling and self._wanted is not Events.POLLING:
            self.polling = False

    def poll_finished(self) -> None:
        """A poll is complete: who was suspected before it is convicted."""
        if any(self._suspects.values()):
            self.polling = True
            self._suspects.clear()
        for pbx_call in self._suspects:
            self._suspects[pbx_call] = True

    @property
    def _slow_s(self) -> float:
        return self._pacing.slow_poll_s
