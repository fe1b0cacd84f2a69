"""A call as the desk knows it, and the closed sets that describe it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from datev_connector.domain.contacts import ClientState

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from datev_connector.domain.contacts import ContactRef
    from datev_connector.domain.contacts import Rule as MatchRule


class PbxState(StrEnum):
    """State of a call as the PBX reports it (STARFACE UCI), all generations folded into one set."""

    REACHED = "reached"
    """The call reached the user's account; no phone rings yet (UCI `INCOMING`)."""
    RINGING = "ringing"
    PROCEEDING = "proceeding"
    """Outgoing, under way (UCI `PROCEEDING`, `OUTGOING`, `REQUESTED`)."""
    RINGBACK = "ringback"
    CONNECTED = "connected"
    HELD = "held"
    """On hold, parked or waiting behind a consultation."""
    MAILBOX = "mailbox"
    """A voice mailbox took the call; for the user it was not answered."""
    HANGUP = "hangup"


class Direction(StrEnum):
    """Seen from the user."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class CallState(StrEnum):
    """State of a call as the user sees it."""

    RINGING = "ringing"
    DIALLING = "dialling"
    CONNECTED = "connected"
    HELD = "held"
    ENDED = "ended"


class Outcome(StrEnum):
    """What became of an ended call."""

    ANSWERED = "answered"
    MISSED = "missed"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    UNREACHED = "unreached"


class Known(StrEnum):
    """How the contact of a call was settled."""

    NOT_YET = "not-yet"
    NOBODY = "nobody"
    """No hit."""
    AUTOMATIC = "automatic"
    """The one hit of the best rule, or one taken by a setting."""
    LEARNED = "learned"
    """An earlier choice for exactly this number."""
    ASKED = "asked"
    """Several hits; the question is open."""
    CHOSEN = "chosen"
    """The user's choice in this call."""
    REJECTED = "rejected"
    """The user said that it is nobody of those."""
    GIVEN = "given"
    """DATEV dialled and gave the contact."""


class Live(StrEnum):
    """How far DATEV has followed a call live."""

    NEVER = "never"
    """Nothing was sent."""
    OFFERED = "offered"
    CONNECTED = "connected"
    COMPLETE = "complete"
    """The terminal notification was confirmed."""
    BROKEN = "broken"
    """DATEV was away or failed meanwhile; nothing more goes live, the end goes to the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever is at the other end, as far as it is settled."""

    ref: ContactRef
    name: str
    number: str
    """The number as stored with the contact; empty if DATEV gave none."""
    client_number: str = ""
    client_state: ClientState = ClientState.NONE
    rule: MatchRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Everything that is kept of one call. Times are UTC."""

    call: str
    """Our id; unique for ever within a profile."""
    pbx_call: str
    """The PBX's id (UUID); may change during a call."""
    direction: Direction
    state: CallState
    rang: bool = False
    """A phone of the user rang, or the far end was alerted."""
    number: str = ""
    """The remote number as the PBX sent it; empty when withheld."""
    first_number: str = ""
    """The number before that, if somebody was put through; empty: the remote end never changed."""
    e164: str | None = None
    internal: bool = False
    pbx_name: str = ""
    group: str = ""
    began_at: datetime
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    last_seen_at: datetime
    """When the PBX last confirmed that the call exists."""
    outcome: Outcome | None = None
    ended_unseen: bool = False
    """It ended while the line to the PBX was cut: that nobody saw it answered says nothing."""

    known: Known = Known.NOT_YET
    rule: MatchRule | None = None
    person: Person | None = None
    candidates: tuple[Person, ...] = ()
    datev_hits: int = 0

    dialled: bool = False
    """Placed through the connector, by the user or by DATEV."""
    from_datev: bool = False
    """DATEV dialled it."""
    sync_id: str = ""
    call_id: str = ""
    """DATEV's `CallID` of the live chain; empty until one is needed."""
    sent_number: str | None = None
    """`CalledNumber` as first sent; it never changes afterwards."""
    sent_person: ContactRef | None = None
    """The contact that DATEV was last told."""
    live: Live = Live.NEVER
    """How far DATEV has confirmed to follow the call."""
    live_sent: Live = Live.NEVER
    """How far it has been told; ahead of `live` while an answer is outstanding."""
    wanted: bool = False
    """The user pressed the DATEV button during or after the call."""
    owed: bool | None = None
    """Whether the ended call was to be in DATEV by the rules of its time; None: not decided yet."""

    note: str = ""
    note_revision: int = 0
    """Counts changes of the note."""
    note_wanted: bool = False
    """The button was pressed with a note; that note goes out when the call is over."""
    wanted_note: str = ""
    """The note as it was when the button was pressed."""
    wanted_revision: int = 0
    note_sent_revision: int = 0
    """The revision that was put into the outbox last; 0: none."""
    note_in_datev_revision: int = 0
    """The newest revision that DATEV has confirmed; 0: none."""
    journalled: bool = False
    """An entry for the journal of DATEV was made."""
    in_datev_at: datetime | None = None
    """When DATEV last confirmed call or note."""

    window_open: bool = False

    @property
    def active(self) -> bool:
        """Tell whether the call still lives."""
        return self.state is not CallState.ENDED

    @property
    def name(self) -> str:
        """The name to show: the contact's, else what the PBX sent, else empty."""
        return self.person.name if self.person is not None else self.pbx_name

    @property
    def is_draft(self) -> bool:
        """Tell whether the note holds something that was not yet handed over."""
        return bool(self.note.strip()) and self.note_revision > self.note_sent_revision

    @property
    def followed(self) -> bool:
        """Tell whether DATEV sees the call alive, or may."""
        return self.live_sent is not self.live or self.live in (Live.OFFERED, Live.CONNECTED)

    @property
    def owes_journal(self) -> bool:
        """Tell whether an ended call has still to be handed over, by the journal."""
        wanted = self.wanted or self.from_datev or self.owed is not False
        return self.live in (Live.NEVER, Live.BROKEN) and wanted and not self.journalled

    @property
    def unfinished(self) -> bool:
        """Tell whether something of the call has still to be done, today or after a restart."""
        if self.active or self.outcome is None or self.is_draft or self.note_wanted:
            return True
        return self.followed or self.owes_journal

    def but(self, **changes: Any) -> Call:
        """Return this call with some fields changed; itself if nothing is new.

        `dataclasses.replace` in a third of the time: a ringing call is changed many times over.
        """
        if all(getattr(self, name) == value for name, value in changes.items()):
            return self
        new = object.__new__(Call)
        for name in _FIELDS:
            value = changes[name] if name in changes else getattr(self, name)
            object.__setattr__(new, name, value)
        return new

    def differs_from(self, other: Call) -> bool:
        """Tell whether anything but the time when it was last seen is different."""
        return any(
            getattr(self, name) != getattr(other, name)
            for name in _FIELDS
            if name != "last_seen_at"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCall:
    """A call that is over, as the call list of the PBX tells it. Times are UTC."""

    direction: Direction
    outcome: Outcome
    began_at: datetime
    talked: timedelta | None = None
    """From the answer to the end; None if the user did not speak, or the list does not say."""
    number: str = ""
    """The remote number as the PBX sent it; empty when withheld."""
    name: str = ""
    group: str = ""
    ids: tuple[str, ...] = ()
    """Under which the PBX may know the call, or the line of its list; the best one first."""


_FIELDS = tuple(field.name for field in fields(Call))
