"""Master data that can be changed while it is served: a generated base with changes on top."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from datev_connector.simulators.datev.office import Entity, Office


class Collection:
    """Entities by id. The base is made on demand; only what was changed is kept.

    Every change stamps the entity with the time given, every deletion writes a line into the
    deletion log.
    """

    def __init__(
        self,
        count: int,
        make: Callable[[int], Entity | None],
        listed: Callable[[int], Entity | None],
        index_of: Callable[[str], int | None],
    ) -> None:
        self._count = count
        self._make = make
        self._listed = listed
        self._index_of = index_of
        self._changed: dict[str, Entity] = {}
        self._deleted: dict[str, str] = {}

    def __iter__(self) -> Iterator[Entity]:
        """All entities; those of the base only with what lists show."""
        for index in range(self._count):
            made = self._listed(index)
            if made is not None and not self._is_overlaid(str(made["id"])):
                yield made
        yield from tuple(self._changed.values())

    def get(self, guid: str) -> Entity | None:
        """The entity, or None if there is none (any more)."""
        if self._is_overlaid(guid):
            return self._changed.get(guid)
        index = self._index_of(guid)
        return None if index is None else self._make(index)

    def put(self, entity: Mapping[str, Any], at: datetime) -> None:
        """Add or replace an entity; `at` is DATEV's wall-clock time. Needs the key `id`."""
        guid = str(entity["id"])
        self._deleted.pop(guid, None)
        self._changed[guid] = {**entity, "timestamp": _stamp(at)}

    def change(self, guid: str, fields: Mapping[str, Any], at: datetime) -> None:
        """Change fields; a value of None takes the key away. Raises KeyError."""
        merged = {**self._existing(guid), **fields}
        self.put({key: value for key, value in merged.items() if value is not None}, at)

    def delete(self, guid: str, at: datetime) -> None:
        """Delete an entity. Raises KeyError."""
        self._existing(guid)
        self._changed.pop(guid, None)
        self._deleted[guid] = _stamp(at)

    @property
    def deletion_log(self) -> list[Entity]:
        """Ids and times of everything deleted, oldest first."""
        return [{"id": guid, "timestamp": at} for guid, at in self._deleted.items()]

    def changed(self) -> tuple[Entity, ...]:
        """What was added or changed at run time."""
        return tuple(self._changed.values())

    def _existing(self, guid: str) -> Entity:
        entity = self.get(guid)
        if entity is None:
            raise KeyError(guid)
        return entity

    def _is_overlaid(self, guid: str) -> bool:
        return guid in self._changed or guid in self._deleted


class MasterData:
    """The addressees and clients of one office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.addressees = Collection(
            office.count, office.addressee, office.listed_addressee, office.addressee_index
        )
        self.clients = Collection(office.count, office.client, office.client, office.client_index)

    def clients_of(self, addressee_id: str) -> Iterator[Entity]:
        """The clients that may belong to an addressee, found without walking through all."""
        seen = set()
        index = self._office.addressee_index(addressee_id)
        if index is not None:
            made = self.clients.get(self._office.client_id(index))
            if made is not None:
                seen.add(made["id"])
                yield made
        yield from (client for client in self.clients.changed() if client["id"] not in seen)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
