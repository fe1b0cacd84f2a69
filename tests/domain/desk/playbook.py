"""A desk on a bench: verbs in, effects out, with an index, a store and a DATEV that answers.

A test reads like the dialogue it is about. Time moves only by `later`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Direction, ListedCall, Outcome, PbxState
from datev_connector.domain.contacts import (
    ClientState,
    Contact,
    ContactKind,
    ContactRef,
    IndexEntry,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.domain.contract import ContractChecker
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.matching import find
from datev_connector.domain.numbers import read_caller
from datev_connector.domain.record import Delivery, DialWish, Method
from datev_connector.domain.rules import CallRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datev_connector.domain.calls import Call, Person
    from datev_connector.domain.inputs import Input
    from datev_connector.domain.outbox import JournalEntry
    from datev_connector.domain.record import CallRecord

MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CLIENT = "0049721555111"
SHARED = "0049721555222"
STRANGER = "0049301234567"
AUTOMATIC = CallRules(transfer_automatically=True)

_E = TypeVar("_E")
Restored = tuple[datetime, "tuple[Call, ...]", "tuple[JournalEntry, ...]", int]
"""What a desk was started with: when, its calls, its entries, and the next position."""


def entry(source: Source, id_: str, name: str, number: str) -> IndexEntry:
    """Return an index entry for a number with `00`."""
    return IndexEntry(
        ref=ContactRef(source, id_),
        name=name,
        kind=ContactKind.PERSON,
        active=True,
        client_number="",
        client_state=ClientState.NONE,
        number=number,
        medium=Medium.PHONE,
        key=number.removeprefix("00"),
        head=False,
        completed=False,
    )


@dataclass
class Shelf:
    """A contact index of a few entries."""

    entries: list[IndexEntry] = field(default_factory=list)

    def contact(self, ref: ContactRef) -> Contact | None:
        entry = next((e for e in self.entries if e.ref == ref), None)
        if entry is None:
            return None
        return Contact(ref=ref, name=entry.name, numbers=(StoredNumber(number=entry.number),))

    def by_key(self, keys: Sequence[str]) -> Sequence[IndexEntry]:
        return [e for e in self.entries if e.key in keys]

    def by_stem(self, stems: Sequence[str]) -> Sequence[IndexEntry]:
        return [e for e in self.entries if e.head and e.key.rstrip("0") in stems]

    def version(self) -> object:
        return object()


def office() -> Shelf:
    """Return one client with a number of its own and two that share one."""
    return Shelf(
        [
            entry(Source.DATEV, "c1", "Adler GmbH", CLIENT),
            entry(Source.DATEV, "s1", "Berg, Anna", SHARED),
            entry(Source.DATEV, "s2", "Berg, Bernd", SHARED),
        ]
    )


@dataclass
class Playbook:
    """Drives one desk. `datev` tells whether DATEV is there; it confirms at once unless `mute`."""

    rules: CallRules = field(default_factory=CallRules)
    shelf: Shelf = field(default_factory=office)
    plan: DialPlan = field(default_factory=lambda: DialPlan(area_code="721"))
    at: datetime = MORNING
    mute: bool = False
    answers_with: Delivery = Delivery.CONFIRMED
    run: int = 1
    begun_by: tuple[CallRules, DialPlan] | None = None
    """Rules and plan that the desk of this run was made with."""
    told: list[tuple[Method, CallRecord]] = field(default_factory=list)
    checker: ContractChecker = field(default_factory=ContractChecker)
    problems: list[str] = field(default_factory=list)
    seen: list[effects.Effect] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    entries: dict[str, JournalEntry] = field(default_factory=dict)
    learned: dict[str, ContactRef] = field(default_factory=dict)
    unanswered: list[effects.Notify] = field(default_factory=list)
    overdue: list[effects.Notify] = field(default_factory=list)
    """What DATEV hangs in, or hung in."""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    answers_outcome: bool = True
    answers_look_up: bool = True
    looked_up: list[effects.LookUp] = field(default_factory=list)
    """Look-ups that wait for their answer."""
    wake_at: datetime | None = None
    """When the desk wants to be woken."""
    begun_with: Restored | None = None
    fed: list[Input] = field(default_factory=list)
    wanted: list[tuple[effects.Effect, ...]] = field(default_factory=list)
    """What went into the desk of this run, turn by turn, and what came out."""

    def __post_init__(self) -> None:
        self.desk = self._new_desk()

    def _new_desk(self) -> CallDesk:
        self.begun_by = self.rules, self.plan
        return self._desk_again()

    def _desk_again(self) -> CallDesk:
        assert self.begun_by is not None
        rules, plan = self.begun_by
        return CallDesk(rules=rules, plan=plan, ids=IdSequence("t", self.run))

    # --- verbs ------------------------------------------------------------------------------

    def connect(self) -> Playbook:
        """Bring PBX and DATEV up."""
        self.leg(Leg.STARFACE, up=True)
        self.leg(Leg.DATEV, up=True)
        return self

    def leg(self, leg: Leg, *, up: bool) -> None:
        if leg is Leg.DATEV and not up:
            self.checker.forget()
        self.report(leg, LegState.UP if up else LegState.DOWN)

    def report(self, leg: Leg, state: LegState, *, pauses: bool = False) -> None:
        report = LegReport(leg=leg, state=state, since=self.at, reason="test", pauses=pauses)
        self.feed(inputs.LegChanged(at=self.at, report=report))

    def later(self, seconds: float) -> Playbook:
        self.at += timedelta(seconds=seconds)
        return self

    def tick(self) -> None:
        self.feed(inputs.Ticked(at=self.at))

    def sleep(self) -> Playbook:
        """Let time pass until the desk is woken, as it wanted to be."""
        assert self.wake_at is not None, "nobody wakes the desk"
        self.at, self.wake_at = max(self.at, self.wake_at), None
        self.tick()
        return self

    def pbx(
        self, pbx_call: str, state: PbxState, *, changed_at: datetime | None = None, **details: str
    ) -> None:
        """Report a state of a call, that changed just now unless told otherwise."""
        self.feed(
            inputs.CallSighted(
                at=self.at,
                pbx_call=pbx_call,
                state=state,
                changed_at=changed_at or self.at,
                **details,
            )
        )

    def picture(self, *alive: str) -> None:
        """Show what calls the PBX has, just asked for."""
        self.feed(inputs.PictureTaken(at=self.at, asked_at=self.at, alive=frozenset(alive)))

    def read_list(self, *lines: ListedCall, back_s: float = 600) -> None:
        """Read the call list for the time since `back_s` ago, as the engine has the desk do it."""
        since = self.at - timedelta(seconds=back_s)
        day = timedelta(days=1)
        stored = [
            call
            for call in self.calls.values()
            if self.desk.call(call.call) is None and since - day <= call.began_at <= self.at + day
        ]
        self.feed(
            inputs.CallListRead(
                at=self.at, since=since, until=self.at, calls=lines, stored=tuple(stored)
            )
        )

    def ring(
        self, pbx_call: str = "p1", number: str = CLIENT, caller_name: str = "", group: str = ""
    ) -> Call:
        self.pbx(
            pbx_call,
            PbxState.RINGING,
            caller_number=number,
            caller_name=caller_name,
            called_number="10",
            group=group,
        )
        return self.at_pbx(pbx_call)

    def answer(self, pbx_call: str = "p1") -> Call:
        self.pbx(pbx_call, PbxState.CONNECTED)
        return self.at_pbx(pbx_call)

    def hang_up(self, pbx_call: str = "p1") -> Call:
        call = self.at_pbx(pbx_call)
        self.pbx(pbx_call, PbxState.HANGUP)
        return self.calls[call.call]

    def note(self, call: Call, text: str) -> None:
        self.feed(inputs.NoteTyped(at=self.at, call=call.call, text=text))

    def rule(self, rules: CallRules | None = None, plan: DialPlan | None = None) -> None:
        """Set other rules, or another dial plan."""
        self.rules, self.plan = rules or self.rules, plan or self.plan
        self.feed(inputs.RulesChanged(at=self.at, rules=self.rules, plan=self.plan))

    def press(self, call: Call) -> None:
        self.feed(inputs.TransferPressed(at=self.at, call=call.call))

    def dial(self, number: str = "0721 555111", sync_id: str = "sync-1", **given: str) -> str:
        """Dial from DATEV; return the `CallID`, empty if refused."""
        wish = DialWish(number=number, sync_id=sync_id, **given)
        wanted = self.feed(inputs.DatevDialled(at=self.at, wish=wish))
        return next(e.answer.call_id for e in wanted if isinstance(e, effects.AnswerDial))

    def choose(self, call: Call, person: Person | None, *, remember: bool = True) -> None:
        self.feed(inputs.PersonChosen(at=self.at, call=call.call, person=person, remember=remember))

    def restart(self) -> None:
        """Kill the connector and start it again with what was saved."""
        self.run += 1
        self.unanswered.clear()
        self.overdue.clear()
        self.looked_up.clear()
        self.wake_at = None
        self.desk = self._new_desk()
        open_calls = [c for c in self.calls.values() if c.unfinished]
        waiting = {e.call for e in self.entries.values() if e.open}
        open_calls += [c for c in self.calls.values() if c.call in waiting and c not in open_calls]
        position = max((e.position for e in self.entries.values()), default=0) + 1
        self.begun_with = (self.at, tuple(open_calls), tuple(self.entries.values()), position)
        self.fed.clear()
        self.wanted[:] = [self.desk.restore(*self.begun_with)]
        self.carry_out(self.wanted[0])

    def replay(self) -> list[tuple[effects.Effect, ...]]:
        """Feed a new desk what this run was fed, and return what it wants done."""
        desk = self._desk_again()
        wanted = [] if self.begun_with is None else [desk.restore(*self.begun_with)]
        return wanted + [desk.handle(event) for event in self.fed]

    def accept(self, pbx_call: str = "") -> str:
        """Have the PBX take the last call dialled, maybe under an id of its own."""
        pbx_call = pbx_call or self.placed.pbx_call
        self.feed(inputs.DialAccepted(at=self.at, call=self.placed.call, pbx_call=pbx_call))
        return pbx_call

    # --- what came of it --------------------------------------------------------------------

    @property
    def placed(self) -> effects.PlaceCall:
        """The last call that the PBX was to place."""
        return self.of(effects.PlaceCall)[-1]

    def at_pbx(self, pbx_call: str) -> Call:
        """Return the newest call that the PBX runs under that id."""
        return [c for c in self.desk.calls if c.pbx_call == pbx_call][-1]

    def of(self, kind: type[_E]) -> list[_E]:
        """Return the effects of a kind so far."""
        return [e for e in self.seen if isinstance(e, kind)]

    @property
    def story(self) -> list[str]:
        """What DATEV got, in short."""
        return [f"{method.value} {record.state.name.title()}" for method, record in self.told]

    @property
    def windows(self) -> list[str]:
        return [e.action.value for e in self.of(effects.Window)]

    # --- the world around -------------------------------------------------------------------

    def feed(self, event: Input) -> tuple[effects.Effect, ...]:
        self.fed.append(event)
        wanted = self.desk.handle(event)
        self.wanted.append(wanted)
        self.carry_out(wanted)
        return wanted

    def carry_out(self, wanted: tuple[effects.Effect, ...]) -> None:
        self.seen.extend(wanted)
        for effect in wanted:
            self._save(effect)
        for effect in wanted:
            self._do(effect)

    def _save(self, effect: effects.Effect) -> None:
        match effect:
            case effects.SaveCall(call):
                self.calls[call.call] = replace(call, window_open=False)
            case effects.SaveEntry(saved):
                self.entries[saved.record.call_id] = saved
            case effects.SaveChoice(e164=e164, ref=ref):
                if ref is None:
                    self.learned.pop(e164, None)
                else:
                    self.learned[e164] = ref
            case _:
                pass

    def _do(self, effect: effects.Effect) -> None:
        match effect:
            case effects.LookUp() if not self.answers_look_up:
                self.looked_up.append(effect)
            case effects.LookUp():
                self.find(effect)
            case effects.Notify():
                self._check_idle(effect)
                if self.mute:
                    self.unanswered.append(effect)
                else:
                    self.deliver(effect, self.answers_with)
            case effects.WakeAt(when):
                self.wake_at = when if self.wake_at is None else min(self.wake_at, when)
            case effects.AskOutcome(call) if self.answers_outcome:
                self.feed(
                    inputs.OutcomeLearned(
                        at=self.at, call=call.call, outcome=self.outcomes.get(call.pbx_call)
                    )
                )
            case _:
                pass

    def _check_idle(self, notify: effects.Notify) -> None:
        """DATEV forbids `NewJournal` during any call, also one that it was never told of."""
        if notify.method is Method.NEW_JOURNAL and any(c.active for c in self.desk.calls):
            self.problems.append("NewJournal leaves while a call lives here")

    def find(self, wanted: effects.LookUp) -> None:
        """Answer a look-up."""
        match = find(read_caller(wanted.number, self.plan), self.shelf, self.plan)
        e164 = match.number.e164
        learned = self.learned.get(e164) if e164 else None
        assigned = self.shelf.contact(learned) if learned and not match.candidates else None
        self.feed(
            inputs.ContactsFound(
                at=self.at, call=wanted.call, match=match, learned=learned, assigned=assigned
            )
        )

    def deliver(
        self, notify: effects.Notify, delivery: Delivery, *, received: bool | None = None
    ) -> None:
        """Have DATEV get a notification and answer; `received` matters where it is unclear."""
        if received if received is not None else delivery is Delivery.CONFIRMED:
            self._taken(notify)
        if delivery is Delivery.OVERDUE:
            self.overdue.append(notify)
        hresult = -2147418111 if delivery is Delivery.REFUSED else 0
        self.feed(
            inputs.DatevAnswered(
                at=self.at,
                notification=notify.notification,
                delivery=delivery,
                hresult=hresult,
            )
        )

    def comes_late(self, pbx_call: str, delivery: Delivery) -> None:
        """Have the last overdue notification of a call end."""
        call = self.at_pbx(pbx_call).call
        self.late([one for one in self.overdue if one.call == call][-1], delivery)

    def late(self, notify: effects.Notify, delivery: Delivery) -> None:
        """Have DATEV answer what was overdue; it takes it when it says yes."""
        if delivery is Delivery.CONFIRMED:
            self._taken(notify)
        call_id = notify.record.call_id
        self.feed(inputs.DatevAnsweredLate(at=self.at, call_id=call_id, delivery=delivery))

    def _taken(self, notify: effects.Notify) -> None:
        self.told.append((notify.method, notify.record))
        self.problems += [
            f"{notify.method}: {p}" for p in self.checker.check(notify.method, notify.record)
        ]


def line(
    ago_s: float = 60,
    number: str = CLIENT,
    outcome: Outcome = Outcome.MISSED,
    *ids: str,
    talked_s: float | None = None,
    now: datetime = MORNING,
    **fields: str,
) -> ListedCall:
    """Return a line of the call list; outgoing if the outcome or `direction` says so."""
    outgoing = outcome is Outcome.UNREACHED or fields.pop("direction", "") == Direction.OUTGOING
    return ListedCall(
        direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
        outcome=outcome,
        began_at=now - timedelta(seconds=ago_s),
        talked=None if talked_s is None else timedelta(seconds=talked_s),
        number=number,
        ids=ids,
        **fields,
    )


def book(rules: CallRules = AUTOMATIC) -> Playbook:
    """Return a desk with PBX and DATEV there."""
    return Playbook(rules=rules).connect()
