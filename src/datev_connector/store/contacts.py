"""The contact index: who belongs to a number, by key; and the search by name and fragment.

A source is always looked at through its row in `sources`, which points to one batch of contacts and
one batch of keys. A load builds new batches beside them, in short transactions, and then turns
the pointer: a caller is never unknown because a load is running or has failed. What is not
pointed to any more is swept up in small steps.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from datev_connector.domain.contacts import Contact, ContactRef, IndexEntry, Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.store import contact_rows
from datev_connector.store.contact_search import ContactSearch
from datev_connector.store.database import Database
from datev_connector.store.documents import from_microseconds
from datev_connector.store.intake import StoredIntake
from datev_connector.store.intakes import Intakes
from datev_connector.store.keying import fingerprint
from datev_connector.store.loading import CHUNK_CONTACTS, Load
from datev_connector.store.number_lookup import NumberLookup
from datev_connector.store.reindexing import reindexing
from datev_connector.store.revision import StoredRevision, revision
from datev_connector.store.sweeping import Sweeping

ABANDONED = """
UPDATE batches SET state = 'dead' WHERE state = 'building'
AND batch NOT IN (SELECT contacts_batch FROM intakes WHERE state = 'open' AND anew)
AND coalesce(part_of, batch) NOT IN (SELECT keys_batch FROM intakes WHERE state = 'open' AND anew)
"""


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
        self._intakes = Intakes(database, secrets.token_hex(8))
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

    def intake(self, source: Source, plan: DialPlan, at: datetime, *, anew: bool) -> StoredIntake:
        """Begin a load, or go on with one of the same kind and dial plan that was broken off.

        What was begun more than a day ago, or broken off within its list, is begun again. Where
        there is nothing to compare with, or what is there has keys of another dial plan, the load
        is anew.
        """
        return self._intakes.intake(source, plan, at, anew=anew)

    def unfinished(self, source: Source) -> datetime | None:
        """Return when a load of this source was begun that can be gone on with, if there is one."""
        return self._intakes.unfinished(source)

    def revision(self, source: Source, plan: DialPlan) -> StoredRevision | None:
        """Return the way to change what is there.

        None if there is nothing yet, or if it has keys of another dial plan.
        """
        return revision(self._database, source, plan)

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

    def settle_unfinished(self, now: datetime) -> None:
        """Give up what a crash has left of loads, but for those that can be gone on with.

        Only for who is alone with the file.
        """
        if self._database.first("SELECT 1 FROM batches WHERE state = 'building'") is None and (
            self._database.first("SELECT 1 FROM intakes WHERE state = 'open'") is None
        ):
            return
        with self._database.transaction(durable=False):
            self._intakes.free(now)
            self._database.run(ABANDONED)

    def sweep(self) -> bool:
        """Remove a little of what was replaced or given up; tell whether there is more."""
        return self._sweeping.step()
