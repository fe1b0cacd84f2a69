"""The clients of the office, and what a contact is to the office because of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from datev_connector.domain.contacts import ClientState
from datev_connector.domain.master_data import Client
from datev_connector.store.contact_rows import ClientOf, storable_text
from datev_connector.store.database import Database


class ClientRows:
    """The clients of one batch of contacts; all methods are parts of a transaction."""

    def __init__(self, database: Database, batch: int) -> None:
        self._database = database
        self._batch = batch

    def of(self, owner: str) -> ClientOf | None:
        """Return what a contact is by its clients; None if it has none."""
        rows = self._database.rows(
            "SELECT number, active FROM clients WHERE batch = ? AND owner = ?", self._batch, owner
        )
        return summed_up(rows) if rows else None

    def holds(self, client_id: str) -> bool:
        """Tell whether a client is here."""
        row = self._database.first(
            "SELECT 1 FROM clients WHERE batch = ? AND client_id = ?", self._batch, client_id
        )
        return row is not None

    def put(self, clients: Iterable[Client], intake: int) -> set[str]:
        """Take clients; return the contacts that may have become something else by it."""
        touched: set[str] = set()
        for client in clients:
            client_id, owner = storable_text(client.id), storable_text(client.owner)
            number = storable_text(client.number)
            fresh = (owner, number, int(client.active))
            old = self._database.first(
                "SELECT owner, number, active FROM clients WHERE batch = ? AND client_id = ?",
                self._batch,
                client_id,
            )
            if old != fresh:
                touched |= {owner} if old is None else {owner, old[0]}
            self._database.run(
                "INSERT OR REPLACE INTO clients (batch, client_id, owner, number, active, intake) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                self._batch,
                client_id,
                *fresh,
                intake,
            )
        return touched

    def remove(self, client_ids: Iterable[str]) -> set[str]:
        """Remove clients; return their owners."""
        owners = set()
        for client_id in map(storable_text, client_ids):
            row = self._database.first(
                "SELECT owner FROM clients WHERE batch = ? AND client_id = ?",
                self._batch,
                client_id,
            )
            if row is not None:
                owners.add(row[0])
                self._database.run(
                    "DELETE FROM clients WHERE batch = ? AND client_id = ?", self._batch, client_id
                )
        return owners

    def page(self, after: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return clients in the order of their ids, with the intake that brought each last."""
        rows = self._database.rows(
            "SELECT client_id, intake FROM clients WHERE batch = ? AND client_id > ? "
            "ORDER BY client_id LIMIT ?",
            self._batch,
            after,
            limit,
        )
        return [(client_id, intake) for client_id, intake in rows]

    def take_over(self, batch: int, client_ids: Sequence[str]) -> set[str]:
        """Copy clients of another batch that are not here yet; return their owners."""
        owners: set[str] = set()
        for client_id in client_ids:
            row = self._database.first(
                "INSERT OR IGNORE INTO clients (batch, client_id, owner, number, active, intake) "
                "SELECT ?, client_id, owner, number, active, 0 FROM clients "
                "WHERE batch = ? AND client_id = ? RETURNING owner",
                self._batch,
                batch,
                client_id,
            )
            if row is not None:
                owners.add(row[0])
        return owners

    def take_over_of(self, batch: int, owner: str) -> None:
        """Copy the clients that a contact has in another batch."""
        self._database.run(
            "INSERT OR IGNORE INTO clients (batch, client_id, owner, number, active, intake) "
            "SELECT ?, client_id, owner, number, active, 0 FROM clients "
            "WHERE batch = ? AND owner = ?",
            self._batch,
            batch,
            owner,
        )


def summed_up(rows: Iterable[Sequence[object]]) -> ClientOf:
    """Return what clients, as rows of number and whether active, make of their owner.

    Active ones come first, then by number; what is no number comes behind.
    """
    ordered = sorted(((not active, _numerically(str(number))) for number, active in rows))
    numbers = dict.fromkeys(number for _, (*_, number) in ordered if number)
    active = any(not inactive for inactive, _ in ordered)
    return ClientOf(", ".join(numbers), ClientState.ACTIVE if active else ClientState.INACTIVE)


def _numerically(number: str) -> tuple[bool, int, str, str]:
    plain = number.lstrip("0") if number.isdecimal() else number
    return not number.isdecimal(), len(plain) if number.isdecimal() else 0, plain, number
