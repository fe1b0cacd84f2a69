"""A small HTTP/1.1 server: h11 on asyncio streams, keep-alive, a body limit, clean ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import h11

READ_SIZE = 65536
CLOSE_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as received. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    lists: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer; `Content-Length` is added."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Hangup(Exception):
    """Raised by a handler: break the connection instead of answering."""


Handler = Callable[[Request], Awaitable[Response]]


class HttpServer:
    """Listens on one address. `start` and `stop` may be called again and again."""

    def __init__(self, handler: Handler, *, body_limit: int) -> None:
        self._handler = handler
        self._body_limit = body_limit
        self._server: asyncio.Server | None = None
        self._open = False
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def listening(self) -> bool:
        """Whether new connections are taken."""
        return self._server is not None

    @property
    def open_connections(self) -> int:
        """How many clients are connected."""
        return len(self._connections)

    async def start(self, host: str, port: int, context: ssl.SSLContext | None) -> int:
        """Listen; returns the port, which the system chose if `port` is 0. Raises OSError."""
        self._open = True
        self._server = await asyncio.start_server(
            self._serve,
            host,
            port,
            ssl=context,
            ssl_shutdown_timeout=CLOSE_TIMEOUT_S if context else None,
        )
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Close the listener and break every connection."""
        self._open = False
        server, self._server = self._server, None
        if server is not None:
            server.close()
        await self.drop_connections()
        if server is not None:
            # A client in the middle of its TLS handshake must not hold the end up.
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await server.wait_closed()

    async def drop_connections(self) -> None:
        """Break every open connection; the listener stays."""
        tasks = list(self._connections)
        for task, writer in list(self._connections.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or not self._open:  # accepted in the moment of stopping
            writer.transport.abort()
            return
        self._connections[task] = writer
        try:
            await self._converse(reader, writer)
        except (Hangup, h11.ProtocolError, OSError, asyncio.CancelledError):
            # Whoever cancels us has aborted the connection as well; nothing waits for an answer.
            writer.transport.abort()
        finally:
            del self._connections[task]
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        machine = h11.Connection(h11.SERVER)
        while True:
            try:
                request = await self._receive(machine, reader, writer)
            except h11.RemoteProtocolError as problem:
                request = Response(status=problem.error_status_hint)
            if request is None:
                return
            if isinstance(request, Response):
                await _send(machine, writer, request)
                return
            await _send(machine, writer, await self._handler(request))
            if machine.our_state is h11.MUST_CLOSE or machine.their_state is not h11.DONE:
                return
            machine.start_next_cycle()

    async def _receive(
        self,
        machine: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> Request | Response | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = machine.next_event()
            if event is h11.NEED_DATA:
                if machine.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[])
                    writer.write(machine.send(go_on))
                machine.receive_data(await reader.read(READ_SIZE))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > self._body_limit:
                    return Response(status=413)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _request(head, bytes(body))
            else:
                return None


def _request(head: h11.Request, body: bytes) -> Request:
    parts = urlsplit(head.target.decode("latin-1"))
    lists = parse_qs(parts.query, keep_blank_values=True)
    return Request(
        method=head.method.decode(),
        path=parts.path,
        query={name: values[0] for name, values in lists.items()},
        lists=lists,
        headers={name.decode(): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )


async def _send(machine: h11.Connection, writer: asyncio.StreamWriter, answer: Response) -> None:
    headers = [("Content-Length", str(len(answer.body))), *answer.headers.items()]
    if answer.content_type:
        headers.append(("Content-Type", answer.content_type))
    head = machine.send(h11.Response(status_code=answer.status, headers=headers)) or b""
    body = machine.send(h11.Data(data=answer.body)) or b""
    end = machine.send(h11.EndOfMessage()) or b""
    writer.write(head + body + end)
    await writer.drain()
