"""Listens for the events that the PBX pushes to us over HTTP (STARFACE UCI, callbacks).

A tiny server with hard limits, because it is open to the network: one secret path, small requests,
few connections, little time. Each event is answered before anything is done with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

import h11

from datev_connector.starface.wire.xmlrpc import MethodCall, MethodResponse, encode
from datev_connector.starface.wire.xmlrpc_reader import NotXmlRpc, decode

ACCEPTED = encode(MethodResponse(value=True))
ACCEPTANCE = h11.Response(
    status_code=200,
    headers=[("Content-Length", str(len(ACCEPTED))), ("Content-Type", "text/xml")],
    reason="OK",
)
READ_SIZE = 65536
FAREWELL_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackLimits:
    """What the PBX, or whoever finds the port, may ask of us."""

    head: int = 16_384
    """Bytes of request line and headers."""
    body: int = 262_144
    """Bytes; an event has about a thousand."""
    connections: int = 256
    """A PBX may open one for each event; those that wait longest make room for new ones."""
    request_s: float = 10.0
    """A request must be complete after this time."""
    idle_s: float = 90.0
    """How long a connection that brought an event may wait for the next."""


class CallbackServer:
    """Receives events at one path and hands them on as method calls."""

    def __init__(
        self,
        *,
        path: str,
        expected: Mapping[str, Callable[[str], bool]],
        on_event: Callable[[MethodCall], None],
        limits: CallbackLimits,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`expected` judges the query parameters that may be there; others count for nothing."""
        self._path = path
        self._expected = expected
        self._on_event = on_event
        self._limits = limits
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._closed = False
        self._visitors: dict[_Visitor, asyncio.Task[None]] = {}

    @property
    def port(self) -> int:
        """The port listened on."""
        if self._server is None:
            raise RuntimeError("not listening")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, host: str, port: int) -> None:
        """Listen at an address of this computer; port 0 means any. Raises OSError.

        A name means its IPv4 address: several addresses would get several ports.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        server = await asyncio.start_server(
            self._welcome,
            host,
            port,
            family=family,
            ssl=self._tls,
            limit=READ_SIZE,
            backlog=self._limits.connections,
            start_serving=False,  # it would wait once more, with nobody to close what listens
        )
        try:
            await server.start_serving()
        except BaseException:
            server.close()
            raise
        self._server = server

    async def close(self) -> None:
        """Stop listening and break every connection, also one that has come this very moment."""
        self._closed = True
        if self._server is not None:
            self._server.close()
        for visitor in list(self._visitors):
            visitor.cut()
        await asyncio.gather(*self._visitors.values(), return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # No coroutine: whoever closes must see the visitor from its first moment on.
        visitor = _Visitor(reader, writer, self._limits)
        if self._closed or not self._make_room():
            visitor.cut()
            return
        task = asyncio.get_running_loop().create_task(self._receive(visitor))
        self._visitors[visitor] = task

    async def _receive(self, visitor: _Visitor) -> None:
        try:
            await self._serve(visitor)
        except (OSError, TimeoutError, h11.ProtocolError, EOFError):
            pass  # the visitor went away, was too slow or spoke no HTTP: nothing to answer
        finally:
            del self._visitors[visitor]
            await visitor.leave()

    def _make_room(self) -> bool:
        """If there are too many, cut off who waits between two events, else the oldest idler."""
        present = [visitor for visitor in self._visitors if not visitor.gone]
        if len(present) < self._limits.connections:
            return True
        waiting = [visitor for visitor in present if visitor.waiting]
        idlers = [visitor for visitor in present if not visitor.proven]
        chosen = next(iter(waiting + idlers), None)
        if chosen is not None:
            chosen.cut()
        return chosen is not None

    async def _serve(self, visitor: _Visitor) -> None:
        while (request := await visitor.next_request()) is not None:
            status, event = self._judge(*request)
            visitor.proven = visitor.proven or status is HTTPStatus.OK
            visitor.answer(status)
            if event is not None:
                self._on_event(event)
            await visitor.drain()

    def _judge(self, request: h11.Request, body: bytes) -> tuple[HTTPStatus, MethodCall | None]:
        path, _, query = request.target.partition(b"?")
        if not hmac.compare_digest(path, self._path.encode()):
            return HTTPStatus.NOT_FOUND, None
        if request.method != b"POST":
            return HTTPStatus.METHOD_NOT_ALLOWED, None
        if not self._is_from_our_pbx(query.decode("ascii", "replace")):
            return HTTPStatus.FORBIDDEN, None
        try:
            message = decode(body)
        except NotXmlRpc:
            return HTTPStatus.BAD_REQUEST, None
        if not isinstance(message, MethodCall):
            return HTTPStatus.BAD_REQUEST, None
        return HTTPStatus.OK, message

    def _is_from_our_pbx(self, query: str) -> bool:
        given = parse_qs(query, keep_blank_values=True, errors="replace")
        return all(
            accepts(value)
            for name, accepts in self._expected.items()
            for value in given.get(name, ())
        )


class _Visitor:
    """One connection: bytes in, requests out, within the limits."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: CallbackLimits,
    ) -> None:
        self.proven = False
        """It brought an event."""
        self.waiting = False
        """It is between two requests."""
        self.gone = False
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.head)

    async def next_request(self) -> tuple[h11.Request, bytes] | None:
        """The next complete request; None when there is none any more.

        Raises OSError, TimeoutError and h11.ProtocolError.
        """
        if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is h11.MUST_CLOSE:
            return None
        if self._http.our_state is h11.DONE:
            self._http.start_next_cycle()
            if not self._http.trailing_data[0] and not await self._wait_for_more():
                return None
        try:
            async with asyncio.timeout(self._limits.request_s):
                return await self._read_request()
        except h11.RemoteProtocolError as error:
            if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                self.answer(HTTPStatus(error.error_status_hint))
            raise

    def answer(self, status: HTTPStatus) -> None:
        """Send an answer; it is under way when this returns."""
        response = ACCEPTANCE if status is HTTPStatus.OK else _refusal(status)
        body = ACCEPTED if status is HTTPStatus.OK else b""
        self._send(response, h11.Data(data=body), h11.EndOfMessage())

    async def drain(self) -> None:
        """Wait until the answer has left, but not for a visitor who does not take it."""
        async with asyncio.timeout(self._limits.request_s):
            await self._writer.drain()

    async def leave(self) -> None:
        """Part, after the last answer went out; a visitor who does not take it is cut off."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                await self._writer.wait_closed()
        self.cut()

    def cut(self) -> None:
        """Break the connection at once."""
        self.gone = True
        self._writer.transport.abort()

    async def _wait_for_more(self) -> bool:
        self.waiting = True
        async with asyncio.timeout(self._limits.idle_s):
            data = await self._reader.read(READ_SIZE)
        self.waiting = False
        self._http.receive_data(data)
        return bool(data)

    async def _read_request(self) -> tuple[h11.Request, bytes] | None:
        request: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                await self._receive()
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > self._limits.body:
                    raise h11.RemoteProtocolError("too long", error_status_hint=413)
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return request, bytes(body)
            else:
                return None

    async def _receive(self) -> None:
        if self._http.they_are_waiting_for_100_continue:
            self._send(h11.InformationalResponse(status_code=100, headers=[]))
        self._http.receive_data(await self._reader.read(READ_SIZE))

    def _send(self, *events: h11.Event) -> None:
        # In one go: each write of its own would be a system call, and a packet.
        self._writer.write(b"".join(self._http.send(event) or b"" for event in events))


def _refusal(status: HTTPStatus) -> h11.Response:
    return h11.Response(
        status_code=status,
        headers=[("Content-Length", "0"), ("Connection", "close")],
        reason=status.phrase,
    )
