"""Keeps the certificates that were trusted on first use, by host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from datev_connector.store.database import Database
from datev_connector.store.documents import from_microseconds, to_microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The certificate that a host showed when it was first trusted (UTC)."""

    host: str
    fingerprint: str
    pem: str
    at: datetime


class Pins:
    """The pinned certificates of a profile. A host is whatever the caller names it by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pin(self, host: str) -> Pin | None:
        """Return the pin of a host."""
        row = self._database.first(
            "SELECT fingerprint, pem, pinned_at FROM pins WHERE host = ?", host
        )
        if row is None:
            return None
        fingerprint, pem, pinned_at = row
        return Pin(host=host, fingerprint=fingerprint, pem=pem, at=from_microseconds(pinned_at))

    def set_pin(self, host: str, fingerprint: str, pem: str, at: datetime) -> None:
        """Trust this certificate from now on, in place of any other."""
        with self._database.joined():
            self._database.run(
                "INSERT OR REPLACE INTO pins (host, fingerprint, pem, pinned_at) "
                "VALUES (?, ?, ?, ?)",
                host,
                fingerprint,
                pem,
                to_microseconds(at),
            )

    def forget_pin(self, host: str) -> bool:
        """Trust the next certificate again; tell whether there was a pin."""
        with self._database.joined():
            return self._database.run("DELETE FROM pins WHERE host = ?", host) > 0
