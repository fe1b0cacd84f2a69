"""Builds a batch of keys: written as they come into short sorted runs, then merged into one.

Keys come in no order. Put one by one where they belong in a large tree, each of them would cost a
page that is read, changed and written; so they are put into runs small enough to stay in memory,
and at the end all runs are read side by side and written once, in order. The merging goes on where
it was broken off: what is merged already tells how far it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice

from datev_connector.store.contact_rows import INSERT_KEY
from datev_connector.store.database import Database, Row

RUN_KEYS = 8000
"""So many keys of a run lie on pages that stay in memory."""
STEP_KEYS = 250
"""Merged in one go: a few milliseconds."""
READ_AHEAD = 8000
"""Keys in memory while merging, those of all runs together."""

ALL = (
    "batch, stem, digits, contact, place, whole, head, completed, number, medium, contact_id, "
    "name, kind, active, client_number, client_state"
)
PLACE = "stem, digits, contact, place"
AFTER = f"SELECT {ALL} FROM keys WHERE batch = ? AND ({PLACE}) > (?, ?, ?, ?) ORDER BY {PLACE}"  # noqa: S608 - constants
LAST = f"SELECT {PLACE} FROM keys WHERE batch = ? ORDER BY batch DESC, stem DESC, digits DESC, contact DESC, place DESC LIMIT 1"  # noqa: S608, E501 - constants
BEFORE_ALL: Row = (-1, "", 0, 0)


class KeyRuns:
    """The runs of one batch of keys that is being built."""

    def __init__(self, database: Database, whole: int) -> None:
        self._database = database
        self.whole = whole
        self._run = 0
        self._room = 0

    # --- within the caller's transaction ----------------------------------------------------------

    def fresh(self, first_contact: int, keys: int) -> int:
        """Return the run for this many keys of new contacts, the first of which has this row id."""
        if self._room <= 0:
            self._database.run(
                "INSERT INTO batches (kind, state, part_of, first_contact) "
                "VALUES ('keys', 'building', ?, ?)",
                self.whole,
                first_contact,
            )
            self._run = self._database.last_id
            self._room = RUN_KEYS
        self._room -= keys
        return self._run

    def of(self, contact: int) -> int:
        """Return the run that holds the keys of a contact."""
        row = self._database.first(
            "SELECT batch FROM batches WHERE part_of = ? AND first_contact <= ? "
            "ORDER BY first_contact DESC LIMIT 1",
            self.whole,
            contact,
        )
        return self.whole if row is None else int(row[0])

    def forget_place(self) -> None:
        """Begin a new run next time: what was written last may have been undone."""
        self._room = 0

    def unmerge(self) -> bool:
        """Throw away what is merged, since a run will change; tell whether there was any."""
        if self._database.first(LAST, self.whole) is None:
            return False
        self._database.run("INSERT INTO batches (kind, state) VALUES ('keys', 'building')")
        old, self.whole = self.whole, self._database.last_id
        self._database.run("UPDATE batches SET part_of = ? WHERE part_of = ?", self.whole, old)
        self._database.run("UPDATE batches SET state = 'dead' WHERE batch = ?", old)
        return True

    def settle(self) -> int:
        """Return the batch that holds all keys, now that they are merged; the rest is dead."""
        runs = self._runs()
        if len(runs) == 1:
            self._database.run("UPDATE batches SET part_of = NULL WHERE batch = ?", *runs)
            self._database.run("DELETE FROM batches WHERE batch = ?", self.whole)
            self.whole = runs[0]
        self._database.run("UPDATE batches SET state = 'live' WHERE batch = ?", self.whole)
        self._database.run("UPDATE batches SET state = 'dead' WHERE part_of = ?", self.whole)
        return self.whole

    # --- in transactions of its own ---------------------------------------------------------------

    def merging(self) -> Iterator[int]:
        """Merge the runs in small steps; yields how many keys each took."""
        runs = self._runs()
        if len(runs) < 2:
            return
        begun = self._database.first(LAST, self.whole) or BEFORE_ALL
        ahead = max(8, READ_AHEAD // len(runs))
        sources = [self._read(run, begun, ahead) for run in runs]
        merged = merge(*sources, key=lambda row: row[1:5])
        while rows := [(self.whole, *row[1:]) for row in islice(merged, STEP_KEYS)]:
            with self._database.transaction(durable=False):
                self._database.run_many(INSERT_KEY, rows)
            yield len(rows)

    def _runs(self) -> Sequence[int]:
        return [
            run
            for (run,) in self._database.rows(
                "SELECT batch FROM batches WHERE part_of = ? ORDER BY first_contact", self.whole
            )
        ]

    def _read(self, run: int, begun: Row, ahead: int) -> Iterator[Row]:
        last = begun
        while rows := self._database.rows(f"{AFTER} LIMIT ?", run, *last, ahead):
            yield from rows
            last = rows[-1][1:5]
