"""Journal entries on their way to DATEV: kept until DATEV has confirmed them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.record import CallRecord


class EntryState(StrEnum):
    """How far an entry has come."""

    WAITING = "waiting"
    """Nothing has left the house yet."""
    UNCLEAR = "unclear"
    """It was sent and no answer came; it is repeated unchanged under the same `CallID`."""
    REFUSED = "refused"
    """DATEV refused it; it is tried again at `not_before`, or when a person says so."""
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One `NewJournal`. Its `record.call_id` is its identity and never changes."""

    position: int
    """Order of creation; entries go out in this order."""
    call: str
    """Our id of the call."""
    record: CallRecord
    note_revision: int = 0
    state: EntryState = EntryState.WAITING
    attempts: int = 0
    hresult: int = 0
    """Last answer of DATEV, as a signed 32-bit number."""
    created_at: datetime
    changed_at: datetime
    not_before: datetime | None = None

    @property
    def open(self) -> bool:
        """Tell whether DATEV has still to confirm it."""
        return self.state is not EntryState.CONFIRMED
