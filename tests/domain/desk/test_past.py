"""Calls that came and went while nobody watched: told once, with what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Call, Direction, Known, ListedCall, Outcome, PbxState
from datev_connector.domain.legs import Leg
from datev_connector.domain.record import CtiState, Method
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import (
    AUTOMATIC,
    CLIENT,
    MORNING,
    SHARED,
    STRANGER,
    Playbook,
    book,
    line,
)


def only(desk: Playbook) -> Call:
    (call,) = desk.calls.values()
    return call


def ended(desk: Playbook) -> list[tuple[str, Outcome | None]]:
    """Return what was told of calls that are over."""
    return [(e.call.number, e.call.outcome) for e in desk.of(effects.CallChanged)]


def cut(desk: Playbook) -> Playbook:
    """Lose the line for a while, in which nothing is seen."""
    desk.leg(Leg.STARFACE, up=False)
    desk.later(120)
    desk.leg(Leg.STARFACE, up=True)
    return desk


# --- what nobody knew of ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "outcome", "direction"),
    [
        (line(outcome=Outcome.MISSED), Outcome.MISSED, Direction.INCOMING),
        (line(outcome=Outcome.ANSWERED), Outcome.ANSWERED, Direction.INCOMING),
        (
            line(outcome=Outcome.ANSWERED_ELSEWHERE),
            Outcome.ANSWERED_ELSEWHERE,
            Direction.INCOMING,
        ),
        (line(outcome=Outcome.UNREACHED), Outcome.UNREACHED, Direction.OUTGOING),
        (
            line(outcome=Outcome.ANSWERED, direction="outgoing"),
            Outcome.ANSWERED,
            Direction.OUTGOING,
        ),
    ],
)
def test_a_call_that_nobody_saw_is_told_once_as_over(
    told: ListedCall, outcome: Outcome, direction: Direction
) -> None:
    desk = book(CallRules())
    desk.read_list(told)
    call = only(desk)
    assert (call.outcome, call.direction, call.active) == (outcome, direction, False)
    assert call.began_at == told.began_at
    assert ended(desk) == [(CLIENT, outcome)]
    assert call.name == "Adler GmbH"
    assert desk.windows == []
    assert desk.told == []


def test_it_goes_to_datev_as_one_journal_entry() -> None:
    desk = book()
    desk.read_list(line(60, CLIENT, Outcome.ANSWERED, talked_s=40))
    ((method, record),) = desk.told
    assert (method, record.state) == (Method.NEW_JOURNAL, CtiState.FINISHED)
    assert record.begin == MORNING - timedelta(seconds=60)
    assert record.end - record.begin == timedelta(seconds=40)
    assert (record.contact_id, record.sync_id) == ("c1", "")
    assert desk.problems == []


def test_a_missed_one_is_an_absence() -> None:
    desk = book()
    desk.read_list(line(60))
    ((_, record),) = desk.told
    assert record.state is CtiState.ABSENCE
    assert record.begin == record.end == MORNING - timedelta(seconds=60)


def test_it_waits_in_the_outbox_while_a_call_lives_or_datev_is_away() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.read_list(line(60))
    assert [queued.record.contact_id for queued in desk.of(effects.Queued)] == ["c1"]
    desk.ring("p9", STRANGER)
    desk.leg(Leg.DATEV, up=True)
    assert desk.story == []
    desk.hang_up("p9")
    assert desk.story == ["NewJournal Absence", "NewJournal Absence"]
    assert desk.problems == []


@pytest.mark.parametrize(
    ("rules", "told", "goes"),
    [
        (CallRules(), line(), False),
        (AUTOMATIC, line(number="23"), False),
        (CallRules(transfer_automatically=True, skip_internal=False), line(number="23"), True),
        (CallRules(transfer_automatically=True, only_datev_matches=True), line(), True),
        (
            CallRules(transfer_automatically=True, only_datev_matches=True),
            line(number=STRANGER),
            False,
        ),
        (CallRules(transfer_automatically=True, only_answered=True), line(), False),
        (
            CallRules(transfer_automatically=True, only_answered=True),
            line(outcome=Outcome.ANSWERED, talked_s=9),
            True,
        ),
        (
            CallRules(transfer_automatically=True, skip_internal=False, hide_internal=True),
            line(number="23"),
            False,
        ),
    ],
)
def test_the_rules_of_the_transfer_hold(rules: CallRules, told: ListedCall, *, goes: bool) -> None:
    desk = book(rules)
    desk.read_list(told)
    assert [method for method, _ in desk.told] == [Method.NEW_JOURNAL] * goes
    assert len(ended(desk)) == 1


def test_it_can_be_noted_and_sent_by_hand() -> None:
    desk = book(CallRules())
    desk.read_list(line(60))
    call = only(desk)
    desk.note(call, "call back")
    desk.press(call)
    assert [record.note for _, record in desk.told] == ["call back"]
    assert desk.story == ["NewJournal Absence"]


def test_who_it_was_is_not_asked_until_somebody_comes_back_to_it() -> None:
    desk = book()
    desk.read_list(line(number=SHARED))
    call = only(desk)
    assert call.known is Known.ASKED
    assert desk.of(effects.AskWho) == []
    ((_, record),) = desk.told
    assert (record.contact_id, record.contact_name) == ("", "")
    desk.feed(inputs.WindowOpened(at=desk.at, call=call.call))
    (asked,) = desk.of(effects.AskWho)
    assert [person.ref.id for person in asked.candidates] == ["s1", "s2"]
    assert desk.windows == ["open"]


def test_a_withheld_number_is_nobody() -> None:
    desk = book()
    desk.read_list(line(number=""))
    assert only(desk).known is Known.NOBODY


def test_a_name_that_the_list_has_counts_as_one_of_the_pbx() -> None:
    desk = book()
    desk.read_list(line(number=STRANGER, name="Fremd, Franz"))
    assert only(desk).name == "Fremd, Franz"


def test_calls_around_the_gap_are_not_entered() -> None:
    desk = book()
    desk.read_list(line(11 + 600, STRANGER), line(-11, STRANGER), line(9 + 600), line(-9))
    assert [call.number for call in desk.calls.values()] == [CLIENT, CLIENT]


# --- what is known already ----------------------------------------------------------------------


@pytest.mark.parametrize("ids", [(), ("e1",)])
def test_the_same_gap_read_again_tells_nothing_new(ids: tuple[str, ...]) -> None:
    desk = book()
    told = (line(60, CLIENT, Outcome.MISSED, *ids), line(30, SHARED, Outcome.MISSED))
    desk.read_list(*told)
    desk.read_list(*told)
    desk.later(7200).tick()
    assert desk.desk.calls == (), "they have left the desk"
    desk.read_list(*told, back_s=9000)
    desk.restart()
    desk.connect()
    desk.read_list(*told, back_s=9000)
    assert len(desk.calls) == len(desk.told) == len(ended(desk)) == 2


def test_an_id_holds_though_the_clock_was_measured_anew() -> None:
    desk = book()
    desk.read_list(line(60, CLIENT, Outcome.MISSED, "e1"))
    desk.read_list(line(3660, CLIENT, Outcome.MISSED, "e1"), back_s=7200)
    assert len(desk.calls) == 1


def test_the_id_of_the_call_decides_before_number_and_time() -> None:
    desk = book()
    desk.at = MORNING - timedelta(seconds=60)
    desk.ring()
    desk.later(2)
    desk.hang_up()
    desk.later(58).read_list(line(50, CLIENT, Outcome.MISSED, "p1"), line(59))
    assert [MORNING - call.began_at for call in desk.calls.values()] == [
        timedelta(seconds=60),
        timedelta(seconds=59),
    ]


@pytest.mark.parametrize(
    "other",
    [
        line(59, "+49 721 555111"),
        line(59, "0721555111"),
        line(59, "4711", Outcome.MISSED, "p1"),
        line(59, CLIENT, Outcome.ANSWERED_ELSEWHERE),
    ],
)
def test_a_call_that_was_seen_is_not_told_again(other: ListedCall) -> None:
    desk = book(AUTOMATIC)
    desk.at = MORNING - timedelta(seconds=60)
    desk.outcomes["p1"] = other.outcome
    desk.ring()
    desk.later(20)
    desk.hang_up()
    before = len(desk.seen)
    desk.later(40).read_list(other)
    assert len(desk.calls) == 1
    assert desk.seen[before:] == []


@pytest.mark.parametrize(
    "other",
    [
        line(59, STRANGER),
        line(40),
        line(59, CLIENT, Outcome.UNREACHED),
        line(59, "0721 555112"),
    ],
)
def test_another_call_is_another_call(other: ListedCall) -> None:
    desk = book()
    desk.at = MORNING - timedelta(seconds=60)
    desk.ring()
    desk.later(2)
    desk.hang_up()
    desk.later(58).read_list(other)
    assert len(desk.calls) == 2


def test_of_two_calls_of_one_number_in_a_row_the_unseen_one_is_entered() -> None:
    desk = book()
    desk.at = MORNING - timedelta(seconds=60)
    desk.ring()
    desk.later(2)
    desk.hang_up()
    desk.later(58).read_list(line(52), line(60))
    assert [call.began_at for call in desk.calls.values()] == [
        MORNING - timedelta(seconds=60),
        MORNING - timedelta(seconds=52),
    ]


@pytest.mark.parametrize("later_s", [0.0, 0.3])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("answered", ["p1", "p2"])
def test_of_two_calls_within_a_second_each_keeps_what_was_seen(
    answered: str, order: tuple[int, int], later_s: float
) -> None:
    desk = book()
    desk.outcomes = {"p1": Outcome.MISSED, "p2": Outcome.MISSED}
    for pbx_call, pause_s in (("p1", later_s), ("p2", 30)):
        desk.ring(pbx_call)
        if pbx_call == answered:
            desk.answer(pbx_call)
        desk.hang_up(pbx_call)
        desk.later(pause_s)
    before = len(desk.seen)
    both = [line(0, CLIENT, outcome) for outcome in (Outcome.MISSED, Outcome.ANSWERED)]
    desk.read_list(*(both[index] for index in order))
    assert len(desk.calls) == 2
    assert desk.seen[before:] == []


def test_who_tries_again_and_is_heard_was_missed_before() -> None:
    desk = book()
    desk.ring("p2")
    desk.later(1).read_list(line(8))
    assert [call.outcome for call in desk.calls.values()] == [None, Outcome.MISSED]


def test_a_call_that_lives_and_ended_this_moment_is_not_told_twice() -> None:
    desk = book()
    desk.ring("p2")
    desk.answer("p2")
    desk.read_list(line(1, CLIENT, Outcome.ANSWERED, talked_s=0))
    assert len(desk.calls) == 1
    assert only(desk).active


def test_a_call_that_we_came_upon_in_the_middle_is_known_by_its_talk() -> None:
    desk = book()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT, called_number="10")
    desk.later(100)
    desk.hang_up()
    began = line(40, CLIENT, Outcome.ANSWERED, talked_s=130)
    next_one = line(-131, CLIENT, Outcome.ANSWERED, talked_s=130)
    desk.later(400).read_list(began, next_one)
    assert [call.began_at for call in desk.calls.values()] == [MORNING, next_one.began_at]


def test_a_call_whose_number_never_came_is_known_by_its_time() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    cut(desk).picture()
    desk.read_list(line(1))
    assert len(desk.calls) == 1


# --- what the list sets right -------------------------------------------------------------------


def lost_in_mid_ring(rules: CallRules = AUTOMATIC, outcome: Outcome | None = None) -> Playbook:
    """Ring, lose the line, and find the call gone when it is back."""
    desk = book(rules)
    desk.answers_outcome = outcome is not None
    if outcome is not None:
        desk.outcomes["p1"] = outcome
    desk.ring()
    cut(desk).picture()
    return desk


def test_datev_is_not_told_that_a_call_was_missed_before_the_list_was_read() -> None:
    desk = lost_in_mid_ring()
    assert desk.story == ["NewCall Offered"]
    desk.read_list(line(0, CLIENT, Outcome.ANSWERED, talked_s=70))
    assert desk.story[1:] == ["CallStateChanged Connected", "CallStateChanged Finished"]
    record = desk.told[-1][1]
    assert record.end - record.begin == timedelta(seconds=70)
    call = only(desk)
    assert (call.outcome, call.ended_at) == (Outcome.ANSWERED, MORNING + timedelta(seconds=70))
    assert desk.problems == []
    late = inputs.OutcomeLearned(at=desk.at, call=call.call, outcome=None)
    desk.feed(late)
    assert only(desk).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("outcome", "story"),
    [
        (Outcome.ANSWERED, ["CallStateChanged Connected", "CallStateChanged Finished"]),
        (Outcome.MISSED, ["CallStateChanged Absence"]),
        (Outcome.ANSWERED_ELSEWHERE, ["CallStateChanged Absence"]),
    ],
)
def test_the_answer_to_a_question_of_our_own_settles_it_as_well(
    outcome: Outcome, story: list[str]
) -> None:
    desk = lost_in_mid_ring(outcome=outcome)
    assert desk.story[1:] == [], "the list knows better how long it was"
    desk.sleep()
    assert desk.story[1:] == story
    assert only(desk).outcome is outcome
    assert desk.problems == []


def test_an_entry_that_still_waits_is_set_right_as_well() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring()
    desk.later(600).restart()
    desk.leg(Leg.STARFACE, up=True)
    desk.answers_outcome = False
    desk.picture()
    desk.read_list(line(0, CLIENT, Outcome.ANSWERED, talked_s=70), back_s=700)
    desk.leg(Leg.DATEV, up=True)
    ((method, record),) = desk.told
    assert (method, record.state) == (Method.NEW_JOURNAL, CtiState.FINISHED)
    assert record.end - record.begin == timedelta(seconds=70)


def test_when_the_pbx_stays_away_a_guess_has_to_do() -> None:
    desk = book()
    desk.ring()
    desk.leg(Leg.STARFACE, up=False)
    desk.later(60).picture()
    assert desk.story == ["NewCall Offered"]
    desk.later(3700).tick()
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]
    assert ended(desk)[-1] == (CLIENT, Outcome.MISSED)


def test_an_answer_that_nobody_saw_counts_for_only_answered() -> None:
    desk = lost_in_mid_ring(CallRules(transfer_automatically=True, only_answered=True))
    desk.read_list(line(0, CLIENT, Outcome.ANSWERED, talked_s=70))
    assert desk.story == ["NewJournal Finished"]


def test_a_guess_is_set_right_even_when_the_call_has_left_the_desk() -> None:
    desk = book(CallRules())
    desk.ring()
    call = desk.hang_up()
    assert call.outcome is Outcome.MISSED, "nobody could be asked"
    desk.feed(inputs.WindowClosed(at=desk.at, call=call.call))
    desk.later(7200).tick()
    desk.read_list(line(0, CLIENT, Outcome.ANSWERED), back_s=7300)
    assert only(desk).outcome is Outcome.ANSWERED_ELSEWHERE, "the user did not answer it"
    assert [outcome for _, outcome in ended(desk)][1:] == [
        Outcome.MISSED,
        Outcome.ANSWERED_ELSEWHERE,
    ]
    assert desk.told == []


def test_what_was_seen_is_not_set_right() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.hang_up()
    desk.later(10).read_list(line(0, CLIENT, Outcome.MISSED))
    assert only(desk).outcome is Outcome.ANSWERED
    assert only(desk).connected_at == MORNING


def test_a_turn_that_fails_enters_nothing() -> None:
    desk = book()
    good = line(60, CLIENT, Outcome.MISSED, "e1")
    broken = replace(line(50), number=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        desk.read_list(good, broken)
    assert desk.desk.calls == ()
    desk.read_list(good)
    assert len(desk.calls) == len(desk.told) == 1


# --- who was put through --------------------------------------------------------------------------


@pytest.mark.parametrize("lives", [True, False])
@pytest.mark.parametrize("first", ["23", CLIENT])
def test_a_call_put_through_at_the_edge_of_the_gap_is_known_by_its_first_number(
    first: str, *, lives: bool
) -> None:
    desk = book()
    desk.ring(number=first)
    desk.later(2).answer()
    desk.later(3)
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER, called_number="10")
    cut(desk).picture("p1")
    if not lives:
        desk.later(5).hang_up()
    desk.read_list(line(0, first, Outcome.ANSWERED, talked_s=128))
    assert only(desk).number == STRANGER
    assert only(desk).outcome is (None if lives else Outcome.ANSWERED)


def test_the_number_that_a_call_has_now_goes_before_its_first() -> None:
    desk = book()
    desk.ring()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER, called_number="10")
    desk.later(60).hang_up()
    desk.read_list(line(1, STRANGER, Outcome.ANSWERED, talked_s=60), line(0, CLIENT))
    assert [(call.number, call.outcome) for call in desk.calls.values()] == [
        (STRANGER, Outcome.ANSWERED),
        (CLIENT, Outcome.MISSED),
    ]


def test_another_spelling_is_no_other_number() -> None:
    desk = book()
    desk.ring()
    desk.pbx("p1", PbxState.CONNECTED, caller_number="+49721555111", called_number="10")
    assert desk.at_pbx("p1").first_number == ""
