"""What the engine tells whoever listens: windows, event stream, log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datev_connector.domain.effects import (
    AskWho,
    CallChanged,
    DialReported,
    Queued,
    TellUser,
    Window,
)
from datev_connector.domain.legs import LegReport

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.record import CallRecord, Delivery, Method


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevTold:
    """What became of a notification to DATEV."""

    method: Method
    call: str
    record: CallRecord
    delivery: Delivery
    hresult: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKept:
    """The note of a call is in the store in this revision."""

    call: str
    revision: int


Matter = (
    LegReport
    | CallChanged
    | Window
    | AskWho
    | DialReported
    | TellUser
    | Queued
    | DatevTold
    | NoteKept
)


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, and when (UTC)."""

    at: datetime
    matter: Matter
