"""The eleven properties of `IDatevCtiData`: what we put in, and what we believe of DATEV's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from datev_connector.datev.com.ids import DISPIDS
from datev_connector.datev.com.ole_date import EARLIEST
from datev_connector.datev.wire import Unreadable, wall_clock_span
from datev_connector.domain.record import (
    CallRecord,
    CtiDirection,
    CtiState,
    DialAnswer,
    DialWish,
)

Value = str | int | datetime
"""What a property holds: a BSTR, a VT_I4, or a DATE (a wall-clock time without zone)."""

DIALLED: Final = ("CalledNumber", "SyncID", "Adressatenname", "AdressatenId", "DataSource")
"""What DATEV fills in an object that it hands over with `Dial`."""

LONGEST: Final = {
    "CalledNumber": 1_000,
    "SyncID": 65_536,
    "CallID": 65_536,
    "Adressatenname": 10_000,
    "AdressatenId": 10_000,
    "DataSource": 1_000,
}
"""Characters. The contract knows no limits; what is longer is no number, name or id."""
NEEDED: Final = frozenset({"CalledNumber", "SyncID", "CallID"})
"""Without these we would dial the wrong number, or DATEV would not know its own call again."""


def values_of(record: CallRecord, zone: tzinfo | None) -> dict[int, Value]:
    """All eleven properties by DISPID, none of them missing; `zone` None is this machine's."""
    begin, end = wall_clock_span(record, zone)
    named: dict[str, Value] = {
        "CallID": record.call_id,
        "SyncID": record.sync_id,
        "Direction": int(record.direction),
        "Begin": max(begin, EARLIEST),
        "End": max(end, EARLIEST),
        "CallState": int(record.state),
        "Adressatenname": record.contact_name,
        "AdressatenId": record.contact_id,
        "DataSource": record.data_source,
        "CalledNumber": record.number,
        "Note": record.note,
    }
    return {DISPIDS[name]: value for name, value in named.items()}


def wish_of(texts: Mapping[str, str]) -> DialWish:
    """What DATEV wants dialled; a text that could not be read is missing and counts as empty."""
    return DialWish(
        number=texts.get("CalledNumber", ""),
        sync_id=texts.get("SyncID", ""),
        contact_name=texts.get("Adressatenname", ""),
        contact_id=texts.get("AdressatenId", ""),
        data_source=texts.get("DataSource", ""),
    )


def written_back(
    answer: DialAnswer, at: datetime, zone: tzinfo | None
) -> tuple[tuple[str, Value], ...]:
    """What goes into DATEV's object before `Dial` returns, the `CallID` first.

    State, direction and times are set too, as telephony programs that DATEV works with do.
    """
    clock = at.astimezone(zone).replace(tzinfo=None, fold=0)
    return (
        ("CallID", answer.call_id),
        ("CallState", int(CtiState.OFFERED)),
        ("Direction", int(CtiDirection.OUTGOING)),
        ("Begin", clock),
        ("End", clock),
    )


def plausible(name: str, text: str) -> str:
    """The text, with half characters, which nothing can store, as `?`.

    Raises Unreadable if it is longer than anything sensible; the message does not quote it.
    """
    if len(text) > LONGEST[name]:
        raise Unreadable(f"{name} has {len(text)} characters")
    return text.encode("utf-8", "replace").decode()
