"""The DATEV CTI contract: which notifications may follow which, and records that keep to it.

Two halves that must agree:

The **builder** makes the records. `NEXT` is the whole table of permitted steps of one call;
`next_live_step` reads off it what is due for a call, so a step that is not in the table cannot be
built. Times, contact and number follow from the call alone:

====================  ================  ==================  ==============
step                  method            Begin               End
====================  ================  ==================  ==============
Offered               NewCall           start of ringing    = Begin
Connected             NewCall, or       answer              = Begin
                      CallStateChanged
Finished              CallStateChanged  answer              hang-up
Absence               CallStateChanged  start of ringing    hang-up
other contact         CallAdressat-     answer              = Begin
                      Changed
journal, answered     NewJournal        answer              hang-up
journal, unanswered   NewJournal        start of ringing    hang-up
====================  ================  ==================  ==============

The **checker** (`ContractChecker`) reads a stream of notifications as DATEV would and says what
is wrong with it. It knows nothing of calls or of the builder.

Source: DATEV CTI (Buddy SDK), permitted chains, rules for `SyncID`, `DataSource` and `NewJournal`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from datev_connector.domain.calls import Direction, Live
from datev_connector.domain.contacts import Rule, Source
from datev_connector.domain.record import (
    ADDRESSEES,
    INSTITUTIONS,
    OWN_SOURCE,
    CallRecord,
    CtiDirection,
    CtiState,
    Method,
)

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.calls import Call, Person
    from datev_connector.domain.contacts import ContactRef

NEXT: dict[Live, dict[CtiState, Live]] = {
    Live.NEVER: {CtiState.OFFERED: Live.OFFERED, CtiState.CONNECTED: Live.CONNECTED},
    Live.OFFERED: {CtiState.CONNECTED: Live.CONNECTED, CtiState.ABSENCE: Live.COMPLETE},
    Live.CONNECTED: {CtiState.FINISHED: Live.COMPLETE},
    Live.COMPLETE: {},
    Live.BROKEN: {},
}
"""The permitted chains: how far DATEV has followed a call, the state sent, how far it is then."""

_DIRECTIONS = {
    Direction.INCOMING: CtiDirection.INCOMING,
    Direction.OUTGOING: CtiDirection.OUTGOING,
}
_TERMINAL = (CtiState.FINISHED, CtiState.ABSENCE)


# --- builder ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStep:
    """One notification that is due, and how far DATEV has followed the call once it is out."""

    method: Method
    state: CtiState
    reaches: Live


def next_live_step(call: Call) -> LiveStep | None:
    """Return the next notification that brings DATEV up to date with the call, or None."""
    state = _state_due(call)
    if state is None:
        return _contact_step(call)
    if call.live is Live.NEVER and state in _TERMINAL:
        state = CtiState.OFFERED if call.connected_at is None else CtiState.CONNECTED
    elif call.live is Live.OFFERED and state is CtiState.FINISHED:
        state = CtiState.CONNECTED
    reaches = NEXT[call.live].get(state)
    if reaches is None:
        return None
    method = Method.NEW_CALL if call.live is Live.NEVER else Method.CALL_STATE_CHANGED
    return LiveStep(method=method, state=state, reaches=reaches)


def _state_due(call: Call) -> CtiState | None:
    """Return the state in which DATEV should see the call; None: it does, or there is none yet."""
    if not call.active:
        return CtiState.ABSENCE if call.connected_at is None else CtiState.FINISHED
    if call.connected_at is not None:
        return CtiState.CONNECTED if call.live is not Live.CONNECTED else None
    return CtiState.OFFERED if call.rang and call.live is Live.NEVER else None


def _contact_step(call: Call) -> LiveStep | None:
    contact = _datev_person(call)
    told = call.sent_person.id if call.sent_person is not None else ""
    if call.live is not Live.CONNECTED or contact is None or contact.ref.id == told:
        return None
    return LiveStep(
        method=Method.CALL_ADRESSAT_CHANGED, state=CtiState.CONNECTED, reaches=Live.CONNECTED
    )


def live_record(call: Call, state: CtiState) -> CallRecord:
    """Build the record that shows the call live in `state`."""
    begin = _begin(call)
    if state is CtiState.OFFERED:
        begin = call.began_at
    end = _end(call, begin) if state in _TERMINAL else begin
    return _record(call, state, call_id=call.call_id, sync_id=call.sync_id, begin=begin, end=end)


def journal_record(call: Call, call_id: str, note: str) -> CallRecord:
    """Build the record that hands over an ended call with its note; `call_id` is a new one."""
    state = CtiState.ABSENCE if call.connected_at is None else CtiState.FINISHED
    begin = _begin(call)
    return _record(call, state, call_id=call_id, begin=begin, end=_end(call, begin), note=note)


def number_for_datev(call: Call) -> str:
    """Return `CalledNumber`: as first sent, else as the contact has it, else as the PBX sent it.

    A head number is not the number of whoever calls from behind it: the direct line is sent.
    """
    if call.sent_number is not None:
        return call.sent_number
    contact = _datev_person(call)
    if contact is None or not contact.number or call.from_datev:
        return call.number
    return call.number if contact.rule is Rule.COMPANY_STEM else contact.number


def contact_for_datev(call: Call) -> ContactRef | None:
    """Return the contact that a record of this call names, or None."""
    contact = _datev_person(call)
    return contact.ref if contact is not None else None


def _record(
    call: Call,
    state: CtiState,
    *,
    call_id: str,
    begin: datetime,
    end: datetime,
    sync_id: str = "",
    note: str = "",
) -> CallRecord:
    contact = _datev_person(call)
    return CallRecord(
        call_id=call_id,
        sync_id=sync_id,
        direction=_DIRECTIONS[call.direction],
        begin=begin,
        end=end,
        state=state,
        contact_name=contact.name if contact else "",
        contact_id=contact.ref.id if contact else "",
        data_source=_data_source(contact),
        number=number_for_datev(call),
        note=note,
    )


def _datev_person(call: Call) -> Person | None:
    """Return the contact if DATEV can be told: it is in DATEV, and has both name and id."""
    person = call.person
    if person is None or not person.ref.source.in_datev:
        return None
    return person if person.name.strip() and person.ref.id.strip() else None


def _data_source(contact: Person | None) -> str:
    if contact is None:
        return OWN_SOURCE
    return INSTITUTIONS if contact.ref.source is Source.INSTITUTION else ADDRESSEES


def _begin(call: Call) -> datetime:
    return call.began_at if call.connected_at is None else call.connected_at


def _end(call: Call, begin: datetime) -> datetime:
    return begin if call.ended_at is None else max(begin, call.ended_at)


# --- checker ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Chain:
    first: CallRecord
    live: Live
    contact_id: str


@dataclass(slots=True)
class ContractChecker:
    """Reads notifications in order, as DATEV gets them, and names every breach in plain words."""

    _chains: dict[str, _Chain] = field(default_factory=dict)
    _journal: dict[str, CallRecord] = field(default_factory=dict)

    def check(self, method: Method, record: CallRecord) -> list[str]:
        """Take one notification; return what is wrong with it (nothing: an empty list)."""
        problems = _field_problems(record)
        if method is Method.NEW_JOURNAL:
            return problems + self._journal_problems(record)
        if record.note:
            problems.append("Note belongs to NewJournal only")
        if method is Method.NEW_CALL:
            return problems + self._new_call_problems(record)
        return problems + self._change_problems(method, record)

    @property
    def open_chains(self) -> tuple[str, ...]:
        """The `CallID`s of the calls that DATEV still sees alive."""
        return tuple(c for c, chain in self._chains.items() if chain.live is not Live.COMPLETE)

    @property
    def journal(self) -> tuple[CallRecord, ...]:
        """The journal entries taken, in order."""
        return tuple(self._journal.values())

    @property
    def calls(self) -> tuple[CallRecord, ...]:
        """The first record of each live call, in order."""
        return tuple(chain.first for chain in self._chains.values())

    def forget(self, call_id: str | None = None) -> None:
        """DATEV no longer follows this call, or any: it went away, or refused a step of it."""
        for known, chain in self._chains.items():
            if call_id in (None, known):
                chain.live = Live.COMPLETE

    def _new_call_problems(self, record: CallRecord) -> list[str]:
        if record.call_id in self._chains or record.call_id in self._journal:
            return ["CallID was used before"]
        reached = NEXT[Live.NEVER].get(record.state)
        self._chains[record.call_id] = _Chain(
            first=record, live=reached or Live.COMPLETE, contact_id=record.contact_id
        )
        return [] if reached else [f"NewCall may not begin with {record.state.name}"]

    def _change_problems(self, method: Method, record: CallRecord) -> list[str]:
        chain = self._chains.get(record.call_id)
        if chain is None:
            return [f"{method.value} for an unknown CallID"]
        problems = [
            f"{name} changed during the call"
            for name in ("direction", "sync_id", "number")
            if getattr(record, name) != getattr(chain.first, name)
        ]
        if method is Method.CALL_ADRESSAT_CHANGED:
            if chain.live is not Live.CONNECTED or record.state is not CtiState.CONNECTED:
                problems.append("CallAdressatChanged while not connected")
            if record.contact_id == chain.contact_id:
                problems.append("CallAdressatChanged without another AdressatenId")
        elif record.state in NEXT[chain.live]:
            chain.live = NEXT[chain.live][record.state]
        else:
            problems.append(f"{record.state.name} may not follow {chain.live.value}")
        chain.contact_id = record.contact_id
        return problems

    def _journal_problems(self, record: CallRecord) -> list[str]:
        known = self._journal.get(record.call_id)
        if known is not None:
            return [] if known == record else ["NewJournal repeated with another content"]
        problems = []
        if record.call_id in self._chains:
            problems.append("NewJournal needs a CallID of its own")
        if record.sync_id:
            problems.append("NewJournal must not carry a SyncID")
        if record.state not in _TERMINAL:
            problems.append(f"NewJournal may not be {record.state.name}")
        if self.open_chains:
            problems.append("NewJournal while a call is active")
        self._journal[record.call_id] = record
        return problems


def _field_problems(record: CallRecord) -> list[str]:
    problems = []
    if not record.call_id:
        problems.append("CallID is empty")
    if record.direction is CtiDirection.UNKNOWN:
        problems.append("Direction is unknown")
    if record.end < record.begin:
        problems.append("End before Begin")
    if record.data_source.startswith("DATEV_"):
        if record.data_source not in (ADDRESSEES, INSTITUTIONS):
            problems.append("DataSource uses the reserved prefix DATEV_")
        if not (record.contact_name.strip() and record.contact_id.strip()):
            problems.append("a DATEV_ source needs both Adressatenname and AdressatenId")
    elif record.contact_id:
        problems.append("AdressatenId without a DATEV_ source")
    return problems
