"""The journal page by page: the calls of a filter, and those in which all that was typed occurs.

A few letters fit every fourth call of a hundred thousand. Reading each of them only to put them in
order would take half a second, so the hits are collected by their row ids alone, and the index of
the filter, which is in order already, is walked until a page is full. Few hits are read at once.
"""

# ruff: noqa: S608 - statements are put together from constants of this file; values are bound

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from datev_connector.store import folding
from datev_connector.store.database import Database, Row
from datev_connector.store.folding import Query

Place = tuple[int, str]
"""Where a call stands in the journal: when it began, and its id."""
BEYOND: Place = (2**62, "")
"""Later than all calls."""
FEW = 200
"""So many hits are read sooner than any index is walked."""


class CallFilter(StrEnum):
    """Which calls a list shows."""

    ALL = "all"
    MISSED = "missed"
    DRAFT = "draft"
    """With a note that was not handed over yet."""
    NOT_IN_DATEV = "not-in-datev"


CONDITIONS: Mapping[CallFilter, str] = {
    CallFilter.ALL: "1",
    CallFilter.MISSED: "outcome = 'missed'",
    CallFilter.DRAFT: "is_draft = 1",
    CallFilter.NOT_IN_DATEV: "in_datev_at IS NULL",
}
"""Each but the first has an index of its own that is in the order of the journal."""

PAGE = """
SELECT document_version, document FROM calls
WHERE {condition} AND (began_at, call) < (?, ?) AND {found}
ORDER BY calls.began_at DESC, calls.call DESC LIMIT ? OFFSET ?
"""
COUNT = "SELECT count(*) FROM calls WHERE {condition} AND {found}"
EVERY = "1"
BY_ROW = "calls.id IN ({hits})"
BY_INDEX = "+calls.id IN ({hits})"
"""The sign keeps the database from reading all hits before it puts them in order."""
IN_WORDS = "SELECT rowid FROM call_words WHERE call_words MATCH ?"
IN_DIGITS = "SELECT rowid FROM call_digits WHERE call_digits MATCH ?"


class CallSearch:
    """Finds the rows of calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(
        self, query: Query, only: CallFilter, *, before: Place, skip: int, limit: int
    ) -> Sequence[Row]:
        """Return version and document of calls, newest first, beginning after `before`."""
        found, values = self._found(query)
        statement = PAGE.format(condition=CONDITIONS[only], found=found)
        return self._database.rows(statement, *before, *values, limit, skip)

    def count(self, query: Query, only: CallFilter) -> int:
        """Return how many calls there are of these."""
        if only is CallFilter.ALL and not query.empty:
            hits, values = _hits(query)
            return self._number(f"SELECT count(*) FROM ({hits})", values)
        found, values = self._found(query)
        return self._number(COUNT.format(condition=CONDITIONS[only], found=found), values)

    def _found(self, query: Query) -> tuple[str, Sequence[str]]:
        """The condition that a call is among the hits, and its values."""
        if query.empty:
            return EVERY, ()
        hits, values = _hits(query)
        few = self._number(f"SELECT count(*) FROM ({hits} LIMIT {FEW})", values) < FEW
        return (BY_ROW if few else BY_INDEX).format(hits=hits), values

    def _number(self, statement: str, values: Sequence[str]) -> int:
        ((number,),) = self._database.rows(statement, *values)
        return int(number)


def _hits(query: Query) -> tuple[str, Sequence[str]]:
    """The row ids of all calls in which everything occurs that was typed."""
    parts: list[str] = []
    values: list[str] = []
    if query.words:
        parts.append(IN_WORDS)
        values.append(folding.begins(query.words))
    for fragment in query.fragments:
        inner = folding.national(fragment)
        values.append(folding.begins((fragment,)))
        if len(inner) < folding.FRAGMENT_DIGITS:
            parts.append(IN_WORDS)
        else:
            parts.append(f"SELECT rowid FROM ({IN_WORDS} UNION {IN_DIGITS})")
            values.append(f'"{inner}"')
    return " INTERSECT ".join(parts), values
