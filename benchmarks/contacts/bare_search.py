"""The bare queries of the full-text index for what was typed: rows read, no more."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import apsw

from datev_connector.store import folding
from datev_connector.store.contact_search import CANDIDATES
from datev_connector.store.database import Database, Row

LIMIT = 20
SHOWN = "c.contact_id, c.name, c.kind, c.active, c.client_number, c.numbers"
BY_WORDS = f"""
SELECT {SHOWN} FROM contact_words AS w CROSS JOIN contacts AS c ON c.id = w.rowid
WHERE contact_words MATCH ? LIMIT ?
"""  # noqa: S608 - put together from constants
BY_DIGITS = f"""
SELECT {SHOWN} FROM contact_digits AS d CROSS JOIN contacts AS c ON c.id = d.rowid
WHERE contact_digits MATCH ? LIMIT ?
"""  # noqa: S608 - as above


class BareSearch:
    """Searches by a connection of its own to the store's file, opened at first need."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key

    def all_rows(self, text: str) -> list[Row]:
        """Read as many hits as our search puts in order."""
        return self._rows(text, CANDIDATES)

    def first_rows(self, text: str) -> list[Row]:
        """Read as many hits as our search returns."""
        return self._rows(text, LIMIT)

    def _rows(self, text: str, limit: int) -> list[Row]:
        found: list[Row] = []
        for statement, expression in _queries(text):
            found += self._connection.execute(statement, (expression, limit))
        return found

    @cached_property
    def _database(self) -> Database:
        database = Database(self._path, self._key)
        database.prepare()
        return database

    @cached_property
    def _connection(self) -> apsw.Connection:
        return self._database.connection


def _queries(text: str) -> Iterator[tuple[str, str]]:
    """What our search asks the full-text index: words, and digits if nothing else was typed."""
    query = folding.parse(text)
    if query.empty:
        return
    yield BY_WORDS, folding.begins(query.words + query.fragments)
    if query.words:
        return
    for fragment in map(folding.national, query.fragments):
        if len(fragment) >= folding.FRAGMENT_DIGITS:
            yield BY_DIGITS, folding.trigrams(fragment)
