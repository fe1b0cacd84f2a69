"""The list of an intake: all that the source has, and what of it is still to be fetched."""

from __future__ import annotations

from collections.abc import Sequence

from datev_connector.domain.master_data import Listed
from datev_connector.store.contact_rows import storable_text
from datev_connector.store.database import Database


class ListedRows:
    """The entries of one intake, and their count in its row; changes are parts of a transaction."""

    def __init__(self, database: Database, intake: int) -> None:
        self._database = database
        self._intake = intake

    # --- what is there ----------------------------------------------------------------------------

    @property
    def entries(self) -> int | None:
        """How many entries the list has, once it is complete; None before."""
        row = self._database.first("SELECT listed FROM intakes WHERE intake = ?", self._intake)
        return None if row is None else row[0]

    @property
    def waiting(self) -> int:
        """How many of them are still to be fetched."""
        row = self._database.first("SELECT waiting FROM intakes WHERE intake = ?", self._intake)
        return 0 if row is None else int(row[0])

    def missing(self, limit: int, after: str) -> Sequence[Listed]:
        """Return entries that are still to be fetched, by id, beginning behind `after`."""
        rows = self._database.rows(
            "SELECT contact_id, stamp FROM listed INDEXED BY listed_waiting "
            "WHERE intake = ? AND waiting = 1 AND contact_id > ? ORDER BY contact_id LIMIT ?",
            self._intake,
            storable_text(after),
            limit,
        )
        return [Listed(id=contact_id, stamp=stamp) for contact_id, stamp in rows]

    # --- changes ----------------------------------------------------------------------------------

    def add(self, contact_id: str, stamp: str, *, waiting: bool) -> None:
        """Take an entry, in place of an older one."""
        old = self._waits(contact_id)
        self._database.run(
            "INSERT OR REPLACE INTO listed (intake, contact_id, stamp, waiting) "
            "VALUES (?, ?, ?, ?)",
            self._intake,
            contact_id,
            stamp,
            int(waiting),
        )
        self._count(entries=int(old is None), waiting=waiting - bool(old))

    def complete(self, mark: str) -> None:
        """Say that the list is whole."""
        self._database.run(
            "UPDATE intakes SET mark = ?, listed = entries WHERE intake = ?",
            storable_text(mark),
            self._intake,
        )

    def fetched(self, contact_id: str) -> bool:
        """Note that an entry need not be fetched any more; tell whether it is listed."""
        waits = self._waits(contact_id)
        if waits:
            self._database.run(
                "UPDATE listed SET waiting = 0 WHERE intake = ? AND contact_id = ?",
                self._intake,
                contact_id,
            )
            self._count(waiting=-1)
        return waits is not None

    def drop(self, contact_id: str) -> bool:
        """Take an entry off the list; tell whether it was listed."""
        waits = self._waits(contact_id)
        if waits is None:
            return False
        self._count(entries=-1, waiting=-int(waits))
        self._database.run(
            "DELETE FROM listed WHERE intake = ? AND contact_id = ?", self._intake, contact_id
        )
        return True

    def _waits(self, contact_id: str) -> bool | None:
        """Tell whether an entry is still to be fetched; None: it is not listed."""
        row = self._database.first(
            "SELECT waiting FROM listed WHERE intake = ? AND contact_id = ?",
            self._intake,
            contact_id,
        )
        return None if row is None else bool(row[0])

    def _count(self, *, entries: int = 0, waiting: int = 0) -> None:
        if entries or waiting:
            self._database.run(
                "UPDATE intakes SET entries = entries + ?, waiting = waiting + ?, "
                "listed = listed + ? WHERE intake = ?",
                entries,
                waiting,
                entries,
                self._intake,
            )
