"""DATEV as a process: it stands in the table, takes notifications, dials, and does as ordered.

Everything of COM happens on the main thread, as in a program with windows; orders come from a
thread of their own and wake it. A process that hangs does not hear them, except for `mend`.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datev_connector.simulators.datev.finding import Rule
from datev_connector.simulators.datev.hresult import hresult_text
from datev_connector.simulators.datev.record import FIELDS, CallRecord
from datev_connector.simulators.datev_com import orders
from datev_connector.simulators.datev_com.call_data import CallData
from datev_connector.simulators.datev_com.contract import BUDDY_CLASS, DATEV_CLASS
from datev_connector.simulators.datev_com.judge import Judge, Told, shown_calls
from datev_connector.simulators.datev_com.memory import Memory
from datev_connector.simulators.datev_com.message_filter import BusyFilter
from datev_connector.simulators.datev_com.notification import Notification, Stranger
from datev_connector.simulators.datev_com.orders import Ordered, Pose
from datev_connector.simulators.datev_com.properties import (
    Property,
    judge_properties,
    property_of,
)
from datev_connector.simulators.datev_com.pump import Pump
from datev_connector.simulators.datev_com.reception import Reception
from datev_connector.simulators.datev_com.running_table import (
    Entry,
    TableFailed,
    count_entries,
    entry_names,
)
from datev_connector.simulators.datev_com.stone import Stone
from datev_connector.simulators.datev_com.telephone import (
    Ringing,
    Rival,
    call_buddy,
    call_from_threads,
)

_LOOK_AGAIN_MS = 20
_KILLED = 9

_kernel32 = ctypes.WinDLL("kernel32")
_kernel32.GetCurrentProcess.restype = ctypes.c_void_p
_kernel32.TerminateProcess.argtypes = [ctypes.c_void_p, ctypes.c_uint]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An `await` that is not fulfilled yet."""

    ordered: Ordered
    what: orders.Await
    until: float


class DatevProcess:
    """One life of DATEV. `run` it on the main thread; `order` may be called from any other."""

    def __init__(self, memory: Memory, say: Callable[[Told], None]) -> None:
        """`say` writes one line; it may be called from several threads."""
        self._say = say
        self._judge = Judge(memory, _wall_clock)
        self._reception = Reception(self._judge, say, self._die)
        self._filter = BusyFilter(lambda how: say({"event": "turned-away", "how": how.value}))
        self._pump = Pump()
        self._inbox: deque[Callable[[], None]] = deque()
        self._waiting: list[Waiting] = []
        self._entry: Entry | None = None
        self._rivals: list[Entry] = []
        self._kept: list[CallData] = []
        self._dials = 0
        self._running = True

    # --- running ----------------------------------------------------------------------------

    def run(self) -> None:
        """Stand in the table until ordered to quit. Raises TableFailed, OSError."""
        self._filter.install()
        self._come_back(Pose.DATEV)
        self._say({"event": "ready", "pid": os.getpid(), "recalled": self._judge.recalled})
        self._pump.run(self._work, self._look_again_ms)
        for entry in (self._entry, *self._rivals):
            if entry is not None:
                entry.take_out()
        self._say({"event": "ended"})

    def order(self, ordered: Ordered) -> None:
        """Have an order carried out on the main thread; who hangs is let go on at once."""
        if isinstance(ordered.order, orders.Mend | orders.Begin | orders.Quit):
            self._reception.hangs = False
            self._reception.mended.set()
        self._hand_over(lambda: self._obey(ordered))

    def _hand_over(self, work: Callable[[], None]) -> None:
        self._inbox.append(work)
        self._pump.wake()

    def _work(self) -> bool:
        while self._inbox and self._running:
            self._inbox.popleft()()
        self._reception.read_late()
        self._look_round()
        return self._running

    def _look_again_ms(self) -> int | None:
        return _LOOK_AGAIN_MS if self._waiting else None

    def _look_round(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if self._count(one.what.what) == one.what.count:
                self._answer(one.ordered)
            elif time.monotonic() > one.until:
                there = self._count(one.what.what)
                self._refuse(one.ordered, f"there are {there} {one.what.what}")
            else:
                self._waiting.append(one)

    def _count(self, what: orders.Count) -> int:
        calls = self._judge.checker.calls
        if what is orders.Count.BUDDIES:
            return count_entries(BUDDY_CLASS)
        if what is orders.Count.JOURNAL:
            return len(self._judge.checker.journal)
        return sum(call.over for call in calls) if what is orders.Count.ENDED else len(calls)

    def _die(self) -> None:
        self._say({"event": "dies"})
        _kernel32.TerminateProcess(_kernel32.GetCurrentProcess(), _KILLED)

    # --- orders -----------------------------------------------------------------------------

    def _answer(self, ordered: Ordered, **values: Any) -> None:
        self._say({"done": ordered.name, "order": ordered.number, **values})

    def _refuse(self, ordered: Ordered, reason: str) -> None:
        self._say({"refused": ordered.name, "order": ordered.number, "reason": reason})

    def _obey(self, ordered: Ordered) -> None:
        try:
            answer = self._carry_out(ordered)
        except TableFailed as failed:
            self._refuse(ordered, str(failed))
        else:
            if answer is not None:
                self._answer(ordered, **answer)

    def _carry_out(self, ordered: Ordered) -> Told | None:
        """Do it; return what is to be answered now, None if that comes later."""
        match ordered.order:
            case orders.Dial() as dial:
                return self._dial(ordered, dial)
            case orders.Drop() as drop:
                return self._drop(ordered, drop)
            case orders.Await() as what:
                return self._await(ordered, what)
            case orders.GoAway() | orders.ComeBack() | orders.Compete() as change:
                return self._change_table(change)
            case orders.Show():
                return self._shown()
            case other:
                return self._be_told(other)

    def _await(self, ordered: Ordered, what: orders.Await) -> Told | None:
        until = time.monotonic() + what.timeout_s
        self._waiting.append(Waiting(ordered=ordered, what=what, until=until))
        return None

    def _be_told(self, order: orders.Order) -> Told:
        if isinstance(order, orders.ReadHeld):
            return {"read": self._reception.read_held()}
        if isinstance(order, orders.Quit):
            self._running = False
        elif isinstance(order, orders.Begin):
            self._begin_anew()
        else:
            self._misbehave(order)
        return {}

    def _begin_anew(self) -> None:
        self._misbehave(orders.Mend())
        self._compete(stop=True)
        self._judge.begin_anew()
        self._reception.begin_anew()
        self._kept.clear()
        self._change_table(orders.ComeBack())

    def _misbehave(self, fault: orders.Order) -> None:
        reception = self._reception
        match fault:
            case orders.ReadingOrder():
                reception.reading = fault.reading
            case orders.TurnAway():
                self._filter.turn_away(fault.how, fault.times)
            case orders.Reject():
                times, method = fault.times or None, fault.method or None
                reception.faults.reject(fault.code, times=times, method=method, record=fault.record)
            case orders.Hang():
                reception.mended.clear()
                reception.hangs, reception.hangs_after = True, fault.after
            case orders.Freeze():
                reception.mended.clear()
                reception.stand_still("main thread")
            case orders.Die():
                self._set_death(fault)
            case orders.ConnectorGone():
                for sender in reception.senders.known:
                    self._judge.checker.sender_gone(sender)
            case _:
                reception.faults.clear()
                self._filter.turn_away(orders.Refusal.REJECTED, 0)

    def _set_death(self, death: orders.Die) -> None:
        if death.nth < 1:
            self._die()
        self._reception.faults.die_on(death.nth, before=death.before)

    def _shown(self) -> Told:
        return {
            "calls": shown_calls(self._judge.checker.calls),
            "journal": [entry.record.as_json() for entry in self._judge.checker.journal],
            "repeats": sum(entry.repeats for entry in self._judge.checker.journal),
            "violations": [str(finding) for finding in self._judge.violations],
            "hints": [str(finding) for finding in self._judge.hints],
            "table": entry_names(),
            "buddies": count_entries(BUDDY_CLASS),
        }

    # --- the table --------------------------------------------------------------------------

    def _change_table(self, change: orders.GoAway | orders.ComeBack | orders.Compete) -> Told:
        if isinstance(change, orders.Compete):
            return self._compete(stop=change.stop)
        if self._entry is not None:
            self._entry.take_out()
            self._entry = None
        if isinstance(change, orders.ComeBack):
            return {"hresult": self._come_back(change.pose)}
        if change.forget:
            self._judge.checker.restarted()
        return {}

    def _come_back(self, pose: Pose) -> int:
        made: dict[Pose, Callable[[], Any]] = {
            Pose.DATEV: lambda: Notification(self._reception.take, self._reception.objection),
            Pose.STRANGER: Stranger,
            Pose.STONE: Stone,
        }
        self._entry = Entry(made[pose](), DATEV_CLASS)
        return self._entry.hresult

    def _compete(self, *, stop: bool) -> Told:
        if stop:
            for entry in self._rivals:
                entry.take_out()
            self._rivals.clear()
            return {}
        rival = Rival(lambda method: self._say({"event": "rival-called", "method": method}))
        entry = Entry(rival, BUDDY_CLASS)
        self._rivals.append(entry)
        return {"hresult": entry.hresult}

    # --- click-to-dial ----------------------------------------------------------------------

    def _dial(self, ordered: Ordered, dial: orders.Dial) -> Told | None:
        asked = [self._asked(dial, number) for number in (dial.number, *dial.also)]
        for record in asked:
            if not dial.absurd:
                self._judge.checker.dial_sent(record)
        ringings = [self._ringing("Dial", self._properties(dial, one), dial) for one in asked]
        if not dial.also:
            call_buddy(ringings[0])
            return self._dialled(dial, asked[0], ringings[0])
        answers: list[Told] = []

        def returned(record: CallRecord, ringing: Ringing) -> None:
            answers.append(self._dialled(dial, record, ringing))
            if len(answers) == len(asked):
                self._answer(ordered, answers=answers)

        for record, ringing in zip(asked, ringings, strict=True):
            ringing.done = self._back_here(returned, record)
        call_from_threads(ringings)
        return None

    def _back_here(
        self, returned: Callable[[CallRecord, Ringing], None], record: CallRecord
    ) -> Callable[[Ringing], None]:
        return lambda ringing: self._hand_over(lambda: returned(record, ringing))

    def _asked(self, dial: orders.Dial, number: str) -> CallRecord:
        self._dials += 1
        made = f"DATEV-SYNC-{os.getpid()}-{self._dials:06d}"
        return CallRecord(
            sync_id=made if dial.sync_id is None else dial.sync_id,
            number=number,
            name=dial.name,
            contact_id=dial.contact_id,
            data_source=dial.source,
        )

    @staticmethod
    def _properties(dial: orders.Dial, asked: CallRecord) -> dict[str, Property]:
        values = {**asked.as_json(), **dial.values}
        return {name: property_of(name, values[name]) for name in FIELDS}

    def _ringing(
        self, method: str, properties: Mapping[str, Property], dial: orders.Dial | None = None
    ) -> Ringing:
        def make() -> CallData:
            return CallData(
                properties,
                failing=dial.failing if dial else (),
                read_only=dial is not None and dial.read_only,
                touched_late=lambda name: self._touched_late(method, name),
            )

        return Ringing(method=method, make=make, keep=dial is not None and dial.keep)

    def _touched_late(self, method: str, name: str) -> None:
        text = f"{name} was touched after {method} had returned"
        self._judge.checker.found(Rule.DIAL, text)
        self._say({"event": "touched-late", "method": method, "name": name})

    def _dialled(self, dial: orders.Dial, asked: CallRecord, ringing: Ringing) -> Told:
        data = ringing.data
        if data is None:
            return {"hresult": ringing.hresult, "found": ringing.found}
        if dial.keep:
            self._kept.append(data)
        read = judge_properties(data.properties)
        told: Told = {"hresult": ringing.hresult, "call": read.fields}
        if not dial.absurd and ringing.found:
            told = self._judge.dialled(asked, ringing.hresult, read)
        return {
            **told,
            "code": hresult_text(ringing.hresult),
            "found": ringing.found,
            "sync_id": asked.sync_id,
            "reads": data.reads,
            "writes": data.writes,
        }

    def _drop(self, ordered: Ordered, drop: orders.Drop) -> Told | None:
        values = {**CallRecord().as_json(), "CallID": drop.call_id}
        properties = {name: property_of(name, values[name]) for name in FIELDS}
        ringing = self._ringing("Drop", properties)
        if drop.apart:
            ringing.done = lambda done: self._hand_over(
                lambda: self._answer(ordered, **_dropped(done))
            )
            call_from_threads([ringing])
            return None
        call_buddy(ringing)
        return _dropped(ringing)


def _dropped(ringing: Ringing) -> Told:
    return {
        "hresult": ringing.hresult,
        "code": hresult_text(ringing.hresult),
        "found": ringing.found,
    }


def _wall_clock() -> datetime:
    return datetime.now()  # noqa: DTZ005 -- DATEV knows wall-clock time only
