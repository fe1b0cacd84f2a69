"""What DATEV follows live, and when a chain is broken for good."""

from __future__ import annotations

import pytest

from datev_connector.domain import inputs
from datev_connector.domain.calls import Live, PbxState
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.record import Delivery
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import STRANGER, Playbook, book


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


def test_datev_back_in_mid_call_gets_nothing_late_as_if_it_were_live() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring()
    desk.leg(Leg.DATEV, up=True)
    desk.answer()
    assert desk.told == []
    desk.hang_up()
    assert desk.story == ["NewJournal Finished"]


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


def test_the_button_brings_a_call_live_that_datev_was_away_for() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring()
    desk.leg(Leg.DATEV, up=True)
    desk.press(desk.answer())
    desk.hang_up()
    assert desk.story == ["NewCall Connected", "CallStateChanged Finished"]


def test_a_datev_that_only_blinked_follows_the_call_no_longer() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.leg(Leg.DATEV, up=False)
    desk.leg(Leg.DATEV, up=True)
    desk.hang_up()
    assert desk.story[2:] == ["NewJournal Finished"]
    assert desk.problems == []


def test_a_call_that_datev_has_whole_stays_whole_when_datev_goes() -> None:
    desk = book()
    desk.ring()
    call = desk.hang_up()
    desk.leg(Leg.DATEV, up=False)
    desk.leg(Leg.DATEV, up=True)
    desk.press(call)
    assert desk.calls[call.call].live is Live.COMPLETE
    assert "NewJournal Absence" not in desk.story


def test_an_answered_call_that_became_known_too_late_is_no_live_news() -> None:
    desk = book()
    desk.answers_look_up = False
    desk.ring()
    desk.answer()
    desk.hang_up()
    assert desk.told == []
    desk.find(desk.looked_up.pop())
    assert desk.story == ["NewJournal Finished"]


def test_a_call_that_ended_unseen_is_no_live_news() -> None:
    desk = book()
    desk.dial()
    pbx_call = desk.accept()
    desk.pbx(pbx_call, PbxState.PROCEEDING)
    desk.leg(Leg.STARFACE, up=False)
    desk.later(600).leg(Leg.STARFACE, up=True)
    desk.picture()
    desk.sleep()
    assert desk.story == ["NewJournal Absence"]


def test_the_call_says_since_when_datev_has_it() -> None:
    desk = book()
    desk.ring()
    desk.later(3)
    desk.answer()
    call = desk.at_pbx("p1")
    assert call.in_datev_at == desk.at
    desk.note(call, "a note")
    desk.press(call)
    call = desk.later(20).hang_up()
    assert call.in_datev_at == desk.at
    desk.later(60)
    desk.note(call, "a note, and more")
    desk.press(call)
    assert desk.calls[call.call].in_datev_at == desk.at


def test_a_late_confirmation_does_not_mend_a_broken_chain() -> None:
    desk = book()
    desk.mute = True
    desk.ring()
    desk.leg(Leg.DATEV, up=False)
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert desk.at_pbx("p1").live is Live.BROKEN


def test_an_answer_to_nothing_is_ignored() -> None:
    desk = book()
    answer = inputs.DatevAnswered(at=desk.at, notification=99, delivery=Delivery.REFUSED)
    assert desk.feed(answer) == ()


@pytest.mark.parametrize("method", ["live", "journal"])
def test_a_degraded_datev_can_be_told(method: str) -> None:
    desk = book(CallRules(transfer_automatically=method == "live"))
    desk.report(Leg.DATEV, LegState.DEGRADED)
    desk.ring()
    desk.press(desk.hang_up())
    assert desk.told


# --- a DATEV that hangs ---------------------------------------------------------------------------


def hanging(*, answered: bool = False) -> Playbook:
    """A call rings while DATEV hangs; it hangs in that very notification, or in a later one."""
    desk = book()
    desk.mute = not answered
    desk.ring()
    if answered:
        desk.mute = True
        desk.answer()
    desk.report(Leg.DATEV, LegState.DOWN, pauses=True)
    desk.deliver(desk.unanswered.pop(), Delivery.OVERDUE)
    desk.mute = False
    return desk


def test_a_call_that_datev_takes_late_is_told_to_its_end_there() -> None:
    desk = hanging()
    desk.answer()
    desk.later(40).hang_up()
    assert desk.told == []
    assert desk.desk.open_entries == ()
    desk.comes_late("p1", Delivery.CONFIRMED)
    assert len(desk.told) == 1, "nothing more is sent before DATEV goes on"
    desk.report(Leg.DATEV, LegState.UP)
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert desk.problems == []


def test_a_missed_call_that_datev_takes_late_does_not_ring_there_for_ever() -> None:
    desk = hanging()
    desk.later(20).hang_up()
    desk.comes_late("p1", Delivery.CONFIRMED)
    desk.report(Leg.DATEV, LegState.UP)
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]
    assert desk.problems == []


@pytest.mark.parametrize("delivery", [Delivery.REFUSED, Delivery.AWAY, Delivery.UNCLEAR])
def test_a_call_that_datev_did_not_take_in_the_end_goes_to_the_journal(delivery: Delivery) -> None:
    desk = hanging()
    desk.hang_up()
    desk.comes_late("p1", delivery)
    desk.report(Leg.DATEV, LegState.UP)
    assert desk.story == ["NewJournal Absence"]


def test_a_step_that_was_surely_not_taken_is_told_when_datev_goes_on() -> None:
    desk = hanging(answered=True)
    desk.hang_up()
    desk.comes_late("p1", Delivery.AWAY)
    desk.report(Leg.DATEV, LegState.UP)
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert desk.problems == []


def test_the_other_calls_of_a_datev_that_hung_go_on_where_they_were() -> None:
    desk = book()
    desk.ring("p0", STRANGER)
    desk.answer("p0")
    desk.mute = True
    desk.ring("p1")
    desk.report(Leg.DATEV, LegState.DOWN, pauses=True)
    desk.deliver(desk.unanswered.pop(), Delivery.OVERDUE)
    desk.mute = False
    desk.hang_up("p0")
    assert len(desk.told) == 2
    desk.comes_late("p1", Delivery.CONFIRMED)
    desk.report(Leg.DATEV, LegState.UP)
    assert desk.story[3:] == ["CallStateChanged Finished"]
    assert desk.calls[desk.at_pbx("p0").call].live is Live.COMPLETE
    assert desk.problems == []


def test_a_call_that_came_while_datev_hung_is_no_live_news_later() -> None:
    desk = hanging()
    desk.ring("p2", STRANGER)
    desk.comes_late("p1", Delivery.CONFIRMED)
    desk.report(Leg.DATEV, LegState.UP)
    desk.hang_up("p1")
    desk.hang_up("p2")
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Absence",
        "NewJournal Absence",
    ]
    assert desk.problems == []


def test_a_datev_that_hung_and_then_died_gets_the_call_in_its_journal() -> None:
    desk = hanging(answered=True)
    desk.hang_up()
    desk.leg(Leg.DATEV, up=False)
    assert [entry.record.state.name for entry in desk.desk.open_entries] == ["FINISHED"]
    desk.report(Leg.DATEV, LegState.UP)
    assert desk.story[1:] == ["NewJournal Finished"]
    assert desk.problems == []


def test_what_nobody_waited_for_any_longer_is_ended_when_datev_says_yes_after_all() -> None:
    desk = hanging()
    desk.answer()
    desk.comes_late("p1", Delivery.UNCLEAR)
    assert desk.at_pbx("p1").live is Live.BROKEN
    desk.report(Leg.DATEV, LegState.UP)
    desk.hang_up()
    assert desk.story == ["NewJournal Finished"]
    desk.comes_late("p1", Delivery.CONFIRMED)
    assert desk.story[1:] == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert desk.problems == []


def test_a_yes_of_a_datev_that_is_gone_counts_for_nothing() -> None:
    desk = hanging()
    desk.leg(Leg.DATEV, up=False)
    desk.report(Leg.DATEV, LegState.UP)
    desk.feed(
        inputs.DatevAnsweredLate(
            at=desk.at, call_id=desk.at_pbx("p1").call_id, delivery=Delivery.CONFIRMED
        )
    )
    assert desk.at_pbx("p1").live is Live.BROKEN
    desk.hang_up()
    assert desk.story == ["NewJournal Absence"]


def test_a_journal_entry_that_datev_takes_late_is_not_sent_again() -> None:
    desk = book(CallRules())
    desk.ring()
    call = desk.hang_up()
    desk.mute = True
    desk.press(call)
    desk.report(Leg.DATEV, LegState.DOWN, pauses=True)
    entry = desk.unanswered.pop()
    desk.deliver(entry, Delivery.OVERDUE)
    desk.mute = False
    desk.late(entry, Delivery.CONFIRMED)
    desk.report(Leg.DATEV, LegState.UP)
    desk.later(60).tick()
    assert desk.story == ["NewJournal Absence"]
    assert not desk.desk.open_entries


def test_a_connector_that_was_killed_while_datev_hung_hands_the_call_over() -> None:
    desk = hanging()
    desk.hang_up()
    desk.restart()
    desk.connect()
    assert desk.story == ["NewJournal Absence"]
