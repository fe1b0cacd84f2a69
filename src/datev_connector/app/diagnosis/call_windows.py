"""Probe of the settings that keep call windows shut: nothing is broken where they do."""

from __future__ import annotations

from datev_connector.app.diagnosis.finding import PROGRAM, Observation, Step, well
from datev_connector.app.diagnosis.ground import Ground
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.domain.wording import joined, worded

LOOK = worded("see for which calls a window opens, as set")
ALL = worded("A window opens for every call.")
NONE = worded(
    "No window opens by itself: calls go to DATEV directly (calls.transfer_automatically), and "
    "calls.open_window is off. The journal and the icon open one."
)
NOT_INTERNAL = worded(
    "Internal calls have no window and are not transferred (calls.hide_internal)."
)
ALL_OTHERS = worded("A window opens for every other call.")


class CallWindowProbes:
    """Asks the settings alone."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def probes(self) -> tuple[Probe, ...]:
        """The one question."""
        limit_s = self._ground.limit_s
        return (Probe(leg=PROGRAM, step=Step.CALL_WINDOWS, ask=self.windows, limit_s=limit_s),)

    async def windows(self) -> Observation:
        """Which calls open a window."""
        section = self._ground.settings.calls
        hides = NOT_INTERNAL if section.hide_internal else ""
        if section.transfer_automatically and not section.open_window:
            return well(LOOK, joined(NONE, hides))
        return well(LOOK, joined(hides, ALL_OTHERS) if hides else ALL)
