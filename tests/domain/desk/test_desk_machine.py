"""Any sequence of events, actions, faults and restarts keeps the promises.

A world of a PBX, a DATEV and a store is played against the desk at random. Events come late, twice
and under ids that a call has left, refusals come after the call has begun, and the clock is put
back. Whatever happens: the contract with DATEV is never broken; a call goes live at most once; a
call and each note that was sent make one journal entry, known by its `CallID`, repeated only until
it is confirmed; a contact in a record is one of that number, or the one that a person chose; what
has ended stays ended; a call that nobody saw is entered once, however often the list is read,
and is no live news; what a DATEV that hung takes late ends there; the note in the store is what was
typed last; the same inputs make the same effects again; and when everything is well again, nothing
is left over.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Direction, ListedCall, Live, Outcome, PbxState
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.numbers import read_caller
from datev_connector.domain.record import ADDRESSEES, Delivery, Method
from datev_connector.domain.rules import NOTE_LIMIT, CallRules, goes_to_datev, note_length
from datev_connector.domain.seat import Seat
from tests.domain.desk.playbook import CLIENT, SHARED, STRANGER, Playbook

if TYPE_CHECKING:
    from datev_connector.domain.calls import Call

RULES = st.builds(
    CallRules,
    transfer_automatically=st.booleans(),
    only_datev_matches=st.booleans(),
    skip_internal=st.booleans(),
    only_answered=st.booleans(),
    open_window=st.booleans(),
    hide_internal=st.booleans(),
    prefer_datev=st.booleans(),
    first_best_contact=st.booleans(),
    close_after_call=st.booleans(),
)
PLANS = st.builds(
    DialPlan,
    area_code=st.sampled_from(["721", ""]),
    exchange_prefix=st.sampled_from(["", "0"]),
    internal_digits=st.sampled_from([1, 4]),
)
NUMBERS = st.sampled_from([CLIENT, SHARED, STRANGER, "", "23"])
STATES = st.sampled_from([s for s in PbxState if s is not PbxState.HANGUP])
NOTES = st.sampled_from(["", "a", "b", "asks for a call back", "x" * 2001])
GIVEN = "c1"
"""The contact that DATEV gives with every number that it dials."""
IN_TIME = [delivery for delivery in Delivery if delivery is not Delivery.OVERDUE]
OF_NUMBER = {CLIENT: {"c1"}, SHARED: {"s1", "s2"}}
"""Who has which number, apart from how the desk finds out."""


class World(RuleBasedStateMachine):
    """A PBX, a DATEV and a store around one desk."""

    pbx_calls = Bundle("pbx_calls")
    left_ids = Bundle("left_ids")

    def __init__(self) -> None:
        super().__init__()
        self.book = Playbook()
        self.alive: set[str] = set()
        self.count = 0
        self.typed: dict[str, str] = {}
        self.sent: dict[tuple[str, int], set[str]] = {}
        self.confirmed: set[str] = set()
        self.pbx_up = self.datev_up = True
        self.placed: list[effects.PlaceCall] = []
        """Calls that the PBX has not said yes or no to."""
        self.ended: set[str] = set()
        self.said: dict[str, tuple[str, str]] = {}
        """Whom the user said a call is with, and the number that he said it of."""
        self.looked_at = 0
        self.records_seen: set[tuple[str, str]] = set()
        self.windows: set[str] = set()
        self.lines: list[ListedCall] = []
        """The calls that nobody saw, as the PBX lists them."""
        self.entered: set[str] = set()
        """Our calls that came of them."""
        self.opened: set[str] = set()
        self.hung_in: effects.Notify | None = None
        """DATEV hangs in this."""
        self.given_up: list[effects.Notify] = []
        """DATEV hangs in these still, and goes on with others."""
        self.late: set[str] = set()
        """The calls that DATEV took when nobody waited for that any longer."""

    @initialize(rules=RULES)
    def begin(self, rules: CallRules) -> None:
        self.book = Playbook(rules=rules, mute=True).connect()

    # --- the PBX ----------------------------------------------------------------------------

    @rule(target=pbx_calls, number=NUMBERS, state=STATES)
    def a_call_appears(self, number: str, state: PbxState) -> str:
        self.count += 1
        pbx_call = f"p{self.count}"
        self.alive.add(pbx_call)
        self.book.later(1)
        self.book.pbx(pbx_call, state, caller_number=number, called_number=number)
        return pbx_call

    @rule(pbx_call=pbx_calls, state=STATES, number=NUMBERS, name=st.sampled_from(["", "Fremd"]))
    def a_call_changes(self, pbx_call: str, state: PbxState, number: str, name: str) -> None:
        self.book.later(1)
        self.book.pbx(pbx_call, state, caller_number=number, caller_name=name)

    @rule(pbx_call=consumes(pbx_calls), told=st.booleans(), number=NUMBERS)
    def a_call_ends(self, pbx_call: str, number: str, *, told: bool) -> None:
        self.alive.discard(pbx_call)
        self.book.later(1)
        if told:
            self.book.pbx(pbx_call, PbxState.HANGUP, caller_number=number, called_number=number)

    @rule(target=left_ids, pbx_call=pbx_calls)
    def a_call_moves(self, pbx_call: str) -> str:
        self.count += 1
        new = f"p{self.count}"
        self.alive.discard(pbx_call)
        self.alive.add(new)
        self.book.feed(inputs.CallMoved(at=self.book.at, old=pbx_call, new=new))
        return pbx_call

    @rule(pbx_call=left_ids, state=STATES)
    def a_report_comes_late_under_the_old_id(self, pbx_call: str, state: PbxState) -> None:
        before = len(self.book.desk.calls)
        runs = any(f"{c.pbx_call}" in self.alive and c.active for c in self._once_under(pbx_call))
        self.book.pbx(pbx_call, state)
        if runs:
            assert len(self.book.desk.calls) == before, "one call became two"

    def _once_under(self, pbx_call: str) -> list[Call]:
        """Return the call of this run that has left this id."""
        moves = [e for e in self.book.fed if isinstance(e, inputs.CallMoved) and e.old == pbx_call]
        return [c for c in self.book.desk.calls if moves and c.pbx_call == moves[-1].new]

    @rule(target=pbx_calls, pbx_call=pbx_calls)
    def the_new_id_of_a_moved_call_is_used(self, pbx_call: str) -> object:
        moves = [e for e in self.book.fed if isinstance(e, inputs.CallMoved) and e.old == pbx_call]
        return moves[-1].new if moves else multiple()

    @rule()
    def the_pbx_shows_its_calls(self) -> None:
        asked_at = self.book.at
        self.book.later(1)
        self.book.feed(
            inputs.PictureTaken(at=self.book.at, asked_at=asked_at, alive=frozenset(self.alive))
        )

    @rule()
    def the_line_to_the_pbx_changes(self) -> None:
        self.pbx_up = not self.pbx_up
        self.book.leg(Leg.STARFACE, up=self.pbx_up)

    # --- what nobody saw --------------------------------------------------------------------

    @rule(
        number=st.one_of(st.just("its own"), NUMBERS),
        outcome=st.sampled_from(Outcome),
        talked_s=st.sampled_from([None, 0, 30]),
        has_id=st.booleans(),
        seconds=st.sampled_from([0, 1, 20]),
    )
    def a_call_comes_and_goes_unseen(
        self, number: str, outcome: Outcome, talked_s: int | None, seconds: int, *, has_id: bool
    ) -> None:
        self.count += 1
        outgoing = outcome is Outcome.UNREACHED
        self.lines.append(
            ListedCall(
                direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
                outcome=outcome,
                began_at=self.book.later(seconds).at,
                talked=None if talked_s is None else timedelta(seconds=talked_s),
                number=f"004930{self.count:07}" if number == "its own" else number,
                ids=(f"e{self.count}",) if has_id else (),
            )
        )
        self.book.later(seconds)

    @rule(data=st.data(), back_s=st.sampled_from([30, 600, 90_000]))
    def the_call_list_is_read(self, data: st.DataObject, back_s: int) -> None:
        known = set(self.book.calls)
        since = self.book.at - timedelta(seconds=back_s)
        margin = timedelta(minutes=5)
        lines = [*self.lines, *self._lines_of_seen_calls(data)]
        lines = [ln for ln in lines if since - margin <= ln.began_at <= self.book.at + margin]
        self.book.read_list(*data.draw(st.permutations(lines)), back_s=back_s)
        self.entered |= set(self.book.calls) - known
        for unseen in self.lines:
            if since <= unseen.began_at <= self.book.at and unseen.number.startswith("0049300"):
                assert [c.number for c in self.book.calls.values()].count(unseen.number) == 1

    def _lines_of_seen_calls(self, data: st.DataObject) -> list[ListedCall]:
        """Return the lines of the calls that the desk followed, with whatever became of them."""
        return [
            ListedCall(
                direction=call.direction,
                outcome=data.draw(st.sampled_from(Outcome)),
                began_at=call.began_at,
                number=call.number,
                ids=(call.pbx_call,),
            )
            for call in self.book.calls.values()
            if not call.active and call.call not in self.entered
        ]

    @invariant()
    def each_unseen_call_is_entered_at_most_once(self) -> None:
        entered = [self.book.calls[call] for call in self.entered]
        for number in {call.number for call in entered}:
            here = sum(call.number == number for call in entered)
            assert here <= sum(unseen.number == number for unseen in self.lines)

    # --- the user ---------------------------------------------------------------------------

    def _some_call(self, data: st.DataObject) -> Call | None:
        known = self.book.desk.calls
        return data.draw(st.sampled_from(known)) if known else None

    @rule(data=st.data(), text=NOTES)
    def a_note_is_typed(self, data: st.DataObject, text: str) -> None:
        call = self._some_call(data)
        if call is not None:
            self.book.note(call, text)
            self.typed[call.call] = text

    @rule(data=st.data())
    def the_button_is_pressed(self, data: st.DataObject) -> None:
        call = self._some_call(data)
        if call is not None:
            self.book.press(call)

    @rule(data=st.data(), remember=st.booleans())
    def somebody_is_chosen(self, data: st.DataObject, *, remember: bool) -> None:
        call = self._some_call(data)
        if call is not None:
            person = data.draw(st.sampled_from([None, *call.candidates]))
            who = person.ref.id if person is not None and person.ref.source.in_datev else ""
            self.said[call.call] = (who, _party(self.book, call))
            self.book.choose(call, person, remember=remember)

    @rule(data=st.data())
    def a_window_is_closed(self, data: st.DataObject) -> None:
        call = self._some_call(data)
        if call is not None:
            self.book.feed(inputs.WindowClosed(at=self.book.at, call=call.call))

    @rule(data=st.data())
    def a_call_is_opened_from_the_journal(self, data: st.DataObject) -> None:
        if self.book.calls:
            kept = data.draw(st.sampled_from(list(self.book.calls.values())))
            if not kept.active or self.book.desk.call(kept.call) is not None:
                self.book.feed(inputs.CallRecalled(at=self.book.at, call=kept))
                self.opened.add(kept.call)
                self.book.feed(inputs.WindowOpened(at=self.book.at, call=kept.call))

    # --- dialling ---------------------------------------------------------------------------

    @rule(
        target=pbx_calls,
        number=NUMBERS,
        fate=st.sampled_from(["taken", "taken-own-id", "refused", "silent", "shows-first"]),
        by_datev=st.booleans(),
    )
    def somebody_dials(self, number: str, fate: str, *, by_datev: bool) -> object:
        before = len(self.book.of(effects.PlaceCall))
        self.book.later(1)
        self._dial(number, by_datev=by_datev, before=before)
        if len(self.book.of(effects.PlaceCall)) == before:
            return multiple()
        wanted = self.book.placed
        if fate == "refused":
            self.book.feed(inputs.DialRefused(at=self.book.at, call=wanted.call, reason="no"))
            return multiple()
        if fate == "silent":
            self.placed.append(wanted)
            return multiple()
        self.count += 1
        pbx_call = f"p{self.count}" if fate == "taken-own-id" else wanted.pbx_call
        self.alive.add(pbx_call)
        if fate == "shows-first":
            self.placed.append(wanted)
            self.book.pbx(pbx_call, PbxState.PROCEEDING)
        else:
            self.book.accept(pbx_call)
        return pbx_call

    def _dial(self, number: str, *, by_datev: bool, before: int) -> None:
        if not by_datev:
            self.book.feed(inputs.DialRequested(at=self.book.at, number=number))
            return
        call_id = self.book.dial(
            number,
            sync_id=f"s{self.count}",
            contact_id=GIVEN,
            contact_name="Adler",
            data_source=ADDRESSEES,
        )
        assert bool(call_id) == (len(self.book.of(effects.PlaceCall)) > before)

    @rule(taken=st.booleans())
    def the_pbx_answers_late(self, *, taken: bool) -> None:
        if not self.placed:
            return
        wanted = self.placed.pop(0)
        at, call_id = self.book.later(14).at, wanted.call
        lived = wanted.pbx_call in self.alive and self._lives(call_id)
        if taken:
            self.alive.add(wanted.pbx_call)
            self.book.feed(inputs.DialAccepted(at=at, call=call_id, pbx_call=wanted.pbx_call))
        else:
            self.book.feed(inputs.DialRefused(at=at, call=call_id, reason="no answer in time"))
        assert not lived or self._lives(call_id), "a call that was seen is not refused"

    def _lives(self, call_id: str) -> bool:
        call = self.book.desk.call(call_id)
        return call is not None and call.active

    @rule(data=st.data())
    def datev_drops(self, data: st.DataObject) -> None:
        call = self._some_call(data)
        if call is not None:
            self.book.feed(inputs.DatevDropped(at=self.book.at, call_id=call.call_id))

    # --- DATEV ------------------------------------------------------------------------------

    @rule(delivery=st.sampled_from([*IN_TIME, Delivery.CONFIRMED]), received=st.booleans())
    def datev_answers(self, delivery: Delivery, *, received: bool) -> None:
        if not self.book.unanswered:
            return
        if not self.datev_up:
            delivery = Delivery.AWAY
        self._deliver(self.book.unanswered.pop(0), delivery, received=received)

    def _deliver(self, notify: effects.Notify, delivery: Delivery, *, received: bool) -> None:
        got = delivery is Delivery.CONFIRMED or (delivery is Delivery.UNCLEAR and received)
        live = notify.method is not Method.NEW_JOURNAL
        if live and delivery in (Delivery.UNCLEAR, Delivery.AWAY):
            # No answer in time, or no line: DATEV follows no call any longer.
            self._datev_goes()
        if live and delivery is Delivery.REFUSED:
            self.book.checker.forget(notify.record.call_id)
        if got:
            self._received(notify)
        self.book.deliver(notify, delivery, received=got and self._counts(notify, delivery))
        if got and delivery is Delivery.CONFIRMED:
            self.confirmed.add(notify.record.call_id)

    def _counts(self, notify: effects.Notify, delivery: Delivery) -> bool:
        return delivery is Delivery.CONFIRMED or notify.method is Method.NEW_JOURNAL

    def _received(self, notify: effects.Notify) -> None:
        if notify.method is Method.NEW_JOURNAL:
            assert notify.record.call_id not in self.confirmed, "confirmed and sent again"
            entry = self.book.entries[notify.record.call_id]
            ids = self.sent.setdefault((entry.call, entry.note_revision), set())
            ids.add(notify.record.call_id)
            assert len(ids) == 1, "one note in two entries"

    def _datev_goes(self, *, received: bool = False) -> None:
        """DATEV is gone: the line knows of the first outstanding message only that it was sent."""
        if not self.datev_up:
            return
        self.datev_up = False
        self.given_up.clear()
        self.book.leg(Leg.DATEV, up=False)
        outstanding, self.book.unanswered[:] = list(self.book.unanswered), []
        for position, notify in enumerate(outstanding):
            delivery = Delivery.AWAY if position else Delivery.UNCLEAR
            if received and not position and notify.method is Method.NEW_JOURNAL:
                self._received(notify)
            self.book.deliver(
                notify, delivery, received=received and notify.method is Method.NEW_JOURNAL
            )

    @rule()
    def datev_hangs(self) -> None:
        """What has not left yet comes back; the first is in its hands."""
        if not self.datev_up or not self.book.unanswered:
            return
        self.datev_up = False
        (first, *others), self.book.unanswered[:] = list(self.book.unanswered), []
        self.hung_in = first
        self.book.report(Leg.DATEV, LegState.DOWN, pauses=True)
        for notify in others:
            self.book.deliver(notify, Delivery.AWAY)
        self.book.deliver(first, Delivery.OVERDUE)

    @rule(delivery=st.sampled_from(Delivery))
    def datev_goes_on(self, delivery: Delivery) -> None:
        if self.hung_in is not None:
            self._go_on(delivery)

    def _go_on(self, delivery: Delivery) -> None:
        """Unclear: nobody waits for the answer any longer. Overdue: DATEV dies of it."""
        notify, self.hung_in = self.hung_in, None
        assert notify is not None
        live = notify.method is not Method.NEW_JOURNAL
        if delivery is Delivery.OVERDUE:
            self.book.late(notify, Delivery.UNCLEAR)
            self.given_up.clear()
            self.book.leg(Leg.DATEV, up=False)
            return
        if delivery is Delivery.CONFIRMED and not live:
            self._received(notify)
            self.confirmed.add(notify.record.call_id)
        if delivery in (Delivery.REFUSED, Delivery.UNCLEAR) and live:
            self.book.checker.forget(notify.record.call_id)
        if delivery is Delivery.UNCLEAR and notify.method is Method.NEW_CALL:
            self.given_up.append(notify)
        self.book.late(notify, delivery)
        self.datev_up = True
        self.book.leg(Leg.DATEV, up=True)

    @rule()
    def datev_says_yes_when_nobody_waits(self) -> None:
        busy = any(one.method is Method.NEW_JOURNAL for one in self.book.unanswered)
        if not self.datev_up or not self.given_up or busy:
            return
        notify = self.given_up.pop(0)
        self.late.add(notify.call)
        self.book.late(notify, Delivery.CONFIRMED)
        if self.book.desk.call(notify.call) is None:
            self.book.checker.forget(notify.record.call_id)

    @rule(received=st.booleans())
    def datev_comes_or_goes(self, *, received: bool) -> None:
        if self.hung_in is not None:
            self._go_on(Delivery.OVERDUE)
        elif self.datev_up:
            self._datev_goes(received=received)
        else:
            self.datev_up = True
            self.book.leg(Leg.DATEV, up=True)

    # --- the house --------------------------------------------------------------------------

    @rule(rules=RULES, plan=PLANS)
    def the_rules_change(self, rules: CallRules, plan: DialPlan) -> None:
        decided = {c.call: c.owed for c in self.book.desk.calls if c.owed is not None}
        known = {c.call: c.person for c in self.book.desk.calls if c.person is not None}
        said = {c.call: _party(self.book, c) for c in self.book.desk.calls}
        self.book.rule(rules, plan)
        for call in self.book.desk.calls:
            assert decided.get(call.call, call.owed) == call.owed, "what was decided stays"
            assert known.get(call.call, call.person) == call.person, "who it is stays"
            who, of = self.said.get(call.call, ("", None))
            if of is not None and of == said[call.call]:
                self.said[call.call] = who, _party(self.book, call)

    @rule(seat=st.sampled_from(Seat))
    def seat_changes(self, seat: Seat) -> None:
        self.book.feed(inputs.SeatChanged(at=self.book.at, seat=seat))

    @rule(seconds=st.sampled_from([1, 10, 60, 400, 4000, 20000, 100_000]))
    def time_passes(self, seconds: int) -> None:
        self.book.later(seconds).tick()

    @rule(seconds=st.sampled_from([2, 45, 3600, 86400]))
    def the_clock_is_put_back(self, seconds: int) -> None:
        self.book.later(-seconds).tick()

    @rule()
    def the_desk_is_woken(self) -> None:
        if self.book.wake_at is not None:
            self.book.sleep()

    @rule(got_last=st.booleans())
    def the_connector_is_killed_and_started_again(self, *, got_last: bool) -> None:
        self.given_up.clear()
        if self.hung_in is not None:
            self.book.unanswered.insert(0, self.hung_in)
            self.hung_in = None
        if self.book.unanswered and self.datev_up and got_last:
            notify = self.book.unanswered[0]
            self._received(notify)
            self.book.told.append((notify.method, notify.record))
            self.book.problems += self.book.checker.check(notify.method, notify.record)
        self._chains_break()
        assert self.book.replay() == self.book.wanted
        self.placed.clear()
        self.windows.clear()
        self.book.restart()
        self.book.leg(Leg.STARFACE, up=self.pbx_up)
        if self.datev_up:
            self.book.leg(Leg.DATEV, up=True)

    def _chains_break(self) -> None:
        """Calls with a step unanswered, or not seen for a minute, do not go on live."""
        for notify in self.book.unanswered:
            if notify.method is not Method.NEW_JOURNAL:
                self.book.checker.forget(notify.record.call_id)
        for call in self.book.calls.values():
            if abs((self.book.at - call.last_seen_at).total_seconds()) > 60 and call.call_id:
                self.book.checker.forget(call.call_id)

    # --- promises ---------------------------------------------------------------------------

    @invariant()
    def the_contract_is_kept(self) -> None:
        assert self.book.problems == []

    @invariant()
    def a_call_goes_live_at_most_once(self) -> None:
        ids = [r.call_id for m, r in self.book.told if m is Method.NEW_CALL]
        assert len(ids) == len(set(ids))
        chains = [c.call_id for c in self.book.calls.values() if c.call_id]
        assert len(chains) == len(set(chains))

    @invariant()
    def the_store_has_every_note(self) -> None:
        for call, text in self.typed.items():
            assert self.book.calls[call].note == text

    @invariant()
    def datev_gets_no_note_that_is_longer_than_it_takes(self) -> None:
        assert all(note_length(record.note) <= NOTE_LIMIT for _, record in self.book.told)

    @invariant()
    def what_has_ended_stays_ended(self) -> None:
        for known in (self.book.desk.calls, self.book.calls.values()):
            for call in known:
                assert call.active == (call.ended_at is None)
                assert call.active or call.outcome in (*Outcome, None)
                assert not (call.active and call.call in self.ended)
        self.ended |= {c.call for c in self.book.calls.values() if not c.active}

    @invariant()
    def no_record_names_somebody_else(self) -> None:
        for effect in self.book.seen[self.looked_at :]:
            self._check_entered(effect)
            if isinstance(effect, effects.Notify):
                self._check_name(effect)
            elif isinstance(effect, effects.Window):
                self._check_window(effect)
        self.looked_at = len(self.book.seen)
        for call_id, (who, of) in list(self.said.items()):
            call = self.book.calls[call_id]
            if of == "":
                self.said[call_id] = who, _party(self.book, call)
            elif _party(self.book, call) != of and not call.from_datev:
                del self.said[call_id]

    def _check_name(self, notify: effects.Notify) -> None:
        record, call = notify.record, self.book.calls[notify.call]
        if notify.method is Method.NEW_JOURNAL:
            if (record.call_id, record.contact_id) in self.records_seen:
                return  # repeated as it was, whatever the user said since
            self.records_seen.add((record.call_id, record.contact_id))
        party = _party(self.book, call)
        who, of = self.said.get(call.call, ("", None))
        if of is not None and (of in ("", party) or call.from_datev):
            assert record.contact_id == who, "not whom the user chose"
        elif call.from_datev:
            assert record.contact_id == GIVEN, "not whom DATEV gave"
        else:
            assert record.contact_id in {"", *OF_NUMBER.get(party, ())}, "a stranger's name"

    def _check_entered(self, effect: effects.Effect) -> None:
        """A call that nobody saw is no live news, and shows nothing until somebody wants it."""
        match effect:
            case effects.Notify(method=method, call=call) if call in self.entered:
                assert method is Method.NEW_JOURNAL
            case effects.CallChanged(call) if call.call in self.entered:
                assert not call.active
            case effects.Window(call=call) if call.call in self.entered - self.opened:
                raise AssertionError("a window for what is long over")
            case effects.AskWho(call=call) if call in self.entered - self.opened:
                raise AssertionError("a question about what is long over")
            case effects.AskOutcome(call):
                assert call.call not in self.entered, "its outcome is known"
            case _:
                pass

    def _check_window(self, effect: effects.Window) -> None:
        """A window is updated or closed only while it is open."""
        if effect.action is effects.WindowAction.OPEN:
            self.windows.add(effect.call.call)
            return
        assert effect.call.call in self.windows
        if effect.action is effects.WindowAction.CLOSE:
            self.windows.discard(effect.call.call)

    def teardown(self) -> None:
        """Make everything well again: all that was owed must have arrived, once."""
        book = self.book
        if not self.pbx_up:
            book.leg(Leg.STARFACE, up=True)
        for _ in range(4):
            book.later(60).picture()
        self._finish_datev()
        assert not [c for c in book.desk.calls if c.active]
        assert book.desk.open_entries == ()
        assert book.problems == []
        assert book.checker.open_chains == (), "a call that never ends in DATEV"
        for call in book.calls.values():
            self._check_handed_over(call)
        assert book.replay() == book.wanted

    def _check_handed_over(self, call: Call) -> None:
        assert not call.note_wanted
        assert call.live not in (Live.OFFERED, Live.CONNECTED)
        entries = {revision for of, revision in self.sent if of == call.call}
        if call.note_sent_revision:
            assert call.note_sent_revision in entries, "a note that DATEV never got"
        if goes_to_datev(call, self.book.rules) and call.live is not Live.COMPLETE:
            assert entries, "a call that DATEV never got"
        if call.live is Live.COMPLETE and call.call not in self.late:
            assert 0 not in entries, "live and once more in the journal"

    def _finish_datev(self) -> None:
        if self.hung_in is not None:
            self._go_on(Delivery.CONFIRMED)
        if not self.datev_up:
            self.datev_up = True
            self.book.leg(Leg.DATEV, up=True)
        for _ in range(400):
            self.book.later(3700)
            if self.book.unanswered:
                self._deliver(self.book.unanswered.pop(0), Delivery.CONFIRMED, received=True)
            else:
                self.book.tick()
                if not self.book.unanswered:
                    return


def _party(book: Playbook, call: Call) -> str:
    """Return the number at the other end in one spelling."""
    number = read_caller(call.number, book.plan)
    return f"00{number.e164[1:]}" if number.e164 else call.number


World.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestWorld = World.TestCase
