"""The journal of DATEV: made once, repeated until confirmed, never while a call is active."""

from __future__ import annotations

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Live
from datev_connector.domain.legs import Leg
from datev_connector.domain.outbox import EntryState
from datev_connector.domain.record import Delivery
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import CLIENT, SHARED, STRANGER, book


def test_no_journal_while_another_call_is_active() -> None:
    desk = book()
    first = desk.ring("p1")
    desk.answer("p1")
    second = desk.ring("p2", STRANGER)
    desk.note(first, "one")
    desk.press(first)
    desk.hang_up("p1")
    assert len(desk.of(effects.Queued)) == 1
    desk.answer("p2")
    desk.note(second, "two")
    desk.press(second)
    assert not [m for m in desk.story if m.startswith("NewJournal")]
    desk.hang_up("p2")
    assert [r.note for m, r in desk.told if m == "NewJournal"] == ["one", "two"]
    assert desk.problems == []


def test_datev_dies_during_a_call_and_gets_it_with_its_note_when_it_is_back() -> None:
    desk = book()
    call = desk.ring()
    desk.answer()
    desk.leg(Leg.DATEV, up=False)
    desk.note(call, "while you were away")
    desk.press(call)
    desk.hang_up()
    assert desk.story == ["NewCall Offered", "CallStateChanged Connected"]
    desk.leg(Leg.DATEV, up=True)
    assert desk.story[-1] == "NewJournal Finished"
    assert desk.told[-1][1].note == "while you were away"
    assert len(desk.told) == 3
    assert desk.problems == []


def test_a_call_that_datev_missed_whole_goes_to_the_journal_in_order() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    for number in (CLIENT, STRANGER):
        desk.ring(number, number)
        desk.later(1).answer(number)
        desk.later(1).hang_up(number)
    desk.ring("missed", CLIENT)
    desk.hang_up("missed")
    desk.leg(Leg.DATEV, up=True)
    assert desk.story == ["NewJournal Finished", "NewJournal Finished", "NewJournal Absence"]
    assert [r.number for _, r in desk.told] == [CLIENT, STRANGER, CLIENT]


def test_datev_back_in_mid_call_gets_nothing_late_as_if_it_were_live() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring()
    desk.leg(Leg.DATEV, up=True)
    desk.answer()
    assert desk.told == []
    desk.hang_up()
    assert desk.story == ["NewJournal Finished"]


def test_a_choice_after_the_end_still_reaches_the_waiting_journal_entry() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    call = desk.ring(number=SHARED)
    desk.answer()
    desk.hang_up()
    person = desk.of(effects.AskWho)[0].candidates[1]
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.leg(Leg.DATEV, up=True)
    assert [(r.contact_id, r.number) for _, r in desk.told] == [("s2", SHARED)]


def test_the_next_step_waits_for_the_answer_to_the_last() -> None:
    desk = book()
    desk.mute = True
    desk.ring()
    desk.answer()
    desk.hang_up()
    assert len(desk.unanswered) == 1
    desk.mute = False
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert desk.problems == []


@pytest.mark.parametrize("delivery", [Delivery.REFUSED, Delivery.AWAY, Delivery.UNCLEAR])
def test_a_live_call_that_datev_does_not_confirm_ends_in_the_journal(delivery: Delivery) -> None:
    desk = book()
    desk.answers_with = delivery
    desk.ring()
    desk.answers_with = Delivery.CONFIRMED
    desk.answer()
    desk.hang_up()
    assert desk.story == ["NewJournal Finished"]
    assert next(iter(desk.calls.values())).live is Live.BROKEN


def test_an_unclear_journal_entry_is_repeated_unchanged() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.answer()
    desk.hang_up()
    desk.mute = True
    desk.press(call)
    first = desk.unanswered.pop()
    desk.deliver(first, Delivery.UNCLEAR, received=True)
    desk.mute = False
    desk.later(6).tick()
    assert [r for _, r in desk.told] == [first.record, first.record]
    assert desk.problems == []
    assert not desk.desk.open_entries


def test_a_refused_entry_is_tried_again_later_and_does_not_hold_up_the_others() -> None:
    desk = book(CallRules())
    calls = []
    for pbx_call in ("p1", "p2"):
        desk.ring(pbx_call)
        calls.append(desk.hang_up(pbx_call))
    desk.answers_with = Delivery.REFUSED
    desk.press(calls[0])
    desk.answers_with = Delivery.CONFIRMED
    desk.press(calls[1])
    assert len(desk.told) == 1
    refused = desk.desk.open_entries[0]
    assert (refused.state, refused.hresult) == (EntryState.REFUSED, -2147418111)
    desk.later(31).tick()
    assert len(desk.told) == 2
    assert not desk.desk.open_entries


def test_retry_by_hand_does_not_wait() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = Delivery.REFUSED
    desk.press(desk.hang_up())
    desk.answers_with = Delivery.CONFIRMED
    desk.feed(inputs.OutboxRetried(at=desk.at))
    assert len(desk.told) == 1


def test_the_button_brings_a_call_live_that_datev_was_away_for() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring()
    desk.leg(Leg.DATEV, up=True)
    desk.press(desk.answer())
    desk.hang_up()
    assert desk.story == ["NewCall Connected", "CallStateChanged Finished"]


def test_the_clock_put_back_holds_up_neither_calls_nor_entries() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = Delivery.REFUSED
    desk.press(desk.hang_up())
    desk.answers_with = Delivery.CONFIRMED
    desk.ring("p2")
    desk.later(-86400)
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    assert not [c for c in desk.desk.calls if c.active]
    desk.tick()
    assert len(desk.told) == 1
    assert not desk.desk.open_entries
