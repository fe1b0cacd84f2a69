"""The sockets of the DATEVconnect stand-in: HTTP/1.1 on any number of ports."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

from datev_connector.simulators.datev.http_wire import (
    CONTINUE,
    END_OF_HEAD,
    LAST_CHUNK,
    Head,
    NoHttp,
    chunk,
    read_head,
    write_head,
)
from datev_connector.simulators.datev.rest_api import RestApi
from datev_connector.simulators.datev.rest_message import Response
from datev_connector.simulators.datev.rest_sign_on import Visit

IDLE_TIMEOUT_S = 60.0
WRITE_TIMEOUT_S = 30.0
READ_BYTES = 64 * 1024
LARGEST_BODY_BYTES = 1024 * 1024
# SO_LINGER on with 0 seconds: what is not sent is thrown away, and the other side sees a reset.
_NO_LINGERING = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class RestServer:
    """Serves one API on any number of ports."""

    def __init__(self, api: RestApi) -> None:
        self._api = api
        self._servers: list[asyncio.Server] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def listen(
        self,
        host: str,
        port: int,
        tls: ssl.SSLContext | None = None,
        end_point: bytes | None = None,
    ) -> int:
        """Listen on one more port and return its number. Raises OSError if it is taken.

        end_point: the TLS channel as `tls-server-end-point`.
        """
        accept = partial(self._accept, end_point)
        server = await asyncio.start_server(accept, host, port, ssl=tls)
        self._servers.append(server)
        bound: int = server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Close listeners and connections; `listen` may follow."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        for writer in self._writers:
            writer.transport.abort()
        if self._serving:
            await asyncio.wait(self._serving)

    def _accept(
        self,
        end_point: bytes | None,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        visit = Visit(end_point=end_point)
        task = asyncio.get_running_loop().create_task(self._serve(visit, reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(
        self, visit: Visit, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._writers.add(writer)
        try:
            if self._servers:
                await _Exchange(self._api, visit, reader, writer).run()
        except (OSError, EOFError, NoHttp, asyncio.LimitOverrunError):
            pass  # the client went away, or speaks no HTTP
        finally:
            self._writers.discard(writer)
            await _close(writer)


class _Exchange:
    """Requests and responses on one connection."""

    def __init__(
        self,
        api: RestApi,
        visit: Visit,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._api = api
        self._visit = visit
        self._reader = reader
        self._writer = writer

    async def run(self) -> None:
        """Serve until either side has had enough. Raises OSError, EOFError, NoHttp."""
        while await self._serve_one(await self._head()):
            pass

    async def _serve_one(self, head: Head) -> bool:
        """Answer one request; False if the connection ends with it."""
        response = self._api.handle(head.request, self._visit)
        if response.waits is not None and not await self._waited(response.waits):
            return False
        await self._respond(head, response)
        if response.resets:
            self._reset()
        broken = response.breaks_off or response.resets or bool(response.tail)
        return head.keep_alive and not broken

    async def _head(self) -> Head:
        """The next request, its body read and dropped."""
        async with asyncio.timeout(IDLE_TIMEOUT_S):
            first = await self._reader.readexactly(1)
            if not first.isalpha():  # a TLS hello, for one, would be waited for to its end
                raise NoHttp("the first byte begins no request")
            head = read_head(first + await self._reader.readuntil(END_OF_HEAD))
            if head.body_bytes > LARGEST_BODY_BYTES:
                raise NoHttp("the body is too large")
            if head.waits_for_continue:
                await self._write(CONTINUE)
            if head.body_bytes:
                await self._reader.readexactly(head.body_bytes)
        return head

    async def _respond(self, head: Head, response: Response) -> None:
        headers = [*self._api.headers_of_all(), *response.headers]
        if not head.keep_alive:
            headers.append(("Connection", "close"))
        body = response.body
        if not isinstance(body, bytes):
            await self._respond_in_chunks(head, response, headers, body)
            return
        length = len(body) if response.length is None else response.length
        headers.append(("Content-Length", str(length)))
        begin = write_head(response.status, headers)
        shown = b"" if head.request.method == "HEAD" else body
        # All of it at once: on most systems a second packet costs more than making the answer.
        await self._write(begin + shown + response.tail)

    async def _respond_in_chunks(
        self,
        head: Head,
        response: Response,
        headers: list[tuple[str, str]],
        pieces: Iterator[bytes],
    ) -> None:
        if not head.old:
            headers.append(("Transfer-Encoding", "chunked"))
        await self._write(write_head(response.status, headers))
        for piece in pieces:
            await self._write(piece if head.old or not piece else chunk(piece))
            await asyncio.sleep(0)  # others get their turn during a list of a hundred thousand
        if not head.old and not response.breaks_off:
            await self._write(LAST_CHUNK)

    async def _write(self, data: bytes) -> None:
        if not data:
            return
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size():
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                await self._writer.drain()

    async def _waited(self, waits: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Wait before an answer; False as soon as the client is gone."""
        async with asyncio.TaskGroup() as both:
            gone = both.create_task(self._until_gone())
            over = both.create_task(waits())
            await asyncio.wait({gone, over}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            over.cancel()
        return not over.cancelled()

    async def _until_gone(self) -> None:
        """Return when the client ends the connection, or sends ahead, which is not served."""
        await self._reader.read(READ_BYTES)

    def _reset(self) -> None:
        """End the connection by a reset, as a process that is killed does."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        self._writer.transport.abort()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(WRITE_TIMEOUT_S):
            await writer.wait_closed()
    except OSError:  # the client was faster
        writer.transport.abort()
