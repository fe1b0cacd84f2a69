"""Delivers events to clients: HTTP posts, in order for each call, without retry.

Each client's certificate is taken as it is: a PBX has no means to check that of a desktop program.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import h11

from datev_connector.simulators.starface.sessions import Callback
from datev_connector.simulators.starface.wire import XML_TYPE

READ_SIZE = 65536
CLOSE_TIMEOUT_S = 2.0

Done = Callable[[int], None]
"""Told the HTTP status of a delivery; 0 when there was none."""


@dataclass(slots=True)
class Line:
    """An open connection to a client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    machine: h11.Connection


class BrokenLine(Exception):
    """The client did not answer, or not with HTTP."""


class Callbacks:
    """Posts events; those of one `key` one after another, others beside them."""

    def __init__(self, *, timeout_s: float, keep_alive: bool) -> None:
        self._timeout_s = timeout_s
        self._keep_alive = keep_alive
        self._last: dict[object, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: dict[Callback, list[Line]] = {}
        self._context = _unchecked()

    def post(self, key: object, callback: Callback, target: str, body: bytes, done: Done) -> None:
        """Queue one delivery; returns at once. `done` is told how it went."""
        before = self._last.get(key)
        task = asyncio.get_running_loop().create_task(
            self._deliver(before, callback, target, body, done), name="starface push"
        )
        self._last[key] = task
        self._tasks.add(task)
        task.add_done_callback(lambda ended: self._forget(key, ended))

    async def settled(self) -> None:
        """Return when nothing is under way."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def close(self) -> None:
        """Give up what is under way and hang up."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        lines = [line for idle in self._idle.values() for line in idle]
        self._idle.clear()
        for line in lines:
            await _close(line)

    def _forget(self, key: object, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._last.get(key) is task:
            del self._last[key]

    async def _deliver(
        self,
        before: asyncio.Task[None] | None,
        callback: Callback,
        target: str,
        body: bytes,
        done: Done,
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        status = 0
        with suppress(OSError, TimeoutError, BrokenLine, h11.ProtocolError):
            async with asyncio.timeout(self._timeout_s):
                status = await self._post(callback, target, body)
        done(status)

    async def _post(self, callback: Callback, target: str, body: bytes) -> int:
        idle = self._idle.get(callback, [])
        while idle:
            line = idle.pop()
            if line.reader.at_eof():
                await _close(line)
                continue
            # The client may close an idle connection just now; that is no failed delivery.
            with suppress(OSError, BrokenLine):
                return await self._exchange(line, callback, target, body)
        return await self._exchange(await self._open(callback), callback, target, body)

    async def _open(self, callback: Callback) -> Line:
        context = self._context if callback.encrypted else None
        reader, writer = await asyncio.open_connection(
            callback.host,
            callback.port,
            ssl=context,
            ssl_shutdown_timeout=CLOSE_TIMEOUT_S if context else None,
        )
        return Line(reader, writer, h11.Connection(h11.CLIENT))

    async def _exchange(self, line: Line, callback: Callback, target: str, body: bytes) -> int:
        reusable = False
        try:
            line.writer.write(self._request(line.machine, callback, target, body))
            await line.writer.drain()
            status = await _answer(line)
            reusable = self._keep_alive and _again(line.machine)
        finally:
            if reusable:
                self._idle.setdefault(callback, []).append(line)
            else:
                line.writer.transport.abort()
        return status

    def _request(
        self, machine: h11.Connection, callback: Callback, target: str, body: bytes
    ) -> bytes:
        head = h11.Request(
            method="POST",
            target=target,
            headers=[
                ("Host", f"{callback.host}:{callback.port}"),
                ("Content-Type", XML_TYPE),
                ("Content-Length", str(len(body))),
                ("Connection", "keep-alive" if self._keep_alive else "close"),
            ],
        )
        parts = (machine.send(head), machine.send(h11.Data(data=body)))
        return b"".join([part or b"" for part in parts] + [machine.send(h11.EndOfMessage()) or b""])


async def _answer(line: Line) -> int:
    status = 0
    while True:
        event = line.machine.next_event()
        if event is h11.NEED_DATA:
            data = await line.reader.read(READ_SIZE)
            if not data and not status:
                raise BrokenLine("client hung up")
            line.machine.receive_data(data)
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.EndOfMessage):
            return status
        elif isinstance(event, h11.ConnectionClosed):
            raise BrokenLine("client hung up")


def _again(machine: h11.Connection) -> bool:
    if machine.our_state is not h11.DONE or machine.their_state is not h11.DONE:
        return False
    machine.start_next_cycle()
    return True


async def _close(line: Line) -> None:
    line.writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await line.writer.wait_closed()


def _unchecked() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
