"""Calls that ended while nobody watched: how long they lasted, and when DATEV is told."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Call, Outcome, PbxState
from datev_connector.domain.desk.unseen import LIST_COMES, LIST_LAGS
from datev_connector.domain.legs import Leg
from datev_connector.domain.record import CallRecord, CtiState, Delivery, Method
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import AUTOMATIC, CLIENT, SHARED, Playbook, book, line

MINUTES = 60
TALK = timedelta(minutes=25)
FINISHED = "CallStateChanged Finished"


def only(desk: Playbook) -> Call:
    (call,) = desk.calls.values()
    return call


def talked(desk: Playbook) -> timedelta:
    """Return how long our own journal says that the only call lasted."""
    call = only(desk)
    assert call.connected_at is not None
    assert call.ended_at is not None
    return call.ended_at - call.connected_at


def last(desk: Playbook) -> CallRecord:
    return desk.told[-1][1]


def in_datev(desk: Playbook) -> timedelta:
    assert last(desk).state is CtiState.FINISHED
    return last(desk).end - last(desk).begin


def lost_in_mid_talk(desk: Playbook | None = None) -> Playbook:
    """Talk for five minutes, lose the line, and find the call gone much later."""
    desk = book() if desk is None else desk
    desk.ring()
    desk.answer()
    desk.later(5 * MINUTES).leg(Leg.STARFACE, up=False)
    desk.later(40 * MINUTES).picture()
    desk.leg(Leg.STARFACE, up=True)
    return desk


def read(desk: Playbook, talked_s: float | None = TALK.total_seconds()) -> None:
    """Read the list, with the only call in it."""
    began = only(desk).began_at
    desk.read_list(line(0, CLIENT, Outcome.ANSWERED, talked_s=talked_s, now=began), back_s=2400)


# --- how long it lasted ---------------------------------------------------------------------------


def test_a_talk_that_went_on_in_the_gap_has_its_whole_length() -> None:
    desk = lost_in_mid_talk()
    assert FINISHED not in desk.story
    read(desk)
    assert talked(desk) == in_datev(desk) == TALK
    assert desk.story == ["NewCall Offered", "CallStateChanged Connected", FINISHED]
    assert desk.of(effects.CallChanged)[-1].call.ended_at == only(desk).ended_at
    assert desk.problems == []


@pytest.mark.parametrize("talked_s", [None, 0])
def test_a_list_that_names_no_length_leaves_that_which_was_seen(talked_s: float | None) -> None:
    desk = lost_in_mid_talk()
    read(desk, talked_s)
    assert talked(desk) == in_datev(desk) == timedelta(minutes=5)


def test_a_line_that_was_silent_long_before_it_was_lost_makes_no_talk_longer() -> None:
    desk = lost_in_mid_talk()
    read(desk, 4 * MINUTES)
    assert talked(desk) == in_datev(desk) == timedelta(minutes=4)


def test_a_talk_that_we_came_upon_is_set_right_as_well() -> None:
    desk = book()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT, called_number="10")
    began = desk.at - timedelta(seconds=40)
    desk.later(60).leg(Leg.STARFACE, up=False)
    desk.later(3600).picture()
    desk.leg(Leg.STARFACE, up=True)
    desk.read_list(line(0, CLIENT, Outcome.ANSWERED, talked_s=1800, now=began), back_s=3660)
    assert talked(desk) == in_datev(desk) == timedelta(seconds=1800)


def test_what_was_watched_to_its_end_keeps_its_length() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(90).hang_up()
    read(desk)
    assert talked(desk) == in_datev(desk) == timedelta(seconds=90)


def test_what_datev_has_is_not_changed_afterwards() -> None:
    desk = lost_in_mid_talk()
    desk.later(60).tick()
    assert in_datev(desk) == timedelta(minutes=5)
    read(desk)
    assert talked(desk) == timedelta(minutes=5)
    assert desk.story.count(FINISHED) == 1


def test_without_datev_the_journal_of_our_own_is_right_however_late_the_list_is() -> None:
    desk = lost_in_mid_talk(book(CallRules()))
    desk.later(3600).tick()
    read(desk)
    assert talked(desk) == TALK
    assert desk.told == []


def test_an_entry_that_has_not_left_takes_the_length() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    lost_in_mid_talk(desk)
    desk.later(60).tick()
    assert [queued.record.state for queued in desk.of(effects.Queued)] == [CtiState.FINISHED]
    read(desk)
    desk.leg(Leg.DATEV, up=True)
    assert [method for method, _ in desk.told] == [Method.NEW_JOURNAL]
    assert talked(desk) == in_datev(desk) == TALK


def test_an_entry_that_may_have_arrived_is_repeated_as_it_was() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    lost_in_mid_talk(desk)
    desk.later(60).tick()
    desk.answers_with = Delivery.UNCLEAR
    desk.leg(Leg.DATEV, up=True)
    read(desk)
    desk.answers_with = Delivery.CONFIRMED
    desk.later(60).tick()
    assert talked(desk) == in_datev(desk) == timedelta(minutes=5)
    assert desk.problems == []


# --- who comes first ------------------------------------------------------------------------------

EVENTS = ("outcome", "list", "again", "up", "tick")


def play(desk: Playbook, event: str, outcome: Outcome, told: Outcome | None, talk_s: int) -> None:
    call = only(desk)
    line_ = line(1, CLIENT, outcome, talked_s=talk_s, now=call.began_at)
    match event:
        case "outcome":
            desk.feed(inputs.OutcomeLearned(at=desk.at, call=call.call, outcome=told))
        case "list" | "again":
            desk.read_list(line_, back_s=900)
        case "up":
            desk.leg(Leg.STARFACE, up=True)
        case _:
            desk.later(1).tick()


@given(
    order=st.sampled_from(list(permutations(EVENTS))),
    outcome=st.sampled_from([Outcome.ANSWERED, Outcome.MISSED, Outcome.ANSWERED_ELSEWHERE]),
    says=st.booleans(),
    answered=st.booleans(),
    talk_s=st.integers(1, 900),
    rules=st.sampled_from([AUTOMATIC, CallRules(transfer_automatically=True, only_answered=True)]),
)
def test_whoever_answers_first_journal_and_datev_say_the_same(
    order: tuple[str, ...],
    outcome: Outcome,
    talk_s: int,
    rules: CallRules,
    *,
    says: bool,
    answered: bool,
) -> None:
    """The answer to our own question, the list, its second reading, and the line itself."""
    desk = book(rules)
    desk.answers_outcome = False
    desk.ring()
    if answered:
        outcome = Outcome.ANSWERED
        desk.later(2).answer()
    desk.later(2).leg(Leg.STARFACE, up=False)
    desk.later(900).picture()
    for event in order:
        play(desk, event, outcome, outcome if says else None, talk_s)
    desk.later(60).tick()
    assert only(desk).outcome is outcome
    if outcome is Outcome.ANSWERED:
        assert talked(desk) == in_datev(desk) == timedelta(seconds=talk_s)
    elif rules.only_answered:
        assert desk.told == []
    else:
        assert last(desk).state is CtiState.ABSENCE
    assert desk.problems == []
    assert desk.replay() == desk.wanted


# --- when DATEV is told ---------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_a_pbx_without_a_list_is_not_waited_for_long(outcome: Outcome | None) -> None:
    desk = book()
    desk.ring()
    if outcome is None:
        desk.answer()
    else:
        desk.outcomes["p1"] = outcome
    desk.leg(Leg.STARFACE, up=False)
    desk.later(300).leg(Leg.STARFACE, up=True)
    desk.picture()
    told = len(desk.told)
    back_at = desk.at
    desk.sleep()
    assert desk.at == back_at + LIST_COMES
    assert len(desk.told) > told
    assert last(desk).state in (CtiState.FINISHED, CtiState.ABSENCE)
    assert desk.problems == []


def test_the_second_reading_without_the_call_is_the_last_to_be_waited_for() -> None:
    desk = lost_in_mid_talk()
    desk.read_list(line(60, SHARED, now=desk.at))
    assert FINISHED not in desk.story
    desk.later(10).read_list(line(60, SHARED, now=desk.at))
    assert FINISHED in desk.story


def test_the_second_reading_is_waited_for_and_not_longer() -> None:
    desk = lost_in_mid_talk()
    desk.read_list()
    read_at = desk.at
    desk.sleep()
    assert desk.at == read_at + LIST_LAGS
    assert FINISHED in desk.story


def test_a_list_that_lags_still_sets_the_length_right() -> None:
    desk = lost_in_mid_talk()
    desk.read_list()
    desk.later(10)
    read(desk)
    assert talked(desk) == in_datev(desk) == TALK


def test_while_the_pbx_is_away_again_nobody_waits_for_its_list() -> None:
    desk = lost_in_mid_talk()
    desk.later(5).leg(Leg.STARFACE, up=False)
    desk.later(300).tick()
    assert FINISHED not in desk.story
    desk.leg(Leg.STARFACE, up=True)
    desk.later(5).tick()
    read(desk)
    assert talked(desk) == in_datev(desk) == TALK


def test_a_pbx_that_stays_away_is_given_up() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(300).leg(Leg.STARFACE, up=False)
    desk.later(10).picture()
    desk.later(3580).tick()
    assert FINISHED not in desk.story
    desk.later(20).tick()
    assert in_datev(desk) == timedelta(minutes=5)


def test_a_clock_that_is_put_back_makes_nobody_wait_longer() -> None:
    desk = lost_in_mid_talk()
    desk.later(-3600).tick()
    assert FINISHED in desk.story


def test_a_kill_before_the_list_was_read_loses_no_length() -> None:
    desk = lost_in_mid_talk()
    desk.later(5).restart()
    desk.checker.forget()
    desk.connect()
    assert "NewJournal Finished" not in desk.story
    read(desk)
    assert desk.story[-1] == "NewJournal Finished"
    assert talked(desk) == in_datev(desk) == TALK
    assert desk.problems == []


def test_a_talk_that_ended_while_we_were_killed_has_its_whole_length() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(5 * MINUTES).restart()
    desk.checker.forget()
    desk.later(40 * MINUTES).connect()
    desk.picture()
    read(desk)
    assert desk.story[-1] == "NewJournal Finished"
    assert talked(desk) == in_datev(desk) == TALK


def test_a_note_that_is_sent_meanwhile_goes_out_with_the_right_length() -> None:
    desk = lost_in_mid_talk(book(CallRules()))
    desk.note(only(desk), "call back")
    desk.press(only(desk))
    assert desk.told == []
    read(desk)
    assert (last(desk).note, in_datev(desk)) == ("call back", TALK)
    assert len(desk.told) == 1


def test_a_failed_turn_keeps_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = lost_in_mid_talk()
    with monkeypatch.context() as patched:
        patched.setattr("datev_connector.domain.desk.windows.tell", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            read(desk)
    assert FINISHED not in desk.story
    read(desk)
    assert talked(desk) == in_datev(desk) == TALK
