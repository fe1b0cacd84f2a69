"""The ports of the index and of the pins, held in memory: for tests that are about loading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from datev_connector.datev.master_data.index import Intake, Revision
from datev_connector.domain.contacts import Contact, Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.master_data import Client, Listed, Versioned
from datev_connector.network.tls import Pin

MOST_AT_ONCE = 50

T = TypeVar("T")


class Pins:
    """Keeps pins."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], Pin] = {}

    def pin(self, host: str, port: int) -> Pin | None:
        return self.kept.get((host, port))

    def set_pin(self, host: str, port: int, pin: Pin) -> None:
        self.kept[host, port] = pin


class Index:
    """What is there, and a load under way."""

    def __init__(self) -> None:
        self.contacts: dict[str, Versioned] = {}
        self.clients: dict[str, Client] = {}
        self.mark = ""
        self.as_of: datetime | None = None
        self.building: Building | None = None
        self.puts = 0

    @property
    def found(self) -> dict[str, Contact]:
        return {key: kept.contact for key, kept in self.contacts.items()}

    def intake(self, source: Source, plan: DialPlan, at: datetime, *, anew: bool) -> Intake:
        assert source is Source.DATEV
        broken_off = self.building
        if broken_off is None or broken_off.anew is not anew or broken_off.listed is None:
            self.building = Building(self, at, anew=anew)
        assert self.building is not None
        return self.building

    def unfinished(self, source: Source) -> datetime | None:
        broken_off = self.building
        return None if broken_off is None or broken_off.listed is None else broken_off.begun

    def revision(self, source: Source, plan: DialPlan) -> Revision | None:
        return None if self.as_of is None else Changing(self)


class Building:
    """A load under way."""

    def __init__(self, index: Index, begun: datetime, *, anew: bool) -> None:
        self.begun = begun
        self.anew = anew
        self._index = index
        self._list: dict[str, Listed] = {}
        self._complete = False
        self._mark = ""
        self._taken: dict[str, Versioned] = {}
        self._dropped: set[str] = set()
        self._clients: dict[str, Client] | None = None

    @property
    def listed(self) -> int | None:
        return len(self._list) if self._complete else None

    @property
    def waiting(self) -> int:
        return len(self._missing())

    def add_listed(self, entries: Iterable[Listed]) -> None:
        for entry in _few(entries):
            self._list[entry.id] = entry

    def list_is_complete(self, mark: str) -> None:
        self._complete, self._mark = True, mark

    def put_clients(self, clients: Iterable[Client]) -> None:
        self._clients = self._clients or {}
        self._clients.update({client.id: client for client in _few(clients)})

    def no_clients(self) -> None:
        self._clients = {}

    def missing(self, limit: int, after: str = "") -> Sequence[Listed]:
        return [entry for entry in self._missing() if entry.id > after][:limit]

    def put(self, contacts: Iterable[Versioned]) -> None:
        self._index.puts += 1
        for each in _few(contacts):
            self._taken[each.contact.ref.id] = each

    def drop(self, ids: Iterable[str]) -> None:
        self._dropped.update(_few(ids))

    def steps(self) -> Iterable[int]:
        return range(3)

    def finish(self, at: datetime) -> None:
        index = self._index
        kept = {**index.contacts, **self._taken}
        index.contacts = {
            key: kept[key] for key in self._list if key in kept and key not in self._dropped
        }
        index.clients = index.clients if self._clients is None else self._clients
        index.mark, index.as_of, index.building = self._mark, at, None

    def give_up(self) -> None:
        self._index.building = None

    def _missing(self) -> list[Listed]:
        there = {} if self.anew else self._index.contacts
        return [
            self._list[key]
            for key in sorted(self._list.keys() - self._taken.keys() - self._dropped)
            if key not in there or there[key].stamp != self._list[key].stamp
        ]


class Changing:
    """Small changes of what is there."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @property
    def mark(self) -> str:
        return self._index.mark

    def stamps(self, ids: Sequence[str]) -> Mapping[str, str]:
        there = self._index.contacts
        return {key: there[key].stamp for key in _few(ids) if key in there}

    def apply(
        self,
        *,
        contacts: Sequence[Versioned] = (),
        removed: Sequence[str] = (),
        clients: Sequence[Client] = (),
        removed_clients: Sequence[str] = (),
    ) -> None:
        self._index.puts += 1
        for each in _few(contacts):
            self._index.contacts[each.contact.ref.id] = each
        for client in _few(clients):
            self._index.clients[client.id] = client
        for key in _few(removed):
            self._index.contacts.pop(key, None)
        for key in _few(removed_clients):
            self._index.clients.pop(key, None)

    def finish(self, mark: str, at: datetime) -> None:
        self._index.mark, self._index.as_of = mark, at


def _few(items: Iterable[T]) -> list[T]:
    """Short calls only: a call of an index must not hold the loop up."""
    found = list(items)
    assert len(found) <= MOST_AT_ONCE
    return found
