"""Events of the PBX that come late, twice, out of order, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import CallState, Direction, Live, Outcome, PbxState
from datev_connector.domain.legs import Leg
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import CLIENT, STRANGER, book


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
    desk.sleep()
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


def test_a_report_of_before_the_end_is_an_echo_however_late_it_comes() -> None:
    desk = book()
    desk.ring()
    answered_at = desk.later(5).at
    desk.later(5).hang_up()
    desk.later(60)
    desk.pbx("p1", PbxState.CONNECTED, changed_at=answered_at, caller_number=CLIENT)
    assert len(desk.desk.calls) == 1


@pytest.mark.parametrize(("after_s", "calls"), [(2.9, 1), (3.1, 2)])
def test_without_a_time_of_the_pbx_a_report_soon_after_the_end_is_an_echo(
    after_s: float, calls: int
) -> None:
    desk = book()
    desk.ring()
    desk.hang_up()
    desk.later(after_s)
    desk.feed(inputs.CallSighted(at=desk.at, pbx_call="p1", state=PbxState.RINGING))
    assert len(desk.desk.calls) == calls


def test_a_call_that_moves_onto_another_ends_that_one() -> None:
    desk = book()
    first = desk.ring("p1")
    second = desk.ring("p2", STRANGER)
    desk.answer("p2")
    desk.feed(inputs.CallMoved(at=desk.later(5).at, old="p1", new="p2"))
    assert [c.call for c in desk.desk.calls if c.active] == [first.call]
    assert desk.calls[second.call].ended_at == desk.at
    desk.answer("p2")
    desk.hang_up("p2")
    assert len(desk.desk.calls) == 2
    assert [s for s in desk.story if "Finished" in s] == ["CallStateChanged Finished"] * 2
    assert desk.problems == []


@pytest.mark.parametrize("new", ["", "p1"])
def test_a_move_to_nowhere_changes_nothing(new: str) -> None:
    desk = book()
    desk.ring()
    assert desk.feed(inputs.CallMoved(at=desk.at, old="p1", new=new)) == ()
    assert desk.answer().active


def test_a_picture_asked_for_before_the_move_does_not_end_the_call() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    asked_at = desk.later(1).at
    desk.feed(inputs.CallMoved(at=desk.later(1).at, old="p1", new="p9"))
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=asked_at, alive=frozenset({"p1"})))
    assert desk.at_pbx("p9").active


def test_the_group_is_kept_as_it_was_first_said() -> None:
    desk = book()
    desk.ring()
    assert desk.ring(group="Team").group == "Team"
    assert desk.ring(group="Others").group == "Team"
    assert desk.answer().group == "Team"


@pytest.mark.parametrize("name", ["+49301234567", "0301234567", "anonymous"])
def test_a_number_that_stands_for_the_name_is_no_name(name: str) -> None:
    desk = book()
    assert desk.ring(number=STRANGER, caller_name=name).name == ""


def test_the_times_are_those_of_the_pbx() -> None:
    desk = book()
    times = []
    for state in (PbxState.RINGING, PbxState.CONNECTED, PbxState.HANGUP):
        desk.later(10)
        times.append(desk.at - timedelta(seconds=2))
        desk.pbx("p1", state, changed_at=times[-1], caller_number=CLIENT)
    rang, answered, ended = times
    assert [(r.begin, r.end) for _, r in desk.told] == [
        (rang, rang),
        (answered, answered),
        (answered, ended),
    ]
    call = next(iter(desk.calls.values()))
    assert (call.began_at, call.connected_at, call.ended_at) == (rang, answered, ended)


def test_without_times_of_the_pbx_ours_count() -> None:
    desk = book()
    times = []
    for state in (PbxState.RINGING, PbxState.CONNECTED, PbxState.HANGUP):
        times.append(desk.later(10).at)
        desk.feed(inputs.CallSighted(at=desk.at, pbx_call="p1", state=state, caller_number=CLIENT))
    call = next(iter(desk.calls.values()))
    assert [call.began_at, call.connected_at, call.ended_at] == times


def test_ringing_begins_with_the_telephone_and_not_with_the_account() -> None:
    desk = book()
    desk.pbx("p1", PbxState.REACHED, caller_number=CLIENT)
    assert desk.told == []
    desk.later(5).ring()
    assert desk.told[0][1].begin == desk.at
    rang_at = desk.at
    desk.later(5).ring()
    assert desk.at_pbx("p1").began_at == rang_at


def test_a_call_never_ends_before_it_began() -> None:
    desk = book()
    desk.ring()
    before = desk.at - timedelta(seconds=9)
    desk.pbx("p1", PbxState.CONNECTED, changed_at=before)
    assert desk.at_pbx("p1").connected_at == desk.at
    desk.pbx("p1", PbxState.HANGUP, changed_at=before)
    call = next(iter(desk.calls.values()))
    assert call.ended_at == call.connected_at == desk.at


def test_an_unanswered_call_never_ends_before_it_rang() -> None:
    desk = book()
    desk.ring()
    desk.pbx("p1", PbxState.HANGUP, changed_at=desk.at - timedelta(seconds=9))
    assert next(iter(desk.calls.values())).ended_at == desk.at


@pytest.mark.parametrize("state", [PbxState.CONNECTED, PbxState.HELD])
@pytest.mark.parametrize(
    ("caller", "called", "direction"),
    [
        ("10", CLIENT, Direction.OUTGOING),
        (CLIENT, "10", Direction.INCOMING),
        ("23", "10", Direction.INCOMING),
        ("", "10", Direction.INCOMING),
    ],
)
def test_the_direction_of_a_call_first_seen_in_the_middle(
    state: PbxState, caller: str, called: str, direction: Direction
) -> None:
    desk = book()
    desk.pbx("p1", state, caller_number=caller, called_number=called)
    call = desk.at_pbx("p1")
    assert call.direction is direction
    assert call.number == (called if direction is Direction.OUTGOING else caller)


def test_a_voice_mailbox_that_answers_an_outgoing_call_has_answered() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGBACK, called_number=CLIENT, caller_number="10")
    desk.pbx("p1", PbxState.MAILBOX)
    assert desk.at_pbx("p1").state is CallState.CONNECTED
    assert desk.hang_up().outcome is Outcome.ANSWERED


def test_a_call_that_only_a_mailbox_ever_had_is_none_of_the_user() -> None:
    desk = book()
    desk.pbx("p1", PbxState.MAILBOX, caller_number=CLIENT, called_number="10")
    assert desk.desk.calls == ()


def test_without_a_line_a_call_ends_when_nothing_was_heard_of_it_for_an_hour() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answer()
    seen_at = desk.at
    desk.leg(Leg.STARFACE, up=False)
    desk.later(3599).tick()
    assert desk.at_pbx("p1").active
    desk.later(2).tick()
    call = desk.at_pbx("p1")
    assert (call.active, call.ended_at, call.live) == (False, seen_at, Live.BROKEN)


def test_with_a_line_a_long_call_does_not_end_by_itself() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(4 * 3600).tick()
    assert desk.at_pbx("p1").active


def test_a_dialled_call_may_be_missing_from_the_list_for_a_moment() -> None:
    desk = book()
    desk.dial()
    desk.accept()
    desk.later(10).picture()
    assert [c.active for c in desk.desk.calls] == [True]
    desk.later(21).picture()
    assert [c.active for c in desk.desk.calls] == [False]


def test_an_ended_call_that_is_forgotten_leaves_its_id_to_the_living_one() -> None:
    desk = book(CallRules(close_after_call=True))
    first = desk.ring()
    desk.hang_up()
    desk.later(10).ring()
    second = desk.answer()
    desk.later(7200).tick()
    assert desk.desk.call(first.call) is None
    desk.hang_up()
    assert [c.call for c in desk.desk.calls] == [second.call]
    assert not desk.calls[second.call].active


def test_what_the_call_list_says_later_does_not_change_the_outcome() -> None:
    desk = book()
    desk.ring()
    call = desk.hang_up()
    late = inputs.OutcomeLearned(at=desk.at, call=call.call, outcome=Outcome.ANSWERED_ELSEWHERE)
    desk.feed(late)
    assert desk.calls[call.call].outcome is Outcome.MISSED


def test_a_call_first_seen_in_the_middle_has_lasted_since_the_pbx_says() -> None:
    desk = book()
    answered = desk.at - timedelta(minutes=5)
    desk.pbx("p1", PbxState.CONNECTED, changed_at=answered, caller_number=CLIENT)
    call = desk.at_pbx("p1")
    assert (call.began_at, call.connected_at) == (answered, answered)
    assert desk.told[0][1].begin == answered


# --- the PBX's own accounts -----------------------------------------------------------------------


def test_a_known_account_is_internal_whatever_its_length() -> None:
    desk = book()
    assert not desk.ring("p1", number="71234567").internal
    desk.feed(inputs.AccountsLearned(at=desk.at, accounts=frozenset({"71234567"})))
    assert desk.ring("p2", number="71234567").internal
    desk.feed(inputs.AccountsLearned(at=desk.at, accounts=frozenset()))
    assert not desk.ring("p3", number="71234567").internal
