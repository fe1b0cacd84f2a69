"""Keeps journal entries until DATEV has confirmed them, and what became of them afterwards."""

# ruff: noqa: S608 - statements are put together from constants of this file; values are bound

from __future__ import annotations

from datetime import datetime

from datev_connector.domain.outbox import JournalEntry
from datev_connector.domain.record import CallRecord
from datev_connector.store.database import Database, Row
from datev_connector.store.documents import codec_for

ENTRY = codec_for(JournalEntry, {"datetime": datetime, "CallRecord": CallRecord})

SAVE = """
INSERT INTO entries (position, call_id, call, state, is_open, document_version, document)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (call_id) DO UPDATE SET
    state = excluded.state, is_open = excluded.is_open,
    document_version = excluded.document_version, document = excluded.document
WHERE position = excluded.position AND call = excluded.call
"""


class Outbox:
    """The journal entries of a profile, in order of creation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, entry: JournalEntry) -> None:
        """Keep an entry as it is now; a part of `Store.commit`, otherwise a step of its own.

        Position, call and `CallID` of an entry never change, and no two entries share a position
        or a `CallID`: `ValueError`, with nothing saved.
        """
        with self._database.joined():
            position = self._database.first(
                "SELECT call_id FROM entries WHERE position = ?", entry.position
            )
            if position not in (None, (entry.record.call_id,)):
                raise ValueError(f"position {entry.position} of the outbox is taken")
            changed = self._database.run(
                SAVE,
                entry.position,
                entry.record.call_id,
                entry.call,
                entry.state.value,
                int(entry.open),
                ENTRY.version,
                ENTRY.dump(entry),
            )
            if not changed:
                raise ValueError(f"the CallID of position {entry.position} is taken")

    def next_position(self) -> int:
        """Return the position for the next new entry; never one that was used before."""
        row = self._database.first("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")
        return 1 if row is None else int(row[0]) + 1

    def open_entries(self) -> tuple[JournalEntry, ...]:
        """Return what DATEV has not confirmed, in order of position."""
        return self._entries("is_open = 1 ORDER BY position")

    def count_open(self) -> int:
        """Return how many entries DATEV has not confirmed."""
        ((number,),) = self._database.rows("SELECT count(*) FROM entries WHERE is_open = 1")
        return int(number)

    def entries(self, limit: int) -> tuple[JournalEntry, ...]:
        """Return the latest entries, confirmed or not, newest first."""
        return self._entries("1 ORDER BY position DESC LIMIT ?", limit)

    def entries_of(self, call: str) -> tuple[JournalEntry, ...]:
        """Return the entries of one call, in order of position."""
        return self._entries("call = ? ORDER BY position", call)

    def _entries(self, which: str, *values: str | int) -> tuple[JournalEntry, ...]:
        rows = self._database.rows(
            f"SELECT document_version, document FROM entries WHERE {which}", *values
        )
        return tuple(_value(row) for row in rows)


def _value(row: Row) -> JournalEntry:
    return ENTRY.load(row[0], row[1])
