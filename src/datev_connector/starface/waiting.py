"""How long to wait for the next sign-in, while no way into the PBX works: longer each time."""

from __future__ import annotations

from collections.abc import Callable

from datev_connector.starface.pacing import Moment, Pace, Pacing
from datev_connector.starface.session_state import SessionState


class Waiting:
    """The pause before the next sign-in, and the failures in a row that make it grow."""

    def __init__(self, pacing: Pacing, chance: Callable[[], float]) -> None:
        self.state = SessionState.SIGNED_OUT
        """How far the way to the PBX is while there is no session."""
        self.due_s: float | None = None
        """When to sign in, by `Moment.clock_s`; None: not planned."""
        self.pace: Pace | None = None
        """Why the next sign-in waits, where it does."""
        self._pacing = pacing
        self._chance = chance
        self._failures: dict[Pace, int] = dict.fromkeys(Pace, 0)

    def begin(self, pace: Pace, now: Moment) -> None:
        """Another failure: wait as it demands."""
        self._failures[pace] += 1
        pause_s = self._pacing.pause_s(pace, self._failures[pace], self._chance())
        self._wait(pace, now.clock_s + pause_s)

    def go_on(self, pause_s: float, now: Moment) -> None:
        """The password was refused before our time: wait for what is left of that pause."""
        self._failures[Pace.REFUSED] += 1
        self._wait(Pace.REFUSED, now.clock_s + pause_s)

    def end(self) -> None:
        """Wait no longer: a sign-in begins."""
        self.due_s = self.pace = None

    def leave(self) -> None:
        """Wait for nothing: the program ends."""
        self.state = SessionState.SIGNED_OUT
        self.end()

    def refused_for_s(self, now: Moment) -> float | None:
        """How long a refused password is not to be shown; None: we do not wait for that."""
        if self.state is not SessionState.REFUSED or self.due_s is None:
            return None
        return max(0.0, self.due_s - now.clock_s)

    def accepted(self) -> None:
        """The PBX took the password: the next refusal is the first one."""
        self._failures[Pace.REFUSED] = self._failures[Pace.CAREFUL] = 0

    def settled(self) -> None:
        """A way worked for a while: the next failure of any kind is the first one."""
        self._failures = dict.fromkeys(Pace, 0)

    def _wait(self, pace: Pace, due_s: float) -> None:
        refused = pace is Pace.REFUSED
        self.state = SessionState.REFUSED if refused else SessionState.WAITING
        self.due_s, self.pace = due_s, pace
