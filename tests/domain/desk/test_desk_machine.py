"""Any sequence of events, actions, faults and restarts keeps the promises.

A world of a PBX, a DATEV and a store is played against the desk at random. Whatever happens: the
contract with DATEV is never broken; a call goes live at most once; a call and each note that was
sent make one journal entry, known by its `CallID`, repeated only until it is confirmed; the note
in the store is what was typed last; and when everything is well again, nothing is left over.
"""

from __future__ import annotations

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
from datev_connector.domain.calls import Live, Outcome, PbxState
from datev_connector.domain.legs import Leg
from datev_connector.domain.record import ADDRESSEES, Delivery, Method
from datev_connector.domain.rules import CallRules
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
NUMBERS = st.sampled_from([CLIENT, SHARED, STRANGER, "", "23"])
STATES = st.sampled_from([s for s in PbxState if s is not PbxState.HANGUP])
NOTES = st.sampled_from(["", "a", "b", "asks for a call back", "x" * 2001])


class World(RuleBasedStateMachine):
    """A PBX, a DATEV and a store around one desk."""

    pbx_calls = Bundle("pbx_calls")

    def __init__(self) -> None:
        super().__init__()
        self.book = Playbook()
        self.alive: set[str] = set()
        self.count = 0
        self.typed: dict[str, str] = {}
        self.sent: dict[tuple[str, int], set[str]] = {}
        self.confirmed: set[str] = set()
        self.pbx_up = self.datev_up = True

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

    @rule(pbx_call=consumes(pbx_calls), told=st.booleans())
    def a_call_ends(self, pbx_call: str, *, told: bool) -> None:
        self.alive.discard(pbx_call)
        self.book.later(1)
        if told:
            self.book.pbx(pbx_call, PbxState.HANGUP)

    @rule(
        target=pbx_calls,
        pbx_call=consumes(pbx_calls),
    )
    def a_call_moves(self, pbx_call: str) -> str:
        self.count += 1
        new = f"p{self.count}"
        self.alive.discard(pbx_call)
        self.alive.add(new)
        self.book.feed(inputs.CallMoved(at=self.book.at, old=pbx_call, new=new))
        return new

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

    # --- the user ---------------------------------------------------------------------------

    def _some_call(self, data: st.DataObject) -> Call | None:
        known = self.book.desk.calls
        return data.draw(st.sampled_from(known)) if known else None

    @rule(data=st.data(), text=NOTES)
    def a_note_is_typed(self, data: st.DataObject, text: str) -> None:
        call = self._some_call(data)
        if call is not None:
            self.book.note(call, text)
            if len(text) <= 2000:
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
            self.book.feed(
                inputs.PersonChosen(
                    at=self.book.at, call=call.call, person=person, remember=remember
                )
            )

    @rule(data=st.data())
    def a_window_is_closed(self, data: st.DataObject) -> None:
        call = self._some_call(data)
        if call is not None:
            self.book.feed(inputs.WindowClosed(at=self.book.at, call=call.call))

    # --- dialling ---------------------------------------------------------------------------

    @rule(
        target=pbx_calls,
        number=NUMBERS,
        fate=st.sampled_from(["taken", "taken-own-id", "refused", "silent"]),
        by_datev=st.booleans(),
    )
    def somebody_dials(self, number: str, fate: str, *, by_datev: bool) -> object:
        before = len(self.book.of(effects.PlaceCall))
        self.book.later(1)
        if by_datev:
            call_id = self.book.dial(
                number,
                sync_id=f"s{self.count}",
                contact_id="c1",
                contact_name="Adler",
                data_source=ADDRESSEES,
            )
            placed = len(self.book.of(effects.PlaceCall)) > before
            assert bool(call_id) == placed
        else:
            self.book.feed(inputs.DialRequested(at=self.book.at, number=number))
        if len(self.book.of(effects.PlaceCall)) == before or fate == "silent":
            return multiple()
        wanted = self.book.of(effects.PlaceCall)[-1]
        if fate == "refused":
            self.book.feed(inputs.DialRefused(at=self.book.at, call=wanted.call, reason="no"))
            return multiple()
        self.count += 1
        pbx_call = wanted.pbx_call if fate == "taken" else f"p{self.count}"
        self.alive.add(pbx_call)
        self.book.feed(inputs.DialAccepted(at=self.book.at, call=wanted.call, pbx_call=pbx_call))
        return pbx_call

    @rule(data=st.data())
    def datev_drops(self, data: st.DataObject) -> None:
        call = self._some_call(data)
        if call is not None:
            self.book.feed(inputs.DatevDropped(at=self.book.at, call_id=call.call_id))

    # --- DATEV ------------------------------------------------------------------------------

    @rule(delivery=st.sampled_from([*Delivery, Delivery.CONFIRMED]), received=st.booleans())
    def datev_answers(self, delivery: Delivery, *, received: bool) -> None:
        if not self.book.unanswered:
            return
        if not self.datev_up:
            delivery = Delivery.AWAY
        self._deliver(self.book.unanswered.pop(0), delivery, received=received)

    def _deliver(self, notify: effects.Notify, delivery: Delivery, *, received: bool) -> None:
        got = delivery is Delivery.CONFIRMED or (delivery is Delivery.UNCLEAR and received)
        if delivery is Delivery.UNCLEAR and notify.method is not Method.NEW_JOURNAL:
            # No answer in time: the line is given up, DATEV follows no call any longer.
            self._datev_goes()
        if delivery is Delivery.REFUSED and notify.method is not Method.NEW_JOURNAL:
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
        self.book.leg(Leg.DATEV, up=False)
        outstanding, self.book.unanswered[:] = list(self.book.unanswered), []
        for position, notify in enumerate(outstanding):
            delivery = Delivery.AWAY if position else Delivery.UNCLEAR
            if received and not position and notify.method is Method.NEW_JOURNAL:
                self._received(notify)
            self.book.deliver(
                notify, delivery, received=received and notify.method is Method.NEW_JOURNAL
            )

    @rule(received=st.booleans())
    def datev_comes_or_goes(self, *, received: bool) -> None:
        if self.datev_up:
            self._datev_goes(received=received)
        else:
            self.datev_up = True
            self.book.leg(Leg.DATEV, up=True)

    # --- the house --------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 10, 60, 400, 4000, 20000]))
    def time_passes(self, seconds: int) -> None:
        self.book.later(seconds).tick()

    @rule(got_last=st.booleans())
    def the_connector_is_killed_and_started_again(self, *, got_last: bool) -> None:
        if self.book.unanswered and self.datev_up and got_last:
            notify = self.book.unanswered[0]
            self._received(notify)
            self.book.told.append((notify.method, notify.record))
            self.book.problems += self.book.checker.check(notify.method, notify.record)
            if notify.method is not Method.NEW_JOURNAL:
                self.book.checker.forget()
        elif self.book.unanswered:
            self.book.checker.forget()
        long_ago = [
            c
            for c in self.book.calls.values()
            if c.live in (Live.OFFERED, Live.CONNECTED)
            and (self.book.at - c.last_seen_at).total_seconds() > 100
        ]
        if long_ago:
            self.book.checker.forget()
        self.book.restart()
        self.book.leg(Leg.STARFACE, up=self.pbx_up)
        if self.datev_up:
            self.book.leg(Leg.DATEV, up=True)

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
    def an_ended_call_stays_ended(self) -> None:
        for call in self.book.desk.calls:
            assert call.active == (call.ended_at is None)
            assert call.active or call.outcome in (*Outcome, None)

    def teardown(self) -> None:
        """Make everything well again: all that was owed must have arrived, once."""
        book = self.book
        if not self.pbx_up:
            book.leg(Leg.STARFACE, up=True)
        for _ in range(2):
            asked_at = book.at
            book.later(60)
            book.feed(inputs.PictureTaken(at=book.at, asked_at=book.at, alive=frozenset()))
            del asked_at
        for call in list(book.desk.calls):
            if call.active:
                refused = inputs.DialRefused(at=book.at, call=call.call, reason="too late")
                book.feed(refused)
        self._finish_datev()
        assert not [c for c in book.desk.calls if c.active]
        assert book.desk.open_entries == ()
        assert book.problems == []
        for call in book.calls.values():
            if call.note_sent_revision:
                assert (call.call, call.note_sent_revision) in self.sent
            assert not call.note_wanted
            assert call.live not in (Live.OFFERED, Live.CONNECTED)
            if call.live is Live.BROKEN and call.wanted:
                assert call.journalled

    def _finish_datev(self) -> None:
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


World.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestWorld = World.TestCase
