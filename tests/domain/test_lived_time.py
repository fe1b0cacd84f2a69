"""Lived time goes on as the connector runs, and follows the clock no faster than it may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.lived_time import EARLIEST, LATEST, PACE, lived_on, moved

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MOMENTS = st.datetimes(timezones=st.just(UTC)) | st.sampled_from([EARLIEST, LATEST])
RAN = st.timedeltas(timedelta(0), HOUR)


@given(lived=MOMENTS, clock=MOMENTS, ran=RAN)
def test_it_goes_on_as_it_runs_and_no_faster_than_the_pace(
    lived: datetime, clock: datetime, ran: timedelta
) -> None:
    later = lived_on(lived, clock, ran)
    assert moved(lived, ran) <= later <= moved(lived, PACE * ran)
    assert later <= max(clock, moved(lived, ran))


@given(lived=MOMENTS, clock=MOMENTS)
def test_a_look_at_the_clock_alone_changes_nothing(lived: datetime, clock: datetime) -> None:
    assert lived_on(lived, clock, timedelta(0)) == lived


def test_working_days_catch_up_with_nights_weekends_and_holidays() -> None:
    lived = clock = START
    for day in range(365):
        clock = START + day * DAY
        on_holiday = day % 7 in {5, 6} or 200 <= day < 221
        for _ in range(0 if on_holiday else 8):
            clock += HOUR
            lived = lived_on(lived, clock, HOUR)
        if not on_holiday and day < 200:
            assert clock - lived < 3 * DAY
    assert lived > START + 363 * DAY


@pytest.mark.parametrize(
    ("moment", "by", "found"),
    [
        (START, DAY, START + DAY),
        (LATEST - HOUR, HOUR, LATEST),
        (LATEST - HOUR, DAY, LATEST),
        (EARLIEST, -HOUR, EARLIEST),
        (START, timedelta.max, LATEST),
        (START, timedelta.min, EARLIEST),
    ],
)
def test_time_has_a_first_and_a_last_moment(
    moment: datetime, by: timedelta, found: datetime
) -> None:
    assert moved(moment, by) == found
