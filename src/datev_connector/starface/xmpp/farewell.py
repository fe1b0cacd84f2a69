"""How a connection ends: with a word to the server where it listens, and cut off in any case."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

FAREWELL_S = 1.0
"""A server that does not end the stream with us within this time is cut off."""


class Farewell:
    """The end of one connection."""

    def __init__(self, transport: Callable[[], asyncio.Transport | None]) -> None:
        """`transport` is None before there is a connection, and once it is lost."""
        self._transport = transport
        self._gone = asyncio.Event()

    def lost(self) -> None:
        """The connection is lost: nobody need wait for that."""
        self._gone.set()

    def say(self, *, begun: bool) -> None:
        """End the stream, if the server has `begun` its side of it."""
        transport = self._transport()
        if transport is None:
            self._gone.set()
        elif not begun:
            transport.abort()
        else:
            transport.write(b"</stream:stream>")
            transport.close()

    def cut(self) -> None:
        """End the connection at once."""
        transport = self._transport()
        if transport is None:
            self._gone.set()
        else:
            transport.abort()

    async def finish(self) -> None:
        """Wait until the connection is lost, but not for long."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await self._gone.wait()
        finally:
            self.cut()
        # The loop closes the socket of a cut connection in its next round.
        await asyncio.sleep(0)
