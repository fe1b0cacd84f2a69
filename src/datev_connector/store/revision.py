"""Small changes of the live contents of a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from datev_connector.domain.contacts import Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.master_data import Client, Versioned
from datev_connector.store import batches
from datev_connector.store.contact_rows import prepared, storable_text
from datev_connector.store.contents import Contents, OneBatch
from datev_connector.store.database import Database, Row
from datev_connector.store.documents import to_microseconds
from datev_connector.store.errors import overtaken
from datev_connector.store.keying import fingerprint


def revision(database: Database, source: Source, plan: DialPlan) -> StoredRevision | None:
    """Return the way to change what is there.

    None if there is nothing yet, or if its keys were made by another dial plan: they have to be
    made anew first.
    """
    row = database.first(
        "SELECT loads FROM sources WHERE source = ? AND plan = ?", source.value, fingerprint(plan)
    )
    return None if row is None else StoredRevision(database, source, plan, row[0])


class StoredRevision:
    """Changes of what one load has left: once another one was finished, it is `Overtaken`."""

    def __init__(self, database: Database, source: Source, plan: DialPlan, loads: int) -> None:
        """Use `revision`."""
        self._database = database
        self._source = source
        self._plan = plan
        self._loads = loads

    @property
    def mark(self) -> str:
        """As the last load or revision left it; empty if it left none."""
        row = self._database.first("SELECT mark FROM sources WHERE source = ?", self._source.value)
        return "" if row is None else str(row[0])

    def stamps(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the stamps of those of these contacts that are there."""
        there = self._contents(self._live())
        found = ((contact_id, there.stamp(storable_text(contact_id))) for contact_id in ids)
        return {contact_id: stamp for contact_id, stamp in found if stamp is not None}

    def apply(
        self,
        *,
        contacts: Sequence[Versioned] = (),
        removed: Sequence[str] = (),
        clients: Sequence[Client] = (),
        removed_clients: Sequence[str] = (),
    ) -> None:
        """Take some changes, all or none. Ids that are not there are passed over."""
        read = [prepared(each.contact, each.stamp, self._plan) for each in contacts]
        if any(each.contact.ref.source is not self._source for each in read):
            raise ValueError(f"a change of {self._source} cannot bring another source's contact")
        with self._database.transaction(durable=False):
            contents = self._contents(self._live())
            owners = contents.clients.remove(removed_clients)
            owners |= contents.clients.put([each for each in clients if each.id], self._latest())
            contents.remove(map(storable_text, removed))
            contents.put(each for each in read if each.contact.ref.id)
            contents.refresh(owners)
            grown = contents.grown
            batches.note_change(self._database, self._source.value, grown.contacts, grown.numbers)

    def finish(self, mark: str, at: datetime) -> None:
        """Say that all changes up to `mark` were taken: the contents are complete as of `at`."""
        with self._database.transaction(durable=False):
            self._live()
            self._database.run(
                "UPDATE sources SET mark = ?, loaded_at = ? WHERE source = ?",
                storable_text(mark),
                to_microseconds(at),
                self._source.value,
            )

    def _latest(self) -> int:
        """The load under way, if any: what comes now is newer than its list."""
        ((latest,),) = self._database.rows(
            "SELECT coalesce(max(intake), 0) FROM intakes WHERE source = ? AND state = 'open'",
            self._source.value,
        )
        return int(latest)

    def _live(self) -> Row:
        row = self._database.first(
            "SELECT contacts_batch, keys_batch FROM sources "
            "WHERE source = ? AND plan = ? AND loads = ?",
            self._source.value,
            fingerprint(self._plan),
            self._loads,
        )
        if row is None:
            raise overtaken()
        return row

    def _contents(self, live: Row) -> Contents:
        contacts, keys = live
        return Contents(self._database, self._source.value, contacts, OneBatch(keys), self._plan)
