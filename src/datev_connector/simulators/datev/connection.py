"""One connector's connection to the telephony link: lines in, lines out, requests and answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from datev_connector.simulators.datev.message_log import MessageLog, Party

WRITE_TIMEOUT_S = 10.0


class ConnectorGone(ConnectionError):
    """The connector's connection ended before it answered."""


class LineTooLong(ValueError):
    """The connector sent a line beyond the limit; what follows cannot be told apart any more."""


class LineCutOff(ValueError):
    """The connection ended in the middle of a line."""


class Connection:
    """Sends and reads lines of one connector and keeps what DATEV waits for."""

    def __init__(
        self,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        log: MessageLog,
    ) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer
        self._log = log
        self._last_id = 0
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._later: set[asyncio.Task[None]] = set()

    async def read_line(self) -> bytes | None:
        """The next complete line, or None at the end. Raises LineTooLong, LineCutOff, OSError."""
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            if not error.partial:
                return None
            self._log.sent(Party.CONNECTOR, self.number, error.partial)
            raise LineCutOff(f"{len(error.partial)} bytes without an end") from error
        except asyncio.LimitOverrunError as error:
            raise LineTooLong(f"more than {error.consumed} bytes") from error
        self._log.sent(Party.CONNECTOR, self.number, line)
        return line

    async def send(self, message: Mapping[str, Any]) -> None:
        """Send one message. Raises OSError or TimeoutError if the connector does not take it."""
        await self.send_raw(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    async def send_raw(self, line: bytes) -> None:
        """Send bytes as they are."""
        self._log.sent(Party.DATEV, self.number, line)
        self._writer.write(line)
        async with asyncio.timeout(WRITE_TIMEOUT_S):
            await self._writer.drain()

    def send_later(self, message: Mapping[str, Any], delay_s: float) -> None:
        """Send after a while without holding up anything else."""
        task = asyncio.get_running_loop().create_task(self._send_after(message, delay_s))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _send_after(self, message: Mapping[str, Any], delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        try:
            await self.send(message)
        except OSError:  # nobody is left who could want the answer
            self.abort()

    async def ask(
        self, method: str, call: Mapping[str, Any], timeout_s: float
    ) -> Mapping[str, Any]:
        """Send a request and return the answer. Raises ConnectorGone, TimeoutError."""
        self._last_id += 1
        number = self._last_id
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(timeout_s):
                await self._send_request({"id": number, "method": method, "call": call})
                return await answer
        finally:
            self._waiting.pop(number, None)

    async def _send_request(self, request: Mapping[str, Any]) -> None:
        try:
            await self.send(request)
        except OSError as error:
            raise ConnectorGone(f"connector {self.number} is gone") from error

    def answered(self, number: object, answer: Mapping[str, Any]) -> bool:
        """Hand an answer to whoever waits for it; False if nobody does."""
        waiting = self._waiting.get(number) if isinstance(number, int) else None
        if waiting is None or waiting.done():
            return False
        waiting.set_result(answer)
        return True

    def abort(self) -> None:
        """End the connection at once, as a process that dies does."""
        for task in self._later:
            task.cancel()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectorGone(f"connector {self.number} is gone"))
        self._writer.transport.abort()

    async def close_gently(self) -> None:
        """End the connection after everything that was written has been sent."""
        self._writer.close()
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                await self._writer.wait_closed()
        except OSError:  # the other side was faster
            return

    async def finish(self) -> None:
        """Close after the last line, whatever state the connection is in."""
        self.abort()
        try:
            await self._writer.wait_closed()
        except OSError:  # the other side was faster
            return
