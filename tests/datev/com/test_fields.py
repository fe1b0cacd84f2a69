from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.com.fields import (
    LONGEST,
    plausible,
    values_of,
    wish_of,
    written_back,
)
from datev_connector.datev.com.ids import DISPIDS, DISPIDS_BY_LOWER_NAME
from datev_connector.datev.com.ole_date import ole_date
from datev_connector.datev.wire import Unreadable
from datev_connector.domain.record import (
    CallRecord,
    CtiDirection,
    CtiState,
    DialAnswer,
)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TEXTS = st.text(max_size=40)
RECORDS = st.builds(
    CallRecord,
    call_id=TEXTS,
    sync_id=TEXTS,
    direction=st.sampled_from(CtiDirection),
    begin=st.datetimes(
        timezones=st.just(UTC),
        min_value=wall("0002-01-01T00:00:00"),
        max_value=wall("9998-01-01T00:00:00"),
    ),
    end=st.datetimes(
        timezones=st.just(UTC),
        min_value=wall("0002-01-01T00:00:00"),
        max_value=wall("9998-01-01T00:00:00"),
    ),
    state=st.sampled_from(CtiState),
    contact_name=TEXTS,
    contact_id=TEXTS,
    data_source=TEXTS,
    number=TEXTS,
    note=TEXTS,
)


def test_the_numbers_are_those_of_the_interface() -> None:
    assert list(DISPIDS.values()) == list(range(1, 12))
    assert DISPIDS["CallID"] == 1
    assert DISPIDS["CalledNumber"] == 10
    assert DISPIDS_BY_LOWER_NAME["adressatenid"] == 8


@given(RECORDS)
def test_all_eleven_are_there_and_none_is_empty_of_meaning(record: CallRecord) -> None:
    values = values_of(record, BERLIN)
    assert sorted(values) == list(range(1, 12))
    texts = {1, 2, 7, 8, 9, 10, 11}
    assert all(isinstance(values[number], str) for number in texts)
    assert all(type(values[number]) is int for number in (3, 6))
    begin, end = values[4], values[5]
    assert isinstance(begin, datetime)
    assert isinstance(end, datetime)
    assert begin <= end
    ole_date(begin)
    ole_date(end)


def test_times_are_the_offices_clock() -> None:
    record = CallRecord(
        call_id="c",
        direction=CtiDirection.INCOMING,
        begin=NOON,
        end=NOON + timedelta(seconds=9),
        state=CtiState.CONNECTED,
    )
    values = values_of(record, BERLIN)
    assert values[4] == wall("2026-03-02T12:00:00")
    assert values[5] == wall("2026-03-02T12:00:09")


def test_a_call_over_the_hour_that_autumn_repeats_does_not_end_before_it_began() -> None:
    begin = datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC)
    record = CallRecord(
        call_id="c",
        direction=CtiDirection.INCOMING,
        begin=begin,
        end=begin + timedelta(seconds=20),
        state=CtiState.FINISHED,
    )
    values = values_of(record, BERLIN)
    assert values[4] == wall("2026-10-25T02:59:50")
    assert values[5] == wall("2026-10-25T03:00:10")


def test_what_could_not_be_read_is_empty() -> None:
    wish = wish_of({"CalledNumber": "0721", "SyncID": "s"})
    assert (wish.number, wish.sync_id, wish.contact_name, wish.data_source) == ("0721", "s", "", "")


def test_the_call_id_goes_back_first() -> None:
    (name, value), *others = written_back(DialAnswer(hresult=0, call_id="c-1"), NOON, BERLIN)
    assert (name, value) == ("CallID", "c-1")
    assert dict(others) == {
        "CallState": 1,
        "Direction": 2,
        "Begin": wall("2026-03-02T12:00:00"),
        "End": wall("2026-03-02T12:00:00"),
    }


@given(st.sampled_from(sorted(LONGEST)), st.text(alphabet=st.characters(), max_size=50))
def test_whatever_characters_come_can_be_stored(name: str, text: str) -> None:
    kept = plausible(name, text)
    kept.encode("utf-8")
    if text.isascii():
        assert kept == text


def test_half_a_character_becomes_a_question_mark() -> None:
    assert plausible("Adressatenname", "M\ud83dller") == "M?ller"


@pytest.mark.parametrize("name", sorted(LONGEST))
def test_a_megabyte_is_no_text_of_a_call(name: str) -> None:
    assert plausible(name, "7" * LONGEST[name])
    with pytest.raises(Unreadable, match=name) as refused:
        plausible(name, "7" * (LONGEST[name] + 1))
    assert "777" not in str(refused.value)
