from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev import wire
from datev_connector.domain.record import (
    CallRecord,
    CtiDirection,
    CtiState,
    DialAnswer,
    DialWish,
    Method,
)

BERLIN = ZoneInfo("Europe/Berlin")
SUMMER = datetime(2026, 7, 1, 8, 0, 5, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=()), max_size=20)
seconds = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"]).map(ZoneInfo)


@st.composite
def records(draw: st.DrawFn) -> CallRecord:
    begin = draw(seconds)
    return CallRecord(
        call_id=draw(texts),
        sync_id=draw(texts),
        direction=draw(st.sampled_from(CtiDirection)),
        begin=begin,
        end=begin + timedelta(seconds=draw(st.integers(0, 20_000))),
        state=draw(st.sampled_from(CtiState)),
        contact_name=draw(texts),
        contact_id=draw(texts),
        data_source=draw(texts),
        number=draw(texts),
        note=draw(texts),
    )


def test_a_record_has_exactly_the_eleven_fields_of_datev() -> None:
    record = CallRecord(
        call_id="c-1",
        sync_id="s-1",
        direction=CtiDirection.OUTGOING,
        begin=SUMMER,
        end=SUMMER + timedelta(minutes=3),
        state=CtiState.FINISHED,
        contact_name="Müller, Änne",
        contact_id="4711",
        data_source="DATEV_Adressaten",
        number="+49 721 1234",
        note="Rückruf",
    )
    assert list(wire.record_fields(record, BERLIN).items()) == [
        ("CallID", "c-1"),
        ("SyncID", "s-1"),
        ("Direction", 2),
        ("Begin", "2026-07-01T10:00:05"),
        ("End", "2026-07-01T10:03:05"),
        ("CallState", 3),
        ("Adressatenname", "Müller, Änne"),
        ("AdressatenId", "4711"),
        ("DataSource", "DATEV_Adressaten"),
        ("CalledNumber", "+49 721 1234"),
        ("Note", "Rückruf"),
    ]


@given(records(), zones)
def test_a_notification_is_one_line_without_a_null_and_its_end_is_not_before_its_begin(
    record: CallRecord, zone: ZoneInfo
) -> None:
    line = wire.notification_line(7, Method.NEW_CALL, record, zone)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    message = json.loads(line)
    assert (message["id"], message["method"]) == (7, "NewCall")
    assert tuple(message["call"]) == wire.FIELDS
    assert None not in message["call"].values()
    assert message["call"]["Begin"] <= message["call"]["End"]


@given(records())
def test_what_is_written_is_read_back(record: CallRecord) -> None:
    assert wire.record_of(wire.record_fields(record, UTC), UTC) == record


def test_the_hour_that_autumn_repeats_does_not_turn_a_call_round() -> None:
    begin = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 02:50 summer time
    record = CallRecord(
        call_id="c-1",
        direction=CtiDirection.INCOMING,
        begin=begin,
        end=begin + timedelta(minutes=20),  # 02:10 winter time
        state=CtiState.FINISHED,
    )
    fields = wire.record_fields(record, BERLIN)
    assert (fields["Begin"], fields["End"]) == ("2026-10-25T02:50:00", "2026-10-25T03:10:00")


def good_fields() -> dict[str, Any]:
    return {
        "CallID": "c-1",
        "SyncID": "",
        "Direction": 1,
        "Begin": "2026-07-01T10:00:05",
        "End": "2026-07-01T10:00:05",
        "CallState": 1,
        "Adressatenname": "",
        "AdressatenId": "",
        "DataSource": "STARFACE",
        "CalledNumber": "0721",
        "Note": "",
    }


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("CallID", None, "CallID is no text"),
        ("Note", 5, "Note is no text"),
        ("Direction", "1", "Direction is no integer"),
        ("Direction", True, "Direction is no integer"),
        ("Direction", 9, "Direction has a value that does not exist"),
        ("CallState", None, "CallState is no integer"),
        ("Begin", "soon", "Begin is no ISO time"),
        ("Begin", None, "Begin is no text"),
        ("End", "2026-07-01T10:00:05+02:00", "End carries a zone"),
    ],
)
def test_a_bad_record_names_the_field_and_not_its_content(
    name: str, value: object, problem: str
) -> None:
    with pytest.raises(wire.Unreadable, match=problem):
        wire.record_of({**good_fields(), name: value}, BERLIN)


@pytest.mark.parametrize("name", wire.FIELDS)
def test_a_missing_field_is_named(name: str) -> None:
    fields = good_fields()
    del fields[name]
    with pytest.raises(wire.Unreadable, match=name):
        wire.record_of(fields, BERLIN)


# --- Dial and Drop --------------------------------------------------------------------------------


def test_dial_takes_the_five_fields_and_forgives_the_rest() -> None:
    fields = {
        "CalledNumber": "0721/1234",
        "SyncID": "s-9",
        "Adressatenname": "Müller",
        "AdressatenId": "4711",
        "DataSource": "DATEV_Adressaten",
        "Note": None,
        "Direction": None,
        "Unknown": 1,
    }
    assert wire.dial_wish(fields) == DialWish(
        number="0721/1234",
        sync_id="s-9",
        contact_name="Müller",
        contact_id="4711",
        data_source="DATEV_Adressaten",
    )
    assert wire.dial_wish({"CalledNumber": None}) == DialWish(number="")


def test_dial_and_drop_refuse_what_is_no_text() -> None:
    with pytest.raises(wire.Unreadable, match="CalledNumber"):
        wire.dial_wish({"CalledNumber": 721})
    with pytest.raises(wire.Unreadable, match="CallID"):
        wire.dropped_call({"CallID": ["c-1"]})
    assert wire.dropped_call({}) == ""


def test_the_answer_to_dial_is_a_whole_record() -> None:
    request = wire.Request(id=3, method="Dial", call={})
    wish = DialWish(number="0721", sync_id="s-9")
    line = wire.dial_answer_line(
        request, wish, DialAnswer(hresult=0, call_id="c-1"), SUMMER, BERLIN
    )
    message = json.loads(line)
    assert (message["id"], message["hresult"]) == (3, 0)
    assert wire.record_of(message["call"], BERLIN) == CallRecord(
        call_id="c-1",
        sync_id="s-9",
        direction=CtiDirection.OUTGOING,
        begin=SUMMER,
        end=SUMMER,
        state=CtiState.OFFERED,
        data_source="",
        number="0721",
    )


# --- lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hresult", "expected"),
    [
        (0, 0),
        (0x000401E7, 0x000401E7),
        (0x80010001, -2147418111),
        (-2147418111, -2147418111),
        (0xFFFFFFFF, -1),
    ],
)
def test_hresults_are_read_signed_and_unsigned(hresult: int, expected: int) -> None:
    line = json.dumps({"id": 1, "hresult": hresult}).encode()
    assert wire.read_line(line) == wire.Answer(id=1, hresult=expected)


@pytest.mark.parametrize("hresult", ["0", None, True, 0.0, 1 << 32, -(1 << 31) - 1])
def test_an_answer_without_a_readable_hresult_is_still_an_answer(hresult: object) -> None:
    line = json.dumps({"id": 1, "hresult": hresult}).encode()
    assert wire.read_line(line) == wire.Answer(id=1, hresult=None)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"GET / HTTP/1.1", "no JSON"),
        (b'{"id": 1, "hres', "no JSON"),
        (b'{"id": "\xff"}', "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[1]", "no JSON object"),
        (b"{}", "neither 'method' nor 'hresult'"),
        (b'{"id": "x", "hresult": 0}', "'id'"),
        (b'{"hresult": 0}', "'id'"),
        (b'{"method": 4}', "'method' is no text"),
        (b'{"method": "Dial", "call": []}', "'call' is no object"),
    ],
)
def test_a_bad_line_says_what_is_wrong(line: bytes, problem: str) -> None:
    with pytest.raises(wire.Unreadable, match=problem):
        wire.read_line(line)


@given(st.binary(max_size=200))
def test_no_line_does_worse_than_being_unreadable(line: bytes) -> None:
    with suppress(wire.Unreadable):
        assert isinstance(wire.read_line(line), wire.Answer | wire.Request)


def test_a_request_keeps_its_id_whatever_it_is() -> None:
    assert wire.read_line(b'{"id": "x-1", "method": "Drop"}') == wire.Request(
        id="x-1", method="Drop", call={}
    )
