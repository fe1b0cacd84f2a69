"""What goes on after the connector was killed, and what does not."""

from __future__ import annotations

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Outcome, PbxState
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import CLIENT, SHARED, book


def test_after_a_restart_a_live_call_goes_on_under_the_same_id() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(10).restart()
    desk.connect()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    desk.hang_up()
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert len({r.call_id for _, r in desk.told}) == 1
    assert desk.problems == []


def test_after_a_long_pause_the_call_ends_in_the_journal() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(600).restart()
    desk.checker.forget()
    desk.connect()
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    assert desk.story[2:] == ["NewJournal Finished"]
    assert desk.problems == []


def test_an_unanswered_step_before_a_kill_is_not_sent_again() -> None:
    desk = book()
    desk.mute = True
    desk.ring()
    desk.restart()
    desk.mute = False
    desk.connect()
    desk.answer()
    desk.hang_up()
    assert desk.story == ["NewJournal Finished"]


def test_a_draft_survives_and_can_be_sent_after_a_restart() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "remember me")
    desk.answer()
    desk.hang_up()
    desk.restart()
    desk.connect()
    desk.press(call)
    assert [r.note for _, r in desk.told] == ["remember me"]


def test_ids_of_two_runs_never_meet() -> None:
    desk = book(CallRules())
    first = desk.ring("p1")
    desk.restart()
    desk.connect()
    assert desk.ring("p2").call != first.call


def test_after_a_restart_a_living_call_gets_its_window_and_its_question_back() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    desk.answer()
    desk.later(5).restart()
    desk.seen.clear()
    desk.connect()
    assert desk.windows == [], "not before the PBX shows the call again"
    desk.pbx("p1", PbxState.CONNECTED, caller_number=SHARED)
    assert desk.windows[0] == "open"
    assert [asked.call for asked in desk.of(effects.AskWho)] == [call.call]


def test_a_call_that_ended_while_the_connector_was_away_opens_no_window() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(5).restart()
    desk.seen.clear()
    desk.connect()
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    assert desk.windows == []
    assert [e.call.outcome for e in desk.of(effects.CallChanged)] == [Outcome.ANSWERED]


def test_an_outcome_that_nobody_could_be_asked_for_is_asked_when_the_pbx_is_back() -> None:
    desk = book()
    desk.answers_outcome = False
    desk.ring()
    desk.hang_up()
    desk.restart()
    desk.answers_outcome = True
    desk.outcomes["p1"] = Outcome.ANSWERED_ELSEWHERE
    desk.seen.clear()
    desk.connect()
    assert [e.call.outcome for e in desk.of(effects.CallChanged)] == [Outcome.ANSWERED_ELSEWHERE]
