"""The desk's book: its calls, the outbox, what is under way, and the effects of this turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from datev_connector.domain.calls import Call, Live
from datev_connector.domain.effects import SaveEntry
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.numbers import read_caller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.domain.effects import Effect
    from datev_connector.domain.identity import IdSequence
    from datev_connector.domain.numbers import Number
    from datev_connector.domain.outbox import JournalEntry
    from datev_connector.domain.record import CallRecord, Method
    from datev_connector.domain.rules import CallRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A notification on its way to DATEV."""

    call: str
    method: Method
    record: CallRecord
    entry: str | None = None
    """The `CallID` of the journal entry, if it is one."""
    reaches: Live | None = None
    """How far DATEV follows the call once it has confirmed."""


@dataclass(slots=True, kw_only=True)
class Book:
    """What the desk knows. Only the modules of this package write in it."""

    rules: CallRules
    plan: DialPlan
    ids: IdSequence
    calls: dict[str, Call] = field(default_factory=dict)
    by_pbx: dict[str, str] = field(default_factory=dict)
    entries: dict[str, JournalEntry] = field(default_factory=dict)
    """Open journal entries by `CallID`, in order of position."""
    next_position: int = 1
    entries_of: dict[str, dict[str, None]] = field(default_factory=dict)
    """The open journal entries of each call, oldest first."""
    busy: dict[str, None] = field(default_factory=dict)
    """The calls that live, here or for DATEV, oldest first."""
    untold_ends: set[str] = field(default_factory=set)
    """Calls that have ended, which is told when their outcome is known."""
    flights: dict[int, Flight] = field(default_factory=dict)
    next_flight: int = 1
    overdue: dict[str, Flight] = field(default_factory=dict)
    """Notifications that DATEV has not answered in time, by the `CallID` of their record: it may
    have taken them, or may yet."""
    datev_pauses: bool = False
    """DATEV hangs: what it follows it will follow when it goes on."""
    up: dict[Leg, bool] = field(default_factory=dict)
    adrift: set[str] = field(default_factory=set)
    """Calls not seen since the line to the PBX was lost."""
    in_the_dark: dict[str, datetime | None] = field(default_factory=dict)
    """Calls that ended unseen, of which DATEV is not told before the call list was read, and until
    when that is waited for; None: until the PBX is back."""
    unplaced: set[str] = field(default_factory=set)
    """Dialled calls that the PBX has not accepted yet."""
    dropped: set[str] = field(default_factory=set)
    """Of those, the ones to be hung up as soon as it has."""
    unread_until: dict[str, datetime] = field(default_factory=dict)
    """Calls that came without a number, and until when it may still arrive."""
    dialled_at: dict[str, datetime] = field(default_factory=dict)
    """When a number was last dialled."""
    published: dict[str, Call] = field(default_factory=dict)
    """Each call as it was last told to the outside."""
    saved: dict[str, Call] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)
    """The calls that this turn has changed, in order."""
    effects: list[Effect] = field(default_factory=list)
    _before: dict[str, Call | None] = field(default_factory=dict)
    """The calls of this turn as they were before it."""
    _entries_before: dict[str, JournalEntry | None] = field(default_factory=dict)
    _published_before: dict[str, Call | None] = field(default_factory=dict)
    _sets_before: tuple[set[str], ...] = ()
    _dark_before: dict[str, datetime | None] = field(default_factory=dict)
    _unread_before: dict[str, datetime] = field(default_factory=dict)
    _flights_before: int = 1
    _overdue_before: dict[str, Flight] = field(default_factory=dict)
    _ruled_before: tuple[CallRules, DialPlan] | None = None

    # --- turns ------------------------------------------------------------------------------

    def begin_turn(self) -> None:
        """Remember from here on what `take_back` needs."""
        self._before.clear()
        self._entries_before.clear()
        self._published_before.clear()
        self._sets_before = tuple(set(some) for some in self._sets())
        self._dark_before = dict(self.in_the_dark)
        self._unread_before = dict(self.unread_until)
        self._flights_before = self.next_flight
        self._overdue_before = dict(self.overdue)
        self._ruled_before = self.rules, self.plan

    def take_back(self) -> None:
        """Undo what this turn did: it could not be finished."""
        for call_id, call in self._before.items():
            if call is None:
                self.calls.pop(call_id, None)
                self.busy.pop(call_id, None)
            else:
                self.put(call)
        self._take_back_entries()
        if self._ruled_before is not None:
            self.rules, self.plan = self._ruled_before
        for call_id, told in self._published_before.items():
            if told is None:
                self.published.pop(call_id, None)
            else:
                self.published[call_id] = told
        for some, before in zip(self._sets(), self._sets_before, strict=True):
            some.clear()
            some.update(before)
        self.in_the_dark = dict(self._dark_before)
        self.unread_until = dict(self._unread_before)
        self.overdue = dict(self._overdue_before)
        for number in range(self._flights_before, self.next_flight):
            self.flights.pop(number, None)
        for pbx_call in [known for known, of in self.by_pbx.items() if of not in self.calls]:
            del self.by_pbx[pbx_call]
        self.touched.clear()
        self.effects.clear()

    def _take_back_entries(self) -> None:
        for entry_id, entry in self._entries_before.items():
            made = self.entries.get(entry_id)
            if entry is not None:
                self.take_entry(entry)
            elif made is not None:
                self._drop_entry(made)

    def _sets(self) -> tuple[set[str], ...]:
        return (self.adrift, self.unplaced, self.dropped, self.untold_ends)

    # --- calls ------------------------------------------------------------------------------

    def put(self, call: Call) -> Call:
        """Write down the new state of a call."""
        self._before.setdefault(call.call, self.calls.get(call.call))
        self.calls[call.call] = call
        if call.active or call.pbx_call not in self.by_pbx:
            # The PBX may use an id again: it stands for the call that lives.
            self.by_pbx[call.pbx_call] = call.call
        self.touched[call.call] = None
        if call.active or call.followed:
            self.busy[call.call] = None
        else:
            self.busy.pop(call.call, None)
        return call

    def change(self, call: Call, **changes: Any) -> Call:
        """Write down some changed fields of a call."""
        return self.put(call.but(**changes))

    def publish(self, call: Call) -> None:
        """Write down that this state of a call was told to the outside."""
        self._published_before.setdefault(call.call, self.published.get(call.call))
        self.published[call.call] = call

    def get(self, call: str) -> Call | None:
        """Return a call that the desk follows."""
        return self.calls.get(call)

    def at_pbx(self, pbx_call: str) -> Call | None:
        """Return the call that the PBX runs under this id."""
        return self.calls.get(self.by_pbx.get(pbx_call, ""))

    def forget(self, call: Call) -> None:
        """Take an ended and settled call off the desk; the store keeps it."""
        for known in (self.calls, self.published, self.saved, self.touched):
            known.pop(call.call, None)
        for pbx_call in [known for known, of in self.by_pbx.items() if of == call.call]:
            del self.by_pbx[pbx_call]
        for some in self._sets():
            some.discard(call.call)
        self.overdue.pop(call.call_id, None)
        self.in_the_dark.pop(call.call, None)
        self.unread_until.pop(call.call, None)
        self.busy.pop(call.call, None)

    def active(self) -> Iterator[Call]:
        """Iterate over the calls that live, oldest first."""
        known = (self.calls[call_id] for call_id in self.busy)
        return (call for call in known if call.active)

    def remote(self, call: Call) -> Number:
        """Read the remote number of a call."""
        return read_caller(call.number, self.plan)

    # --- legs -------------------------------------------------------------------------------

    def leg_up(self, leg: Leg) -> bool:
        """Tell whether a leg can be used."""
        return self.up.get(leg, False)

    def set_leg(self, leg: Leg, state: LegState) -> None:
        """Write down the state of a leg; a degraded one can be used."""
        self.up[leg] = state is not LegState.DOWN

    # --- outbox -----------------------------------------------------------------------------

    def put_entry(self, entry: JournalEntry) -> None:
        """Write down, and save, the state of a journal entry; a confirmed one leaves the desk."""
        self.take_entry(entry)
        self.emit(SaveEntry(entry))

    def take_entry(self, entry: JournalEntry) -> None:
        """Write down the state of a journal entry."""
        entry_id = entry.record.call_id
        self._entries_before.setdefault(entry_id, self.entries.get(entry_id))
        if entry.open:
            self.entries[entry_id] = entry
            self.entries_of.setdefault(entry.call, {})[entry_id] = None
        else:
            self._drop_entry(entry)

    def _drop_entry(self, entry: JournalEntry) -> None:
        self.entries.pop(entry.record.call_id, None)
        of_call = self.entries_of.get(entry.call, {})
        of_call.pop(entry.record.call_id, None)
        if not of_call:
            self.entries_of.pop(entry.call, None)

    def in_flight(self, call: str) -> bool:
        """Tell whether a live notification of the call waits for its answer."""
        if any(f.call == call and f.entry is None for f in self.flights.values()):
            return True
        known = self.calls.get(call)
        return known is not None and known.live is not Live.BROKEN and known.call_id in self.overdue

    def open_flight(self, flight: Flight) -> int:
        """Write down that a notification leaves; return its number."""
        number = self.next_flight
        self.next_flight += 1
        self.flights[number] = flight
        return number

    # --- effects ----------------------------------------------------------------------------

    def emit(self, *effects: Effect) -> None:
        """Have something done at the end of this turn."""
        self.effects.extend(effects)
