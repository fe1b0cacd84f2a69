"""The computer on the desk: its clock, which may be wrong, and its sleep."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from tests.soak.clock import SimulatedTimeLoop


class Computer:
    """Tells two times: the true one, by which the PBX and the people live, and its own."""

    def __init__(self, begin: datetime) -> None:
        """`begin` is the true time now, aware."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimulatedTimeLoop)
        self._loop = loop
        self._begin = begin - timedelta(seconds=loop.time())
        self._slept = timedelta(0)
        self.clock_error = timedelta(0)
        """How far its clock is ahead of the true time."""

    def true_time(self) -> datetime:
        """The time of the world."""
        return self._begin + self._slept + timedelta(seconds=self._loop.time())

    def clock(self) -> datetime:
        """The time that this computer shows."""
        return self.true_time() + self.clock_error

    def sleep(self, duration: timedelta, *, counts: bool) -> None:
        """Sleep: nothing runs, and the world goes on.

        `counts`: whether the clock that paces programs goes on as well, as on Windows; on Linux it
        stands still.
        """
        if counts:
            self._loop.leap(duration.total_seconds())
        else:
            self._slept += duration

    async def until(self, when: datetime) -> None:
        """Return at that true time, at once if it has passed."""
        await asyncio.sleep(max(0.0, (when - self.true_time()).total_seconds()))
