"""Reads a list of the SDD into contacts, and again if it has failed in a way that may pass.

A list counts as a whole or not at all. So what was taken from a try that fails in the end has to be
thrown away: `load` begins a new taking for each try, and leaves it with the error of the old one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from datev_connector.datev.master_data.sdd import troubles
from datev_connector.datev.master_data.sdd.finding import Command, find_reader
from datev_connector.datev.master_data.sdd.lines import Greeting
from datev_connector.datev.master_data.sdd.listing import Listing
from datev_connector.datev.master_data.sdd.options import SddOptions
from datev_connector.datev.master_data.sdd.process import Run, running
from datev_connector.datev.master_data.sdd.reading import Entry, read_item
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace, Trouble
from datev_connector.domain.contacts import Contact, Source

QUERIES = {Source.DATEV: "addressees", Source.INSTITUTION: "institutions"}
STEP = 10
"""Contacts taken in one go; between two of them everything else may run."""

_log = logging.getLogger(__name__)


class Taking(Protocol):
    """Takes the contacts of one try; leaving its block without an error makes them count."""

    def add(self, contact: Contact) -> None:
        """Take a contact."""

    def steps(self) -> Iterable[object]:
        """Do in small steps what is left to do when all were taken."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a try has read so far."""

    greeting: Greeting | None = None
    """What the reader has found; None as long as it has not."""
    contacts: int = 0
    left_out: int = 0
    """Entries without a usable id or name."""
    spoiled: int = 0
    """Single fields that could not be read, of entries that were kept or not."""

    def count(self, entry: Entry) -> None:
        """Count an entry."""
        self.spoiled += entry.spoiled
        if entry.contact is None:
            self.left_out += 1
        else:
            self.contacts += 1


class SddReader:
    """DATEV's addressees and institutions, as far as the user of Windows may see them."""

    def __init__(self, options: SddOptions, *, jitter: Callable[[], float] = random.random) -> None:
        """`jitter` gives numbers in [0, 1) that spread the pauses of several connectors."""
        self._options = options
        self._jitter = jitter

    def available(self) -> Trouble | None:
        """Return why the SDD cannot be read at all on this machine, as far as that is cheap to say.

        Whether DATEV is there, only reading tells.
        """
        command = self._command()
        return command if isinstance(command, Trouble) else None

    async def load(
        self,
        source: Source,
        take: Callable[[], AbstractContextManager[Taking]],
        tell: Callable[[int], None] | None = None,
    ) -> Tally:
        """Read a whole list into a taking, trying again with growing pauses what may pass.

        Each try calls `take` for a taking of its own; only the last one is left without an error,
        and only if the list was complete. `tell` hears every now and then how many contacts were
        taken. Raises MasterDataTrouble, and whatever `take` and its result raise.
        """
        failures = 0
        while True:
            try:
                return await self._try(source, take, tell)
            except MasterDataTrouble as failed:
                failures += 1
                _log.info("%s: %s", source.value, failed)
                if failed.trouble.pace is not Pace.QUICK or failures > self._options.retries:
                    raise
            await asyncio.sleep(self._pause_s(failures))

    async def _try(
        self,
        source: Source,
        take: Callable[[], AbstractContextManager[Taking]],
        tell: Callable[[int], None] | None,
    ) -> Tally:
        tally = Tally()
        with take() as taking:
            async with contextlib.aclosing(self.read(source, tally)) as contacts:
                async for contact in contacts:
                    taking.add(contact)
                    if tally.contacts % STEP == 0:
                        if tell is not None:
                            tell(tally.contacts)
                        await asyncio.sleep(0)
            for _ in taking.steps():
                await asyncio.sleep(0)
        return tally

    async def read(
        self, source: Source, tally: Tally | None = None
    ) -> AsyncGenerator[Contact, None]:
        """Read a list once; the contacts count only if this ends without an error.

        `source` is DATEV (addressees) or INSTITUTION; `tally` is counted up. Whoever may stop
        early closes the iterator (`contextlib.aclosing`): the reader runs until then. Raises
        MasterDataTrouble, also for a list without contacts.
        """
        tally = tally or Tally()
        async with self._running(QUERIES[source]) as run:
            listing = Listing(run, self._options)
            tally.greeting = await listing.greeting()
            while (item := await listing.item()) is not None:
                entry = read_item(item.fields, source)
                tally.count(entry)
                if entry.contact is not None:
                    yield entry.contact
            await run.leave()
        if tally.contacts == 0:
            raise MasterDataTrouble(troubles.UNUSABLE if tally.left_out else troubles.NO_CONTACTS)

    @contextlib.asynccontextmanager
    async def _running(self, query: str) -> AsyncIterator[Run]:
        command = self._command()
        if isinstance(command, Trouble):
            raise MasterDataTrouble(command)
        arguments = (query, *filter(None, (self._options.assemblies,)))
        async with contextlib.AsyncExitStack() as stack:
            try:
                run = await stack.enter_async_context(running(command, arguments))
            except OSError as fault:
                _log.info("SDD reader: %s", fault)
                raise MasterDataTrouble(troubles.CANNOT_START) from fault
            yield run

    def _command(self) -> Command | Trouble:
        reader = find_reader(self._options)
        if reader is None:
            return troubles.READER_MISSING
        return Command.of(reader, self._options) or troubles.NOTHING_RUNS_IT

    def _pause_s(self, failures: int) -> float:
        first, longest = self._options.pause_s
        pause: float = min(longest, first * 2.0 ** min(failures - 1, 20))
        return pause * (0.5 + self._jitter() / 2)
