"""When the module in the PBX may be asked next. Pure: each method takes the time.

Times are seconds of a clock that only grows. A password is on its way in each request: nobody asks
before another way has shown that it is right, or, where nobody else signs in for want of a licence,
more often than a refused one may be shown. Who signs in next is told of a refusal, and tells of his
own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from datev_connector.starface.pacing import Pace, Pacing
from datev_connector.starface.standing import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from datev_connector.starface.trouble import Trouble

NEVER = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTimes:
    """How often, in seconds."""

    soon_s: float = 2.0
    """After the PBX is there: calls go first, and the connectors of an office come one by one."""
    every_s: float = 15 * 60.0
    """While all is well: so late a changed licence or level is noticed at most."""
    alone_s: float = 60.0
    """While all is well but the licence: somebody may just be putting one there."""
    alone_looks: int = 60
    """After so many, those pauses grow twice as long, up to `every_s`."""
    pauses: Pacing = field(
        default_factory=lambda: Pacing(quick_s=(60.0, 1800.0), careful_s=(900.0, 4 * 3600.0))
    )
    """In trouble."""
    search_s: tuple[float, float] = (3600.0, 24 * 3600.0)
    """Between two searches for other names: at first, and at most."""
    guess_s: float = 1.0
    """Between two names of a search."""
    limit_s: float = 60.0
    """For one look."""


USUAL = WatchTimes()


class ModuleTimetable:
    """Who may ask, when it is due, and what a refusal forbids."""

    def __init__(self, times: WatchTimes, jitter: Callable[[], float]) -> None:
        """`jitter` gives numbers in [0, 1): the connectors of an office must not come at once."""
        self.there = False
        """The PBX is signed in to, so the password is right."""
        self.alone = False
        """Nobody signs in, for want of a licence."""
        self._times = times
        self._jitter = jitter
        self._due_s = NEVER
        self._alone_looks = 0
        self._failures: dict[Pace, int] = dict.fromkeys(Pace, 0)
        self._refused_by: Trouble | None = None
        self._held_s = 0.0
        """Before, a refused password is not shown to the module, ..."""
        self._door_held_s = 0.0
        """... nor to the PBX by anybody else."""

    # --- what is asked of it ------------------------------------------------------------------

    def wait_s(self, now_s: float) -> float:
        """How long to wait before asking; 0: ask now. `NEVER`: until there is something new."""
        if not (self.there or self.alone):
            return NEVER
        return max(0.0, self._due_s - now_s, self._held_s - now_s)

    def refusal(self, now_s: float) -> Refusal | None:
        """What keeps the password from being shown by anybody now; None: nothing does."""
        if self._refused_by is None or self._door_held_s <= now_s:
            return None
        return Refusal(trouble=self._refused_by, pause_s=self._door_held_s - now_s)

    def holds(self, now_s: float) -> bool:
        """Tell whether it is not to be asked now, whoever wishes it but the user."""
        return not (self.there or self.alone) or self._held_s > now_s

    def fails_again(self, pace: Pace) -> bool:
        """Tell whether that failure was not the first one."""
        return self._failures[pace] > 1

    # --- what happens -------------------------------------------------------------------------

    def pbx_is_there(self, there: bool, now_s: float) -> bool:  # noqa: FBT001 - what it is told
        """Take a sign-in, or its end; answer whether it is a new one."""
        came = there and not self.there
        self.there = there
        if came:
            self.wished(now_s)
        return came

    def stand_alone(self, alone: bool, refusal: Refusal | None, now_s: float) -> bool:  # noqa: FBT001 - as above
        """Take that nobody signs in; answer whether that is new.

        `refusal`: who signed in until now was refused, and so would we be.
        """
        begins = alone and not self.alone
        self.alone = alone
        if begins:
            if refusal is not None:
                self._refused_by = refusal.trouble
                self._held_s = self._door_held_s = now_s + refusal.pause_s
            self._alone_looks = 0
            self.look_soon(now_s)
        return begins

    def look_soon(self, now_s: float) -> None:
        """There is something new; a refused password is not shown for that."""
        soon_s = self._times.soon_s * (1 + self._jitter())
        if not now_s <= self._due_s <= now_s + soon_s:
            self._due_s = now_s + soon_s

    def look_now(self, now_s: float) -> None:
        """Somebody waits for it."""
        self._due_s = now_s

    def wished(self, now_s: float) -> None:
        """The user wishes it, or a sign-in was taken just now: whatever was refused, look soon."""
        self._release()
        self._alone_looks = 0
        self.look_soon(now_s)

    def begin_anew(self, now_s: float) -> None:
        """It is another PBX, user, password or name: what went wrong until now says nothing."""
        self._failures = dict.fromkeys(Pace, 0)
        self.wished(now_s)

    def renamed(self, now_s: float) -> None:
        """It is asked for by another name; the password is the same."""
        self._failures = dict.fromkeys(Pace, 0)
        self.look_soon(now_s)

    # --- what came of asking ------------------------------------------------------------------

    def answered(self, now_s: float) -> None:
        """The module has answered."""
        self._failures = dict.fromkeys(Pace, 0)
        self._release()
        self._due_s = now_s + self._every_s() * (1 + self._jitter() / 4)

    def failed(self, pace: Pace, now_s: float, *, by: Trouble | None = None) -> None:
        """It has not; `by`: what refused the password, if something did."""
        self._failures[pace] += 1
        pause_s = self._times.pauses.pause_s(pace, self._failures[pace], self._jitter())
        self._due_s = now_s + pause_s
        if by is not None:
            # Who knocks at another door need not wait as long as the module makes us wait by now.
            first_s, _limit_s = self._times.pauses.refused_s
            self._refused_by = by
            self._held_s = now_s + pause_s
            self._door_held_s = now_s + min(pause_s, first_s)

    def _every_s(self) -> float:
        times = self._times
        if not self.alone:
            return times.every_s
        longer = 2.0 ** min(self._alone_looks // times.alone_looks, 10)
        self._alone_looks += 1
        return min(times.every_s, times.alone_s * longer)

    def _release(self) -> None:
        self._refused_by, self._held_s, self._door_held_s = None, 0.0, 0.0
