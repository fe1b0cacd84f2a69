"""The contact index by number: who has this key, whose stem does it begin with."""

from __future__ import annotations

from collections.abc import Sequence

from datev_connector.domain.contacts import (
    ClientState,
    ContactKind,
    ContactRef,
    IndexEntry,
    Medium,
    Source,
)
from datev_connector.store.database import Database, Row
from datev_connector.store.documents import from_microseconds

ENTRIES = """
SELECT s.source, c.contact_id, c.name, c.kind, c.active, c.client_number, n.number, n.medium,
       k.key, k.stem IS NOT NULL, k.completed, u.used_at
FROM sources AS s
CROSS JOIN keys AS k {index} ON k.batch = s.keys_batch AND {which}
CROSS JOIN numbers AS n ON n.id = k.number
CROSS JOIN contacts AS c ON c.id = n.contact
LEFT JOIN uses AS u ON u.source = s.source AND u.contact_id = c.contact_id
"""
BY_KEY = ENTRIES.format(index="", which="k.key = ?")
# Left to itself, SQLite reads all keys of the batch instead of the index, which has no statistics.
BY_STEM = ENTRIES.format(index="INDEXED BY keys_by_stem", which="k.stem = ?")


class NumberLookup:
    """Answers `domain.matching.NumberIndex`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_key(self, keys: Sequence[str]) -> Sequence[IndexEntry]:
        """Return all numbers with one of these keys."""
        return [_entry(row) for key in keys for row in self._database.rows(BY_KEY, key)]

    def by_stem(self, stems: Sequence[str]) -> Sequence[IndexEntry]:
        """Return all head numbers with one of these stems."""
        return [_entry(row) for stem in stems for row in self._database.rows(BY_STEM, stem)]


def _entry(row: Row) -> IndexEntry:
    source, contact_id, name, kind, active, client, number, medium, key, head, completed, used = row
    return IndexEntry(
        ref=ContactRef(Source(source), contact_id),
        name=name,
        kind=ContactKind(kind),
        active=bool(active),
        client_number=client,
        client_state=ClientState.NONE,
        number=number,
        medium=Medium(medium),
        key=key,
        head=bool(head),
        completed=bool(completed),
        last_used_at=None if used is None else from_microseconds(used),
    )
