"""The engine: feeds the call desk, saves, and carries out what the desk wants done.

Everything happens on one event loop. `feed` runs a whole turn at once: the desk decides, the
store saves, and then the effects leave, in order. What takes time (the PBX dialling, DATEV
answering) runs beside and comes back as an input of its own; every such answer comes, at the
latest as a failure when its time is up, so the desk never waits for nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Call
from datev_connector.domain.desk.past import SAME_ID
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.record import DialAnswer, DialWish
from datev_connector.domain.wording import worded
from datev_connector.engine.alarm import Alarm
from datev_connector.engine.directory import Directory
from datev_connector.engine.keeper import SAVE_AGAIN, Keeper
from datev_connector.engine.news import News, NoteKept
from datev_connector.engine.notifier import Notifier
from datev_connector.engine.pbx_requests import PbxRequests
from datev_connector.engine.recording import Recorder, Restored

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from datev_connector.domain.desk import CallDesk
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.domain.inputs import Input
    from datev_connector.domain.matching import NumberIndex
    from datev_connector.engine.news import Matter
    from datev_connector.engine.ports import Datev, Memory, Pbx

_log = logging.getLogger(__name__)

HEARTBEAT = timedelta(seconds=60)
"""The desk hears of the time at least this often."""
OF_PERSON = (
    inputs.NoteTyped,
    inputs.TransferPressed,
    inputs.PersonChosen,
    inputs.WindowOpened,
)
"""What a person can do with a call of any age."""
E_UNEXPECTED = -2147418113
"""0x8000FFFF as a signed number."""


class Engine:
    """Runs one desk. Build it, hand it to the adapters as their sink, then `run` it."""

    def __init__(
        self,
        *,
        desk: CallDesk,
        memory: Memory,
        index: NumberIndex,
        plan: DialPlan,
        now: Callable[[], datetime],
        listener: Callable[[News], None],
    ) -> None:
        """`listener` is called on the loop, for each piece of news."""
        self._desk = desk
        self._memory = memory
        self._directory = Directory(index, plan)
        self._now = now
        self._listener = listener
        self._keeper = Keeper(memory, self._report_store)
        self.recorder = Recorder()
        self._inbox: deque[Input] = deque()
        self._in_turn = False
        self._dial_answer: DialAnswer | None = None
        self._legs: dict[Leg, LegReport] = {}
        self._alarm = Alarm(now, self._tick)
        self._notifier = Notifier(self._keeper, now, self.feed, self._tell)
        self._requests = PbxRequests(now, self.feed, self._tell)

    # --- running ----------------------------------------------------------------------------

    async def run(self, pbx: Pbx, datev: Datev) -> None:
        """Restore the work of the last run, then keep everything going until cancelled."""
        self._requests.begin(pbx)
        self._restore(self._now())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(pbx.run(), name="pbx")
                group.create_task(datev.run(), name="datev")
                group.create_task(self._notifier.run(datev), name="tell-datev")
                group.create_task(self._beat(), name="heartbeat")
        finally:
            await self._stop()

    def _restore(self, at: datetime) -> None:
        self._keeper.keep((), at)
        left = Restored(
            at=at,
            terms=self._desk.terms,
            calls=tuple(self._memory.open_calls()),
            entries=tuple(self._memory.open_entries()),
            next_position=self._memory.next_position(),
        )
        self.recorder.restored(left)
        wanted = self._desk.restore(at, left.calls, left.entries, left.next_position)
        self._in_turn = True  # what these effects bring about comes after all of them
        try:
            self._carry_out(self._with_answers(wanted, at), at)
        finally:
            self._in_turn = False

    async def _stop(self) -> None:
        self._alarm.stop()
        await self._requests.stop()
        self._keeper.keep((), self._now(), last_chance=True)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT.total_seconds())
            self._tick(self._now())

    def _tick(self, at: datetime) -> None:
        self.feed(inputs.Ticked(at=at))

    # --- what others ask of it --------------------------------------------------------------

    def feed(self, event: Input) -> None:
        """Take one input. Call it on the loop only; a turn is over when this returns.

        What a person does with a call that has left the desk brings it back first.
        """
        if isinstance(event, OF_PERSON) and self._desk.call(event.call) is None:
            self._recall(event.call)
        self._inbox.append(event)
        if self._in_turn:
            return
        self._in_turn = True
        try:
            while self._inbox:
                self._turn(self._inbox.popleft())
        finally:
            self._in_turn = False

    def dial_from_datev(self, wish: DialWish) -> DialAnswer:
        """Answer DATEV's `Dial` at once."""
        self._dial_answer = None
        self.feed(inputs.DatevDialled(at=self._now(), wish=wish))
        answer: DialAnswer | None = self._dial_answer
        return DialAnswer(hresult=E_UNEXPECTED) if answer is None else answer

    def drop_from_datev(self, call_id: str) -> None:
        """Take DATEV's `Drop`."""
        self.feed(inputs.DatevDropped(at=self._now(), call_id=call_id))

    def call(self, call: str) -> Call | None:
        """Return a call by our id, fetched back onto the desk if it is an old one."""
        if self._desk.call(call) is None:
            self._recall(call)
        return self._desk.call(call)

    def _recall(self, call: str) -> None:
        """Fetch an old call back onto the desk. Raises what the store raises."""
        stored = self._memory.call(call)
        if stored is not None:
            self.feed(inputs.CallRecalled(at=self._now(), call=stored))

    def _with_stored(self, read: inputs.CallListRead) -> inputs.CallListRead:
        """Add the calls that have left the desk: they must not be reported a second time."""
        since, until = read.since - SAME_ID, read.until + SAME_ID
        old = [c for c in self._memory.calls_between(since, until) if not self._desk.call(c.call)]
        return replace(read, stored=tuple(old))

    @property
    def legs(self) -> dict[Leg, LegReport]:
        """The last report of every leg."""
        return dict(self._legs)

    @property
    def at_rest(self) -> bool:
        """Tell whether no call lives, here or for DATEV, and nobody asks what became of one."""
        calls = self._desk.calls
        return not any(call.active or call.followed or call.outcome is None for call in calls)

    # --- a turn -----------------------------------------------------------------------------

    def _turn(self, event: Input) -> None:
        if isinstance(event, inputs.LegChanged):
            self._take_report(event.report, event.at)
        elif isinstance(event, inputs.RulesChanged):
            self._directory.read_by(event.plan)
        self._carry_out(self._decide(event), event.at)
        if isinstance(event, inputs.LegChanged) and _is_datev_gone(event.report):
            self._notifier.call_back(event.at)

    def _decide(self, event: Input) -> tuple[effects.Effect, ...]:
        """What the desk wants; look-ups are answered at once, so that one save holds it all."""
        try:
            if isinstance(event, inputs.CallListRead):
                event = self._with_stored(event)
            self.recorder.take(event, self._desk.terms)
            wanted = self._desk.handle(event)
            if not wanted:
                self.recorder.nothing_came_of_it()
        except Exception:  # noqa: BLE001 - the border of a turn: one call's fault must not end all others
            _log.exception("the desk could not take %s", type(event).__name__)
            text = worded("Something went wrong inside the connector; the log says what.")
            self._tell(effects.TellUser(text), event.at)
            return ()
        return self._with_answers(wanted, event.at)

    def _with_answers(
        self, wanted: tuple[effects.Effect, ...], at: datetime
    ) -> tuple[effects.Effect, ...]:
        """Answer the look-ups among these effects, and add what follows from the answers."""
        for effect in wanted:
            if isinstance(effect, effects.LookUp):
                wanted += self._decide(self._look_up(effect, at))
        return wanted

    def _carry_out(self, wanted: tuple[effects.Effect, ...], at: datetime) -> None:
        saves = [effect for effect in wanted if isinstance(effect, effects.Save)]
        saved = self._keeper.keep(saves, at) if saves or self._keeper.behind else ()
        if self._keeper.behind:
            self._alarm.no_later_than(at + SAVE_AGAIN)
        for save in saved:
            if isinstance(save, effects.SaveCall) and save.call.note_revision:
                self._tell(NoteKept(call=save.call.call, revision=save.call.note_revision), at)
        for effect in wanted:
            self._do(effect, at)

    def _do(self, effect: effects.Effect, at: datetime) -> None:
        match effect:
            case (
                effects.SaveCall()
                | effects.SaveEntry()
                | effects.SaveChoice()
                | effects.SaveUse()
                | effects.LookUp()
            ):
                pass
            case effects.Notify():
                self._notifier.notify(effect, at)
            case effects.AnswerDial(answer):
                self._dial_answer = answer
            case effects.PlaceCall():
                self._requests.place(effect)
            case effects.HangUp():
                self._requests.hang_up(effect)
            case effects.AskOutcome(call):
                self._requests.ask_outcome(call)
            case effects.Queued(record=record) if self._keeper.lacks(record.call_id):
                pass  # it is not kept yet, so it would be too much to say that it waits safely
            case effects.LookAgain():
                self._requests.look_again()
            case effects.WakeAt(when):
                self._alarm.no_later_than(when)
            case _:
                self._tell(effect, at)

    def _tell(self, matter: Matter, at: datetime) -> None:
        try:
            self._listener(News(at, matter))
        except Exception:  # noqa: BLE001 - the border to the listener: who shows things must not stop calls
            _log.exception("news could not be told")

    # --- legs -------------------------------------------------------------------------------

    def _take_report(self, report: LegReport, at: datetime) -> None:
        if not report.says_the_same(self._legs.get(report.leg)):
            self._legs[report.leg] = report
            self._tell(report, at)

    def _report_store(self, report: LegReport) -> None:
        self._take_report(report, report.since)
        if report.state is LegState.DOWN:
            self._tell(effects.TellUser(report.reason), report.since)

    # --- contacts ---------------------------------------------------------------------------

    def _look_up(self, wanted: effects.LookUp, at: datetime) -> inputs.ContactsFound:
        try:
            match = self._directory.who(wanted.number, explain=wanted.named)
            e164 = match.number.e164
            learned = self._memory.learned(e164) if e164 else None
            unknown = learned is not None and not any(one.active for one in match.candidates)
            assigned = self._directory.contact(learned) if learned and unknown else None
        except Exception as fault:  # noqa: BLE001 - the border of the index: every look-up is answered
            _log.exception("a look-up failed")
            self._tell(
                effects.TellUser(worded("The contacts cannot be read: {fault}", fault=str(fault))),
                at,
            )
            match, learned, assigned = self._directory.nobody(wanted.number), None, None
        return inputs.ContactsFound(
            at=at, call=wanted.call, match=match, learned=learned, assigned=assigned
        )


def _is_datev_gone(report: LegReport) -> bool:
    return report.leg is Leg.DATEV and report.state is LegState.DOWN
