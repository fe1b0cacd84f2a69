from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datev_connector.simulators.datev_com.ole_date import ole_date, wall_clock

SECONDS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 31)).map(  # noqa: DTZ001 -- wall clock
    lambda moment: moment.replace(microsecond=0)
)


@pytest.mark.parametrize(
    ("days", "moment"),
    [
        (0.0, datetime(1899, 12, 30)),  # noqa: DTZ001 -- wall clock
        (2.0, datetime(1900, 1, 1)),  # noqa: DTZ001 -- wall clock
        (46349.5, datetime(2026, 11, 23, 12)),  # noqa: DTZ001 -- wall clock
        (-1.25, datetime(1899, 12, 29, 6)),  # noqa: DTZ001 -- wall clock
        (-0.25, datetime(1899, 12, 30, 6)),  # noqa: DTZ001 -- wall clock
    ],
)
def test_days_are_counted_as_automation_counts_them(days: float, moment: datetime) -> None:
    assert wall_clock(days) == moment


@given(SECONDS)
@example(datetime(1899, 12, 29, 23, 59, 59))  # noqa: DTZ001 -- wall clock
def test_every_second_survives_the_way_there_and_back(moment: datetime) -> None:
    assert wall_clock(ole_date(moment)) == moment


@given(SECONDS, st.integers(-40, 40))
def test_what_a_double_adds_is_no_part_of_the_time(moment: datetime, microseconds: int) -> None:
    blurred = moment + timedelta(microseconds=10 * microseconds)
    assert wall_clock(ole_date(blurred)) == moment


@pytest.mark.parametrize("days", [float("nan"), float("inf"), 1e300, 3e6, -700_000.0])
def test_a_day_beyond_the_calendar_is_refused(days: float) -> None:
    with pytest.raises(ValueError, match="no date|beyond the calendar"):
        wall_clock(days)
