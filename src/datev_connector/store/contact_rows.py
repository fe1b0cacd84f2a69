"""How a contact lies in the file: its row, what of it is searched, and its keys.

Reading numbers takes longer than writing them, so a contact is prepared first, before the file is
locked. What a caller is told by stands with each key; so all of it is written together, always.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from datev_connector.domain.contacts import (
    ClientState,
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.matching import IndexKey, index_keys
from datev_connector.store import folding, search_texts
from datev_connector.store.database import Database, Row, Value
from datev_connector.store.search_texts import SearchTexts

FIRST_OF_BATCH = 32
"""A batch's contacts have the ids from its own number, moved by so many bits, on."""

PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

INSERT_CONTACT = (
    "INSERT INTO contacts (id, batch, contact_id, stamp, name, kind, active, client_number, "
    "client_state, given_number, given_state, numbers, words, digits) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_KEY = (
    "INSERT OR IGNORE INTO keys (batch, stem, digits, contact, place, whole, head, completed, "
    "number, medium, contact_id, name, kind, active, client_number, client_state) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
DELETE_KEY = (
    "DELETE FROM keys WHERE batch = ? AND stem = ? AND digits = ? AND contact = ? AND place = ?"
)
COLUMNS = (
    "c.id, s.source, c.contact_id, c.name, c.kind, c.active, c.client_number, c.client_state, "
    "c.numbers"
)
"""What `contact_of` reads, from `contacts AS c` and `sources AS s`."""


@dataclass(frozen=True, slots=True)
class ClientOf:
    """What a contact is to the office."""

    number: str
    state: ClientState


@dataclass(frozen=True, slots=True)
class Prepared:
    """A contact with all that has to be worked out before it is written."""

    contact: Contact
    stamp: str
    keys: tuple[tuple[int, IndexKey], ...]
    """Each with the position of its number."""
    numbers: str
    digits: str

    @property
    def given(self) -> ClientOf:
        """What the contact's source says of it."""
        return ClientOf(self.contact.client_number, self.contact.client_state)


@dataclass(frozen=True, slots=True)
class Placed:
    """A prepared contact, and where it goes."""

    row: int
    keys_batch: int
    prepared: Prepared
    client: ClientOf


def prepared(contact: Contact, stamp: str, plan: DialPlan) -> Prepared:
    """Read the numbers of a contact."""
    contact = storable(contact)
    keys = keys_of(contact, plan)
    return Prepared(
        contact=contact,
        stamp=storable_text(stamp),
        keys=keys,
        numbers=_plain_numbers(contact.numbers),
        digits=_digits(contact.numbers, keys),
    )


def keys_of(contact: Contact, plan: DialPlan) -> tuple[tuple[int, IndexKey], ...]:
    """Return the keys of a contact, each with the position of its number."""
    return tuple(
        (place, key)
        for place, stored in enumerate(contact.numbers)
        for key in index_keys(stored, plan)
    )


def first_row(batch: int) -> int:
    """Return the lowest row id of a batch of contacts; the next batch's is the end."""
    return batch << FIRST_OF_BATCH


def last_row(database: Database, batch: int) -> int:
    """Return the highest row id that a batch of contacts has."""
    row = database.first(
        "SELECT id FROM contacts WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
        first_row(batch),
        first_row(batch + 1) - 1,
    )
    return first_row(batch) if row is None else int(row[0])


def write(database: Database, batch: int, placed: Sequence[Placed], searched: SearchTexts) -> None:
    """Write contacts into a batch, under row ids that are free."""
    words = [folding.searched(each.prepared.contact.name, each.client.number) for each in placed]
    rows = [_contact_values(batch, *each) for each in zip(placed, words, strict=True)]
    database.run_many(INSERT_CONTACT, rows)
    searched.take(
        [(each.row, text, each.prepared.digits) for each, text in zip(placed, words, strict=True)]
    )
    write_keys(database, [values for each in placed for values in key_values(each)])


def write_keys(database: Database, rows: list[tuple[Value, ...]]) -> None:
    """Write keys, in the order in which they lie; the same one twice counts once."""
    rows.sort(key=lambda row: row[:5])
    database.run_many(INSERT_KEY, rows)


def erase(database: Database, rows: Sequence[int]) -> None:
    """Remove contacts, by their row ids, and what of them is searched, but not their keys."""
    search_texts.erase(database, rows)
    database.run_many("DELETE FROM contacts WHERE id = ?", [(row,) for row in rows])


def erase_keys(
    database: Database, keys_batch: int, row: int, keys: Iterable[tuple[int, IndexKey]]
) -> None:
    """Remove the keys of a contact."""
    database.run_many(
        DELETE_KEY,
        [
            (keys_batch, stem, digits, row, place)
            for place, key in keys
            for stem, digits in _entries(key)
        ],
    )


def contact_of(row: Row) -> Contact:
    """Return the contact of a row with `COLUMNS`."""
    _, source, contact_id, name, kind, active, client_number, client_state, numbers = row[:9]
    return Contact(
        ref=ContactRef(Source(source), contact_id),
        name=name,
        kind=ContactKind(kind),
        active=bool(active),
        client_number=client_number,
        client_state=ClientState(client_state),
        numbers=stored_numbers(numbers),
    )


def stored_numbers(text: str) -> tuple[StoredNumber, ...]:
    """Return the numbers of a contact as its row holds them."""
    return tuple(
        StoredNumber(
            number=number,
            standardised=standardised,
            medium=Medium(medium),
            note=note,
            main=bool(main),
        )
        for number, standardised, medium, note, main in json.loads(text)
    )


def key_values(placed: Placed) -> Iterable[tuple[Value, ...]]:
    """Return the rows that the keys of a contact make."""
    contact, client = placed.prepared.contact, placed.client
    told = (
        contact.ref.id,
        contact.name,
        contact.kind.value,
        int(contact.active),
        client.number,
        client.state.value,
    )
    for place, key in placed.prepared.keys:
        stored = contact.numbers[place]
        for stem, digits in _entries(key):
            yield (
                placed.keys_batch,
                stem,
                digits,
                placed.row,
                place,
                key.key if stem else None,
                int(key.stem is not None),
                int(key.completed),
                stored.number,
                stored.medium.value,
                *told,
            )


def _entries(key: IndexKey) -> tuple[tuple[int, str], ...]:
    whole = (0, key.key)
    return (whole,) if key.stem is None else (whole, (1, key.stem))


def _contact_values(batch: int, placed: Placed, words: str) -> tuple[Value, ...]:
    contact, client = placed.prepared.contact, placed.client
    return (
        placed.row,
        batch,
        contact.ref.id,
        placed.prepared.stamp,
        contact.name,
        contact.kind.value,
        int(contact.active),
        client.number,
        client.state.value,
        contact.client_number,
        contact.client_state.value,
        placed.prepared.numbers,
        words,
        placed.prepared.digits,
    )


def _plain_numbers(numbers: Sequence[StoredNumber]) -> str:
    return PLAIN.encode(
        [
            [each.number, each.standardised, each.medium.value, each.note, int(each.main)]
            for each in numbers
        ]
    )


def _digits(numbers: Sequence[StoredNumber], keys: Iterable[tuple[int, IndexKey]]) -> str:
    """All digits under which a contact may be looked for: its keys, and numbers as typed."""
    found: dict[str, None] = {}
    by_place: dict[int, list[str]] = {}
    for place, key in keys:
        by_place.setdefault(place, []).append(key.key)
    for place, stored in enumerate(numbers):
        own = by_place.get(place, [])
        found.update(dict.fromkeys(own))
        typed = folding.digits_of(stored.number)
        if typed and not any(folding.national(typed) in key for key in own):
            found[typed] = None
    return " ".join(found)


# --- texts that no file can hold ------------------------------------------------------------------


def storable_text(text: str) -> str:
    """Return the text with a mark in place of what UTF-8 has no form for (half a sign)."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def storable(contact: Contact) -> Contact:
    """Return the contact with texts that can be written."""
    texts = [contact.ref.id, contact.name, contact.client_number]
    for stored in contact.numbers:
        texts += (stored.number, stored.standardised, stored.note)
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return _repaired(contact)
    return contact


def _repaired(contact: Contact) -> Contact:
    return replace(
        contact,
        ref=ContactRef(contact.ref.source, storable_text(contact.ref.id)),
        name=storable_text(contact.name),
        client_number=storable_text(contact.client_number),
        numbers=tuple(
            replace(
                each,
                number=storable_text(each.number),
                standardised=storable_text(each.standardised),
                note=storable_text(each.note),
            )
            for each in contact.numbers
        ),
    )
