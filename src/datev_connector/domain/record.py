"""The eleven fields that describe a call to DATEV (`IDatevCtiData` of the DATEV CTI contract)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

OWN_SOURCE = "STARFACE"
"""Our `DataSource` for everybody who is not in DATEV; the prefix `DATEV_` is reserved."""
ADDRESSEES = "DATEV_Adressaten"
INSTITUTIONS = "DATEV_Institutionen"


class CtiDirection(IntEnum):
    """`ENUM_DIRECTION`."""

    UNKNOWN = 0
    INCOMING = 1
    OUTGOING = 2


class CtiState(IntEnum):
    """`ENUM_CALLSTATE`."""

    ABSENCE = 0
    OFFERED = 1
    CONNECTED = 2
    FINISHED = 3


class Method(StrEnum):
    """Methods of `IDatevCtiNotification`."""

    NEW_CALL = "NewCall"
    CALL_STATE_CHANGED = "CallStateChanged"
    CALL_ADRESSAT_CHANGED = "CallAdressatChanged"
    NEW_JOURNAL = "NewJournal"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One snapshot for DATEV. `begin` and `end` are UTC; the links make local wall-clock time."""

    call_id: str
    sync_id: str = ""
    direction: CtiDirection
    begin: datetime
    end: datetime
    state: CtiState
    contact_name: str = ""
    contact_id: str = ""
    data_source: str = OWN_SOURCE
    number: str = ""
    """The remote party's number in both directions."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialWish:
    """What DATEV hands over with `Dial`: a number, maybe a contact, and its `SyncID`."""

    number: str
    sync_id: str = ""
    contact_name: str = ""
    contact_id: str = ""
    data_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialAnswer:
    """The answer to `Dial`: `call_id` is filled exactly when `hresult` is 0."""

    hresult: int
    call_id: str = ""


class Delivery(StrEnum):
    """What became of a notification."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """DATEV answered with a failure."""
    AWAY = "away"
    """DATEV was not there; nothing left the house."""
    UNCLEAR = "unclear"
    """It left the house, and no answer came or will come."""
    OVERDUE = "overdue"
    """It left the house; no answer came in time, and one may still come."""
