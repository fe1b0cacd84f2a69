"""The contact index: who belongs to a number, by key; and the search by name and fragment.

A source is always looked at through its row in `sources`, which points to one batch of contacts and
one batch of keys. A load builds new batches beside them, in short transactions, and then turns
the pointer: a caller is never unknown because a load is running or has failed. What is not
pointed to any more is swept up in small steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    IndexEntry,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.matching import index_keys
from datev_connector.store.contact_search import ContactSearch
from datev_connector.store.database import Database, Row
from datev_connector.store.documents import from_microseconds
from datev_connector.store.keying import fingerprint
from datev_connector.store.loading import CHUNK_CONTACTS, Load, add_batch, set_state, write_keys
from datev_connector.store.number_lookup import NumberLookup

NUMBERS = "SELECT number, standardised, medium, note, main FROM numbers"

REINDEX_ROWS = 500
SWEEP_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the index holds of one source, and how old it is."""

    source: Source
    loaded_at: datetime
    """When its load was begun (UTC)."""
    contacts: int
    numbers: int


class Contacts:
    """The contact index of a profile; answers `domain.matching.NumberIndex`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_number = NumberLookup(database)
        self._search = ContactSearch(database)

    # --- looking up -------------------------------------------------------------------------------

    def by_key(self, keys: Sequence[str]) -> Sequence[IndexEntry]:
        """Return all numbers with one of these keys."""
        return self._by_number.by_key(keys)

    def by_stem(self, stems: Sequence[str]) -> Sequence[IndexEntry]:
        """Return all head numbers with one of these stems."""
        return self._by_number.by_stem(stems)

    def version(self) -> object:
        """Return what was there before only if no answer can have changed since."""
        return self._database.version()

    def contact(self, ref: ContactRef) -> Contact | None:
        """Return a contact with all its numbers."""
        row = self._database.first(
            "SELECT c.id, s.source, c.contact_id, c.name, c.kind, c.active, c.client_number "
            "FROM sources AS s JOIN contacts AS c ON c.batch = s.contacts_batch "
            "WHERE s.source = ? AND c.contact_id = ?",
            ref.source.value,
            ref.id,
        )
        return None if row is None else self._contact(row)

    def search(self, text: str, limit: int = 20) -> tuple[Contact, ...]:
        """Return contacts by the beginnings of names, client number or parts of a number.

        All that was typed must occur. First come active contacts, those last used, then by name.
        """
        return tuple(self._contact(row) for row in self._search.rows(text, limit))

    def _contact(self, row: Row) -> Contact:
        number_rows = self._database.rows(f"{NUMBERS} WHERE contact = ? ORDER BY id", row[0])
        return Contact(
            ref=ContactRef(Source(row[1]), row[2]),
            name=row[3],
            kind=ContactKind(row[4]),
            active=bool(row[5]),
            client_number=row[6],
            numbers=tuple(_number(number) for number in number_rows),
        )

    # --- filling ----------------------------------------------------------------------------------

    def sources(self) -> tuple[SourceState, ...]:
        """Return what is there of each source that was ever loaded."""
        rows = self._database.rows(
            "SELECT source, loaded_at, contact_count, number_count FROM sources ORDER BY source"
        )
        return tuple(
            SourceState(
                source=Source(source),
                loaded_at=from_microseconds(loaded_at),
                contacts=contacts,
                numbers=numbers,
            )
            for source, loaded_at, contacts, numbers in rows
        )

    def load(
        self, source: Source, plan: DialPlan, at: datetime, *, chunk: int = CHUNK_CONTACTS
    ) -> Load:
        """Begin a complete load of a source; use it with `with`.

        At the end of the block the new contacts take the place of the old ones in one step; if the
        block fails, the old ones stay. Call `sweep` afterwards. `chunk` contacts are written in one
        go: fewer where calls must not wait.
        """
        return Load(self._database, source, plan, at, chunk=chunk)

    def outdated(self, plan: DialPlan) -> bool:
        """Tell whether some keys were made by another dial plan: then `reindexing` is due."""
        row = self._database.first(
            "SELECT 1 FROM sources WHERE plan <> ? LIMIT 1", fingerprint(plan)
        )
        return row is not None

    def reindexing(self, plan: DialPlan) -> Iterator[int]:
        """Make the keys of all outdated sources anew, aside, and swap them in source by source.

        Works one small step each time the iterator is advanced, and yields how many numbers are
        done; an iterator that is given up changes nothing. Call `sweep` afterwards.
        """
        done = 0
        for source, batch in self._database.rows(
            "SELECT source, contacts_batch FROM sources WHERE plan <> ?", fingerprint(plan)
        ):
            keys_batch = add_batch(self._database, "keys")
            for step in self._rekey(batch, keys_batch, plan):
                done += step
                yield done
            self._swap_keys(source, batch, keys_batch, fingerprint(plan))

    def _rekey(self, batch: int, keys_batch: int, plan: DialPlan) -> Iterator[int]:
        last = 0
        while True:
            rows = self._database.rows(
                "SELECT n.number, n.standardised, n.medium, n.note, n.main, n.id FROM numbers AS n "
                "CROSS JOIN contacts AS c ON c.id = n.contact AND c.batch = ? "
                "WHERE n.id > ? ORDER BY n.id LIMIT ?",
                batch,
                last,
                REINDEX_ROWS,
            )
            if not rows:
                return
            last = rows[-1][5]
            keyed = [(row[5], index_keys(_number(row[:5]), plan)) for row in rows]
            with self._database.transaction(durable=False):
                write_keys(self._database, keys_batch, keyed)
            yield len(rows)

    def _swap_keys(self, source: str, batch: int, keys_batch: int, plan: str) -> None:
        with self._database.transaction(durable=False):
            row = self._database.first(
                "SELECT keys_batch FROM sources WHERE source = ? AND contacts_batch = ?",
                source,
                batch,
            )
            if row is None:
                # A load was quicker; its keys are newer than ours.
                set_state(self._database, keys_batch, "dead")
                return
            self._database.run(
                "UPDATE sources SET keys_batch = ?, plan = ? WHERE source = ?",
                keys_batch,
                plan,
                source,
            )
            set_state(self._database, keys_batch, "live")
            set_state(self._database, row[0], "dead")

    # --- sweeping ---------------------------------------------------------------------------------

    def bury_unfinished(self) -> None:
        """Give up all loads that a crash has left. Only for who is alone with the file."""
        if self._database.first("SELECT 1 FROM batches WHERE state = 'building'"):
            with self._database.transaction(durable=False):
                self._database.run("UPDATE batches SET state = 'dead' WHERE state = 'building'")

    def sweep(self) -> bool:
        """Remove a little of what was replaced or given up; tell whether there is more."""
        row = self._database.first("SELECT batch, kind FROM batches WHERE state = 'dead' LIMIT 1")
        if row is None:
            return False
        batch, kind = row
        step: Callable[[int], bool] = (
            self._sweep_contacts if kind == "contacts" else self._sweep_keys
        )
        with self._database.transaction(durable=False):
            if not step(batch):
                self._database.run("DELETE FROM batches WHERE batch = ?", batch)
        return True

    def _sweep_contacts(self, batch: int) -> bool:
        contacts = self._database.rows(
            "SELECT id FROM contacts WHERE batch = ? LIMIT ?", batch, SWEEP_ROWS
        )
        numbers = [
            number
            for contact in contacts
            for number in self._database.rows("SELECT id FROM numbers WHERE contact = ?", *contact)
        ]
        self._database.run_many("DELETE FROM number_digits WHERE rowid = ?", numbers)
        self._database.run_many("DELETE FROM numbers WHERE id = ?", numbers)
        self._database.run_many("DELETE FROM contact_words WHERE rowid = ?", contacts)
        self._database.run_many("DELETE FROM contacts WHERE id = ?", contacts)
        return bool(contacts)

    def _sweep_keys(self, batch: int) -> bool:
        keys = self._database.rows(
            "SELECT batch, key, number FROM keys WHERE batch = ? LIMIT ?", batch, SWEEP_ROWS
        )
        self._database.run_many("DELETE FROM keys WHERE batch = ? AND key = ? AND number = ?", keys)
        return bool(keys)


def _number(row: Row) -> StoredNumber:
    number, standardised, medium, note, main = row
    return StoredNumber(
        number=number,
        standardised=standardised,
        medium=Medium(medium),
        note=note,
        main=bool(main),
    )
