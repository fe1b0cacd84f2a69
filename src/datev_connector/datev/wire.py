"""What stands on the DATEV simulator link: one JSON object a line, a call as eleven fields.

Pure: bytes and values in, values and bytes out. What we write is exact (DATEV CTI, properties of
`IDatevCtiData`: names, order, no field ever null, local wall-clock time without zone). What we read
of `Dial` and `Drop` is lenient, because the data object of DATEV may leave fields unset.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import IntEnum
from typing import Any, Final, TypeVar, cast

from datev_connector.domain.record import (
    CallRecord,
    CtiDirection,
    CtiState,
    DialAnswer,
    DialWish,
    Method,
)

FIELDS: Final = (
    "CallID",
    "SyncID",
    "Direction",
    "Begin",
    "End",
    "CallState",
    "Adressatenname",
    "AdressatenId",
    "DataSource",
    "CalledNumber",
    "Note",
)
"""The eleven fields in the order of the interface."""

S_OK: Final = 0
E_NOTIMPL: Final = -0x7FFFBFFF  # 0x80004001
E_INVALIDARG: Final = -0x7FF8FFA9  # 0x80070057

_ENUM = TypeVar("_ENUM", bound=IntEnum)
_HRESULT_BITS = 32


class Unreadable(ValueError):
    """What came from DATEV cannot be understood; the text names the field, never its content."""


# --- what DATEV may send --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """DATEV answers our request `id`; `hresult` is None if the answer holds no readable one."""

    id: int
    hresult: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """DATEV wants something; `id` is whatever it sent and is handed back unchanged."""

    id: object
    method: str
    call: Mapping[str, Any]


def read_line(line: bytes) -> Answer | Request:
    """Understand one line from DATEV. Raises Unreadable."""
    try:
        message = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable("the line is no JSON in UTF-8") from None
    if not isinstance(message, dict):
        raise Unreadable("the line holds no JSON object")
    if "method" in message:
        return _request(message)
    if "hresult" not in message and "id" not in message:
        raise Unreadable("the line has neither 'method' nor 'hresult'")
    return _answer(message)


def _request(message: Mapping[str, Any]) -> Request:
    method, call = message["method"], message.get("call")
    if not isinstance(method, str):
        raise Unreadable("'method' is no text")
    if call is not None and not isinstance(call, dict):
        raise Unreadable("'call' is no object")
    return Request(id=message.get("id"), method=method, call=cast("dict[str, Any]", call or {}))


def _answer(message: Mapping[str, Any]) -> Answer:
    number, hresult = _integer(message.get("id")), _integer(message.get("hresult"))
    if number is None:
        raise Unreadable("'id' of an answer is no integer")
    if hresult is not None and -(1 << 31) <= hresult < 1 << _HRESULT_BITS:
        return Answer(id=number, hresult=signed(hresult))
    return Answer(id=number, hresult=None)


def signed(hresult: int) -> int:
    """Give an HRESULT, signed or unsigned, as the signed 32-bit number that it is."""
    return hresult - (1 << _HRESULT_BITS) if hresult >= 1 << (_HRESULT_BITS - 1) else hresult


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


# --- what we send ---------------------------------------------------------------------------------


def notification_line(
    number: int, method: Method, record: CallRecord, zone: tzinfo | None
) -> bytes:
    """One notification, ready to be written."""
    return _line({"id": number, "method": method.value, "call": record_fields(record, zone)})


def dial_answer_line(
    request: Request, wish: DialWish, answer: DialAnswer, at: datetime, zone: tzinfo | None
) -> bytes:
    """The answer to `Dial`: the data object of DATEV with `CallID` filled.

    State, direction and times are set too, as telephony programs that DATEV works with do.
    """
    record = CallRecord(
        call_id=answer.call_id,
        sync_id=wish.sync_id,
        direction=CtiDirection.OUTGOING,
        begin=at,
        end=at,
        state=CtiState.OFFERED,
        contact_name=wish.contact_name,
        contact_id=wish.contact_id,
        data_source=wish.data_source,
        number=wish.number,
    )
    return _line({"id": request.id, "hresult": answer.hresult, "call": record_fields(record, zone)})


def answer_line(request: Request, hresult: int) -> bytes:
    """The answer to anything but `Dial`: the data object goes back as it came, without nulls."""
    call = {name: value for name, value in request.call.items() if value is not None}
    return _line({"id": request.id, "hresult": hresult, "call": call})


def _line(message: dict[str, object]) -> bytes:
    # A lone surrogate (a broken name of some source) must not stop the call: escaped, it is ASCII.
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


# --- the eleven fields ----------------------------------------------------------------------------


def record_fields(record: CallRecord, zone: tzinfo | None) -> dict[str, str | int]:
    """The eleven fields as DATEV wants them; `zone` is the office's, None this machine's."""
    begin, end = wall_clock_span(record, zone)
    return {
        "CallID": record.call_id,
        "SyncID": record.sync_id,
        "Direction": int(record.direction),
        "Begin": begin.isoformat(timespec="seconds"),
        "End": end.isoformat(timespec="seconds"),
        "CallState": int(record.state),
        "Adressatenname": record.contact_name,
        "AdressatenId": record.contact_id,
        "DataSource": record.data_source,
        "CalledNumber": record.number,
        "Note": record.note,
    }


def record_of(fields: Mapping[str, Any], zone: tzinfo | None) -> CallRecord:
    """Read all eleven fields strictly; the reverse of `record_fields`. Raises Unreadable."""
    return CallRecord(
        call_id=_text(fields, "CallID"),
        sync_id=_text(fields, "SyncID"),
        direction=_enum(fields, "Direction", CtiDirection),
        begin=_moment(fields, "Begin", zone),
        end=_moment(fields, "End", zone),
        state=_enum(fields, "CallState", CtiState),
        contact_name=_text(fields, "Adressatenname"),
        contact_id=_text(fields, "AdressatenId"),
        data_source=_text(fields, "DataSource"),
        number=_text(fields, "CalledNumber"),
        note=_text(fields, "Note"),
    )


def dial_wish(fields: Mapping[str, Any]) -> DialWish:
    """Read what DATEV hands over with `Dial`; missing or null is empty. Raises Unreadable."""
    return DialWish(
        number=_lenient_text(fields, "CalledNumber"),
        sync_id=_lenient_text(fields, "SyncID"),
        contact_name=_lenient_text(fields, "Adressatenname"),
        contact_id=_lenient_text(fields, "AdressatenId"),
        data_source=_lenient_text(fields, "DataSource"),
    )


def dropped_call(fields: Mapping[str, Any]) -> str:
    """Read the `CallID` that DATEV hands over with `Drop`; may be empty. Raises Unreadable."""
    return _lenient_text(fields, "CallID")


def wall_clock_span(record: CallRecord, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """`Begin` and `End` as the office's clock showed them.

    `End` is never earlier than `Begin` (DATEV CTI): in the hour that autumn repeats, a call may end
    at an earlier wall-clock time than it began; its end is then its begin plus its duration.
    """
    begin, end = _wall_clock(record.begin, zone), _wall_clock(record.end, zone)
    if end < begin:
        end = begin + max(record.end - record.begin, timedelta())
    return begin, end


def _wall_clock(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is no text")
    return value


def _lenient_text(fields: Mapping[str, Any], name: str) -> str:
    """Return a text, empty if missing; half characters, which nothing can store, become `?`."""
    text = "" if fields.get(name) is None else _text(fields, name)
    return text.encode("utf-8", "replace").decode()


def _enum(fields: Mapping[str, Any], name: str, kind: type[_ENUM]) -> _ENUM:
    value = _integer(fields.get(name))
    if value is None:
        raise Unreadable(f"{name} is no integer")
    try:
        return kind(value)
    except ValueError:
        raise Unreadable(f"{name} has a value that does not exist") from None


def _moment(fields: Mapping[str, Any], name: str, zone: tzinfo | None) -> datetime:
    text = _text(fields, name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"{name} is no ISO time") from None
    if moment.tzinfo is not None:
        raise Unreadable(f"{name} carries a zone; it must be local wall-clock time")
    return moment.replace(tzinfo=zone).astimezone(UTC)
