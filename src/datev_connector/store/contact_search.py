"""The contact index by name, client number and parts of a number, as one types."""

# ruff: noqa: S608 - statements are put together from constants of this file; values are bound

from __future__ import annotations

from collections.abc import Sequence

from datev_connector.store import folding
from datev_connector.store.contact_rows import COLUMNS
from datev_connector.store.database import Database, Row

CANDIDATES = 400
"""So many hits are put in order; with more, people type on."""


class ContactSearch:
    """Finds the rows of contacts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, text: str, limit: int) -> Sequence[Row]:
        """Return contacts as rows of `contact_rows.COLUMNS`."""
        query = folding.parse(text)
        if query.empty:
            return []
        tables, conditions, values = _search_parts(query)
        rows = self._database.rows(
            f"SELECT {COLUMNS}, u.used_at FROM {tables} "
            "CROSS JOIN sources AS s ON s.contacts_batch = c.batch "
            "LEFT JOIN uses AS u ON u.source = s.source AND u.contact_id = c.contact_id "
            f"WHERE {' AND '.join(conditions)} LIMIT {CANDIDATES}",
            *values,
        )
        best = sorted(dict.fromkeys(rows), key=_rank)
        return best[:limit]


def _rank(row: Row) -> tuple[bool, int, str, str]:
    source, contact_id, name, active, used_at = row[1], row[2], row[3], row[5], row[9]
    return not active, -(used_at or 0), name.casefold(), f"{source}:{contact_id}"


def _search_parts(query: folding.Query) -> tuple[str, Sequence[str], Sequence[str]]:
    """The full-text index that yields fewest leads, so that a limit ends the work early."""
    in_words = "c.id IN (SELECT rowid FROM contact_words WHERE contact_words MATCH ?)"
    in_numbers = (
        "(c.id IN (SELECT rowid FROM contact_digits WHERE contact_digits MATCH ?) "
        "AND instr(c.digits, ?) > 0)"
    )
    tables, conditions, values = "contacts AS c", [], []
    if query.words:
        tables = "contact_words AS w CROSS JOIN contacts AS c ON c.id = w.rowid"
        conditions.append("contact_words MATCH ?")
        values.append(folding.begins(query.words))
    for fragment in query.fragments:
        inner = folding.national(fragment)
        values.append(folding.begins((fragment,)))
        if len(inner) < folding.FRAGMENT_DIGITS:
            conditions.append(in_words)
        else:
            conditions.append(f"({in_words} OR {in_numbers})")
            values += [folding.trigrams(inner), inner]
    return tables, conditions, values
