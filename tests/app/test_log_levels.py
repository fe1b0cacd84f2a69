from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.log_levels import (
    DETAILED,
    LASTS,
    USUAL,
    LevelStanding,
    Mark,
    standing,
)
from datev_connector.app.settings import LogLevel

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - a zone is given
LEVELS = st.sampled_from(LogLevel)
MARKS = st.none() | st.builds(Mark, level=st.sampled_from(sorted(DETAILED)), since=MOMENTS)


@given(LEVELS, MARKS, MOMENTS)
def test_nothing_detailed_lasts_longer_than_its_time(
    wanted: LogLevel, mark: Mark | None, now: datetime
) -> None:
    kept, told = standing(wanted, mark, now)
    assert told.level in {wanted, USUAL}
    assert (told.until is not None) is (told.level in DETAILED)
    if told.until is not None:
        assert now < told.until <= now + LASTS
        assert standing(wanted, kept, told.until)[1] == LevelStanding(level=USUAL, ended=True)
        just_before = told.until - timedelta(microseconds=1)
        assert standing(wanted, kept, just_before)[1] == told, "it does not begin anew by itself"


@given(LEVELS, MARKS, MOMENTS)
def test_what_has_ended_stays_ended_until_another_is_wanted(
    wanted: LogLevel, mark: Mark | None, now: datetime
) -> None:
    kept, told = standing(wanted, mark, now)
    if told.ended:
        later = now + timedelta(days=400)
        assert standing(wanted, kept, later)[1].ended
        cleared, usual = standing(USUAL, kept, later)
        assert (cleared, usual) == (None, LevelStanding(level=USUAL))
        assert standing(wanted, cleared, later)[1].until == later + LASTS


@given(MARKS, MOMENTS)
def test_the_coarser_levels_stay(mark: Mark | None, now: datetime) -> None:
    for level in set(LogLevel) - DETAILED:
        assert standing(level, mark, now) == (None, LevelStanding(level=level))


def test_another_detailed_level_begins_anew() -> None:
    mark = Mark(level=LogLevel.DEBUG, since=NOON - timedelta(hours=20))
    kept, told = standing(LogLevel.TRACE, mark, NOON)
    assert kept == Mark(level=LogLevel.TRACE, since=NOON)
    assert told.until == NOON + LASTS
