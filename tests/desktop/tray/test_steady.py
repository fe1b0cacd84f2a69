from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.tray.steady import HOLD, Badge, Steady
from datev_connector.domain.legs import Leg, LegReport, LegState

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
UP, DEGRADED, DOWN = LegState.UP, LegState.DEGRADED, LegState.DOWN
ALMOST = HOLD - timedelta(milliseconds=1)
WORSE_OR_BETTER = [UP, DEGRADED, DOWN]


def report(state: LegState, leg: Leg = Leg.STARFACE) -> LegReport:
    return LegReport(leg=leg, state=state, since=NOON, reason="because")


def seen(*moments: tuple[timedelta, LegState]) -> Steady:
    """What is shown of one leg after reports at these times after noon."""
    steady = Steady()
    for after, state in moments:
        steady = steady.after({Leg.STARFACE: report(state)}, NOON + after)
    return steady


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_before_any_report_nothing_is_known() -> None:
    assert Steady().badge is Badge.UNKNOWN
    assert Steady().due is None


def test_a_leg_that_is_up_at_once_is_shown_so() -> None:
    assert seen((at(0), UP)).badge is Badge.UP


def test_a_leg_that_is_down_from_the_start_is_unknown_first_and_then_shown_so() -> None:
    first = seen((at(0), DOWN))
    assert (first.badge, first.due) == (Badge.UNKNOWN, NOON + HOLD)
    assert seen((at(0), DOWN), (HOLD, DOWN)).badge is Badge.DOWN


def test_a_leg_that_was_never_shown_does_not_hide_behind_one_that_is_up() -> None:
    legs = {Leg.DATEV: report(UP, Leg.DATEV), Leg.STARFACE: report(DOWN)}
    assert Steady().after(legs, NOON).badge is Badge.UNKNOWN


def test_a_leg_that_flickers_does_not_flash() -> None:
    assert seen((at(0), UP), (at(9), DOWN)).badge is Badge.UP
    assert seen((at(0), UP), (at(9), DOWN), (at(9) + ALMOST, DOWN)).badge is Badge.UP
    back = seen((at(0), UP), (at(9), DOWN), (at(9) + ALMOST, UP))
    assert (back.badge, back.due) == (Badge.UP, None)


def test_a_leg_that_stays_down_is_shown_so_when_its_time_is_up() -> None:
    assert seen((at(0), UP), (at(9), DOWN)).due == NOON + at(9) + HOLD
    shown = seen((at(0), UP), (at(9), DOWN), (at(9) + HOLD, DOWN))
    assert (shown.badge, shown.due) == (Badge.DOWN, None)


def test_getting_worse_twice_does_not_wait_twice() -> None:
    shown = seen((at(0), UP), (at(9), DEGRADED), (at(10), DOWN), (at(9) + HOLD, DOWN))
    assert shown.badge is Badge.DOWN


def test_a_clock_that_was_put_back_makes_nobody_wait_longer() -> None:
    back = seen((at(0), UP), (at(3600), DOWN), (at(0), DOWN))
    assert back.due == NOON + HOLD


def test_a_leg_that_gets_better_is_shown_so_at_once() -> None:
    assert seen((at(0), DOWN), (HOLD, DOWN), (at(5), DEGRADED)).badge is Badge.DEGRADED
    assert seen((at(0), DOWN), (HOLD, DOWN), (at(5), UP)).badge is Badge.UP


def test_another_reason_for_the_same_state_is_shown_at_once() -> None:
    shown = seen((at(0), DOWN), (HOLD, DOWN))
    other = LegReport(leg=Leg.STARFACE, state=DOWN, since=NOON, reason="another")
    after = shown.after({Leg.STARFACE: other}, NOON + at(5))
    assert after.shown[Leg.STARFACE].reason == "another"


@pytest.mark.parametrize(("first", "second"), [(DOWN, UP), (UP, DOWN), (DEGRADED, DOWN)])
def test_the_worst_leg_counts(first: LegState, second: LegState) -> None:
    legs = {Leg.STARFACE: report(first), Leg.DATEV: report(second, Leg.DATEV)}
    assert Steady().after(legs, NOON).after(legs, NOON + HOLD).badge is Badge.DOWN


steps = st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(WORSE_OR_BETTER)), max_size=12)


@given(steps)
def test_what_is_shown_is_never_worse_than_what_was_reported_for_long_enough(
    steps: list[tuple[int, LegState]],
) -> None:
    now, steady, bad_since = NOON, Steady(), None
    for wait_ms, state in steps:
        now += timedelta(milliseconds=wait_ms)
        # The tray looks again when it is due.
        if steady.due is not None and steady.due <= now:
            steady = steady.after({leg: one.report for leg, one in steady.held.items()}, now)
        steady = steady.after({Leg.STARFACE: report(state)}, now)
        bad_since = None if state is UP else bad_since or now
        shown_bad = steady.badge in (Badge.DEGRADED, Badge.DOWN)
        assert not shown_bad or (bad_since is not None and now - bad_since >= HOLD)
        if state is UP:
            assert steady.badge is Badge.UP
