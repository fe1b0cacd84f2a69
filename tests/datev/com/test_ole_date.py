from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.com.ole_date import EARLIEST, moment_of, ole_date


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


MOMENTS = st.datetimes(min_value=EARLIEST).map(lambda moment: moment.replace(microsecond=0))

EXAMPLES = {
    0.0: wall("1899-12-30T00:00:00"),
    2.25: wall("1900-01-01T06:00:00"),
    -1.25: wall("1899-12-29T06:00:00"),
    -1.0: wall("1899-12-29T00:00:00"),
    -657434.0: wall("0100-01-01T00:00:00"),
    45292.5: wall("2024-01-01T12:00:00"),
    46082.999988425926: wall("2026-03-01T23:59:59"),
}


@pytest.mark.parametrize(("days", "moment"), EXAMPLES.items())
def test_dates_that_others_know_too(days: float, moment: datetime) -> None:
    assert moment_of(days) == moment
    assert ole_date(moment) == pytest.approx(days, abs=1e-9)


@given(MOMENTS)
def test_the_second_survives_there_and_back(moment: datetime) -> None:
    assert moment_of(ole_date(moment)) == moment


@given(MOMENTS, MOMENTS)
def test_whole_days_order_as_dates_do(one: datetime, other: datetime) -> None:
    if one.date() < other.date():
        assert int(ole_date(one)) <= int(ole_date(other))


@given(st.floats())
def test_no_number_breaks_it(days: float) -> None:
    try:
        moment = moment_of(days)
    except ValueError:
        return
    assert moment >= EARLIEST


@pytest.mark.parametrize(
    "days", [float("nan"), float("inf"), -float("inf"), 1e300, -1e300, 2958466.5e3, -657436.0]
)
def test_what_is_no_date_is_refused(days: float) -> None:
    with pytest.raises(ValueError, match=r"calendar|not a number"):
        moment_of(days)


def test_a_zone_has_no_place_in_it() -> None:
    with pytest.raises(ValueError, match="no zone"):
        ole_date(datetime(2026, 3, 1, tzinfo=UTC))


def test_years_before_100_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="100"):
        ole_date(wall("0099-12-31T00:00:00"))
