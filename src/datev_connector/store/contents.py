"""One batch of contacts while it is changed: each contact with its keys, clients and search words.

The same for the live batch, in which callers are looked up meanwhile, and for one that is being
built. All methods are parts of the caller's transaction, after which everything fits again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from datev_connector.domain.contacts import ClientState
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.store import contact_rows
from datev_connector.store.client_rows import ClientRows
from datev_connector.store.contact_rows import COLUMNS, ClientOf, Placed, Prepared
from datev_connector.store.database import Database, Row
from datev_connector.store.search_texts import SearchTexts

OLD = f"""
SELECT {COLUMNS}, c.stamp, c.given_number, c.given_state
FROM contacts AS c CROSS JOIN (SELECT ? AS source) AS s
WHERE c.batch = ? AND c.contact_id = ?
"""  # noqa: S608 - constants


class KeyBatches(Protocol):
    """Says in which batch the keys of a contact are."""

    def fresh(self, first_contact: int, keys: int) -> int:
        """Return the batch for the keys of new contacts."""

    def of(self, contact: int) -> int:
        """Return the batch that has the keys of this contact (row id)."""


@dataclass(frozen=True, slots=True)
class OneBatch:
    """All keys are in one batch."""

    batch: int

    def fresh(self, first_contact: int, keys: int) -> int:
        """Return the batch."""
        return self.batch

    def of(self, contact: int) -> int:
        """Return the batch."""
        return self.batch


@dataclass(slots=True)
class Grown:
    """By how much the contents have grown."""

    contacts: int = 0
    numbers: int = 0


class Contents:
    """The contacts of a batch and all that belongs to them."""

    def __init__(
        self, database: Database, source: str, batch: int, keys: KeyBatches, plan: DialPlan
    ) -> None:
        self._database = database
        self._source = source
        self.batch = batch
        self._keys = keys
        self._plan = plan
        self.clients = ClientRows(database, batch)
        self.searched = SearchTexts(database, batch)
        self.grown = Grown()

    def put(self, contacts: Iterable[Prepared]) -> None:
        """Take contacts; each takes the place of what was there under its id."""
        latest = {each.contact.ref.id: each for each in contacts}
        self.remove(latest)
        next_row = self._next_row()
        fresh = list(enumerate(latest.values(), next_row))
        if fresh:
            keys = sum(len(each.keys) for each in latest.values())
            self._write(fresh, self._keys.fresh(next_row, keys))

    def _next_row(self) -> int:
        """A row id that tells a new contact from all that a comparison has found there."""
        ((known,),) = self._database.rows(
            "SELECT coalesce(max(last_contact), 0) FROM intakes WHERE contacts_batch = ?",
            self.batch,
        )
        return max(contact_rows.last_row(self._database, self.batch), int(known)) + 1

    def remove(self, contact_ids: Iterable[str]) -> None:
        """Remove contacts, as far as they are there."""
        for contact_id in contact_ids:
            row = self._row(contact_id)
            if row is not None:
                self._erase(row)

    def refresh(self, contact_ids: Iterable[str]) -> None:
        """Have contacts say what their clients make of them now."""
        for contact_id in sorted(contact_ids):
            row = self._row(contact_id)
            if row is None:
                continue
            old = contact_rows.contact_of(row)
            stamp, *given = row[9:12]
            is_now = self.clients.of(contact_id) or ClientOf(given[0], ClientState(given[1]))
            if is_now != ClientOf(old.client_number, old.client_state):
                fresh = self._prepared(row, stamp, *given)
                self._erase(row)
                self._write([(row[0], fresh)], self._keys.of(row[0]))

    def prepared(self, contact_id: str) -> Prepared | None:
        """Return a contact as it was taken, ready to be written elsewhere; None: not there."""
        row = self._row(contact_id)
        return None if row is None else self._prepared(row, *row[9:12])

    def stamp(self, contact_id: str) -> str | None:
        """Return the stamp of a contact; None if it is not there."""
        row = self._database.first(
            "SELECT stamp FROM contacts WHERE batch = ? AND contact_id = ?", self.batch, contact_id
        )
        return None if row is None else str(row[0])

    def _row(self, contact_id: str) -> Row | None:
        return self._database.first(OLD, self._source, self.batch, contact_id)

    def _prepared(self, row: Row, stamp: str, number: str, state: str) -> Prepared:
        contact = contact_rows.contact_of((*row[:6], number, state, row[8]))
        return contact_rows.prepared(contact, stamp, self._plan)

    def _write(self, fresh: Sequence[tuple[int, Prepared]], keys: int) -> None:
        contact_rows.write(
            self._database,
            self.batch,
            [
                Placed(row, keys, each, self.clients.of(each.contact.ref.id) or each.given)
                for row, each in fresh
            ],
            self.searched,
        )
        self.grown.contacts += len(fresh)
        self.grown.numbers += sum(len(each.contact.numbers) for _, each in fresh)

    def _erase(self, row: Row) -> None:
        old = contact_rows.contact_of(row)
        keys = contact_rows.keys_of(old, self._plan)
        contact_rows.erase_keys(self._database, self._keys.of(row[0]), row[0], keys)
        contact_rows.erase(self._database, [row[0]])
        self.grown.contacts -= 1
        self.grown.numbers -= len(old.numbers)
