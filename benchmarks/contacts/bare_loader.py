"""The least that fetches what a load fetches: the library's own client, and nothing is kept.

The same pages with as many requests at a time, the same trust in one certificate, Basic with each
request. Both lists are read for the ids, the single addressees are JSON afterwards and thrown away.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

import httpx2

from benchmarks.contacts.service import PASSWORD, USER
from benchmarks.orders import serve
from datev_connector.datev.master_data.connect.options import LANES
from datev_connector.network.tls import pinned_context

API = "/datev/api/master-data/v1"
HEADERS = {"Accept": "application/json; charset=utf-8", "Accept-Encoding": "identity"}
TIMEOUT_S = 120.0


class Party:
    """What may be ordered."""

    def __init__(self, url: str, certificate: Path) -> None:
        self._url = url
        self._certificate = ssl.PEM_cert_to_DER_cert(certificate.read_text("ascii"))

    async def load(self) -> dict[str, float]:
        """Fetch everything; seconds on the wall and of this process's work, and how many came."""
        begun_s, begun_work_s = perf_counter(), process_time()
        contacts = await self._fetch_all()
        wall_s, work_s = perf_counter() - begun_s, process_time() - begun_work_s
        return {"wall": wall_s, "work": work_s, "contacts": contacts}

    async def _fetch_all(self) -> int:
        async with httpx2.AsyncClient(
            base_url=f"{self._url}{API}",
            verify=pinned_context(self._certificate),
            auth=(USER, PASSWORD),
            headers=HEADERS,
            timeout=TIMEOUT_S,
            trust_env=False,
            limits=httpx2.Limits(max_connections=LANES),
        ) as client:
            (await client.get("/clients")).raise_for_status().json()
            listed = (await client.get("/addressees")).raise_for_status().json()
            ids = iter([entry["id"] for entry in listed])
            async with asyncio.TaskGroup() as group:
                for _ in range(LANES):
                    group.create_task(_fetch(client, ids))
        return len(listed)


async def _fetch(client: httpx2.AsyncClient, ids: Iterator[str]) -> None:
    for one in ids:
        answer = await client.get(f"/addressees/{one}?expand=communications")
        answer.raise_for_status().json()


async def main(url: str, certificate: str) -> None:
    """Run until standard input ends."""
    party = Party(url, Path(certificate))
    await serve({"load": party.load})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
