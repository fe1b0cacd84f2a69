"""What DATEV follows live, and when a chain is broken for good."""

from __future__ import annotations

import pytest

from datev_connector.domain import inputs
from datev_connector.domain.calls import Live, PbxState
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.record import Delivery
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import book


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
