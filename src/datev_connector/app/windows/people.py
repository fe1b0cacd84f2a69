"""The contact index behind the windows."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from datev_connector.app.windows.asked_store import Worker, asked
from datev_connector.domain.calls import Person
from datev_connector.domain.contacts import Contact
from datev_connector.store import Store


class IndexedPeople:
    """Fulfils `desktop.ports.People`; may be called from any thread."""

    def __init__(self, worker: Worker, store: Store) -> None:
        """`worker` is the thread of the store."""
        self._worker = worker
        self._store = store

    def search(self, text: str, limit: int) -> Future[tuple[Contact, ...]]:
        """Return contacts by name, client number or part of a number, best first."""
        return asked(self._worker, lambda: self._store.contacts.search(text, limit))

    def last_used(self, people: Sequence[Person]) -> Future[tuple[datetime | None, ...]]:
        """Return when a call was last given to each of these (UTC); None: never."""
        wanted = tuple(person.ref for person in people)
        return asked(
            self._worker,
            lambda: tuple(self._store.choices.last_used_at(ref) for ref in wanted),
        )
