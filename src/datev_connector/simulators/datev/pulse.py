"""Waiting until something is true, woken by each change and never by a timer alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Pulse:
    """Wakes everybody who waits for a condition each time something has changed."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Something has changed."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def until(self, condition: Callable[[], bool], timeout_s: float) -> None:
        """Return as soon as `condition` holds; raises TimeoutError after `timeout_s`."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                await self._next()

    async def _next(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
