"""Our side: the contact index in its encrypted file, filled, asked and searched as ordered."""

from __future__ import annotations

import asyncio
import gc
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, perf_counter_ns

from benchmarks.contacts import office
from benchmarks.contacts.bare_search import LIMIT, BareSearch
from benchmarks.contacts.office import PLAN
from benchmarks.contacts.timing import timed
from benchmarks.orders import serve
from datev_connector.domain.contacts import Source
from datev_connector.domain.matching import Match, find
from datev_connector.domain.numbers import read_caller
from datev_connector.engine.directory import Directory
from datev_connector.store.contact_search import CANDIDATES
from datev_connector.store.store import Store

Answers = list[tuple[int, str]]
"""Nanoseconds, and the id of who was found (`""`: nobody)."""
STATUS = Path("/proc/self/status")
KEY = bytes(range(32))


class Party:
    """What may be ordered."""

    def __init__(self, store: Store, path: Path, opened_ns: int) -> None:
        self._store = store
        self._opened_ns = opened_ns
        self._bare = BareSearch(path, KEY)
        self._directory = Directory(store.contacts, PLAN)

    async def ready(self) -> bool:
        """Tell that the store is open."""
        return True

    async def opening(self) -> int:
        """How many nanoseconds it took to open the store."""
        return self._opened_ns

    async def fill(self, contacts: int) -> float:
        """Load so many contacts in the place of those that are there; seconds."""
        begun_s = perf_counter()
        with self._store.contacts.load(Source.DATEV, PLAN, datetime.now(UTC)) as load:
            for contact in office.contacts(contacts):
                load.add(contact)
        return perf_counter() - begun_s

    async def sweep(self) -> dict[str, float]:
        """Remove what was replaced; seconds of all steps and of the longest."""
        took = []
        more = True
        while more:
            begun_s = perf_counter()
            more = self._store.tidy()
            took.append(perf_counter() - begun_s)
        return {"all": sum(took), "longest": max(took), "steps": len(took)}

    async def memory(self) -> dict[str, int]:
        """Resident memory now and at its highest, in KiB."""
        gc.collect()
        return _memory()

    async def who(self, texts: list[str]) -> Answers:
        """Who calls, as for a call that rings."""
        return _asked(self._directory.who, texts)

    async def explain(self, texts: list[str]) -> Answers:
        """Who calls, and why nobody else does."""
        return _asked(self._explained, texts)

    async def search_facts(self) -> dict[str, int]:
        """How many hits are put in order, and how many are returned."""
        return {"candidates": CANDIDATES, "limit": LIMIT}

    async def search(self, texts: list[str]) -> list[int]:
        """Search for each of these; nanoseconds."""
        return [took_ns for took_ns, _ in timed(self._search, texts)]

    async def bare_search(self, texts: list[str]) -> list[int]:
        """Run the bare queries for each of these with as many rows as our search puts in order."""
        return [took_ns for took_ns, _ in timed(self._bare.all_rows, texts)]

    async def short_bare_search(self, texts: list[str]) -> list[int]:
        """Run the bare queries for each of these with as many rows as our search returns."""
        return [took_ns for took_ns, _ in timed(self._bare.first_rows, texts)]

    def _search(self, text: str) -> object:
        return self._store.contacts.search(text, LIMIT)

    def _explained(self, text: str) -> Match:
        return find(read_caller(text, PLAN), self._store.contacts, PLAN)


def _memory() -> dict[str, int]:
    found = re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", STATUS.read_text("ascii"), re.MULTILINE)
    kib = dict(found)
    return {"now": int(kib["VmRSS"]), "highest": int(kib["VmHWM"])}


def _asked(ask: Callable[[str], Match], texts: list[str]) -> Answers:
    return [
        (took_ns, match.candidates[0].ref.id if match.candidates else "")
        for took_ns, match in timed(ask, texts)
    ]


async def main(path: str) -> None:
    """Run until standard input ends."""
    begun_ns = perf_counter_ns()
    with Store.open(Path(path), KEY, now=datetime.now(UTC), station="bench") as store:
        party = Party(store, Path(path), perf_counter_ns() - begun_ns)
        orders = (
            *(party.ready, party.opening, party.fill, party.sweep, party.memory),
            *(party.who, party.explain, party.search_facts),
            *(party.search, party.bare_search, party.short_bare_search),
        )
        await serve({order.__name__: order for order in orders})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
