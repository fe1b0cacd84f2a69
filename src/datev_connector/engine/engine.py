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
from datev_connector.domain.record import Delivery, DialAnswer, DialWish, Method
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.domain.wording import worded
from datev_connector.engine.directory import Directory
from datev_connector.engine.keeper import SAVE_AGAIN, Keeper
from datev_connector.engine.news import DatevTold, News, NoteKept
from datev_connector.engine.recording import Recorder, Restored

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from datev_connector.domain.desk import CallDesk
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.domain.inputs import Input
    from datev_connector.domain.matching import NumberIndex
    from datev_connector.engine.news import Matter
    from datev_connector.engine.ports import Datev, Memory, Pbx

_log = logging.getLogger(__name__)

PBX_ANSWER_S = 15.0
"""Longest wait for the PBX to take or end a call."""
OUTCOME_S = 6.0
"""Longest wait for the call list: so long a missed call is not told as missed."""
EARLY = timedelta(seconds=1)
"""So much may the clock of the loop and that of the wall differ when a timer fires."""
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
        self._outgoing: asyncio.Queue[effects.Notify] = asyncio.Queue()
        self._legs: dict[Leg, LegReport] = {}
        self._wake: asyncio.TimerHandle | None = None
        self._wake_at: datetime | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._pbx: Pbx | None = None
        self._datev: Datev | None = None

    # --- running ----------------------------------------------------------------------------

    async def run(self, pbx: Pbx, datev: Datev) -> None:
        """Restore the work of the last run, then keep everything going until cancelled."""
        self._pbx, self._datev = pbx, datev
        self._restore(self._now())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(pbx.run(), name="pbx")
                group.create_task(datev.run(), name="datev")
                group.create_task(self._tell_datev(datev), name="tell-datev")
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
        if self._wake is not None:
            self._wake.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._keeper.keep((), self._now(), last_chance=True)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT.total_seconds())
            self.feed(inputs.Ticked(at=self._now()))

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
            self._call_back_queued(event.at)

    def _decide(self, event: Input) -> tuple[effects.Effect, ...]:
        """What the desk wants; look-ups are answered at once, so that one save holds it all."""
        try:
            if isinstance(event, inputs.CallListRead):
                event = self._with_stored(event)
            self.recorder.take(event, self._desk.terms)
            wanted = self._desk.handle(event)
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
            self._wake_no_later_than(at + SAVE_AGAIN)
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
                self._notify(effect, at)
            case effects.AnswerDial(answer):
                self._dial_answer = answer
            case effects.PlaceCall():
                self._start(self._place_call(effect), f"place {effect.call}")
            case effects.HangUp():
                self._start(self._hang_up(effect), f"hang up {effect.call}")
            case effects.AskOutcome(call):
                self._start(self._ask_outcome(call), f"outcome {call.call}")
            case effects.Queued(record=record) if self._keeper.lacks(record.call_id):
                pass  # it is not kept yet, so it would be too much to say that it waits safely
            case effects.LookAgain():
                self._look_again()
            case effects.WakeAt(when):
                self._wake_no_later_than(when)
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

    # --- DATEV ------------------------------------------------------------------------------

    def _notify(self, wanted: effects.Notify, at: datetime) -> None:
        if wanted.method is Method.NEW_JOURNAL and self._keeper.lacks(wanted.record.call_id):
            # An entry that is not in the store could go out twice after a crash.
            self._feed_answer(wanted, Delivery.AWAY, 0, at)
        else:
            self._outgoing.put_nowait(wanted)

    def _call_back_queued(self, at: datetime) -> None:
        """Call back what waits for a DATEV that is gone: it must not reach the next one."""
        while not self._outgoing.empty():
            self._answered(self._outgoing.get_nowait(), Delivery.AWAY, 0, at)

    async def _tell_datev(self, datev: Datev) -> None:
        while True:
            wanted = await self._outgoing.get()
            delivery, hresult = await datev.notify(wanted.method, wanted.record)
            self._answered(wanted, delivery, hresult, self._now())

    def _answered(
        self, wanted: effects.Notify, delivery: Delivery, hresult: int, at: datetime
    ) -> None:
        self._feed_answer(wanted, delivery, hresult, at)
        told = DatevTold(
            method=wanted.method,
            call=wanted.call,
            record=wanted.record,
            delivery=delivery,
            hresult=hresult,
        )
        self._tell(told, at)

    def _feed_answer(
        self, wanted: effects.Notify, delivery: Delivery, hresult: int, at: datetime
    ) -> None:
        self.feed(
            inputs.DatevAnswered(
                at=at, notification=wanted.notification, delivery=delivery, hresult=hresult
            )
        )

    # --- PBX --------------------------------------------------------------------------------

    async def _place_call(self, wanted: effects.PlaceCall) -> None:
        try:
            async with asyncio.timeout(PBX_ANSWER_S):
                placed = await self._at_pbx().place_call(wanted.number, wanted.pbx_call)
        except PlaceRefused as refusal:
            self._refused(wanted.call, str(refusal))
        except TimeoutError:
            self._refused(wanted.call, worded("the phone system did not answer in time"))
        except Exception:  # noqa: BLE001 - the border of a task: the desk waits for an answer
            _log.exception("placing a call failed")
            self._refused(
                wanted.call, worded("something went wrong inside the connector; see the log")
            )
        else:
            self.feed(inputs.DialAccepted(at=self._now(), call=wanted.call, pbx_call=placed))

    def _refused(self, call: str, reason: str) -> None:
        self.feed(inputs.DialRefused(at=self._now(), call=call, reason=reason))

    async def _hang_up(self, wanted: effects.HangUp) -> None:
        done = False
        try:
            async with asyncio.timeout(PBX_ANSWER_S):
                done = await self._at_pbx().hang_up(wanted.pbx_call)
        except TimeoutError:
            pass
        except Exception:  # noqa: BLE001 - the border of a task: the user waits for a word
            _log.exception("hanging up failed")
        if not done:
            text = worded("The phone system did not hang up; end the call on the telephone.")
            self._tell(effects.TellUser(text, wanted.call), self._now())

    async def _ask_outcome(self, call: Call) -> None:
        outcome = None
        try:
            async with asyncio.timeout(OUTCOME_S):
                outcome = await self._at_pbx().outcome(call)
        except TimeoutError:
            pass
        except Exception:  # noqa: BLE001 - the border of a task: the desk waits for an answer
            _log.exception("asking for the outcome of a call failed")
        self.feed(inputs.OutcomeLearned(at=self._now(), call=call.call, outcome=outcome))

    def _look_again(self) -> None:
        if self._pbx is not None:
            self._pbx.look_again()

    def _at_pbx(self) -> Pbx:
        if self._pbx is None:
            msg = "the engine does not run"
            raise RuntimeError(msg)
        return self._pbx

    def _start(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- time -------------------------------------------------------------------------------

    def _wake_no_later_than(self, when: datetime) -> None:
        if self._wake_at is not None and self._wake_at <= when:
            return
        if self._wake is not None:
            self._wake.cancel()
        self._wake_at = when
        delay_s = max(0.0, (when - self._now()).total_seconds())
        self._wake = asyncio.get_running_loop().call_later(delay_s, self._woken)

    def _woken(self) -> None:
        at = self._now()
        if self._wake_at is not None and timedelta(0) < self._wake_at - at < EARLY:
            at = self._wake_at  # the loop's clock is a little early; for the desk the time has come
        self._wake, self._wake_at = None, None
        self.feed(inputs.Ticked(at=at))


def _is_datev_gone(report: LegReport) -> bool:
    return report.leg is Leg.DATEV and report.state is LegState.DOWN
