"""The contact index: who belongs to a number, by key; and the search by name and fragment.

A source is always looked at through its row in `sources`, which points to one batch of contacts and
one batch of keys. A load builds new batches beside them, in short transactions, and then turns
the pointer: a caller is never unknown because a load is running or has failed. What is not
pointed to any more is swept up in small steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from datev_connector.domain.contacts import Contact, ContactRef, IndexEntry, Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.store import contact_rows
from datev_connector.store.contact_search import ContactSearch
from datev_connector.store.database import Database
from datev_connector.store.documents import from_microseconds
from datev_connector.store.keying import fingerprint
from datev_connector.store.loading import CHUNK_CONTACTS, Load
from datev_connector.store.number_lookup import NumberLookup
from datev_connector.store.reindexing import reindexing
from datev_connector.store.sweeping import Sweeping


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
        self._sweeping = Sweeping(database)

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
            f"SELECT {contact_rows.COLUMNS} "  # noqa: S608 - constants
            "FROM sources AS s JOIN contacts AS c ON c.batch = s.contacts_batch "
            "WHERE s.source = ? AND c.contact_id = ?",
            ref.source.value,
            contact_rows.storable_text(ref.id),
        )
        return None if row is None else contact_rows.contact_of(row)

    def search(self, text: str, limit: int = 20) -> tuple[Contact, ...]:
        """Return contacts by the beginnings of names, client number or parts of a number.

        All that was typed must occur. First come active contacts, those last used, then by name.
        """
        return tuple(contact_rows.contact_of(row) for row in self._search.rows(text, limit))

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
        return reindexing(self._database, plan)

    # --- sweeping ---------------------------------------------------------------------------------

    def bury_unfinished(self) -> None:
        """Give up all loads that a crash has left. Only for who is alone with the file."""
        if self._database.first("SELECT 1 FROM batches WHERE state = 'building'"):
            with self._database.transaction(durable=False):
                self._database.run("UPDATE batches SET state = 'dead' WHERE state = 'building'")

    def sweep(self) -> bool:
        """Remove a little of what was replaced or given up; tell whether there is more."""
        return self._sweeping.step()
