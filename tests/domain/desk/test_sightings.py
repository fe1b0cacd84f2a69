"""Events of the PBX that come late, twice, out of order, or not at all."""

from __future__ import annotations

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import CallState, Outcome, PbxState
from datev_connector.domain.legs import Leg
from tests.domain.desk.playbook import CLIENT, book


def test_a_call_that_a_colleague_took_is_not_missed() -> None:
    desk = book()
    desk.outcomes["p1"] = Outcome.ANSWERED_ELSEWHERE
    desk.ring(group="Team")
    call = desk.hang_up()
    assert call.outcome is Outcome.ANSWERED_ELSEWHERE
    told = [e.call.outcome for e in desk.of(effects.CallChanged) if not e.call.active]
    assert told == [Outcome.ANSWERED_ELSEWHERE]


def test_the_end_is_not_told_before_the_call_list_has_answered() -> None:
    desk = book()
    desk.answers_outcome = False
    call = desk.ring()
    desk.hang_up()
    assert all(e.call.active for e in desk.of(effects.CallChanged))
    desk.feed(inputs.OutcomeLearned(at=desk.at, call=call.call, outcome=Outcome.MISSED))
    assert [e.call.outcome for e in desk.of(effects.CallChanged)][-1] is Outcome.MISSED


def test_repeated_and_backward_states_change_nothing() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    for state in (PbxState.RINGING, PbxState.REACHED, PbxState.CONNECTED, PbxState.PROCEEDING):
        desk.pbx("p1", state)
    desk.hang_up()
    desk.pbx("p1", PbxState.HANGUP)
    desk.pbx("p1", PbxState.CONNECTED)
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert len(desk.desk.calls) == 1


def test_the_same_id_rings_again_later_as_a_new_call() -> None:
    desk = book()
    first = desk.ring()
    desk.hang_up()
    second = desk.later(10).ring()
    assert first.call != second.call
    assert second.active


def test_an_unknown_call_that_ends_is_ignored() -> None:
    desk = book()
    desk.pbx("ghost", PbxState.HANGUP, caller_number=CLIENT)
    assert desk.desk.calls == ()


def test_what_the_pbx_no_longer_lists_has_ended_when_the_line_was_lost() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    lost_at = desk.later(30).at
    desk.leg(Leg.STARFACE, up=False)
    desk.later(600).leg(Leg.STARFACE, up=True)
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    call = next(iter(desk.calls.values()))
    assert call.ended_at == lost_at
    assert call.outcome is Outcome.ANSWERED
    assert desk.story[-1] == "CallStateChanged Finished"
    assert desk.problems == []


def test_a_picture_says_nothing_of_calls_that_began_after_it_was_asked_for() -> None:
    desk = book()
    asked_at = desk.at
    desk.later(1).ring()
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=asked_at, alive=frozenset()))
    assert desk.at_pbx("p1").active


def test_a_call_that_survives_the_restart_of_the_pbx_connection_goes_on() -> None:
    desk = book()
    desk.ring()
    desk.leg(Leg.STARFACE, up=False)
    desk.later(5).leg(Leg.STARFACE, up=True)
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset({"p1"})))
    desk.answer()
    desk.hang_up()
    assert desk.story[-1] == "CallStateChanged Finished"


def test_a_call_moves_to_a_new_id() -> None:
    desk = book()
    call = desk.ring()
    desk.feed(inputs.CallMoved(at=desk.at, old="p1", new="p9"))
    desk.answer("p9")
    assert desk.at_pbx("p9").call == call.call
    assert len(desk.desk.calls) == 1


def test_hold_and_resume() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.pbx("p1", PbxState.HELD)
    assert desk.at_pbx("p1").state is CallState.HELD
    desk.answer()
    assert desk.at_pbx("p1").state is CallState.CONNECTED
    assert len(desk.told) == 2


def test_a_mailbox_that_takes_over_means_missed() -> None:
    desk = book()
    desk.ring()
    desk.pbx("p1", PbxState.MAILBOX)
    assert desk.at_pbx("p1").outcome is Outcome.MISSED
    desk.pbx("p1", PbxState.HANGUP)
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]


def test_an_ended_call_does_not_take_the_id_from_the_one_that_rings_again() -> None:
    desk = book()
    first = desk.ring()
    desk.hang_up()
    desk.later(10).ring()
    desk.note(first, "typed in the first window")
    desk.answer()
    desk.hang_up()
    assert len(desk.calls) == 2
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Absence",
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]


def test_a_move_of_an_ended_call_ends_nobody_else() -> None:
    desk = book()
    desk.ring("p1")
    desk.hang_up("p1")
    desk.ring("p2")
    desk.answer("p2")
    desk.feed(inputs.CallMoved(at=desk.at, old="p1", new="p2"))
    assert desk.at_pbx("p2").active


def test_what_the_call_list_calls_answered_is_not_missed() -> None:
    desk = book()
    desk.outcomes["p1"] = Outcome.ANSWERED
    desk.ring()
    assert desk.hang_up().outcome is Outcome.ANSWERED


def test_a_call_first_seen_on_hold_is_a_conversation() -> None:
    desk = book()
    desk.pbx("p1", PbxState.HELD, caller_number=CLIENT, called_number="10")
    assert desk.at_pbx("p1").state is CallState.HELD
    assert desk.windows[0] == "open"
    assert desk.hang_up().outcome is Outcome.ANSWERED


def test_a_call_dialled_while_the_line_was_lost_is_settled_by_the_call_list() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGBACK, called_number=CLIENT, caller_number="10")
    desk.outcomes["p1"] = Outcome.ANSWERED
    desk.leg(Leg.STARFACE, up=False)
    desk.later(30).leg(Leg.STARFACE, up=True)
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    assert next(iter(desk.calls.values())).outcome is Outcome.ANSWERED


def test_a_late_report_under_the_old_id_begins_no_second_call() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.feed(inputs.CallMoved(at=desk.at, old="p1", new="p9"))
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    assert len(desk.desk.calls) == 1
