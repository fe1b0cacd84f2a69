"""A complete load of one source: written aside in short transactions, swapped in at the end."""

# ruff: noqa: S608 - statements are put together from constants of this file; values are bound

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from datev_connector.domain.contacts import Contact, Source, StoredNumber
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.matching import IndexKey, index_keys
from datev_connector.store import folding
from datev_connector.store.database import Database
from datev_connector.store.documents import to_microseconds
from datev_connector.store.errors import StoreError
from datev_connector.store.keying import fingerprint

KeyedNumber = tuple[StoredNumber, tuple[IndexKey, ...]]

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
        self._contacts_batch = 0
        self._keys_batch = 0
        self.contacts = 0
        """How many contacts were taken and written."""
        self.numbers = 0
        self.doubles = 0
        """How many were left out because their id had been there before in this load."""

    def __enter__(self) -> Self:
        self._contacts_batch = add_batch(self._database, "contacts")
        self._keys_batch = add_batch(self._database, "keys")
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
            self._write()
            self._swap()
        except BaseException:
            self._give_up()
            raise

    def add(self, contact: Contact) -> None:
        """Take a contact of this source. Of two with the same id the first one counts."""
        if contact.ref.source is not self._source:
            raise ValueError(f"a load of {self._source} cannot take a contact of another source")
        self._waiting.append(contact)
        if len(self._waiting) >= self._chunk:
            self._write()

    def _write(self) -> None:
        contacts, self._waiting = self._waiting, []
        # Reading numbers takes longer than writing them: done before the file is locked.
        keyed = [[(n, index_keys(n, self._plan)) for n in contact.numbers] for contact in contacts]
        with self._database.transaction(durable=False):
            next_contact = _next_id(self._database, "contacts")
            next_number = _next_id(self._database, "numbers")
            fresh = self._without_doubles(zip(contacts, keyed, strict=True))
            write_contacts(
                self._database,
                self._contacts_batch,
                [(row, contact) for row, (contact, _) in enumerate(fresh, next_contact)],
            )
            owned = [
                (row, stored, keys)
                for row, (_, numbers) in enumerate(fresh, next_contact)
                for stored, keys in numbers
            ]
            numbered = [(number, *each) for number, each in enumerate(owned, next_number)]
            write_numbers(self._database, numbered)
            write_keys(
                self._database,
                self._keys_batch,
                [(number, keys) for number, _, _, keys in numbered],
            )
        self.contacts += len(fresh)
        self.numbers += len(numbered)
        self.doubles += len(contacts) - len(fresh)

    def _without_doubles(
        self, read: Iterable[tuple[Contact, list[KeyedNumber]]]
    ) -> list[tuple[Contact, list[KeyedNumber]]]:
        fresh: dict[str, tuple[Contact, list[KeyedNumber]]] = {}
        for contact, numbers in read:
            contact_id = contact.ref.id
            if contact_id not in fresh and not self._database.first(
                "SELECT 1 FROM contacts WHERE batch = ? AND contact_id = ?",
                self._contacts_batch,
                contact_id,
            ):
                fresh[contact_id] = contact, numbers
        return list(fresh.values())

    def _swap(self) -> None:
        with self._database.transaction(durable=False):
            old = self._database.first(
                "SELECT contacts_batch, keys_batch FROM sources WHERE source = ?",
                self._source.value,
            )
            self._database.run(
                "INSERT OR REPLACE INTO sources (source, contacts_batch, keys_batch, plan, "
                "loaded_at, contact_count, number_count) VALUES (?, ?, ?, ?, ?, ?, ?)",
                self._source.value,
                self._contacts_batch,
                self._keys_batch,
                fingerprint(self._plan),
                to_microseconds(self._at),
                self.contacts,
                self.numbers,
            )
            for batch in (self._contacts_batch, self._keys_batch):
                set_state(self._database, batch, "live")
            for batch in old or ():
                set_state(self._database, batch, "dead")

    def _give_up(self) -> None:
        try:
            with self._database.transaction(durable=False):
                for batch in (self._contacts_batch, self._keys_batch):
                    set_state(self._database, batch, "dead")
        except StoreError:
            # The first error says what is wrong; the next start buries what is left.
            return


def add_batch(database: Database, kind: str) -> int:
    """Begin a batch that nobody sees yet."""
    with database.transaction(durable=False):
        database.run("INSERT INTO batches (kind, state) VALUES (?, 'building')", kind)
        return database.last_id


def set_state(database: Database, batch: int, state: str) -> None:
    """Say whether a batch is seen (`live`) or to be removed (`dead`)."""
    database.run("UPDATE batches SET state = ? WHERE batch = ?", state, batch)


def write_contacts(database: Database, batch: int, contacts: Sequence[tuple[int, Contact]]) -> None:
    """Write contacts without their numbers, each with the row id it gets."""
    database.run_many(
        "INSERT INTO contacts (id, batch, contact_id, name, kind, active, client_number) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                row,
                batch,
                contact.ref.id,
                contact.name,
                contact.kind.value,
                int(contact.active),
                contact.client_number,
            )
            for row, contact in contacts
        ),
    )
    database.run_many(
        "INSERT INTO contact_words (rowid, words) VALUES (?, ?)",
        ((row, folding.fold(f"{each.name} {each.client_number}")) for row, each in contacts),
    )


def write_numbers(
    database: Database, numbers: Sequence[tuple[int, int, StoredNumber, Sequence[IndexKey]]]
) -> None:
    """Write numbers, each with its row id, that of its contact, and its keys."""
    digits = [_digits(stored, keys) for _, _, stored, keys in numbers]
    database.run_many(
        "INSERT INTO numbers (id, contact, number, standardised, medium, note, main, digits) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                row,
                contact,
                stored.number,
                stored.standardised,
                stored.medium.value,
                stored.note,
                int(stored.main),
                searched,
            )
            for (row, contact, stored, _), searched in zip(numbers, digits, strict=True)
        ),
    )
    database.run_many(
        "INSERT INTO number_digits (rowid, digits) VALUES (?, ?)",
        ((each[0], searched) for each, searched in zip(numbers, digits, strict=True)),
    )


def write_keys(
    database: Database, batch: int, keyed: Iterable[tuple[int, Sequence[IndexKey]]]
) -> None:
    """Write the keys of numbers, given by their row ids; the same key twice counts once."""
    database.run_many(
        "INSERT OR IGNORE INTO keys (batch, key, number, stem, completed) VALUES (?, ?, ?, ?, ?)",
        (
            (batch, each.key, number, each.stem, int(each.completed))
            for number, keys in keyed
            for each in keys
        ),
    )


def _next_id(database: Database, table: str) -> int:
    ((last,),) = database.rows(f"SELECT coalesce(max(id), 0) FROM {table}")
    return int(last) + 1


def _digits(stored: StoredNumber, keys: Sequence[IndexKey]) -> str:
    """All digits under which a number may be looked for: its keys, and as it was typed."""
    found = [key.key for key in keys]
    typed = folding.digits_of(stored.number)
    if not any(folding.national(typed) in key for key in found):
        found.append(typed)
    return " ".join(found)
