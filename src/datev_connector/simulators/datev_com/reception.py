"""What becomes of a notification: read at once or late, judged, turned down, or never finished."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from datev_connector.simulators.datev.faults import FaultPlan, Handling
from datev_connector.simulators.datev.finding import Rule
from datev_connector.simulators.datev.hresult import E_INVALIDARG, S_OK
from datev_connector.simulators.datev_com.judge import Judge, Told
from datev_connector.simulators.datev_com.manners import Reading, When
from datev_connector.simulators.datev_com.object_reading import read_object
from datev_connector.simulators.datev_com.senders import Senders

Say = Callable[[Told], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An object that is read when the call has returned. first: what it said inside the call."""

    method: str
    dispatch: Any
    sender: int
    first: dict[str, object] | None


class Reception:
    """Takes notifications in on DATEV's main thread."""

    def __init__(self, judge: Judge, say: Say, die: Callable[[], None]) -> None:
        self.faults = FaultPlan()
        self.reading = Reading()
        self.senders = Senders()
        self.mended = threading.Event()
        self.hangs = False
        self.hangs_after = False
        """Whether it stops when it has taken the notification, not before."""
        self._judge = judge
        self._say = say
        self._die = die
        self._kept: deque[Kept] = deque()

    def begin_anew(self) -> None:
        """Let go of every object, and read as at the beginning."""
        self.reading = Reading()
        self.senders = Senders()
        self._kept.clear()

    def take(self, method: str, dispatch: Any) -> int:
        """One notification; return its result code."""
        handling = self.faults.handle(method)
        if handling.dies and not handling.record:
            self._die()
        hung = self.hangs
        if hung and not self.hangs_after:
            self.stand_still(method)
        sender = self.senders.number_of(dispatch)
        code = self._take_in(method, dispatch, sender) if handling.record else S_OK
        if hung and self.hangs_after:
            self.stand_still(method)
        elif hung:  # who was kept waiting may have given the call up: nobody knows how it goes on
            self._judge.checker.sender_gone(sender)
        if handling.dies:
            self._die()
        return self._answer(method, handling, code)

    def objection(self, text: str) -> None:
        """A call that is no proper call of a method."""
        self._judge.checker.found(Rule.LINK, text)
        self._say({"event": "objection", "text": text})

    def stand_still(self, where: str) -> None:
        """Block this thread, messages and all, until somebody mends it."""
        self._say({"event": "hangs", "where": where})
        self.mended.wait()
        self._say({"event": "goes-on", "where": where})

    def read_late(self) -> None:
        """Read what was promised to be read as soon as its call has returned."""
        if self.reading.when is not When.HELD:
            self.read_held()

    def read_held(self) -> int:
        """Read everything that was kept, and let it go; return how many there were."""
        kept, self._kept = self._kept, deque()
        for one in kept:
            again = read_object(one.dispatch, self.reading)
            if one.first is None:
                self._say({"event": "told", **self._judge.told(one.method, again, one.sender)})
            else:
                told = self._judge.read_again(one.method, one.first, again)
                self._say({"event": "read-again", **told})
        return len(kept)

    def _take_in(self, method: str, dispatch: Any, sender: int) -> int:
        first: dict[str, object] | None = None
        code = S_OK
        if self.reading.inside:
            read = read_object(dispatch, self.reading)
            first = read.fields
            told = self._judge.told(method, read, sender)
            code = told["hresult"]
            self._say({"event": "told", **told})
        if self.reading.after:
            one = Kept(method=method, dispatch=dispatch, sender=sender, first=first)
            self._kept.append(one)
        return E_INVALIDARG if code == E_INVALIDARG else S_OK

    def _answer(self, method: str, handling: Handling, code: int) -> int:
        if handling.hresult:
            self._say({"event": "refused", "method": method, "hresult": handling.hresult})
            return handling.hresult
        return code
