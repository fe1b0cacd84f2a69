"""Keeps what people taught: which contact a number belongs to, and who was called last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from datev_connector.domain.contacts import ContactRef, Source
from datev_connector.store.database import Database, Row
from datev_connector.store.documents import from_microseconds, to_microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedChoice:
    """Calls from `e164` are this contact, as somebody said at that time (UTC)."""

    e164: str
    ref: ContactRef
    at: datetime
    name: str | None = None
    """The contact's name as it is now; None: the contact is not there (any more)."""


CHOSEN = """
SELECT h.e164, h.source, h.contact_id, h.chosen_at, c.name
FROM choices AS h
LEFT JOIN sources AS s ON s.source = h.source
LEFT JOIN contacts AS c ON c.batch = s.contacts_batch AND c.contact_id = h.contact_id
"""


class Choices:
    """Learned choices and uses of a profile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def learn(self, e164: str, ref: ContactRef, at: datetime) -> None:
        """Remember that calls from `e164` are this contact."""
        with self._database.joined():
            self._database.run(
                "INSERT OR REPLACE INTO choices (e164, source, contact_id, chosen_at) "
                "VALUES (?, ?, ?, ?)",
                e164,
                ref.source.value,
                ref.id,
                to_microseconds(at),
            )

    def forget(self, e164: str) -> bool:
        """Undo what was learned of a number; tell whether there was anything."""
        with self._database.joined():
            return self._database.run("DELETE FROM choices WHERE e164 = ?", e164) > 0

    def get(self, e164: str) -> LearnedChoice | None:
        """Return what was learned of a number."""
        row = self._database.first(f"{CHOSEN} WHERE h.e164 = ?", e164)
        return None if row is None else _choice(row)

    def list(self) -> tuple[LearnedChoice, ...]:
        """Return all learned choices, by number."""
        rows = self._database.rows(f"{CHOSEN} ORDER BY h.e164")
        return tuple(_choice(row) for row in rows)

    def use(self, ref: ContactRef, at: datetime) -> None:
        """Remember that a call was given to this contact; an earlier time changes nothing."""
        with self._database.joined():
            self._database.run(
                "INSERT INTO uses (source, contact_id, used_at) VALUES (?, ?, ?) "
                "ON CONFLICT (source, contact_id) DO UPDATE SET "
                "used_at = max(used_at, excluded.used_at)",
                ref.source.value,
                ref.id,
                to_microseconds(at),
            )

    def last_used_at(self, ref: ContactRef) -> datetime | None:
        """Return when a call was last given to this contact (UTC)."""
        row = self._database.first(
            "SELECT used_at FROM uses WHERE source = ? AND contact_id = ?",
            ref.source.value,
            ref.id,
        )
        return None if row is None else from_microseconds(row[0])


def _choice(row: Row) -> LearnedChoice:
    e164, source, contact_id, chosen_at, name = row
    ref = ContactRef(Source(source), contact_id)
    return LearnedChoice(e164=e164, ref=ref, at=from_microseconds(chosen_at), name=name)
