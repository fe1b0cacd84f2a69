"""Everything the call desk wants done, as values.

The engine carries them out in the given order, after it has saved all `Save...` of the same turn
in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.calls import Call, Person
    from datev_connector.domain.contacts import ContactRef
    from datev_connector.domain.outbox import JournalEntry
    from datev_connector.domain.record import CallRecord, DialAnswer, Method


# --- to the store -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaveCall:
    """Keep this state of a call."""

    call: Call


@dataclass(frozen=True, slots=True)
class SaveEntry:
    """Keep this state of a journal entry."""

    entry: JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveChoice:
    """Learn that calls from `e164` are this contact; None: forget what was learned."""

    at: datetime
    e164: str
    ref: ContactRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveUse:
    """A call was given to this contact."""

    at: datetime
    ref: ContactRef


Save = SaveCall | SaveEntry | SaveChoice | SaveUse


# --- to the contact index -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LookUp:
    """Find who belongs to the number of the call; answered by `ContactsFound`."""

    call: str
    number: str
    named: bool = False
    """The PBX has named somebody: then weaker hits of its address book matter too."""


# --- to the person ------------------------------------------------------------------------------


class WindowAction(StrEnum):
    """What to do with the window of a call."""

    OPEN = "open"
    UPDATE = "update"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Window:
    """Open, update or close the window of a call."""

    action: WindowAction
    call: Call


@dataclass(frozen=True, slots=True)
class CallChanged:
    """A call has a new state worth telling."""

    call: Call


@dataclass(frozen=True, slots=True)
class AskWho:
    """Several contacts fit; ask, without waiting."""

    call: str
    candidates: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DialReported:
    """A wish to dial was taken (`call`) or refused (`refused` says why)."""

    number: str
    call: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class TellUser:
    """Something a user must know."""

    text: str
    call: str | None = None


# --- to DATEV -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Send a notification to DATEV; answered by `DatevAnswered` with the same number."""

    notification: int
    method: Method
    record: CallRecord
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A journal entry was made and waits: DATEV is away, or a call is going on."""

    call: str
    record: CallRecord


@dataclass(frozen=True, slots=True)
class AnswerDial:
    """The answer to the `Dial` of this very turn."""

    answer: DialAnswer


# --- to the PBX ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCall:
    """Have the PBX dial; answered by `DialAccepted` or `DialRefused`."""

    call: str
    number: str
    pbx_call: str
    """The id under which the PBX shall run the call."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Have the PBX end a call."""

    call: str
    pbx_call: str


@dataclass(frozen=True, slots=True)
class AskOutcome:
    """Ask the call list what became of an unanswered call; answered by `OutcomeLearned`."""

    call: Call


@dataclass(frozen=True, slots=True)
class LookAgain:
    """See at once whether the line to the PBX still works, and which calls there are."""


# --- to the clock -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Feed a `Ticked` at this time (UTC) at the latest."""

    at: datetime


Effect = (
    SaveCall
    | SaveEntry
    | SaveChoice
    | SaveUse
    | LookUp
    | Window
    | CallChanged
    | AskWho
    | DialReported
    | TellUser
    | Notify
    | Queued
    | AnswerDial
    | PlaceCall
    | HangUp
    | AskOutcome
    | LookAgain
    | WakeAt
)
