"""When a connection is exchanged: at once, or as soon as that cuts no call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from datev_connector.domain.legs import Leg

LOOK_S = 0.5
"""How often it is looked whether the calls are over; only while something waits for that."""


class Changeover:
    """Does the last work that was wanted for each leg, once the leg may be cut."""

    def __init__(self, may_be_cut: Callable[[Leg], bool]) -> None:
        """`may_be_cut` tells whether a leg can be exchanged now."""
        self._may_be_cut = may_be_cut
        self._waiting: dict[Leg, Callable[[], None]] = {}
        self._wanted = asyncio.Event()

    def do(self, leg: Leg, work: Callable[[], None]) -> bool:
        """Do this instead of what waits for the leg; tell whether it is done, or waits."""
        self.forget(leg)
        if self._may_be_cut(leg):
            work()
            return True
        self._waiting[leg] = work
        self._wanted.set()
        return False

    def forget(self, leg: Leg) -> None:
        """What waits for this leg is not wanted any more."""
        self._waiting.pop(leg, None)

    async def run(self) -> None:
        """Do what waits, in its time, until cancelled."""
        while True:
            await self._wanted.wait()
            for leg in [leg for leg in self._waiting if self._may_be_cut(leg)]:
                self._waiting.pop(leg)()
            if self._waiting:
                await asyncio.sleep(LOOK_S)
            else:
                self._wanted.clear()
