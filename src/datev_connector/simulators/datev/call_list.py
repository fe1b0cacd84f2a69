"""What DATEV shows to its user: the list of calls and the journal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from datev_connector.simulators.datev.chain import LAST_STATES
from datev_connector.simulators.datev.record import CallRecord, CallState, Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One accepted live notification."""

    method: Method
    record: CallRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """One line of the call list, with everything that was told about the call.

    sender: the connection that speaks for it; None once that connection is gone.
    forgotten: told to an earlier life of DATEV, so that it can never be continued.
    """

    history: tuple[Notice, ...]
    sender: int | None
    forgotten: bool = False

    @property
    def first(self) -> CallRecord:
        """The record of `NewCall`."""
        return self.history[0].record

    @property
    def last(self) -> CallRecord:
        """The newest record."""
        return self.history[-1].record

    @property
    def call_id(self) -> str:
        """The telephony program's id of the call."""
        return self.first.call_id

    @property
    def state(self) -> CallState:
        """The state last told."""
        return self.last.call_state

    @property
    def over(self) -> bool:
        """Whether the call has been ended by its one terminal notification."""
        return self.state in LAST_STATES

    @property
    def active(self) -> bool:
        """Whether DATEV still holds the call to be going on."""
        return not self.over and not self.forgotten

    @property
    def states(self) -> tuple[CallState, ...]:
        """The chain as told."""
        return tuple(notice.record.call_state for notice in self.history)

    def told(self, notice: Notice, sender: int) -> CallEntry:
        """The entry after one more notification."""
        return replace(self, history=(*self.history, notice), sender=sender)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One journal entry; `repeats` counts identical re-sendings of it."""

    record: CallRecord
    repeats: int = 0

    @property
    def call_id(self) -> str:
        """The entry's own id."""
        return self.record.call_id
