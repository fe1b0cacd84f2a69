"""One HTTP/1.1 connection, one request at a time: h11 for the protocol, asyncio for the socket.

A load asks for every addressee of the office by itself, so what a request costs decides how long it
takes; a general client with its pool, cookies and hooks costs several times as much as this. The
Windows sign-on needs to know its connection, too. Nothing is followed, unpacked or repeated here.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Sequence

import h11

from datev_connector.domain.wording import worded

READ_BYTES = 64 * 1024
LONGEST_HEAD = 64 * 1024
"""Bytes; a Kerberos token may have some ten thousand."""
Headers = Sequence[tuple[str, str]]


class NoHttp(Exception):
    """What comes is not HTTP."""


class Silent(Exception):
    """Nothing came in time."""


class Connection:
    """A connection that is open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Use `connect`."""
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
        self._closed = False

    @property
    def is_free(self) -> bool:
        """Tell whether it is there, and nothing is under way on it."""
        gone = self._closed or self._reader.at_eof() or self._writer.is_closing()
        return not gone and self._http.our_state is h11.IDLE

    @property
    def certificate(self) -> bytes | None:
        """What the server has shown, DER; None without TLS."""
        tls = self._writer.get_extra_info("ssl_object")
        shown: bytes | None = None if tls is None else tls.getpeercert(binary_form=True)
        return shown

    async def ask(self, target: str, headers: Headers, *, silence_s: float) -> Response:
        """Send a request; return the head of its answer. Raises OSError, NoHttp, Silent."""
        try:
            request = h11.Request(method="GET", target=target, headers=list(headers))
            begun = self._http.send(request) or b""
            self._writer.write(begun + (self._http.send(h11.EndOfMessage()) or b""))
            while not isinstance(event := await self._event(silence_s), h11.Response):
                if not isinstance(event, h11.InformationalResponse) or event.status_code == 101:
                    raise NoHttp(worded("something else than an answer"))
        except BaseException:
            await self.close()
            raise
        return Response(self, event, silence_s)

    async def body(self, silence_s: float) -> AsyncIterator[bytes]:
        """What follows the head, as it comes; afterwards the connection is free again."""
        while isinstance(event := await self._event(silence_s), h11.Data):
            yield bytes(event.data)
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            await self.close()

    async def close(self) -> None:
        """End it at once."""
        if self._closed:
            return
        self._closed = True
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _event(self, silence_s: float) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self._more(silence_s))
        except h11.RemoteProtocolError as error:
            if self._reader.at_eof():
                raise ConnectionResetError(worded("it ended too soon")) from error
            raise NoHttp(str(error)) from error
        return event

    async def _more(self, silence_s: float) -> bytes:
        try:
            async with asyncio.timeout(silence_s):
                data = await self._reader.read(READ_BYTES)
        except TimeoutError as error:
            raise Silent from error
        if not data and self._http.their_state is h11.SEND_RESPONSE:
            raise ConnectionResetError(worded("it ended without an answer"))
        return data


class Response:
    """An answer whose body is still to come. Read it whole, or close it."""

    def __init__(self, connection: Connection, head: h11.Response, silence_s: float) -> None:
        """Made by `Connection.ask`."""
        self.connection = connection
        self.status = head.status_code
        self._headers = head.headers
        self._silence_s = silence_s

    def header(self, name: str) -> str:
        """The first header of this name (in lower case); empty if there is none."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        """All headers of this name (in lower case)."""
        wanted = name.encode("ascii")
        return [value.decode("latin-1") for key, value in self._headers if key == wanted]

    def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises OSError, NoHttp, Silent."""
        return self.connection.body(self._silence_s)

    async def close(self) -> None:
        """Let go of it; if its body was not read whole, this costs the connection."""
        if not self.connection.is_free:
            await self.connection.close()


async def connect(
    host: str, port: int, context: ssl.SSLContext | None, *, timeout_s: float
) -> Connection:
    """Open a connection. Raises OSError (ssl.SSLError among them), ValueError for no name."""
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
    except TimeoutError as error:
        raise OSError(worded("no connection in time")) from error
    return Connection(reader, writer)
