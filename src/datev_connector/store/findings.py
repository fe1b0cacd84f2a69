"""The contacts of DATEV that may have a fault, and the numbers that several of them have.

Read page by page: memory does not depend on how many there are, and no statement stays open while
somebody looks at what was found. What changes meanwhile is seen as it was or as it is.
"""

# ruff: noqa: S608 - statements are put together from constants of this file; values are bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby

from datev_connector.domain.contacts import Contact, IndexEntry, Source
from datev_connector.domain.mending import Holder
from datev_connector.store.contact_rows import COLUMNS, contact_of, first_row
from datev_connector.store.database import Database, Row
from datev_connector.store.number_lookup import NumberLookup

# A contact's numbers are a JSON list of lists; its `digits` begin with all its keys. A number that
# has a key with nothing put in is read as it stands.
EVIDENT = """
SELECT k.place
FROM json_each('["' || replace(c.digits, ' ', '","') || '"]') AS d
CROSS JOIN keys AS k
    ON k.batch = ?1 AND k.stem = 0 AND k.digits = d.value AND k.contact = c.id
WHERE NOT k.completed
"""
DOUBTFUL = f"""
EXISTS (
    SELECT 1 FROM json_each(c.numbers) AS n
    WHERE n.value ->> 2 IN ('phone', 'mobile') AND (
        n.value ->> 0 LIKE '%fax%' OR n.value ->> 3 LIKE '%fax%' OR n.key NOT IN ({EVIDENT})
    )
)
"""
NO_TELEPHONE = "(c.numbers NOT LIKE '%\"phone\"%' AND c.numbers NOT LIKE '%\"mobile\"%')"
IS_CLIENT = "(c.client_state = 'active' OR (c.client_state = 'none' AND c.client_number <> ''))"
CLIENTS = f"{IS_CLIENT} AND (NOT c.active OR {NO_TELEPHONE} OR {DOUBTFUL})"
OTHERS = f"NOT {IS_CLIENT} AND c.active AND {DOUBTFUL}"
# The ids of a batch lie together: a page goes on where the last one ended.
CONTACTS = f"""
SELECT {COLUMNS}, (SELECT group_concat(place) FROM ({EVIDENT}))
FROM contacts AS c NOT INDEXED
CROSS JOIN sources AS s ON s.source = ?2
WHERE c.id > ?3 AND c.id < ?4 AND c.batch = ?5 AND {{which}}
ORDER BY c.id LIMIT ?6
"""
KEYS = """
SELECT digits, contact, place FROM keys
WHERE batch = ?1 AND stem = 0 AND (digits, contact, place) > (?2, ?3, ?4)
ORDER BY digits, contact, place LIMIT ?5
"""
TOTALS = """
SELECT count(*), total(json_array_length(numbers)), total(numbers = '[]')
FROM contacts WHERE batch = ?
"""
PAGE_CONTACTS = 500
PAGE_KEYS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How much was looked at."""

    contacts: int
    numbers: int
    without_number: int
    """Contacts, whether active or not, that have no number of any kind."""


class Findings:
    """Reads what a report on master data is made from."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_number = NumberLookup(database)

    def totals(self) -> Totals:
        """Count the contacts of DATEV."""
        batches = [batch for _, batch, _ in self._sources()]
        counted = [(0, 0, 0), *(row for at in batches for row in self._database.rows(TOTALS, at))]
        contacts, numbers, without = (sum(map(int, each)) for each in zip(*counted, strict=True))
        return Totals(contacts=contacts, numbers=numbers, without_number=without)

    def suspects(self, *, clients: bool) -> Iterator[tuple[Contact, frozenset[int]]]:
        """Return the contacts of DATEV that may have a fault: clients, or those that are none.

        All others are in order. With each come the positions of those of its numbers that are in
        the index as they stand, and need not be read again.
        """
        statement = CONTACTS.format(which=CLIENTS if clients else OTHERS)
        for source, batch, keys_batch in self._sources():
            last, end = first_row(batch) - 1, first_row(batch + 1)
            while rows := self._database.rows(
                statement, keys_batch, source.value, last, end, batch, PAGE_CONTACTS
            ):
                yield from map(_suspect, rows)
                last = rows[-1][0]

    def in_common(self, least: int, most: int) -> Iterator[tuple[str, tuple[Holder, ...]]]:
        """Return numbers (E.164) that stand between `least` and `most` times in DATEV.

        With each come those active contacts that have it.
        """
        for digits in self._repeated(least, most):
            entries = self._by_number.by_key((digits,))
            holders = tuple(
                _holder(entry) for entry in entries if entry.active and entry.ref.source.in_datev
            )
            if len(holders) > 1:
                yield f"+{digits}", holders

    def _repeated(self, least: int, most: int) -> Iterator[str]:
        found = merge(*(self._digits(keys_batch) for _, _, keys_batch in self._sources()))
        for digits, same in groupby(found):
            if least <= sum(1 for _ in same) <= most:
                yield digits

    def _digits(self, keys_batch: int) -> Iterator[str]:
        last: Row = ("", 0, 0)
        while rows := self._database.rows(KEYS, keys_batch, *last, PAGE_KEYS):
            yield from (digits for digits, _, _ in rows)
            last = rows[-1]

    def _sources(self) -> Sequence[tuple[Source, int, int]]:
        rows = self._database.rows("SELECT source, contacts_batch, keys_batch FROM sources")
        known = ((Source(source), contacts, keys) for source, contacts, keys in rows)
        return sorted(each for each in known if each[0].in_datev)


def _suspect(row: Row) -> tuple[Contact, frozenset[int]]:
    places = row[-1]
    return contact_of(row), frozenset(map(int, places.split(",")) if places else ())


def _holder(entry: IndexEntry) -> Holder:
    return Holder(
        ref=entry.ref,
        name=entry.name,
        kind=entry.kind,
        client_number=entry.client_number,
        client_state=entry.client_state,
        number=entry.number,
        answers=entry.medium.answers,
    )
