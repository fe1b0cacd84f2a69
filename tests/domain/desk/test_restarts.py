"""What goes on after the connector was killed, and what does not."""

from __future__ import annotations

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Outcome, PbxState
from datev_connector.domain.legs import Leg
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import CLIENT, SHARED, STRANGER, book


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
    desk.sleep()
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


@pytest.mark.parametrize(("pause_s", "goes_on"), [(59, True), (61, False), (-61, False)])
def test_only_a_short_pause_lets_a_live_call_go_on(pause_s: float, *, goes_on: bool) -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(pause_s).restart()
    if not goes_on:
        desk.checker.forget()
    desk.connect()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    desk.hang_up()
    ending = "CallStateChanged Finished" if goes_on else "NewJournal Finished"
    assert desk.story[2:] == [ending]
    assert desk.problems == []


def test_an_unanswered_second_step_before_a_kill_breaks_the_chain() -> None:
    desk = book()
    desk.ring()
    desk.mute = True
    desk.answer()
    desk.restart()
    desk.mute = False
    desk.checker.forget()
    desk.connect()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    desk.hang_up()
    assert desk.story == ["NewCall Offered", "NewJournal Finished"]
    assert desk.problems == []


def test_a_call_that_ended_unknown_is_handed_over_after_the_restart() -> None:
    desk = book()
    desk.answers_look_up = False
    desk.ring()
    call = desk.hang_up()
    desk.feed(inputs.WindowClosed(at=desk.at, call=call.call))
    desk.later(7200).tick()
    assert desk.desk.call(call.call) is not None, "it is still owed"
    desk.answers_look_up = True
    desk.restart()
    desk.connect()
    assert desk.story == ["NewJournal Absence"]


def test_a_call_stays_on_the_desk_while_its_entry_waits() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring()
    call = desk.hang_up()
    desk.feed(inputs.WindowClosed(at=desk.at, call=call.call))
    desk.later(7200).tick()
    desk.leg(Leg.DATEV, up=True)
    assert desk.story == ["NewJournal Absence"]
    assert desk.calls[call.call].in_datev_at == desk.at
    desk.later(61).tick()
    assert desk.desk.call(call.call) is None


def test_no_window_is_open_after_a_restart() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "a draft")
    desk.hang_up()
    kept = desk.desk.call(call.call)
    assert kept is not None
    assert kept.window_open
    desk.calls[call.call] = kept
    desk.restart()
    desk.connect()
    back = desk.desk.call(call.call)
    assert back is not None
    assert not back.window_open


def test_the_time_a_call_was_last_seen_is_kept_now_and_then() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    saved = len(desk.of(effects.SaveCall))
    desk.later(20).picture("p1")
    assert len(desk.of(effects.SaveCall)) == saved
    desk.later(20).picture("p1")
    assert desk.calls[desk.at_pbx("p1").call].last_seen_at == desk.at


def test_an_unanswered_step_is_not_repeated_when_the_caller_becomes_known_after_the_kill() -> None:
    desk = book()
    desk.ring()
    desk.mute = True
    desk.answer()
    desk.answers_look_up = False
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER)
    desk.restart()
    desk.mute = False
    desk.checker.forget()
    desk.connect()
    desk.find(desk.looked_up.pop())
    desk.hang_up()
    assert desk.story == ["NewCall Offered", "NewJournal Finished"]


def test_what_was_over_before_the_kill_is_no_live_news_after_it() -> None:
    desk = book()
    desk.answers_look_up = False
    desk.ring()
    desk.hang_up()
    desk.restart()
    desk.connect()
    desk.find(desk.looked_up.pop())
    assert desk.story == ["NewJournal Absence"]
