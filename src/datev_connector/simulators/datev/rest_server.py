"""HTTP/1.1 around the DATEVconnect stand-in: h11 for the protocol, asyncio for the sockets."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import h11

from datev_connector.simulators.datev.rest_api import RestApi
from datev_connector.simulators.datev.rest_message import Request, Response
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
        except (OSError, h11.RemoteProtocolError):  # the client went away, or speaks no HTTP
            pass
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
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        """Serve until either side has had enough. Raises OSError, RemoteProtocolError."""
        while True:
            request = await self._request()
            if request is None:
                return
            response = self._api.handle(request, self._visit)
            if response.waits is not None and not await self._waited(response.waits):
                return
            await self._respond(response)
            if response.resets:
                self._reset()
            if response.breaks_off or response.resets or response.tail:
                return
            if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _request(self) -> Request | None:
        """The next request with its body read and dropped; None at the end."""
        request: Request | None = None
        size = 0
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                async with asyncio.timeout(IDLE_TIMEOUT_S):
                    self._http.receive_data(await self._reader.read(READ_BYTES))
            elif isinstance(event, h11.Request):
                request = _as_request(event)
            elif isinstance(event, h11.Data):
                size += len(event.data)
                if size > LARGEST_BODY_BYTES:
                    return None
            elif isinstance(event, h11.EndOfMessage):
                return request
            else:
                return None

    async def _respond(self, response: Response) -> None:
        headers = [*self._api.headers_of_all(), *response.headers]
        body = response.body
        if isinstance(body, bytes):
            length = len(body) if response.length is None else response.length
            headers.append(("Content-Length", str(length)))
        begin = self._http.send(h11.Response(status_code=response.status, headers=headers)) or b""
        if isinstance(body, bytes):
            # All of it at once: on most systems a second packet costs more than making the answer.
            content = self._http.send(h11.Data(data=body)) or b""
            await self._write(begin + content + self._end(response) + response.tail)
            return
        await self._write(begin)
        for piece in body:
            await self._write(self._http.send(h11.Data(data=piece)) if piece else None)
            await asyncio.sleep(0)  # others get their turn during a list of a hundred thousand
        await self._write(self._end(response))

    def _end(self, response: Response) -> bytes:
        if response.breaks_off or response.resets:
            return b""
        return self._http.send(h11.EndOfMessage()) or b""

    async def _write(self, data: bytes | None) -> None:
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
        """Return when the client ends the connection; keep what it sends meanwhile."""
        while data := await self._reader.read(READ_BYTES):
            self._http.receive_data(data)

    def _reset(self) -> None:
        """End the connection by a reset, as a process that is killed does."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        self._writer.transport.abort()


def _as_request(event: h11.Request) -> Request:
    return Request(
        method=event.method.decode("ascii"),
        target=event.target.decode("ascii", errors="replace"),
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in event.headers},
    )


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(WRITE_TIMEOUT_S):
            await writer.wait_closed()
    except OSError:  # the client was faster
        writer.transport.abort()
