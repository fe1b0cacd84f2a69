from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.master_data.connect.mark import (
    OVERLAP,
    Lookout,
    Mark,
    Newest,
    read_clock,
    read_mark,
    read_stamp,
)
from datev_connector.domain.master_data import Listed

CLOCK = datetime.fromisoformat("2026-10-25T01:30:00")
"""UTC; half an hour after summer time has ended."""


def mark(stamp: str) -> Mark:
    newest = Newest(id="a", stamp=stamp)
    return Mark(clock=CLOCK, addressees=newest, clients=None)


def begin(stamp: str) -> datetime:
    made = mark(stamp)
    return datetime.fromisoformat(made.since(made.addressees))


@given(
    st.builds(
        Mark,
        clock=st.datetimes(
            datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01")
        ).map(lambda clock: clock.replace(microsecond=0)),
        addressees=st.builds(Newest, id=st.text(), stamp=st.text()),
        clients=st.none() | st.builds(Newest, id=st.text(), stamp=st.text()),
    )
)
def test_a_mark_survives_being_kept(made: Mark) -> None:
    assert read_mark(made.text()) == made
    made.since(made.addressees)


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(repr))
def test_any_other_text_is_no_mark(text: str) -> None:
    assert read_mark(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"version": 2}',
        '{"version": 1, "clock": "x", "addressees": {}, "clients": null}',
        '{"version": 1, "clock": "2026-01-01", "addressees": {"id": 7, "stamp": ""}}',
        '{"version": 1, "clock": "2026-01-01", "addressees": {"id": "a", "stamp": 7}}',
        '{"version": 1, "clock": "2026-01-01", "addressees": [], "clients": null}',
        "[" * 100_000,
    ],
)
def test_a_mark_of_another_make_is_none(text: str) -> None:
    assert read_mark(text) is None


def test_a_delta_begins_before_the_newest_stamp_and_before_the_clock() -> None:
    assert begin("2026-09-01T08:00:00.123") == datetime.fromisoformat("2026-09-01T06:00:00")
    assert begin("2099-01-01T00:00:00") == CLOCK - OVERLAP
    assert begin("never") == CLOCK - OVERLAP
    assert begin("0001-01-01T00:00:00") < datetime.fromisoformat("1900-01-01")


def test_the_hour_that_comes_twice_hides_nothing() -> None:
    """Listed at 02:50 summer time; changed at 02:05 winter time, a quarter of an hour later."""
    listed = Mark(
        clock=datetime.fromisoformat("2026-10-25T00:50:00"),
        addressees=Newest(id="a", stamp="2026-10-25T02:49:59"),
        clients=None,
    )
    assert listed.since(listed.addressees) < "2026-10-25T02:05:00"


def test_clocks_that_go_back() -> None:
    made = mark("2026-10-25T02:00:00")
    assert made.is_behind(CLOCK)
    assert made.is_behind(CLOCK - timedelta(minutes=1))
    assert not made.is_behind(CLOCK - timedelta(hours=1))


def test_reading_the_clock_of_an_answer() -> None:
    moment = datetime(2026, 11, 22, 21, 5, 9, tzinfo=UTC)
    assert read_clock(format_datetime(moment, usegmt=True)) == moment.replace(tzinfo=None)
    for header in (
        "",
        "yesterday",
        "Mon, 99 Foo 2026 99:99:99 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ):
        assert read_clock(header) is None


def test_stamps_are_read_leniently() -> None:
    moment = datetime.fromisoformat("2025-02-11T09:14:05")
    for text in (
        "2025-02-11T09:14:05",
        "2025-02-11 09:14:05",
        "2025-02-11T09:14:05.0000000",
        "2025-02-11T09:14:05+01:00",
        "2025-02-11T09:14:05Z",
        "11.02.2025 09:14:05",
    ):
        assert read_stamp(text) == moment
    for text in ("", "x", "2025", "99.99.2025 00:00:00"):
        assert read_stamp(text) is None


def test_the_newest_is_none_of_the_future() -> None:
    lookout = Lookout(CLOCK)
    assert lookout.newest is None
    lookout.see([Listed(id="a", stamp=""), Listed(id="b", stamp="2026-10-24T12:00:00")])
    lookout.see([Listed(id="c", stamp="2099-01-01T00:00:00"), Listed(id="d", stamp="2020-01-01")])
    assert lookout.newest == Newest(id="b", stamp="2026-10-24T12:00:00")


def test_the_newest_of_before_stays_unless_it_is_not_seen() -> None:
    before = Newest(id="b", stamp="2026-10-24T12:00:00")
    lookout = Lookout(CLOCK, before)
    assert lookout.newest == Newest(id="", stamp=before.stamp)
    lookout.see([Listed(id="b", stamp=before.stamp)])
    assert lookout.newest == before
    lookout.see([Listed(id="c", stamp="2026-10-24T13:00:00")])
    assert lookout.newest == Newest(id="c", stamp="2026-10-24T13:00:00")
