"""What was heard of each call so far, so that a poll tells news from what an event told before.

Bounded: the calls longest not heard of leave first. That a call has ended is remembered, because a
poll that was asked before the end may be answered after it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from datev_connector.domain.calls import PbxState
from datev_connector.domain.inputs import CallSighted
from datev_connector.starface.pacing import Moment
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.wire.uci_calls import CallReport

LIMIT = 1000
"""Calls alive, and ended ones as many again; one user has a handful."""

ECHO_S = 5.0
"""So long after its end the PBX may still list a call that is over."""
BEGINNINGS = frozenset({PbxState.REACHED, PbxState.RINGING, PbxState.PROCEEDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a poll told that was not known. `unannounced`: an event should have told it."""

    sighted: CallSighted
    unannounced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    report: CallReport
    clock_s: float


class KnownCalls:
    """The calls heard of, by id."""

    def __init__(self, clock: PbxClock, *, limit: int = LIMIT) -> None:
        self._clock = clock
        self._limit = limit
        self._alive: OrderedDict[str, _Heard] = OrderedDict()
        self._over: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._alive) + len(self._over)

    def knows(self, pbx_call: str) -> bool:
        """Tell whether anything was heard of this call."""
        return pbx_call in self._alive or pbx_call in self._over

    def pushed(self, report: CallReport, now: Moment, *, prompt: bool = True) -> CallSighted:
        """Take what an event says; passed on as it is, repeated or not.

        `prompt`: it has just been sent, so that its time tells what the PBX's clock shows now.
        """
        changed_at = self._time_of(report, now, happening=prompt and self._is_happening(report))
        self._remember(report, now)
        return _sighted(report, now, changed_at)

    def polled(
        self, report: CallReport, asked: Moment, now: Moment, *, happening: bool
    ) -> News | None:
        """Take the answer to a poll; None if it tells nothing new, or an event overtook it.

        `happening`: polls run all the time, so that whatever is new has happened just now.
        """
        known = self._alive.get(report.pbx_call)
        ended_s = self._over.get(report.pbx_call)
        if ended_s is not None and asked.clock_s <= ended_s + ECHO_S:
            return None
        if known is not None and known.clock_s > asked.clock_s:
            return None
        if known is not None and _same(known.report, report):
            return None
        moved = known is None or known.report.state is not report.state
        happening = happening and self._is_happening(report)
        changed_at = self._time_of(report, now, happening=happening)
        self._remember(report, now)
        return News(
            sighted=_sighted(report, now, changed_at),
            # The PBX need not announce a call that rings nowhere yet.
            unannounced=moved and report.state is not PbxState.REACHED,
        )

    def vanished(self, alive: AbstractSet[str], asked: Moment) -> frozenset[str]:
        """The calls that the PBX no longer lists; they count as ended from now on."""
        gone = frozenset(
            pbx_call
            for pbx_call, heard in self._alive.items()
            if pbx_call not in alive and heard.clock_s < asked.clock_s
        )
        for pbx_call in gone:
            self._end(pbx_call, asked)
        return gone

    def moved(self, old: str, new: str, now: Moment) -> None:
        """The call goes on under a new id; a poll that was asked before knows nothing of that."""
        heard = self._alive.get(old)
        if heard is not None:
            self._remember(replace(heard.report, pbx_call=new), now)
            self._end(old, now)

    def _is_happening(self, report: CallReport) -> bool:
        """Tell whether this is a change just now, and not an old one told again with more."""
        known = self._alive.get(report.pbx_call)
        if known is None:
            return report.state in BEGINNINGS
        return known.report.state is not report.state

    def _time_of(self, report: CallReport, now: Moment, *, happening: bool) -> datetime | None:
        if report.timestamp is None:
            return None
        if happening:
            return self._clock.observe(report.timestamp, now.at)
        return self._clock.correct(report.timestamp, now.at)

    def _remember(self, report: CallReport, now: Moment) -> None:
        if report.state is PbxState.HANGUP:
            self._end(report.pbx_call, now)
            return
        self._alive[report.pbx_call] = _Heard(report=report, clock_s=now.clock_s)
        self._alive.move_to_end(report.pbx_call)
        self._over.pop(report.pbx_call, None)
        if len(self._alive) > self._limit:
            self._alive.popitem(last=False)

    def _end(self, pbx_call: str, when: Moment) -> None:
        self._alive.pop(pbx_call, None)
        self._over[pbx_call] = when.clock_s
        if len(self._over) > self._limit:
            self._over.popitem(last=False)


def _same(one: CallReport, other: CallReport) -> bool:
    return replace(one, timestamp=None) == replace(other, timestamp=None)


def _sighted(report: CallReport, now: Moment, changed_at: datetime | None) -> CallSighted:
    return CallSighted(
        at=now.at,
        pbx_call=report.pbx_call,
        state=report.state,
        caller_number=report.caller_number,
        caller_name=report.caller_name,
        called_number=report.called_number,
        called_name=report.called_name,
        group=report.group,
        changed_at=changed_at,
    )
