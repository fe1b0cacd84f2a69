from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.pbx_clock import JUMP, WINDOW, PbxClock

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
ZONE = timedelta(hours=1)


def local(moment: datetime, ahead: timedelta = ZONE) -> datetime:
    return (moment + ahead).replace(tzinfo=None)


def test_nothing_is_known_before_the_first_event() -> None:
    assert PbxClock().correct(local(NOON), NOON) is None
    assert PbxClock().difference is None


def test_zone_and_difference_are_measured_together() -> None:
    clock = PbxClock()
    ahead = ZONE + timedelta(seconds=40)
    assert clock.observe(local(NOON, ahead), NOON) == NOON
    earlier = NOON - timedelta(minutes=30)
    assert clock.correct(local(earlier, ahead), NOON) == earlier
    assert clock.pbx_time(NOON) == local(NOON, ahead)


def test_the_shortest_delay_is_the_measure() -> None:
    clock = PbxClock()
    for second, delay in enumerate((3.0, 0.2, 5.0)):
        sent = NOON + timedelta(minutes=second)
        clock.observe(local(sent), sent + timedelta(seconds=delay))
    late = NOON + timedelta(hours=1)
    corrected = clock.observe(local(late), late + timedelta(seconds=4))
    assert corrected == late + timedelta(seconds=0.2)


def test_one_stray_timestamp_changes_nothing() -> None:
    clock = PbxClock()
    clock.observe(local(NOON), NOON)
    later = NOON + timedelta(hours=2)
    assert clock.observe(local(NOON), later) == later
    assert clock.difference == -ZONE


def test_a_clock_that_was_set_is_followed_from_the_second_event_on() -> None:
    clock = PbxClock()
    for minute in range(10):
        clock.observe(local(NOON + timedelta(minutes=minute)), NOON + timedelta(minutes=minute))
    later = NOON + timedelta(hours=1)
    assert clock.observe(local(later, timedelta(0)), later) == later
    assert clock.observe(local(later, timedelta(0)), later) == later
    assert clock.difference == timedelta(0)


def test_slow_drift_is_followed() -> None:
    clock = PbxClock()
    for index in range(WINDOW * 3):
        now = NOON + timedelta(hours=index)
        clock.observe(local(now, ZONE - timedelta(seconds=index)), now)
    difference = clock.difference
    assert difference is not None
    assert abs(difference - (timedelta(seconds=WINDOW * 3) - ZONE)) <= timedelta(seconds=WINDOW)


def test_a_timestamp_with_zone_needs_no_guess() -> None:
    clock = PbxClock()
    assert clock.observe(NOON, NOON + timedelta(seconds=1)) == NOON + timedelta(seconds=1)
    assert clock.correct(NOON, NOON + timedelta(hours=1)) == NOON + timedelta(seconds=1)


def test_our_own_zone_serves_until_it_is_measured() -> None:
    clock = PbxClock(timezone(ZONE))
    assert clock.pbx_time(NOON) == local(NOON)
    assert clock.utc_time(local(NOON)) == NOON


DELAYS = st.floats(0, JUMP.total_seconds() / 2)
OFFSETS = st.timedeltas(timedelta(hours=-14), timedelta(hours=14))


@given(OFFSETS, st.lists(DELAYS, min_size=1, max_size=80))
def test_corrected_times_lie_between_the_change_and_its_arrival(
    ahead: timedelta, delays: list[float]
) -> None:
    clock = PbxClock()
    for index, delay in enumerate(delays):
        changed = NOON + timedelta(minutes=index)
        arrival = changed + timedelta(seconds=delay)
        corrected = clock.observe(local(changed, ahead), arrival)
        assert changed <= corrected <= arrival
