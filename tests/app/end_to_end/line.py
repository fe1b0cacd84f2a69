"""The network between the connector and one port of the PBX, with a knife beside it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

BLOCK = 1 << 16


class Line:
    """Passes connections on, until it is cut or held."""

    def __init__(self, host: str, port: int) -> None:
        self.port = 0
        self.met = 0
        """How many connections were tried."""
        self._to = (host, port)
        self._whole = True
        self._flows = asyncio.Event()
        self._flows.set()
        self._passing: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def open_connections(self) -> int:
        """How many connections stand."""
        return len(self._passing)

    async def cut(self) -> None:
        """Break every connection, and every new one at once, until `mend`."""
        self._whole = False
        await self.snap()

    def mend(self) -> None:
        """Let new connections through again."""
        self._whole = True

    async def snap(self) -> None:
        """Break the connections that stand; new ones pass."""
        for writer in self._passing.values():
            writer.transport.abort()
        await asyncio.gather(*self._passing)

    def hold(self) -> None:
        """Take connections and bytes, and pass nothing on: neither side is told."""
        self._flows.clear()

    def release(self) -> None:
        """Let everything flow that was held."""
        self._flows.set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from beginning to end."""
        task = asyncio.current_task()
        assert task is not None
        self.met += 1
        self._passing[task] = writer
        try:
            if self._whole:
                await self._pass_on(reader, writer)
        except OSError:
            pass  # one end went away, as ends do
        finally:
            del self._passing[task]
            await _closed(writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        far_reader, far_writer = await asyncio.open_connection(*self._to)
        loop = asyncio.get_running_loop()
        pumps = [
            loop.create_task(self._pump(reader, far_writer)),
            loop.create_task(self._pump(far_reader, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await _closed(far_writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(BLOCK):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()

    async def end(self) -> None:
        """Nothing of it is left."""
        self._whole = False
        self._flows.set()
        await self.snap()


@contextlib.asynccontextmanager
async def line_to(host: str, port: int) -> AsyncIterator[Line]:
    """A line to this port, on a free port of loopback."""
    line = Line(host, port)
    server = await asyncio.start_server(line.take, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        await line.end()
        await server.wait_closed()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
