"""Dates, times and durations as offices write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NoReturn
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.moments import Moments, duration

BERLIN = ZoneInfo("Europe/Berlin")
GERMAN = Moments(Language.of(Tongue.GERMAN), BERLIN)
ENGLISH = Moments(Language.of(Tongue.ENGLISH), BERLIN)
LATE = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
"""Five past midnight of the 23rd in Berlin."""


def test_the_day_is_that_of_the_zone() -> None:
    assert GERMAN.time(LATE) == "00:05"
    assert GERMAN.date(LATE) == "23.11.2026"
    assert ENGLISH.date(LATE) == "23 Nov 2026"
    assert ENGLISH.date(LATE - timedelta(days=15)) == "8 Nov 2026"


@pytest.mark.parametrize(
    ("later", "german", "english"),
    [
        (timedelta(hours=23), "heute 00:05", "today 00:05"),
        (timedelta(hours=24), "gestern 00:05", "yesterday 00:05"),
        (timedelta(hours=48), "23.11.2026 00:05", "23 Nov 2026 00:05"),
        (timedelta(minutes=-6), "23.11.2026 00:05", "23 Nov 2026 00:05"),
    ],
)
def test_days_are_named_as_people_do(later: timedelta, german: str, english: str) -> None:
    assert GERMAN.when(LATE, LATE + later) == german
    assert ENGLISH.when(LATE, LATE + later) == english


def test_moments_of_today_need_no_day() -> None:
    assert GERMAN.since(LATE, LATE + timedelta(hours=5)) == "00:05"
    assert GERMAN.since(LATE, LATE + timedelta(hours=25)) == "23.11.2026 00:05"
    assert ENGLISH.since(LATE, LATE - timedelta(minutes=6)) == "23 Nov 2026 00:05"


class Ending(ZoneInfo):
    """As the zone of Windows, which knows nothing after the year 3000."""

    def fromutc(self, dt: datetime, /) -> NoReturn:
        raise OSError(22, "Invalid argument")


@pytest.mark.parametrize("zone", [ZoneInfo("Pacific/Auckland"), Ending("UTC"), None], ids=str)
def test_the_last_day_of_a_licence_without_end_is_told(zone: tzinfo | None) -> None:
    last = datetime(9999, 12, 31, 12, 0, tzinfo=UTC)
    german = Moments(Language.of(Tongue.GERMAN), zone)
    assert german.date(last) == "31.12.9999"
    assert german.since(last, LATE).startswith("31.12.9999 ")
    assert german.when(last, LATE).startswith("31.12.9999 ")


def test_without_a_zone_it_is_that_of_the_system() -> None:
    assert Moments(Language.of(Tongue.GERMAN)).time(LATE) == f"{LATE.astimezone():%H:%M}"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0:00"), (7, "0:07"), (187.9, "3:07"), (3599, "59:59"), (3765, "1:02:45"), (-5, "0:00")],
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(timedelta(seconds=seconds)) == told


@given(st.integers(min_value=0, max_value=10**6))
def test_durations_lose_no_second(seconds: int) -> None:
    told = 0
    for part in duration(timedelta(seconds=seconds)).split(":"):
        told = told * 60 + int(part)
    assert told == seconds


@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_the_time_of_day_is_always_told(at: datetime, age: timedelta) -> None:
    at = min(max(at, datetime(1000, 1, 2, tzinfo=UTC)), datetime(9999, 12, 1, tzinfo=UTC))
    for moments in (GERMAN, ENGLISH):
        assert moments.when(at, at + age).endswith(moments.time(at))
        assert moments.since(at, at + age).endswith(moments.time(at))
