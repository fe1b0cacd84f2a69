"""When to try the other way beside the one in use: the better one, or HTTPS beside a poor XMPP.

It costs no call, so it is tried at once the first time; each failure makes the next pause longer,
and one that another try is not likely to change, or may harm the account, makes it long.
"""

from __future__ import annotations

from collections.abc import Callable

from datev_connector.starface.pacing import Moment, Pace, Pacing
from datev_connector.starface.session_state import End
from datev_connector.starface.trouble import DENIED, LASTING, Trouble, TroubleKind

SUSPICIOUS = frozenset(
    {
        TroubleKind.CERTIFICATE_CHANGED,
        TroubleKind.CERTIFICATE_DIFFERENT,
        TroubleKind.CERTIFICATE_UNTRUSTED,
        TroubleKind.CERTIFICATE_UNUSABLE,
    }
)
"""Somebody may stand between: no password is carried to another door, and people must know."""

UNLIKELY_TO_CHANGE = frozenset({TroubleKind.EVENTS_LOST, TroubleKind.SUBSCRIPTION_REFUSED})
"""Signing in works and brings nothing: each further try disturbs a way that does."""


class Climb:
    """The plan for the other way."""

    def __init__(self, pacing: Pacing, chance: Callable[[], float]) -> None:
        self.barred: Trouble | None = None
        """What keeps the best way from being used."""
        self.due_s: float | None = None
        """When to try, by `Moment.clock_s`; None: not planned."""
        self._pacing = pacing
        self._chance = chance
        self._failures = 0
        self._long = 0

    def plan(self, now: Moment, *, at_once: bool) -> None:
        """Try the other way, at once or after a pause, unless that is planned already."""
        if self.due_s is None:
            self.due_s = now.clock_s if at_once else now.clock_s + self._pause_s()

    def begun(self) -> None:
        """It is being tried."""
        self.due_s = None

    def arrived(self, *, well: bool) -> None:
        """The best way is in use; where that is `well` there is nothing to try."""
        self.barred = None
        if well:
            self.due_s = None

    def hurry(self, now: Moment) -> None:
        """A person wants it tried now, whatever went wrong before."""
        self.barred = None
        if self.due_s is not None:
            self.due_s = now.clock_s

    def failed(self, end: End, now: Moment, *, best: bool) -> None:
        """It did not work out, or the best way in use was lost."""
        if best:
            self.barred = end.trouble
        pace = end.trouble.pace(signing_in=end.signing_in, accepted_before=True)
        long = pace is Pace.REFUSED or end.trouble.kind in UNLIKELY_TO_CHANGE
        self.due_s = now.clock_s + (self._long_pause_s() if long else self._pause_s())

    def settled(self, *, on_best: bool) -> None:
        """The best way worked for a while, or another way lived long before it was lost."""
        self._failures = 0
        if on_best:
            self._long = 0

    def may_take_over(self, now: Moment) -> bool:
        """Tell whether the best way may be signed in to where no other works."""
        waits = self.due_s is not None and self.due_s > now.clock_s
        reason = None if self.barred is None else self.barred.kind
        return not waits or reason not in SUSPICIOUS | DENIED | LASTING

    def _pause_s(self) -> float:
        self._failures += 1
        return self._pacing.pause_s(Pace.CLIMB, self._failures, self._chance())

    def _long_pause_s(self) -> float:
        self._long += 1
        return self._pacing.pause_s(Pace.REFUSED, self._long, self._chance())
