"""The contact index by name, client number and parts of a number, as one types.

A few letters fit thousands of contacts, of which some hundred are looked at. So those that have to
come first are asked for on their own: whose client number was typed, who was called last, whose
name begins with the text. Each source is searched within its own batch.
"""

# ruff: noqa: S608 - statements are put together from constants of this file; values are bound

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datev_connector.store import folding
from datev_connector.store.contact_rows import COLUMNS, first_row
from datev_connector.store.database import Database, Row, Value
from datev_connector.store.folding import FIRST, Query

CANDIDATES = 150
"""So many hits of a kind are put in order; with more, people type on."""
LATEST_USED = 50

FOUND = "c.id, c.name, c.active, c.client_number, c.words, u.used_at, c.contact_id, s.source"
"""What the order depends on."""
REST = """
CROSS JOIN sources AS s ON s.source = ?
LEFT JOIN uses AS u ON u.source = s.source AND u.contact_id = c.contact_id
"""
BY_WORDS = f"""
SELECT {FOUND} FROM contact_words AS f CROSS JOIN contacts AS c ON c.id = f.rowid {REST}
WHERE contact_words MATCH ? AND f.rowid > ? AND f.rowid < ?
"""
BY_DIGITS = f"""
SELECT {FOUND} FROM contact_digits AS f CROSS JOIN contacts AS c ON c.id = f.rowid {REST}
WHERE contact_digits MATCH ? AND f.rowid > ? AND f.rowid < ?
"""
LATEST = f"""
SELECT {FOUND}
FROM (SELECT source, contact_id, used_at FROM uses ORDER BY used_at DESC LIMIT {LATEST_USED}) AS u
CROSS JOIN sources AS s ON s.source = u.source
CROSS JOIN contacts AS c ON c.batch = s.contacts_batch AND c.contact_id = u.contact_id
WHERE true
"""
HAS_WORD = "instr(' ' || c.words, ?) > 0"
HAS_DIGITS = "instr(c.digits, ?) > 0"
WHOLE = (
    f"SELECT {COLUMNS} FROM contacts AS c "
    "CROSS JOIN sources AS s ON s.contacts_batch = c.batch WHERE c.id IN ({})"
)


class ContactSearch:
    """Finds the rows of contacts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, text: str, limit: int) -> Sequence[Row]:
        """Return contacts as rows of `contact_rows.COLUMNS`."""
        query = folding.parse(text)
        if query.empty:
            return []
        found = {row[0]: row for row in self._latest(query)}
        for source, batch in self._database.rows("SELECT source, contacts_batch FROM sources"):
            for row in self._of_source(query, source, batch, limit):
                found.setdefault(row[0], row)
        order = _Order(text, query)
        best = sorted(found.values(), key=order.of)[:limit]
        return self._whole([row[0] for row in best])

    def _whole(self, ids: Sequence[int]) -> Sequence[Row]:
        """The contacts with these row ids, in this order."""
        marks = ", ".join("?" * len(ids))
        found = {row[0]: row for row in self._database.rows(WHOLE.format(marks), *ids)}
        # Another program may have put new contacts in their place a moment ago.
        return [found[each] for each in ids if each in found]

    def _latest(self, query: Query) -> Sequence[Row]:
        return self._database.rows(f"{LATEST} {_all(query)}", *_values(query))

    def _of_source(self, query: Query, source: str, batch: int, limit: int) -> Iterator[Row]:
        where = (first_row(batch), first_row(batch + 1))
        typed = (*query.words, *query.fragments)
        if len(query.fragments) == 1 and not query.words:
            # A client number as a whole, which may be lost among thousands that begin with it.
            yield from self._rows(BY_WORDS, source, f'"{typed[0]}"', *where)
        if len(typed) == 1 and query.words:
            begun = self._begun(typed, source, where)
            yield from begun
            if sum(row[2] for row in begun) >= limit and len(begun) >= CANDIDATES:
                return
        found = self._rows(BY_WORDS, source, folding.begins(typed), *where)
        yield from found
        if len(typed) > 1 and query.words and len(found) >= CANDIDATES:
            yield from self._begun(typed, source, where)
        yield from self._by_digits(query, source, where)

    def _begun(self, typed: tuple[str, ...], source: str, where: tuple[int, int]) -> Sequence[Row]:
        """Those whose name begins with the first word, which may be lost among thousands."""
        begin = f'"{FIRST}{typed[0]}"*'
        rest = [folding.begins(typed[1:])] if typed[1:] else []
        return self._rows(BY_WORDS, source, " AND ".join([begin, *rest]), *where)

    def _by_digits(self, query: Query, source: str, where: tuple[int, int]) -> Sequence[Row]:
        if not query.fragments:
            return []
        parts = [folding.national(each) for each in query.fragments]
        long = [part for part in parts if len(part) >= folding.FRAGMENT_DIGITS]
        if not long:
            return []
        sought = folding.trigrams(max(long, key=len))
        return self._rows(f"{BY_DIGITS} {_all(query)}", source, sought, *where, *_values(query))

    def _rows(self, statement: str, *values: Value) -> Sequence[Row]:
        return self._database.rows(f"{statement} LIMIT {CANDIDATES}", *values)


def _all(query: Query) -> str:
    """The condition that all that was typed occurs, for what is not found by a full-text index."""
    words = [f"AND {HAS_WORD}"] * len(query.words)
    parts = [f"AND ({HAS_WORD} OR {HAS_DIGITS})"] * len(query.fragments)
    return " ".join(words + parts)


def _values(query: Query) -> Sequence[Value]:
    values = [f" {word}" for word in query.words]
    for fragment in query.fragments:
        part = folding.national(fragment)
        # Fewer digits would be found in nearly all numbers: they begin a word or nothing.
        values += [f" {fragment}", part if len(part) >= folding.FRAGMENT_DIGITS else "-"]
    return values


class _Order:
    """Best first: active, exactly this client number, used last, begins with the text, by name."""

    def __init__(self, text: str, query: Query) -> None:
        self._number = text.strip()
        self._begin = " ".join((*query.words, *query.fragments))

    def of(self, row: Row) -> tuple[bool, bool, int, bool, str, str, str]:
        _, name, active, client_number, words, used_at, contact_id, source = row
        is_number = bool(client_number) and self._number in client_number.split(", ")
        begins = words.partition(" ")[2].startswith(self._begin)
        return (
            not active,
            not is_number,
            -(used_at or 0),
            not begins,
            name.casefold(),
            source,
            contact_id,
        )
