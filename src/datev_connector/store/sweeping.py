"""Removes in small steps what was replaced or given up."""

from __future__ import annotations

from collections.abc import Callable

from datev_connector.store import search_texts
from datev_connector.store.contact_rows import erase, first_row
from datev_connector.store.database import Database

STEP_CONTACTS = 100
STEP_KEYS = 500
STEP_ENTRIES = 1000


class Sweeping:
    """Sweeps the contact index; every step is a short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._merged: set[str] = set()

    def step(self) -> bool:
        """Remove a little; tell whether there is more."""
        return self._step_of_batch() or self._step_of_intake()

    def _step_of_batch(self) -> bool:
        row = self._database.first("SELECT batch, kind FROM batches WHERE state = 'dead' LIMIT 1")
        if row is None:
            return False
        batch, kind = row
        step: Callable[[int], bool] = self._contacts if kind == "contacts" else self._keys
        with self._database.transaction(durable=False):
            more = step(batch)
        if not more and not (kind == "contacts" and self._merge()):
            with self._database.transaction(durable=False):
                self._database.run("DELETE FROM batches WHERE batch = ?", batch)
        return True

    def _step_of_intake(self) -> bool:
        row = self._database.first("SELECT intake FROM intakes WHERE state = 'dead' LIMIT 1")
        if row is None:
            return False
        with self._database.transaction(durable=False):
            if not self._listed(*row):
                self._database.run("DELETE FROM intakes WHERE intake = ?", *row)
        return True

    def _contacts(self, batch: int) -> bool:
        rows = [
            row
            for (row,) in self._database.rows(
                "SELECT id FROM contacts WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                first_row(batch),
                first_row(batch + 1),
                STEP_CONTACTS,
            )
        ]
        erase(self._database, rows)
        return bool(rows) or self._clients(batch)

    def _merge(self) -> bool:
        """Have what was swept out of the search take no room any more."""
        for index in search_texts.INDEXES:
            anew = index not in self._merged
            self._merged.add(index)
            if search_texts.merge(self._database, index, anew=anew):
                return True
        self._merged.clear()
        return False

    def _clients(self, batch: int) -> bool:
        return bool(
            self._database.run(
                "DELETE FROM clients WHERE batch = ? AND client_id IN "
                "(SELECT client_id FROM clients WHERE batch = ? ORDER BY client_id LIMIT ?)",
                batch,
                batch,
                STEP_KEYS,
            )
        )

    def _keys(self, batch: int) -> bool:
        rows = self._database.rows(
            "SELECT stem, digits, contact, place FROM keys WHERE batch = ? "
            "ORDER BY stem, digits, contact, place LIMIT ?",
            batch,
            STEP_KEYS,
        )
        if rows:
            self._database.run(
                "DELETE FROM keys WHERE batch = ? "
                "AND (stem, digits, contact, place) <= (?, ?, ?, ?)",
                batch,
                *rows[-1],
            )
        return bool(rows)

    def _listed(self, intake: int) -> bool:
        row = self._database.first(
            "SELECT max(contact_id) FROM (SELECT contact_id FROM listed WHERE intake = ? "
            "ORDER BY contact_id LIMIT ?)",
            intake,
            STEP_ENTRIES,
        )
        if row is None or row[0] is None:
            return False
        self._database.run("DELETE FROM listed WHERE intake = ? AND contact_id <= ?", intake, *row)
        return True
