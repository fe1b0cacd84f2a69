"""The window of a call, and what is told of it."""

from __future__ import annotations

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Outcome, PbxState
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import CLIENT, SHARED, book


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
