from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain import inputs
from datev_connector.domain.calls import Direction, ListedCall, Outcome
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.desk.terms import Terms
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.rules import CallRules
from datev_connector.engine.recording import Recorder, Restored

MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)


def terms(issued: int = 0) -> Terms:
    return Terms(CallRules(), DialPlan(), "station", 1, issued, 1)


def tick(seconds: float) -> inputs.Ticked:
    return inputs.Ticked(at=MORNING + timedelta(seconds=seconds))


@given(steps_s=st.lists(st.integers(-100, 100_000), max_size=60), most=st.integers(1, 20))
def test_the_latest_inputs_are_kept_in_order_with_the_terms_of_the_first(
    steps_s: list[int], most: int
) -> None:
    recorder = Recorder(most=most)
    fed, at_s = [], 0
    for number, step_s in enumerate(steps_s):
        at_s += step_s
        fed.append(tick(at_s))
        recorder.take(fed[-1], terms(number))
    recording = recorder.recording()
    kept = len(recording.inputs)
    assert recording.inputs == tuple(fed[len(fed) - kept :])
    assert kept <= most
    assert recording.begins_in_the_middle is (kept < len(fed))
    assert (recording.terms is None) is (kept == 0) is (not fed)
    if recording.terms is not None:
        assert recording.terms.issued == len(fed) - kept
        assert fed[-1].at - recording.inputs[0].at <= timedelta(hours=24)


def test_what_is_a_day_old_is_forgotten() -> None:
    recorder = Recorder()
    for hours in (0, 1, 25):
        recorder.take(tick(hours * 3600), terms())
    assert recorder.recording().inputs == (tick(3600), tick(25 * 3600))


def test_long_notes_and_lists_do_not_fill_the_memory() -> None:
    recorder = Recorder(largest=1_000_000)
    note = inputs.NoteTyped(at=MORNING, call="c", text="x" * 100_000)
    line = ListedCall(direction=Direction.INCOMING, outcome=Outcome.MISSED, began_at=MORNING)
    listed = inputs.CallListRead(
        at=MORNING, since=MORNING, until=MORNING, calls=tuple([line] * 1000)
    )
    for _ in range(50):
        recorder.take(note, terms())
    assert len(recorder.recording().inputs) == 2
    recorder.take(listed, terms())
    recorder.take(listed, terms())
    assert recorder.recording().inputs == (listed,)
    recorder.take(tick(0), terms())
    assert recorder.recording().inputs == (listed, tick(0))


def picture(seconds: float, *alive: str, late_s: float = 0) -> inputs.PictureTaken:
    asked_at = MORNING + timedelta(seconds=seconds)
    at = asked_at + timedelta(seconds=late_s)
    return inputs.PictureTaken(at=at, asked_at=asked_at, alive=frozenset(alive))


def test_looks_that_came_to_nothing_are_left_out_for_the_next_one() -> None:
    recorder = Recorder(most=4)
    for seconds in range(0, 1000, 10):
        for event in (picture(seconds), tick(seconds + 1)):
            recorder.take(event, terms())
            recorder.nothing_came_of_it()
    recording = recorder.recording()
    assert recording.inputs == (picture(990), tick(991))
    assert not recording.begins_in_the_middle


@pytest.mark.parametrize(
    "later", [picture(5, "p1", "p2"), picture(-5, "p1"), picture(-5, "p1", late_s=9)]
)
def test_a_look_that_says_something_else_leaves_none_out(later: inputs.PictureTaken) -> None:
    recorder = Recorder()
    recorder.take(picture(0, "p1"), terms())
    recorder.nothing_came_of_it()
    recorder.take(later, terms())
    assert len(recorder.recording().inputs) == 2


def test_what_the_desk_did_something_on_is_never_left_out() -> None:
    recorder = Recorder()
    note = inputs.NoteTyped(at=MORNING, call="c", text="x")
    for event in (note, note, picture(0), picture(5)):
        recorder.take(event, terms())
        if event is note:
            recorder.nothing_came_of_it()
    assert len(recorder.recording().inputs) == 4


def test_how_the_legs_stood_outlives_what_is_forgotten() -> None:
    recorder = Recorder(most=1)
    told = []
    for leg, state in (
        (Leg.STARFACE, LegState.UP),
        (Leg.DATEV, LegState.DOWN),
        (Leg.DATEV, LegState.UP),
    ):
        report = LegReport(leg=leg, state=state, since=MORNING, reason="so")
        told.append(inputs.LegChanged(at=MORNING, report=report))
        recorder.take(told[-1], terms())
    assert recorder.recording().legs == (told[0], told[1])
    recorder.take(tick(0), terms())
    assert recorder.recording().legs == (told[0], told[2])


def test_what_a_desk_took_up_is_remembered_as_long_as_what_came_after_it() -> None:
    left = Restored(at=MORNING, terms=terms(), calls=(), entries=(), next_position=4)
    recorder = Recorder(most=2)
    recorder.restored(left)
    for seconds in (0, 1):
        recorder.take(tick(seconds), terms())
    recording = recorder.recording()
    assert (recording.restored, recording.begins_in_the_middle) == (left, False)
    recorder.take(tick(2), terms())
    recording = recorder.recording()
    assert (recording.restored, recording.begins_in_the_middle) == (None, True)


def test_a_desk_tells_its_terms() -> None:
    desk = CallDesk(rules=CallRules(), plan=DialPlan(), ids=IdSequence("station", 7))
    desk.restore(MORNING, (), (), 12)
    assert desk.terms == Terms(CallRules(), DialPlan(), "station", 7, 0, 12)
    desk.handle(inputs.AccountsLearned(at=MORNING, accounts=frozenset({"23"})))
    assert desk.terms.plan.accounts == {"23"}
