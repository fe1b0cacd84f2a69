"""How often, how soon, how patiently: every number that paces the session, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

DOUBLINGS = 20
"""Further doubling changes nothing: every pause has reached its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Now, twice: `at` is told to people, `clock_s` only ever grows and paces us.

    So a wall clock that is set never makes the session miss a keepAlive.
    """

    at: datetime
    clock_s: float


def is_due(timer_s: float | None, now: Moment) -> bool:
    """Tell whether a timer, by `Moment.clock_s`, has run out; None never does."""
    return timer_s is not None and timer_s <= now.clock_s


class Pace(StrEnum):
    """How careful the next try to sign in must be."""

    QUICK = "quick"
    CAREFUL = "careful"
    """The PBX may have counted the last one as a wrong sign-in."""
    REFUSED = "refused"
    """It did."""
    CLIMB = "climb"
    """Calls are reported meanwhile; only the way could be better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """All pauses of the session in seconds."""

    keep_alive_s: float = 30.0
    """Half of the 60 s after which the PBX probably forgets a session."""
    slow_poll_s: float = 5.0
    """Beside callbacks: how late a call may be noticed whose callback got lost."""
    fast_poll_s: float = 1.0
    """Without callbacks: how late a call may be noticed; the PBX bears it from some dozen users."""
    quick_s: tuple[float, float] = (1.0, 60.0)
    """First pause and limit; a restarting PBX takes minutes."""
    careful_s: tuple[float, float] = (60.0, 900.0)
    """Locks count wrong sign-ins within minutes; these come too seldom to add up."""
    refused_s: tuple[float, float] = (900.0, 4 * 3600.0)
    """A wrong password does not mend itself; the admin's mistake at the PBX may."""
    climb_s: tuple[float, float] = (30.0, 3600.0)
    """A better way than the one in use: it costs the PBX little to be asked, but not nothing."""
    settled_s: float = 60.0
    """A session that lived so long was a success: the next failure starts with the first pause."""

    def pause_s(self, pace: Pace, failures: int, chance: float) -> float:
        """The pause after that many failures in a row (from 1); `chance` in [0, 1) spreads it."""
        first, limit = self._range(pace)
        pause = min(limit, first * 2.0 ** min(failures - 1, DOUBLINGS))
        return pause * (0.5 + chance / 2 if pace is Pace.QUICK else 1 + chance / 4)

    def _range(self, pace: Pace) -> tuple[float, float]:
        match pace:
            case Pace.QUICK:
                return self.quick_s
            case Pace.CAREFUL:
                return self.careful_s
            case Pace.REFUSED:
                return self.refused_s
            case Pace.CLIMB:
                return self.climb_s
