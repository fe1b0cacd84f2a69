"""What a program would do that keeps all numbers in its memory: a dict, and a list to look through.

Both know the contacts by E.164 digits. The dict is asked with the connector's own reading of the
number, stems of companies included, and by itself; the list is searched for a number that ends in
the caller's last digits, as programs do that cannot read numbers.
"""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter

from benchmarks.contacts import office
from benchmarks.contacts.office import PLAN
from benchmarks.contacts.timing import timed
from benchmarks.orders import serve
from datev_connector.domain.matching import search_keys
from datev_connector.domain.numbers import read_caller

Answers = list[tuple[int, str]]
SUFFIX = 8
Found = tuple[str, str, str]


class Party:
    """What may be ordered."""

    def __init__(self, contacts: int) -> None:
        begun_s = perf_counter()
        self._by_key: dict[str, Found] = {}
        for index in range(contacts):
            one = office.contact(index)
            found = (one.ref.id, one.name, one.client_number)
            self._by_key.update(dict.fromkeys(office.keys(index), found))
        self._list = list(self._by_key.items())
        # A head number that ends in 0 answers for whatever begins like it.
        self._by_stem = {
            office.keys(index)[0][:-1]: self._by_key[office.keys(index)[0]]
            for index in range(0, contacts, office.COMPANY_IN)
        }
        self._filled_s = perf_counter() - begun_s

    async def filled(self) -> float:
        """Seconds that it took to have all numbers in memory."""
        return self._filled_s

    async def read_and_get(self, texts: list[str]) -> Answers:
        """Read the number as the connector does, then ask the dict."""
        return _ids(timed(self._read_and_get, texts))

    async def get(self, keys: list[str]) -> Answers:
        """Ask the dict."""
        return _ids(timed(self._by_key.get, keys))

    async def scan(self, keys: list[str]) -> Answers:
        """Look through the list."""
        return _ids(timed(self._scan, keys))

    def _read_and_get(self, text: str) -> Found | None:
        number = read_caller(text, PLAN)
        found = self._by_key.get(number.digits)
        if found is not None:
            return found
        stems = map(self._by_stem.get, search_keys(number, PLAN).stems)
        return next(filter(None, stems), None)

    def _scan(self, key: str) -> Found | None:
        suffix = key[-SUFFIX:]
        return next((found for known, found in self._list if known.endswith(suffix)), None)


def _ids(found: list[tuple[int, Found | None]]) -> Answers:
    return [(took_ns, "" if one is None else one[0]) for took_ns, one in found]


async def main(contacts: str) -> None:
    """Run until standard input ends."""
    party = Party(int(contacts))
    orders = (party.filled, party.read_and_get, party.get, party.scan)
    await serve({order.__name__: order for order in orders})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
