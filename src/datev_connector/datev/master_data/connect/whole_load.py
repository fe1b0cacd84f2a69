"""Reads the whole list, and every addressee that has to be fetched: anew, or compared.

What was taken stays with the index whatever breaks off, and the next load goes on with it: the list
is not asked for again, nor is any addressee that is there. The mark belongs to the list, so that
the first delta brings what has changed since, however long the load took.

An addressee that is listed and cannot be read is neither put nor dropped: the index keeps what it
has of it, in the version of then, and the next comparison asks for it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from datev_connector.datev.master_data.connect.fetching import Fetching, Harvest, Tally
from datev_connector.datev.master_data.connect.lane import Lane
from datev_connector.datev.master_data.connect.listing import (
    ADDRESSEES,
    CLIENTS,
    Listing,
    read_list,
)
from datev_connector.datev.master_data.connect.mark import Lookout, Mark, Newest
from datev_connector.datev.master_data.connect.reading import read_client, read_listed
from datev_connector.datev.master_data.connect.troubles import (
    NOTHING_TO_SEE,
    OF_ONE_ENTRY,
    Wrong,
    failed,
    trouble,
)
from datev_connector.datev.master_data.freshness import Grade, Outcome, Progress
from datev_connector.datev.master_data.index import Intake
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Trouble
from datev_connector.domain.master_data import Listed
from datev_connector.domain.wording import worded

PAGE = 200
"""Entries asked of the index at a time."""


class WholeLoad:
    """One load into an intake."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        intake: Intake,
        progress: Callable[[Progress], None],
    ) -> None:
        """The lists are read on the first lane, alone."""
        self._lanes = lanes
        self._intake = intake
        self._progress = progress
        self._tally = Tally()
        self._clock: datetime | None = None
        self._known = 0

    async def run(self, grade: Grade, at: datetime) -> Outcome:
        """Load what is still to be loaded; complete as of `at`. Raises MasterDataTrouble."""
        clients = None
        if self._intake.listed is None:
            self._progress(Progress(done=0))
            newest, clients = await self._read_clients()
            await self._read_list(newest)
        await self._fetch()
        for _ in self._intake.steps():
            await asyncio.sleep(0)
        self._intake.finish(at)
        return Outcome(
            grade=grade,
            fetched=self._tally.fetched,
            removed=self._tally.gone,
            left_out=self._tally.left_out,
            clients=clients,
        )

    # --- lists ------------------------------------------------------------------------------------

    async def _read_clients(self) -> tuple[Newest | None, Trouble | None]:
        """Take the clients; or say why not, as long as none was taken."""
        put = 0
        try:
            async with read_list(self._lanes[0], CLIENTS, worded("the clients")) as listing:
                lookout = self._lookout(listing)
                async for step in listing.steps():
                    lookout.see(filter(None, map(read_listed, step)))
                    found = list(filter(None, map(read_client, step)))
                    self._intake.put_clients(found)
                    put += len(found)
        except MasterDataTrouble as failure:
            if put or not is_of_clients_alone(failure.trouble):
                raise
            return None, failure.trouble
        if not put:
            return lookout.newest, trouble(Wrong.NO_CLIENTS)
        return lookout.newest, None

    async def _read_list(self, clients: Newest | None) -> None:
        listed = entries = 0
        async with read_list(self._lanes[0], ADDRESSEES, worded("the addressees")) as listing:
            lookout = self._lookout(listing)
            async for step in listing.steps():
                found = list(filter(None, map(read_listed, step)))
                lookout.see(found)
                self._intake.add_listed(found)
                listed += len(found)
                entries += len(step)
        if not listed:
            raise self._empty(entries)
        self._tally.left_out += entries - listed
        self._intake.list_is_complete(self._mark(lookout.newest, clients))

    def _lookout(self, listing: Listing) -> Lookout:
        """What looks for the newest entry; DATEV's first clock counts."""
        if self._clock is None:
            self._clock = listing.clock
        return Lookout(self._clock)

    def _mark(self, newest: Newest | None, clients: Newest | None) -> str:
        """Where the next delta begins; empty if DATEV does not tell what it would need."""
        if self._clock is None or newest is None:
            return ""
        return Mark(clock=self._clock, addressees=newest, clients=clients).text()

    def _empty(self, entries: int) -> MasterDataTrouble:
        self._intake.give_up()
        if entries:
            detail = worded("a list of entries without an id")
            return failed(Wrong.NO_JSON, where=self._lanes[0].where, detail=detail)
        return failed(Wrong.LIST_EMPTY)

    # --- single addressees ------------------------------------------------------------------------

    async def _fetch(self) -> None:
        self._known = (self._intake.listed or 0) - self._intake.waiting
        self._tell()
        fetching = Fetching(self._missing(), self._take, self._tally, known=self._known)
        try:
            await fetching.run(self._lanes)
        except MasterDataTrouble as failure:
            if failure.trouble.code == Wrong.ENTRIES_GONE:
                self._intake.give_up()  # it goes by a list that is no use any more
            raise

    def _missing(self) -> Iterator[Listed]:
        after = ""
        while page := self._intake.missing(PAGE, after):
            yield from page
            after = page[-1].id

    def _take(self, harvest: Harvest) -> None:
        if harvest.contacts:
            self._intake.put(harvest.contacts)
        if harvest.gone:
            self._intake.drop(harvest.gone)
        self._known += len(harvest.contacts) + len(harvest.gone)
        self._tell()

    def _tell(self) -> None:
        self._progress(Progress(done=self._known, of=self._intake.listed))


def is_of_clients_alone(wrong: Trouble) -> bool:
    """Tell whether contacts may be read though clients cannot."""
    return wrong.code in NOTHING_TO_SEE | OF_ONE_ENTRY | {Wrong.LIST_CUT}
