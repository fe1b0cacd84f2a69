"""The journal of DATEV: made once, repeated until confirmed, never while a call is active."""

from __future__ import annotations

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import PbxState
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


def test_no_journal_while_a_call_is_active_that_datev_was_never_told_of() -> None:
    desk = book(CallRules())
    desk.ring("p1")
    desk.answer("p1")
    first = desk.hang_up("p1")
    desk.ring("p2", STRANGER)
    desk.press(first)
    desk.tick()
    assert desk.told == []
    assert len(desk.of(effects.Queued)) == 1
    desk.answer("p2")
    desk.tick()
    assert desk.told == []
    desk.hang_up("p2")
    assert desk.story == ["NewJournal Finished"]
    assert desk.problems == []


def test_no_journal_while_another_entry_or_step_is_under_way() -> None:
    desk = book(CallRules())
    calls = []
    for pbx_call in ("p1", "p2"):
        desk.ring(pbx_call)
        calls.append(desk.hang_up(pbx_call))
    desk.mute = True
    for call in calls:
        desk.press(call)
    desk.tick()
    assert [n.call for n in desk.unanswered] == [calls[0].call]
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert [n.call for n in desk.unanswered] == [calls[1].call]


def test_no_journal_before_datev_has_confirmed_the_end_of_another_call() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring("p1")
    desk.hang_up("p1")
    desk.ring("p2")
    desk.leg(Leg.DATEV, up=True)
    desk.press(desk.at_pbx("p2"))
    desk.mute = True
    desk.hang_up("p2")
    assert [n.method for n in desk.unanswered] == ["CallStateChanged"]
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert [n.method for n in desk.unanswered] == ["NewJournal"]


def test_a_datev_that_is_back_need_not_be_waited_for() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = Delivery.AWAY
    desk.press(desk.hang_up())
    desk.answers_with = Delivery.CONFIRMED
    desk.leg(Leg.DATEV, up=False)
    desk.leg(Leg.DATEV, up=True)
    assert desk.story == ["NewJournal Absence"]


def test_a_datev_that_is_back_does_not_shorten_the_pause_after_a_refusal() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = Delivery.REFUSED
    desk.press(desk.hang_up())
    desk.answers_with = Delivery.CONFIRMED
    desk.leg(Leg.DATEV, up=False)
    desk.leg(Leg.DATEV, up=True)
    assert desk.told == []


def test_the_pauses_after_refusals_double_up_to_an_hour() -> None:
    desk = book(CallRules())
    desk.ring()
    call = desk.hang_up()
    desk.answers_with = Delivery.REFUSED
    desk.press(call)
    pauses = []
    for _ in range(9):
        before = desk.at
        desk.sleep()
        pauses.append((desk.at - before).total_seconds())
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    desk.answers_with = Delivery.CONFIRMED
    desk.sleep()
    assert desk.story == ["NewJournal Absence"]
    assert desk.wake_at is None


@pytest.mark.parametrize("delivery", [Delivery.AWAY, Delivery.UNCLEAR])
def test_what_got_no_answer_is_tried_again_soon(delivery: Delivery) -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = delivery
    desk.press(desk.hang_up())
    for _ in range(3):
        before = desk.at
        desk.sleep()
        assert (desk.at - before).total_seconds() == 5
    desk.answers_with = Delivery.CONFIRMED
    desk.sleep()
    assert desk.story == ["NewJournal Absence"]


def test_one_timer_serves_several_pauses() -> None:
    desk = book(CallRules())
    calls = []
    for pbx_call in ("p1", "p2"):
        desk.ring(pbx_call)
        calls.append(desk.hang_up(pbx_call))
    began_at = desk.at
    desk.answers_with = Delivery.REFUSED
    desk.press(calls[0])
    desk.later(10)
    desk.press(calls[1])
    woken = [(desk.sleep().at - began_at).total_seconds() for _ in range(4)]
    assert woken == [30, 40, 90, 100]
    desk.answers_with = Delivery.CONFIRMED
    desk.sleep()
    assert len(desk.told) == 1
    desk.sleep()
    assert len(desk.told) == 2


def test_no_journal_while_datev_sees_a_call_alive_that_is_over() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring("p1")
    desk.hang_up("p1")
    desk.answers_with = Delivery.AWAY
    desk.leg(Leg.DATEV, up=True)
    desk.answers_with = Delivery.CONFIRMED
    desk.ring("p2")
    desk.answer("p2")
    desk.answers_look_up = False
    desk.pbx("p2", PbxState.CONNECTED, caller_number=STRANGER)
    desk.hang_up("p2")
    desk.later(60).tick()
    assert desk.story == ["NewCall Offered", "CallStateChanged Connected"]
    desk.find(desk.looked_up.pop())
    assert desk.story[2:] == ["CallStateChanged Finished", "NewJournal Absence"]
    assert desk.problems == []


def test_an_entry_that_never_left_takes_up_the_note() -> None:
    desk = book(CallRules())
    desk.ring()
    call = desk.hang_up()
    desk.answers_with = Delivery.AWAY
    desk.press(call)
    assert desk.desk.open_entries[0].state is EntryState.WAITING
    desk.note(call, "with a word")
    desk.press(call)
    desk.answers_with = Delivery.CONFIRMED
    desk.sleep()
    assert [r.note for _, r in desk.told] == ["with a word"]


@pytest.mark.parametrize("afterwards", [Delivery.AWAY, Delivery.UNCLEAR])
def test_an_entry_that_may_be_with_datev_is_never_changed(afterwards: Delivery) -> None:
    desk = book(CallRules())
    desk.ring()
    call = desk.hang_up()
    desk.mute = True
    desk.press(call)
    first = desk.unanswered.pop()
    desk.deliver(first, Delivery.UNCLEAR, received=True)
    desk.sleep()
    desk.deliver(desk.unanswered.pop(), afterwards)
    assert desk.desk.open_entries[0].state is EntryState.UNCLEAR
    desk.note(call, "later")
    desk.press(call)
    desk.mute = False
    desk.sleep()
    assert [(r.call_id == first.record.call_id, r.note) for _, r in desk.told] == [
        (True, ""),
        (True, ""),
        (False, "later"),
    ]
    assert desk.problems == []


def test_an_unclear_entry_holds_up_those_behind_it() -> None:
    desk = book(CallRules())
    calls = []
    for pbx_call in ("p1", "p2"):
        desk.ring(pbx_call)
        calls.append(desk.hang_up(pbx_call))
    desk.answers_with = Delivery.UNCLEAR
    desk.press(calls[0])
    desk.answers_with = Delivery.CONFIRMED
    desk.press(calls[1])
    assert desk.told == []
    desk.sleep()
    assert [entry.call for entry in desk.entries.values()] == [c.call for c in calls]
    assert len(desk.told) == 2


def test_pauses_are_counted_by_what_reached_datev() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = Delivery.AWAY
    desk.press(desk.hang_up())
    for _ in range(3):
        desk.sleep()
    desk.answers_with = Delivery.REFUSED
    before = desk.sleep().at
    desk.sleep()
    assert (desk.at - before).total_seconds() == 30


def test_the_newest_waiting_entry_takes_up_the_next_note() -> None:
    desk = book(CallRules())
    desk.ring()
    call = desk.hang_up()
    desk.mute = True
    desk.note(call, "one")
    desk.press(call)
    desk.note(call, "one, two")
    desk.press(call)
    desk.deliver(desk.unanswered.pop(), Delivery.AWAY)
    desk.note(call, "one, two, three")
    desk.press(call)
    desk.mute = False
    desk.sleep()
    assert [r.note for _, r in desk.told] == ["one", "one, two, three"]
