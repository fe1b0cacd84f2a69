"""Brings contacts into the search.

A full-text index takes two hundred contacts at once for little more than it takes ten, so those of
a batch that nobody sees yet follow in larger groups. In a live batch they enter at once.
"""

# ruff: noqa: S608 - statements are put together from constants of this file; values are bound

from __future__ import annotations

from collections.abc import Sequence

from datev_connector.store.database import Database

GROUP = 250
"""Brought in together: a few milliseconds."""
MERGED_PAGES = 8
"""Merged in one step: a few milliseconds."""
INDEXES = ("contact_words", "contact_digits")

TAKE_WORDS = (
    "INSERT INTO contact_words (rowid, words) SELECT id, words FROM contacts "
    "WHERE id > ? AND id <= ?"
)
TAKE_DIGITS = (
    "INSERT INTO contact_digits (rowid, digits) SELECT id, digits FROM contacts "
    "WHERE id > ? AND id <= ? AND digits <> ''"
)


class SearchTexts:
    """What of one batch of contacts can be searched."""

    def __init__(self, database: Database, batch: int) -> None:
        self._database = database
        self._batch = batch
        row = database.first("SELECT searchable FROM batches WHERE batch = ?", batch)
        self._until: int | None = None if row is None else row[0]

    def take(self, rows: Sequence[tuple[int, str, str]]) -> None:
        """Take contacts (row id, words, digits) that were written, within the transaction.

        Those whose turn comes later are left out.
        """
        now = [row for row in rows if self._until is None or row[0] <= self._until]
        if now:
            self._database.run_many(
                "INSERT INTO contact_words (rowid, words) VALUES (?, ?)",
                [(row, words) for row, words, _ in now],
            )
            self._database.run_many(
                "INSERT INTO contact_digits (rowid, digits) VALUES (?, ?)",
                [(row, digits) for row, _, digits in now if digits],
            )

    def catch_up(self, last: int, *, least: int = GROUP) -> None:
        """Bring in the next contacts up to this row id, if there are so many; a transaction."""
        if self._until is None or last - self._until < least:
            return
        until = min(last, self._until + GROUP)
        with self._database.transaction(durable=False):
            self._database.run(TAKE_WORDS, self._until, until)
            self._database.run(TAKE_DIGITS, self._until, until)
            self._database.run(
                "UPDATE batches SET searchable = ? WHERE batch = ?", until, self._batch
            )
        self._until = until

    def all_taken(self, last: int) -> bool:
        """Tell whether nothing waits up to this row id."""
        return self._until is None or self._until >= last


def begin_later(database: Database, batch: int, first: int) -> None:
    """Have contacts of a new batch follow in groups; the first of them comes behind this id."""
    database.run("UPDATE batches SET searchable = ? WHERE batch = ?", first, batch)


def count_all(database: Database, batch: int) -> None:
    """Say that all of a batch can be searched, and will be at once from now on."""
    database.run("UPDATE batches SET searchable = NULL WHERE batch = ?", batch)


def erase(database: Database, rows: Sequence[int]) -> None:
    """Take contacts out of the search, by their row ids."""
    each = [(row,) for row in rows]
    for index in INDEXES:
        database.run_many(f"DELETE FROM {index} WHERE rowid = ?", each)


def merge(database: Database, index: str, *, anew: bool) -> bool:
    """Merge a little of an index, so that what was erased takes no room; tell if there is more.

    `anew`: begin to merge everything; otherwise that is gone on with.
    """
    before = database.connection.total_changes()
    with database.transaction(durable=False):
        pages = -MERGED_PAGES if anew else MERGED_PAGES
        database.run(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", pages)
    # One change is the statement itself.
    return database.connection.total_changes() - before > 1
