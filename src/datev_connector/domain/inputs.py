"""Everything that can happen to the call desk, as values, each with its time (`at`, UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.calls import Call, ListedCall, Outcome, PbxState, Person
    from datev_connector.domain.contacts import Contact, ContactRef
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.domain.legs import LegReport
    from datev_connector.domain.matching import Match
    from datev_connector.domain.record import Delivery, DialWish
    from datev_connector.domain.rules import CallRules
    from datev_connector.domain.seat import Seat


# --- from the PBX -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSighted:
    """The PBX reported a state of a call, by event or by poll; unknown details are empty."""

    at: datetime
    pbx_call: str
    state: PbxState
    caller_number: str = ""
    caller_name: str = ""
    called_number: str = ""
    called_name: str = ""
    group: str = ""
    changed_at: datetime | None = None
    """The PBX's time of the change, corrected by the clock difference; None: it sent none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoved:
    """A call continues under a new id of the PBX."""

    at: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTaken:
    """The complete list of calls that exist at the PBX: a call not in it has ended.

    `asked_at` is when the list was asked for: a call first seen later is not judged by it.
    """

    at: datetime
    asked_at: datetime
    alive: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLearned:
    """Answer to `AskOutcome`: what the call list of the PBX says; None: it does not say."""

    at: datetime
    call: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallListRead:
    """What the PBX's call list says of the time from `since` to `until`, in which nobody watched.

    `calls` also holds those that began some minutes before and after, and the conversations that
    reached into that time: a call that the desk knows must meet its own line of the list, or it
    takes that of its neighbour. To be fed after the picture of the calls that live.
    """

    at: datetime
    since: datetime
    until: datetime
    calls: tuple[ListedCall, ...]
    stored: tuple[Call, ...] = ()
    """The calls of those days that have left the desk; the engine puts them in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialAccepted:
    """The PBX took a `PlaceCall`; `pbx_call` is the id under which the call will appear."""

    at: datetime
    call: str
    pbx_call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRefused:
    """The PBX refused a `PlaceCall`, or could not be asked."""

    at: datetime
    call: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsLearned:
    """The PBX named the extensions of its own users and groups: they are internal from now on."""

    at: datetime
    accounts: frozenset[str]


# --- from the contact index ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsFound:
    """Answer to `LookUp`."""

    at: datetime
    call: str
    match: Match
    learned: ContactRef | None = None
    assigned: Contact | None = None
    """The learned contact itself, where nobody in the index has the number."""


# --- from the user ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTyped:
    """The note of a call is now `text`."""

    at: datetime
    call: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPressed:
    """The DATEV button."""

    at: datetime
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChosen:
    """The user says who it is; None: nobody of those offered."""

    at: datetime
    call: str
    person: Person | None
    remember: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRequested:
    """The user wants to call a number."""

    at: datetime
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpPressed:
    """The user ends a call."""

    at: datetime
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowClosed:
    """The user closed the window of a call."""

    at: datetime
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOpened:
    """The user wants to see the window of a call again."""

    at: datetime
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecalled:
    """A call from the journal comes back to the desk, to be noted or sent."""

    at: datetime
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRetried:
    """A person wants everything in the outbox tried again now."""

    at: datetime


# --- from DATEV ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevDialled:
    """DATEV called `Dial`; the desk answers with `AnswerDial` in the same turn."""

    at: datetime
    wish: DialWish


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevDropped:
    """DATEV called `Drop`."""

    at: datetime
    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevAnswered:
    """What became of the notification with this number."""

    at: datetime
    notification: int
    delivery: Delivery
    hresult: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevAnsweredLate:
    """What became in the end of a notification that was overdue.

    `call_id` is that of its record. `UNCLEAR`: nobody waits for it any longer; should DATEV answer
    all the same, this input comes once more.
    """

    at: datetime
    call_id: str
    delivery: Delivery
    hresult: int = 0


# --- from the house -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LegChanged:
    """A leg came up, went down or is degraded."""

    at: datetime
    report: LegReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChanged:
    """A person has set other rules, or another dial plan.

    The accounts of the PBX are no setting: those in `plan` do not count, what was learned stays.
    """

    at: datetime
    rules: CallRules
    plan: DialPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatChanged:
    """The session was locked, the computer slept, or the like."""

    at: datetime
    seat: Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Time has passed."""

    at: datetime


Input = (
    CallSighted
    | CallMoved
    | PictureTaken
    | OutcomeLearned
    | CallListRead
    | DialAccepted
    | DialRefused
    | AccountsLearned
    | ContactsFound
    | NoteTyped
    | TransferPressed
    | PersonChosen
    | DialRequested
    | HangUpPressed
    | WindowClosed
    | WindowOpened
    | CallRecalled
    | OutboxRetried
    | DatevDialled
    | DatevDropped
    | DatevAnswered
    | DatevAnsweredLate
    | LegChanged
    | RulesChanged
    | SeatChanged
    | Ticked
)
