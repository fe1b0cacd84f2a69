"""The data object of the DATEV telephony interface: eleven fields, none ever null (DATEV CTI)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, cast

TEXT_FIELDS = (
    "CallID",
    "SyncID",
    "Adressatenname",
    "AdressatenId",
    "DataSource",
    "CalledNumber",
    "Note",
)
TIME_FIELDS = ("Begin", "End")
FIELDS = (
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

# What an OLE date holds when nobody has set it.
UNSET_TIME = datetime(1899, 12, 30)  # noqa: DTZ001 -- the interface knows wall-clock time only


class Direction(IntEnum):
    """`ENUM_DIRECTION`."""

    UNKNOWN = 0
    INCOMING = 1
    OUTGOING = 2


class CallState(IntEnum):
    """`ENUM_CALLSTATE`."""

    ABSENCE = 0
    OFFERED = 1
    CONNECTED = 2
    FINISHED = 3


class Method(StrEnum):
    """What a telephony program may call on DATEV."""

    NEW_CALL = "NewCall"
    CALL_STATE_CHANGED = "CallStateChanged"
    CALL_ADRESSAT_CHANGED = "CallAdressatChanged"
    NEW_JOURNAL = "NewJournal"


class UnreadableRecord(ValueError):
    """The object is no call record; `problems` says why, field by field."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One data object.

    Without arguments it is what COM hands out: all zero, read as "absence, unknown direction".
    """

    call_id: str = ""
    sync_id: str = ""
    direction: Direction = Direction.UNKNOWN
    begin: datetime = UNSET_TIME
    end: datetime = UNSET_TIME
    call_state: CallState = CallState.ABSENCE
    name: str = ""
    contact_id: str = ""
    data_source: str = ""
    number: str = ""
    note: str = ""

    def as_json(self) -> dict[str, str | int]:
        """The eleven fields as they stand on the simulator link, in the interface's order."""
        return {
            "CallID": self.call_id,
            "SyncID": self.sync_id,
            "Direction": int(self.direction),
            "Begin": self.begin.isoformat(),
            "End": self.end.isoformat(),
            "CallState": int(self.call_state),
            "Adressatenname": self.name,
            "AdressatenId": self.contact_id,
            "DataSource": self.data_source,
            "CalledNumber": self.number,
            "Note": self.note,
        }


def read_record(value: object) -> CallRecord:
    """Read the eleven fields strictly. Raises UnreadableRecord naming every field that is wrong."""
    if not isinstance(value, dict):
        raise UnreadableRecord(("the call is no JSON object",))
    fields = cast("Mapping[str, Any]", value)
    problems = tuple(_problems(fields))
    if problems:
        raise UnreadableRecord(problems)
    return CallRecord(
        call_id=fields["CallID"],
        sync_id=fields["SyncID"],
        direction=Direction(fields["Direction"]),
        begin=datetime.fromisoformat(fields["Begin"]),
        end=datetime.fromisoformat(fields["End"]),
        call_state=CallState(fields["CallState"]),
        name=fields["Adressatenname"],
        contact_id=fields["AdressatenId"],
        data_source=fields["DataSource"],
        number=fields["CalledNumber"],
        note=fields["Note"],
    )


def _problems(fields: Mapping[str, Any]) -> list[str]:
    found = [f"{name} is missing" for name in FIELDS if name not in fields]
    found += [f"{name!r} is none of the eleven fields" for name in fields if name not in FIELDS]
    for name in FIELDS:
        if name in fields:
            problem = _CHECKS[name](fields[name])
            if problem:
                found.append(f"{name} {problem}")
    return found


def _text_problem(value: object) -> str | None:
    if value is None:
        return "is null"
    return None if isinstance(value, str) else "is no text"


def _time_problem(value: object) -> str | None:
    problem = _text_problem(value)
    if problem:
        return problem
    text = str(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return "is no ISO time"
    if moment.tzinfo is not None:
        return "carries a zone; it must be local wall-clock time"
    return None if "T" in text else "lacks a time of day after 'T'"


def _enum_problem(kind: type[IntEnum]) -> Callable[[object], str | None]:
    allowed = {int(member) for member in kind}

    def problem(value: object) -> str | None:
        if value is None:
            return "is null"
        if not isinstance(value, int) or isinstance(value, bool):
            return "is no integer"
        return None if value in allowed else f"is {value}; only 0 to {max(allowed)} exist"

    return problem


_CHECKS: dict[str, Callable[[object], str | None]] = {
    **dict.fromkeys(TEXT_FIELDS, _text_problem),
    **dict.fromkeys(TIME_FIELDS, _time_problem),
    "Direction": _enum_problem(Direction),
    "CallState": _enum_problem(CallState),
}
