"""Keeps calls with their notes: saved as they change, listed, searched, exported, erased."""

# ruff: noqa: S608 - statements are put together from constants of this file; values are bound

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from datev_connector.domain.calls import Call, Person
from datev_connector.domain.contacts import ContactRef
from datev_connector.domain.contacts import Rule as MatchRule
from datev_connector.store import folding
from datev_connector.store.call_search import BEYOND, CallFilter, CallSearch
from datev_connector.store.database import Database, Row
from datev_connector.store.documents import codec_for, to_microseconds

CALL = codec_for(
    Call,
    {"datetime": datetime, "ContactRef": ContactRef, "MatchRule": MatchRule, "Person": Person},
)

SAVE = """
INSERT INTO calls (
    call, pbx_call, direction, began_at, ended_at, number, e164, name, outcome, internal, note,
    is_draft, in_datev_at, unsettled, words, digits, document_version, document
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (call) DO UPDATE SET
    pbx_call = excluded.pbx_call, direction = excluded.direction, began_at = excluded.began_at,
    ended_at = excluded.ended_at, number = excluded.number, e164 = excluded.e164,
    name = excluded.name, outcome = excluded.outcome, internal = excluded.internal,
    note = excluded.note, is_draft = excluded.is_draft, in_datev_at = excluded.in_datev_at,
    unsettled = excluded.unsettled, words = excluded.words, digits = excluded.digits,
    searchable = searchable AND words = excluded.words AND digits = excluded.digits,
    document_version = excluded.document_version, document = excluded.document
"""

HAS_OPEN_ENTRY = """
EXISTS (SELECT 1 FROM entries WHERE entries.call = calls.call AND entries.is_open = 1)
"""
EXPORT_PAGE = 200


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did."""

    erased: int
    kept: int
    """Calls that were asked for, but still have something to be handed over."""


def unsettled(call: Call) -> bool:
    """Tell whether the desk still has to do with a call, and wants it back after a restart."""
    return call.unfinished


class Calls:
    """The calls of a profile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._search = CallSearch(database)

    def save(self, call: Call) -> None:
        """Keep a call as it is now; a part of `Store.commit`, otherwise a step of its own."""
        with self._database.joined():
            self._database.run(SAVE, *_columns(call))

    def promised(self, call: Call) -> bool:
        """Tell whether saving this must reach the disk: the note or what became of it changed."""
        if not call.note and not call.note_revision:
            return False
        before = self.call(call.call)
        return before is None or _promise(before) != _promise(call)

    def call(self, call: str) -> Call | None:
        """Return one call."""
        row = self._database.first(
            "SELECT document_version, document FROM calls WHERE call = ?", call
        )
        return None if row is None else _value(row)

    def open_calls(self) -> tuple[Call, ...]:
        """Return the calls that a desk must know after a restart, oldest first.

        Those are unfinished calls, and calls with an entry that DATEV has not confirmed.
        """
        rows = self._database.rows(
            f"SELECT document_version, document FROM calls WHERE unsettled = 1 OR {HAS_OPEN_ENTRY} "
            "ORDER BY began_at, call"
        )
        return tuple(_value(row) for row in rows)

    def between(self, since: datetime, until: datetime) -> tuple[Call, ...]:
        """Return the calls that began in this time (ends included), oldest first."""
        rows = self._database.rows(
            "SELECT document_version, document FROM calls WHERE began_at BETWEEN ? AND ? "
            "ORDER BY began_at, call",
            to_microseconds(since),
            to_microseconds(until),
        )
        return tuple(_value(row) for row in rows)

    def list(
        self,
        limit: int,
        *,
        text: str = "",
        only: CallFilter = CallFilter.ALL,
        before: Call | None = None,
        skip: int = 0,
    ) -> tuple[Call, ...]:
        """Return up to `limit` calls, newest first.

        Args:
            limit: How many at most.
            text: What must occur in names, numbers or notes; see `search`. Without letters and
                digits: anything.
            only: Which calls.
            before: The last call of what was listed before; it need not be one of these itself.
            skip: How many more to pass over.

        """
        query = self._query(text)
        place = BEYOND if before is None else _place(before)
        rows = self._search.rows(query, only, before=place, skip=skip, limit=limit)
        return tuple(_value(row) for row in rows)

    def count(self, *, text: str = "", only: CallFilter = CallFilter.ALL) -> int:
        """Return how many calls `list` would give in all."""
        return self._search.count(self._query(text), only)

    def search(self, text: str, limit: int = 50) -> tuple[Call, ...]:
        """Return the newest calls in whose names, numbers or notes all that was typed occurs.

        Words match from their beginning, umlauts in every spelling; three digits and more match
        anywhere in a number. Nothing is found by a text without letters and digits.
        """
        return () if folding.parse(text).empty else self.list(limit, text=text)

    def _query(self, text: str) -> folding.Query:
        query = folding.parse(text)
        if not query.empty:
            self.make_searchable()
        return query

    def make_searchable(self) -> None:
        """Let the search know what was saved lately; done by every search and by `Store.tidy`."""
        fresh = "SELECT id FROM calls WHERE searchable = 0"
        if self._database.first(f"{fresh} LIMIT 1") is None:
            return
        with self._database.transaction(durable=False, calls_only=True):
            self._database.run(f"DELETE FROM call_texts WHERE id IN ({fresh})")
            self._database.run(
                "INSERT INTO call_texts (id, words, digits) "
                "SELECT id, words, digits FROM calls WHERE searchable = 0"
            )
            self._database.run("UPDATE calls SET searchable = 1 WHERE searchable = 0")

    def export(self) -> Iterator[Call]:
        """Iterate over all calls, oldest first, without holding them all or a lock."""
        began_at, call = -(2**62), ""
        while True:
            rows = self._database.rows(
                "SELECT document_version, document FROM calls WHERE (began_at, call) > (?, ?) "
                "ORDER BY began_at, call LIMIT ?",
                began_at,
                call,
                EXPORT_PAGE,
            )
            if not rows:
                return
            page = [_value(row) for row in rows]
            yield from page
            began_at, call = _place(page[-1])

    def erase_before(self, at: datetime) -> Erased:
        """Erase all calls that began before `at`, with their notes and journal entries, for good.

        Kept are calls that the desk or DATEV still has to do with: erasing them would lose a note.
        """
        return self._erase("began_at < ?", [to_microseconds(at)])

    def erase(self, calls: Iterable[str]) -> Erased:
        """Erase these calls for good, as `erase_before` does."""
        return self._erase("call = ?", tuple(calls))

    def _erase(self, which: str, picks: Sequence[int | str]) -> Erased:
        erased = kept = 0
        settled = f"{which} AND unsettled = 0 AND NOT {HAS_OPEN_ENTRY}"
        with self._database.transaction(durable=True):
            for pick in picks:
                self._database.run(
                    f"DELETE FROM entries WHERE call IN (SELECT call FROM calls WHERE {settled})",
                    pick,
                )
                erased += self._database.run(f"DELETE FROM calls WHERE {settled}", pick)
                (left,) = self._database.rows(f"SELECT count(*) FROM calls WHERE {which}", pick)
                kept += left[0]
        # Until the log is emptied it holds the erased pages as they were.
        self._database.checkpoint(truncate=True)
        return Erased(erased, kept)


def _columns(call: Call) -> tuple[str | int | None, ...]:
    names = f"{call.name} {call.pbx_name} {call.group}"
    client = call.person.client_number if call.person is not None else ""
    return (
        call.call,
        call.pbx_call,
        call.direction.value,
        to_microseconds(call.began_at),
        None if call.ended_at is None else to_microseconds(call.ended_at),
        call.number,
        call.e164,
        call.name,
        None if call.outcome is None else call.outcome.value,
        int(call.internal),
        call.note,
        int(call.is_draft),
        None if call.in_datev_at is None else to_microseconds(call.in_datev_at),
        int(unsettled(call)),
        folding.fold(f"{names} {client} {call.note}"),
        f"{folding.digits_of(call.number)} {folding.digits_of(call.e164 or '')}",
        CALL.version,
        CALL.dump(call),
    )


def _value(row: Row) -> Call:
    return CALL.load(row[0], row[1])


def _place(call: Call) -> tuple[int, str]:
    return to_microseconds(call.began_at), call.call


def _promise(call: Call) -> tuple[object, ...]:
    return (
        call.note,
        call.note_revision,
        call.note_wanted,
        call.note_sent_revision,
        call.journalled,
    )
