"""Words for how DATEV can be reached: the report of the leg, told once per change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum

from datev_connector.domain.inputs import Input, LegChanged
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import worded


class Presence(Enum):
    """How DATEV is doing: state, reason, who can mend it, and how."""

    THERE = (LegState.UP, worded("DATEV is connected."), Mender.NOBODY, "")
    NOT_RUNNING = (
        LegState.DOWN,
        worded("DATEV is not running."),
        Mender.USER,
        worded("Start DATEV; the connection is made by itself."),
    )
    CUT = (
        LegState.DOWN,
        worded("DATEV closed the connection."),
        Mender.USER,
        worded("Start DATEV again if it was ended; the connection is made by itself."),
    )
    HANGS = (
        LegState.DOWN,
        worded("DATEV hangs: it takes messages and does not answer."),
        Mender.USER,
        worded("Close open dialogues of DATEV, or restart it."),
    )
    TALKS_NONSENSE = (
        LegState.DEGRADED,
        worded("DATEV talks nonsense: it sent a line that cannot be understood."),
        Mender.DATEV_ADMIN,
        worded("Check that datev.simulator_address leads to DATEV and to nothing else."),
    )


class PresenceReporter:
    """Emits `LegChanged` for the leg to DATEV, each time that something about it changes."""

    def __init__(self, emit: Callable[[Input], None], now: Callable[[], datetime]) -> None:
        self._emit = emit
        self._now = now
        self._last: LegReport | None = None

    def tell(self, presence: Presence) -> None:
        """Report `presence`, unless that is what was said last.

        A new reason for the same state leaves `since` as it was: DATEV is down since it went down.
        """
        state, reason, mender, remedy = presence.value
        self.say(state, reason, mender=mender, remedy=remedy)

    def say(
        self,
        state: LegState,
        reason: str,
        *,
        mender: Mender = Mender.NOBODY,
        remedy: str = "",
        pauses: bool = False,
    ) -> None:
        """The same in the caller's words."""
        at, last = self._now(), self._last
        since = last.since if last is not None and last.state is state else at
        report = LegReport(
            leg=Leg.DATEV,
            state=state,
            since=since,
            reason=reason,
            mender=mender,
            remedy=remedy,
            pauses=pauses,
        )
        if not report.says_the_same(last):
            self._last = report
            self._emit(LegChanged(at=at, report=report))
