"""Our side of loading: the client of DATEVconnect and the store, put together as in the app."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

from benchmarks.contacts import office
from benchmarks.contacts.connector import KEY
from benchmarks.contacts.office import PLAN
from benchmarks.contacts.service import PASSWORD, USER
from benchmarks.orders import serve
from datev_connector.datev.master_data.connect.adapter import DatevConnect
from datev_connector.datev.master_data.connect.mark import Mark, Newest
from datev_connector.datev.master_data.connect.options import ConnectOptions
from datev_connector.datev.master_data.freshness import Grade, Outcome
from datev_connector.domain.contacts import Source
from datev_connector.domain.master_data import Listed, Versioned
from datev_connector.store.store import Store
from tests.network.certificates import Pins

STEP = 200
STAMP = "2025-01-01T08:00:00"
T = TypeVar("T")


class Party:
    """What may be ordered."""

    def __init__(self, store: Store, url: str) -> None:
        self._store = store
        self._service = DatevConnect(
            ConnectOptions(url=url, user=USER), PASSWORD, pins=Pins(), now=lambda: datetime.now(UTC)
        )

    async def ready(self) -> bool:
        """Tell that the store is open."""
        return True

    async def fill(self, contacts: int) -> None:
        """Have contacts as if they had come from DATEVconnect, without asking it."""
        intake = self._store.contacts.intake(Source.DATEV, PLAN, datetime.now(UTC), anew=True)
        for some in _steps(range(contacts)):
            intake.add_listed([Listed(id=office.contact_id(one), stamp=STAMP) for one in some])
        newest = Newest(id="", stamp=STAMP)
        clock = datetime.now(UTC).replace(tzinfo=None)
        intake.list_is_complete(Mark(clock=clock, addressees=newest, clients=newest).text())
        for some in _steps(range(contacts)):
            intake.put(Versioned(contact=office.contact(one), stamp=STAMP) for one in some)
        for _ in intake.steps():
            pass
        intake.finish(datetime.now(UTC))

    async def load(self) -> dict[str, float]:
        """Load everything."""
        return await self._refreshed(Grade.ANEW)

    async def changes(self) -> dict[str, float]:
        """Load what has changed."""
        return await self._refreshed(Grade.CHANGED)

    async def _refreshed(self, grade: Grade) -> dict[str, float]:
        """Seconds on the wall and of this process's work, and how many contacts came."""
        begun_s, begun_work_s = perf_counter(), process_time()
        outcome = await self._refresh(grade)
        wall_s, work_s = perf_counter() - begun_s, process_time() - begun_work_s
        if outcome.grade is not grade or outcome.left_out or outcome.clients:
            raise RuntimeError(f"not all was loaded: {outcome}")
        return {"wall": wall_s, "work": work_s, "contacts": outcome.fetched}

    async def _refresh(self, grade: Grade) -> Outcome:
        return await self._service.refresh(
            self._store.contacts, PLAN, grade, progress=lambda _: None
        )


def _steps(items: Iterable[T]) -> Iterator[list[T]]:
    going = iter(items)
    while step := list(islice(going, STEP)):
        yield step


async def main(path: str, url: str) -> None:
    """Run until standard input ends."""
    with Store.open(Path(path), KEY, now=datetime.now(UTC), station="bench") as store:
        party = Party(store, url)
        orders = (party.ready, party.fill, party.load, party.changes)
        await serve({order.__name__: order for order in orders})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
