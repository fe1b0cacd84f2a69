"""Takes over what has changed since the last time: its cost follows the changes, not the size.

Four short lists (changed and deleted, addressees and clients), then one request for each addressee
whose stamp is new. All lists are read before anything is touched: where they show that a delta
cannot be right, nothing was done, and the whole list has to be compared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from datev_connector.datev.master_data.connect.fetching import Fetching, Harvest, Tally
from datev_connector.datev.master_data.connect.lane import Lane
from datev_connector.datev.master_data.connect.listing import (
    ADDRESSEES,
    CLIENTS,
    DELETION_LOG,
    Listing,
    read_list,
    since,
)
from datev_connector.datev.master_data.connect.mark import Lookout, Mark, Newest
from datev_connector.datev.master_data.connect.reading import read_client, read_listed
from datev_connector.datev.master_data.connect.troubles import NOTHING_TO_SEE, Wrong, trouble
from datev_connector.datev.master_data.connect.whole_load import is_of_clients_alone
from datev_connector.datev.master_data.freshness import Grade, Outcome, Progress
from datev_connector.datev.master_data.index import Revision
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Trouble
from datev_connector.domain.master_data import Client, Listed
from datev_connector.domain.wording import worded

MOST_CHANGES = 10_000
"""More of them are compared with the whole list: they are kept in memory here."""
STEP = 50
"""Entries looked up at a time."""
WRITES = 10
"""Changes handed over at a time: each may cost the index a millisecond, and calls wait."""

T = TypeVar("T")


class NoDelta(Exception):
    """What has changed cannot be told by a delta; nothing was touched. The text says why."""


@dataclass(slots=True, kw_only=True)
class Changes:
    """What has happened to one kind of thing."""

    listed: dict[str, Listed] = field(default_factory=dict)
    """There, and stamped since the mark."""
    clients: dict[str, Client] = field(default_factory=dict)
    """Those of `listed` that can be read, where clients are meant."""
    deleted: set[str] = field(default_factory=set)
    newest: Newest | None = None
    left_out: int = 0

    @property
    def removed(self) -> list[str]:
        """Deleted and not there again."""
        return [each for each in self.deleted if each not in self.listed]


class Delta:
    """One delta from a mark on."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        revision: Revision,
        mark: Mark,
        progress: Callable[[Progress], None],
    ) -> None:
        """The lists are read on the first lane, alone."""
        self._lanes = lanes
        self._revision = revision
        self._mark = mark
        self._progress = progress
        self._tally = Tally()
        self._clock: datetime | None = None
        self._done = self._of = 0

    async def run(self, at: datetime) -> Outcome:
        """Take over all changes; complete as of `at`. Raises MasterDataTrouble, NoDelta."""
        self._progress(Progress(done=0))
        addressees = await self._changes(
            ADDRESSEES, worded("the addressees"), self._mark.addressees
        )
        clients, why_not = await self._client_changes()
        self._tally.left_out += addressees.left_out
        changed = await self._unknown(addressees)
        await self._remove(addressees)
        await self._take_clients(clients)
        await self._fetch(changed)
        self._revision.finish(self._next_mark(addressees, clients), at)
        return Outcome(
            grade=Grade.CHANGED,
            fetched=self._tally.fetched,
            removed=self._tally.gone,
            left_out=self._tally.left_out,
            clients=why_not,
        )

    # --- lists ------------------------------------------------------------------------------------

    async def _client_changes(self) -> tuple[Changes, Trouble | None]:
        """What has happened to clients, or why that cannot be told."""
        newest = self._mark.clients
        try:
            if newest is None:
                return Changes(), await self._still_no_clients()
            return await self._changes(CLIENTS, worded("the clients"), newest), None
        except MasterDataTrouble as failure:
            if not is_of_clients_alone(failure.trouble):
                raise
            # Without a mark of their own: once they can be read, everything is compared.
            return Changes(), failure.trouble

    async def _still_no_clients(self) -> Trouble:
        """What it means that there are none now either."""
        async with read_list(self._lanes[0], CLIENTS, worded("the clients")) as listing:
            async for step in listing.steps():
                if any(map(read_client, step)):
                    raise NoDelta("clients can be read now, and could not before")
        return trouble(Wrong.NO_CLIENTS)

    async def _changes(self, resource: str, what: str, newest: Newest) -> Changes:
        found = Changes()
        moment = self._mark.since(newest)
        try:
            # First what is there, then what was deleted: who is deleted between is in both.
            lookout = await self._read(since(resource, moment), what, found, newest)
            await self._read_deleted(since(f"{resource}/{DELETION_LOG}", moment), what, found)
        except MasterDataTrouble as failure:
            if failure.trouble.code == Wrong.BAD_REQUEST:
                raise NoDelta("the filter is not understood") from failure
            raise
        found.newest = lookout.newest
        if newest.id and not self._accounts_for(newest, found):
            raise NoDelta("what was the newest is neither there nor deleted")
        return found

    async def _read(self, target: str, what: str, found: Changes, newest: Newest) -> Lookout:
        async with read_list(self._lanes[0], target, what) as listing:
            lookout = Lookout(self._look_at_clock(listing), newest)
            async for step in listing.steps():
                for value in step:
                    self._note(value, found)
                lookout.see(filter(None, map(read_listed, step)))
        return lookout

    async def _read_deleted(self, target: str, what: str, found: Changes) -> None:
        try:
            async with read_list(
                self._lanes[0], target, worded("{what} deleted", what=what)
            ) as listing:
                async for step in listing.steps():
                    found.deleted.update(e.id for e in map(read_listed, step) if e is not None)
                    _limit(found.deleted)
        except MasterDataTrouble as failure:
            if failure.trouble.code in NOTHING_TO_SEE:
                raise NoDelta("the deletion log cannot be read") from failure
            raise

    def _look_at_clock(self, listing: Listing) -> datetime:
        clock = listing.clock
        if clock is None or not self._mark.is_behind(clock):
            raise NoDelta("DATEV's clock stands before the mark")
        if self._clock is None:
            self._clock = clock
        return clock

    @staticmethod
    def _note(value: Any, found: Changes) -> None:
        listed = read_listed(value)
        if listed is None:
            found.left_out += 1
            return
        found.listed[listed.id] = listed
        client = read_client(value)
        if client is not None:
            found.clients[client.id] = client
        _limit(found.listed)

    @staticmethod
    def _accounts_for(newest: Newest, found: Changes) -> bool:
        return newest.id in found.listed or newest.id in found.deleted

    # --- taking over ------------------------------------------------------------------------------

    async def _unknown(self, addressees: Changes) -> list[Listed]:
        """Those whose stamp is not the one that the index holds."""
        unknown: list[Listed] = []
        for step in _steps(list(addressees.listed.values()), STEP):
            stamps = self._revision.stamps([entry.id for entry in step])
            unknown += [e for e in step if not e.stamp or stamps.get(e.id) != e.stamp]
            await asyncio.sleep(0)
        return unknown

    async def _remove(self, addressees: Changes) -> None:
        for ids in _steps(addressees.removed, WRITES):
            there = list(self._revision.stamps(ids))  # the log names some again and again
            if there:
                self._revision.apply(removed=there)
                self._tally.gone += len(there)
            await asyncio.sleep(0)

    async def _take_clients(self, clients: Changes) -> None:
        for some in _steps(list(clients.clients.values()), WRITES):
            self._revision.apply(clients=some)
            await asyncio.sleep(0)
        # A client that has no owner any more must not stay with the old one.
        without = [each for each in clients.listed if each not in clients.clients]
        for ids in _steps(clients.removed + without, WRITES):
            self._revision.apply(removed_clients=ids)
            await asyncio.sleep(0)

    async def _fetch(self, changed: list[Listed]) -> None:
        self._of = len(changed)
        await Fetching(changed, self._take, self._tally).run(self._lanes)

    def _take(self, harvest: Harvest) -> None:
        self._revision.apply(contacts=harvest.contacts, removed=harvest.gone)
        self._done += len(harvest.contacts) + len(harvest.gone)
        self._progress(Progress(done=self._done, of=self._of))

    def _next_mark(self, addressees: Changes, clients: Changes) -> str:
        return Mark(
            clock=self._clock or self._mark.clock,
            addressees=addressees.newest or self._mark.addressees,
            clients=clients.newest,
        ).text()


def _limit(found: dict[str, Listed] | set[str]) -> None:
    if len(found) > MOST_CHANGES:
        raise NoDelta("too much has changed")


def _steps(items: Sequence[T], size: int) -> Iterator[list[T]]:
    going = iter(items)
    while step := list(islice(going, size)):
        yield step
