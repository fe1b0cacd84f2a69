"""Master data that can be changed while it is served: a generated base with changes on top."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from datev_connector.simulators.datev.office import NEWEST_STAMP, Office
from datev_connector.simulators.datev.seeded import Entity

StampTest = Callable[[str], bool]


class Base(Protocol):
    """The generated entities below the changes, by number."""

    @property
    def count(self) -> int:
        """Numbers go from 0 to this; not every number is taken."""

    def make(self, index: int) -> Entity | None:
        """The whole entity; None if the number is not taken."""

    def listed(self, index: int) -> Entity | None:
        """What lists show of it."""

    def index_of(self, guid: str) -> int | None:
        """Which number has this id."""

    def stamp(self, index: int) -> str:
        """When it was changed last."""

    @property
    def newest(self) -> str:
        """When the last change of any was; never before."""


class Collection:
    """Entities by id. The base is made on demand; only what was changed is kept.

    Every change stamps the entity with the time given, every deletion writes a line into the
    deletion log. Times are DATEV's wall clock, or aware.
    """

    def __init__(self, base: Base) -> None:
        self._base = base
        self._changed: dict[str, Entity] = {}
        self._deleted: dict[str, str] = {}
        self._touched: str | None = None

    def __iter__(self) -> Iterator[Entity]:
        """All entities; those of the base only with what lists show."""
        return (entity for entity in self.listed() if entity is not None)

    def listed(
        self, fits: StampTest | None = None, *, rising: bool = False
    ) -> Iterator[Entity | None]:
        """As `__iter__`, but None for each entity whose timestamp does not fit.

        Of the base those are not even made, and not even looked at if none can fit: the changes
        of a day cost little among many. rising: what fits a time fits every later one.
        """
        if fits is None or self._base_may_fit(fits, rising=rising):
            yield from self._listed_base(None if self._touched else fits)
        for entity in tuple(self._changed.values()):
            yield entity if fits is None or fits(str(entity["timestamp"])) else None

    def _base_may_fit(self, fits: StampTest, *, rising: bool) -> bool:
        if self._touched is not None:
            return fits(self._touched)
        return not rising or fits(self._base.newest)

    def _listed_base(self, fits: StampTest | None) -> Iterator[Entity | None]:
        base = self._base
        for index in range(base.count):
            unfit = fits is not None and not fits(base.stamp(index))
            yield None if unfit else self._of_base(base.listed(index))

    def get(self, guid: str) -> Entity | None:
        """The entity, or None if there is none (any more)."""
        if self._is_overlaid(guid):
            return self._changed.get(guid)
        index = self._base.index_of(guid)
        return None if index is None else self._of_base(self._base.make(index))

    def put(self, entity: Mapping[str, Any], at: datetime) -> None:
        """Add or replace an entity. Needs the key `id`. The log keeps its line of a former one."""
        guid = str(entity["id"])
        self._changed[guid] = {**entity, "timestamp": _stamp(at)}

    def change(
        self, guid: str, fields: Mapping[str, Any], at: datetime, *, keep_stamp: bool = False
    ) -> None:
        """Change fields; a value of None takes the key away. Raises KeyError.

        keep_stamp: the timestamp stays as it was.
        """
        before = self._existing(guid)
        merged = {**before, **fields}
        self.put({key: value for key, value in merged.items() if value is not None}, at)
        if keep_stamp:
            self._changed[guid]["timestamp"] = before["timestamp"]

    def touch(self, at: datetime) -> None:
        """Stamp every entity anew, as a mass update does; nothing else changes."""
        self._touched = _stamp(at)
        for guid, entity in self._changed.items():
            self._changed[guid] = {**entity, "timestamp": self._touched}

    def delete(self, guid: str, at: datetime) -> None:
        """Delete an entity. Raises KeyError."""
        self._existing(guid)
        self._changed.pop(guid, None)
        self._deleted.pop(guid, None)  # the newest comes last
        self._deleted[guid] = _stamp(at)

    @property
    def deletion_log(self) -> list[Entity]:
        """Ids and times of everything deleted, oldest first."""
        return [{"id": guid, "timestamp": at} for guid, at in self._deleted.items()]

    def changed(self) -> tuple[Entity, ...]:
        """What was added or changed at run time."""
        return tuple(self._changed.values())

    def _of_base(self, made: Entity | None) -> Entity | None:
        if made is None or (
            (self._deleted or self._changed) and self._is_overlaid(str(made["id"]))
        ):
            return None
        if self._touched is not None:
            made["timestamp"] = self._touched
        return made

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
        self.addressees = Collection(_Addressees(office))
        self.clients = Collection(_Clients(office))

    def clients_of(self, addressee_id: str) -> Iterator[Entity]:
        """The clients that may belong to an addressee, found without walking through all."""
        seen = set()
        index = self._office.addressee_index(addressee_id)
        for guid in () if index is None else self._office.client_ids(index):
            made = self.clients.get(guid)
            if made is not None:
                seen.add(made["id"])
                yield made
        yield from (client for client in self.clients.changed() if client["id"] not in seen)


class _Addressees:
    newest = NEWEST_STAMP

    def __init__(self, office: Office) -> None:
        self.count = office.count
        self.make = office.addressee
        self.listed = office.listed_addressee
        self.index_of = office.addressee_index
        self.stamp = office.stamp


class _Clients:
    """Number `index` is the client of that addressee; its second client stands `count` later."""

    newest = NEWEST_STAMP

    def __init__(self, office: Office) -> None:
        self._office = office
        self.count = 2 * office.count

    def make(self, index: int) -> Entity | None:
        return self._office.client(index % self._office.count, second=self._second(index))

    listed = make

    def index_of(self, guid: str) -> int | None:
        return self._office.client_index(guid)

    def stamp(self, index: int) -> str:
        return self._office.stamp(index % self._office.count)

    def _second(self, index: int) -> bool:
        return index >= self._office.count


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
