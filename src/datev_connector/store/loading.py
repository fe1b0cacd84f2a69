"""A complete load of one source: written aside in short transactions, swapped in at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from datev_connector.domain.contacts import Contact, Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.store import batches
from datev_connector.store.contact_rows import Placed, Prepared, first_row, prepared, write
from datev_connector.store.database import Database
from datev_connector.store.documents import to_microseconds
from datev_connector.store.errors import StoreError
from datev_connector.store.key_runs import KeyRuns
from datev_connector.store.keying import fingerprint
from datev_connector.store.search_texts import SearchTexts, begin_later, count_all

CHUNK_CONTACTS = 500
"""Written in one go: well under a tenth of a second, for which a note may have to wait."""


class Load:
    """Takes contacts until its block ends. Made by `Contacts.load`."""

    def __init__(
        self,
        database: Database,
        source: Source,
        plan: DialPlan,
        at: datetime,
        *,
        chunk: int = CHUNK_CONTACTS,
    ) -> None:
        """`chunk`: so many contacts are written in one go."""
        self._chunk = chunk
        self._database = database
        self._source = source
        self._plan = plan
        self._at = at
        self._waiting: list[Contact] = []
        self._batch = 0
        self._next_row = 0
        self._runs = KeyRuns(database, 0)
        self._searched = SearchTexts(database, 0)
        self.contacts = 0
        """How many contacts were taken and written."""
        self.numbers = 0
        self.doubles = 0
        """How many were left out because their id had been there before in this load."""
        self.without_id = 0
        """How many were left out because they had none: nobody could choose or find them again."""

    def __enter__(self) -> Self:
        with self._database.transaction(durable=False):
            self._batch = batches.add_batch(self._database, "contacts")
            self._runs = KeyRuns(self._database, batches.add_batch(self._database, "keys"))
            begin_later(self._database, self._batch, first_row(self._batch))
        self._next_row = first_row(self._batch) + 1
        self._searched = SearchTexts(self._database, self._batch)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._give_up()
            return
        try:
            for _ in self.steps():
                pass
            self._swap()
        except BaseException:
            self._give_up()
            raise

    def add(self, contact: Contact) -> None:
        """Take a contact of this source. Of two with the same id the first one counts."""
        if contact.ref.source is not self._source:
            raise ValueError(f"a load of {self._source} cannot take a contact of another source")
        if not contact.ref.id:
            self.without_id += 1
            return
        self._waiting.append(contact)
        if len(self._waiting) >= self._chunk:
            self._write()

    def steps(self) -> Iterator[int]:
        """Do in small steps what is left to do when all contacts were added.

        For those who must not wait for the end of the block; yields how many keys each step took.
        """
        if self._waiting:
            self._write()
        while not self._searched.all_taken(self._next_row - 1):
            self._searched.catch_up(self._next_row - 1, least=1)
            yield 0
        yield from self._runs.merging()

    def _write(self) -> None:
        contacts, self._waiting = self._waiting, []
        # Reading numbers takes longer than writing them: done before the file is locked.
        read = [prepared(contact, "", self._plan) for contact in contacts]
        with self._database.transaction(durable=False):
            if self._runs.unmerge():
                self._runs.forget_place()
            fresh = self._without_doubles(read)
            keys = sum(len(each.keys) for each in fresh)
            run = self._runs.fresh(self._next_row, keys) if fresh else 0
            placed = [
                Placed(row, run, each, each.given) for row, each in enumerate(fresh, self._next_row)
            ]
            write(self._database, self._batch, placed, self._searched)
        self._next_row += len(fresh)
        self._searched.catch_up(self._next_row - 1)
        self.contacts += len(fresh)
        self.numbers += sum(len(each.contact.numbers) for each in fresh)
        self.doubles += len(contacts) - len(fresh)

    def _without_doubles(self, read: Sequence[Prepared]) -> list[Prepared]:
        fresh: dict[str, Prepared] = {}
        for each in read:
            contact_id = each.contact.ref.id
            if contact_id not in fresh and not self._database.first(
                "SELECT 1 FROM contacts WHERE batch = ? AND contact_id = ?",
                self._batch,
                contact_id,
            ):
                fresh[contact_id] = each
        return list(fresh.values())

    def _swap(self) -> None:
        with self._database.transaction(durable=False):
            batches.swap(
                self._database,
                self._source.value,
                batches=(self._batch, self._runs.settle()),
                plan=fingerprint(self._plan),
                mark="",
                loaded_at=to_microseconds(self._at),
                counts=(self.contacts, self.numbers),
            )
            count_all(self._database, self._batch)

    def _give_up(self) -> None:
        try:
            with self._database.transaction(durable=False):
                batches.bury(self._database, self._batch, self._runs.whole)
        except StoreError:
            # The first error says what is wrong; the next start buries what is left.
            return
