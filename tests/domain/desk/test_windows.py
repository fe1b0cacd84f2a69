"""The window of a call, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Call, Live, Outcome, PbxState
from datev_connector.domain.legs import Leg
from datev_connector.domain.record import Delivery
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import CLIENT, SHARED, Playbook, book


def test_hidden_internal_calls_are_in_the_journal_only() -> None:
    rules = CallRules(transfer_automatically=True, skip_internal=False, hide_internal=True)
    desk = book(rules)
    call = desk.ring(number="23")
    desk.answer()
    desk.hang_up()
    assert desk.windows == []
    assert desk.told == []
    assert desk.calls[call.call].outcome is Outcome.ANSWERED


def test_no_window_where_the_office_wants_none_but_the_question_is_asked() -> None:
    desk = book(CallRules(transfer_automatically=True, open_window=False))
    desk.ring(number=SHARED)
    assert desk.windows == []
    assert len(desk.of(effects.AskWho)) == 1


def test_the_window_closes_with_the_call_and_the_note_stays() -> None:
    desk = book(CallRules(close_after_call=True))
    call = desk.ring()
    desk.note(call, "half a sentence")
    desk.answer()
    desk.hang_up()
    assert desk.windows[-1] == "close"
    assert desk.calls[call.call].note == "half a sentence"


def test_a_call_reached_but_never_rung_opens_no_window() -> None:
    desk = book()
    desk.pbx("p1", PbxState.REACHED, caller_number=CLIENT)
    assert desk.windows == []
    call = desk.hang_up()
    assert call.outcome is Outcome.MISSED
    assert desk.windows == []


def test_a_client_passed_on_in_a_hidden_call_gets_a_window() -> None:
    desk = book(CallRules(hide_internal=True))
    desk.ring(number="23")
    desk.answer()
    assert desk.windows == []
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    assert desk.windows[0] == "open"


def test_a_window_opened_again_stays_open_while_the_outcome_is_not_known() -> None:
    desk = book(CallRules(close_after_call=True))
    desk.answers_outcome = False
    call = desk.ring()
    desk.hang_up()
    assert desk.windows[-1] == "close"
    desk.feed(inputs.WindowOpened(at=desk.at, call=call.call))
    desk.note(call, "seen later")
    assert desk.windows[-1] != "close"


def shown(desk: Playbook) -> Call:
    """Return the call as its window shows it."""
    return desk.of(effects.Window)[-1].call


def test_the_window_says_what_was_sent_and_when() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "a note")
    assert shown(desk).note == "a note"
    assert shown(desk).is_draft
    desk.mute = True
    desk.press(call)
    assert shown(desk).note_wanted
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert (shown(desk).live, shown(desk).in_datev_at) == (Live.OFFERED, desk.at)
    desk.later(9).hang_up()
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert (shown(desk).journalled, shown(desk).note_sent_revision) == (True, 1)
    assert not shown(desk).note_wanted
    assert not shown(desk).is_draft
    assert shown(desk).note_in_datev_revision == 0
    desk.later(3)
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert shown(desk).in_datev_at == desk.at
    assert shown(desk).note_in_datev_revision == 1
    desk.note(call, "a note, and more")
    assert shown(desk).is_draft
    assert shown(desk).note_in_datev_revision == 1


def test_the_window_follows_a_second_press_of_the_button() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "a note")
    desk.press(call)
    desk.note(call, "a note, and more")
    assert shown(desk).wanted_revision < shown(desk).note_revision
    desk.press(call)
    assert shown(desk).wanted_revision == shown(desk).note_revision


def test_the_window_shows_a_chain_that_broke() -> None:
    desk = book()
    desk.ring()
    desk.leg(Leg.DATEV, up=False)
    assert shown(desk).live is Live.BROKEN


def test_the_window_and_the_outside_follow_the_contact() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[0]
    told = len(desk.of(effects.CallChanged))
    desk.choose(call, person)
    assert shown(desk).person == person
    assert len(desk.of(effects.CallChanged)) == told + 1
    namesake = replace(person, ref=replace(person.ref, id="s9"))
    desk.choose(call, namesake)
    assert shown(desk).person == namesake
    assert len(desk.of(effects.CallChanged)) == told + 2


def test_what_only_the_window_shows_is_no_news_of_the_call() -> None:
    desk = book(CallRules())
    call = desk.ring()
    told = len(desk.of(effects.CallChanged))
    desk.note(call, "a note")
    assert len(desk.of(effects.CallChanged)) == told


def test_a_call_that_is_seen_again_is_no_news() -> None:
    desk = book()
    desk.ring()
    desk.later(1)
    before = len(desk.seen)
    desk.picture("p1")
    desk.ring()
    assert desk.seen[before:] == []


def test_a_closed_window_stays_closed_and_is_not_closed_twice() -> None:
    desk = book()
    call = desk.ring()
    close = inputs.WindowClosed(at=desk.at, call=call.call)
    desk.feed(close)
    desk.answer()
    desk.feed(close)
    desk.hang_up()
    assert [w for w in desk.windows if w != "update"] == ["open", "close"]


@pytest.mark.parametrize("close_after_call", [True, False])
def test_a_window_opened_after_the_end_stays_open(*, close_after_call: bool) -> None:
    desk = book(CallRules(close_after_call=close_after_call))
    desk.ring()
    call = desk.hang_up()
    desk.feed(inputs.WindowClosed(at=desk.at, call=call.call))
    desk.feed(inputs.WindowOpened(at=desk.at, call=call.call))
    desk.note(call, "afterwards")
    desk.press(call)
    assert "close" not in desk.windows[-2:]


def test_a_hidden_call_can_be_opened_and_handed_over_by_hand() -> None:
    desk = book(CallRules(hide_internal=True))
    call = desk.ring(number="23")
    desk.feed(inputs.WindowOpened(at=desk.at, call=call.call))
    assert desk.windows == ["open"]
    desk.press(call)
    assert desk.story == ["NewCall Offered"]
