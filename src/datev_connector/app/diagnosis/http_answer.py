"""One HTTP request that signs nobody in, and what comes back for it.

It is an empty POST to the place of UCI: a PBX refuses it with a status (STARFACE UCI, failure
responses) and counts nothing. The time that the answer names comes along.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import h11

from datev_connector.starface.https.client import WEB_PAGE_STARTS, PbxAddress
from datev_connector.starface.https.transport import XML_RPC
from datev_connector.starface.trouble import TroubleKind

READ_SIZE = 65_536
LONGEST_HEAD = 65_536
PROXY_STATUSES = frozenset(
    {
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.GATEWAY_TIMEOUT,
        HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came back."""

    status: int
    is_page: bool
    """It is meant for a browser."""
    clock: datetime | None
    """What time the server has, UTC to the second; None if it does not say."""
    arrived: datetime
    """By our clock, UTC."""
    server: str = ""
    """What the server calls itself; text from elsewhere."""
    forwarded: bool = False
    """It came through a proxy that says so."""

    @property
    def trouble(self) -> TroubleKind | None:
        """Why this is not the answer of a PBX; None if it may well be one.

        A PBX that is there refuses an empty request with 400, or 401, 403, 405 by version.
        """
        if HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST:
            return TroubleKind.REDIRECT
        if self.from_proxy:
            return TroubleKind.HTTP_STATUS
        missing = self.status == HTTPStatus.NOT_FOUND
        if missing or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return TroubleKind.HTTP_STATUS
        if self.status == HTTPStatus.OK and self.is_page:
            return TroubleKind.WEB_PAGE
        return None

    @property
    def from_proxy(self) -> bool:
        """Tell whether this is what only a proxy answers, and no PBX."""
        return self.status in PROXY_STATUSES


async def ask_unsigned(
    address: PbxAddress,
    context: ssl.SSLContext | None,
    *,
    now: Callable[[], datetime],
    timeout_s: float,
    target: str = XML_RPC,
    body: bytes = b"",
) -> HttpAnswer:
    """The answer to a request that shows no password, and is empty where UCI is asked.

    Raises OSError (TimeoutError among them), and h11.RemoteProtocolError for what is no HTTP.
    """
    async with asyncio.timeout(timeout_s):
        reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
        try:
            return await _exchange(reader, writer, address, now, target, body)
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    address: PbxAddress,
    now: Callable[[], datetime],
    target: str,
    body: bytes,
) -> HttpAnswer:
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
    headers = [
        ("Host", address.url.partition("://")[2]),
        ("Content-Length", str(len(body))),
        ("Content-Type", "text/xml"),
        ("Connection", "close"),
    ]
    request = h11.Request(method="POST", target=target, headers=headers)
    events = (request, h11.Data(data=body), h11.EndOfMessage())
    writer.write(b"".join(http.send(event) or b"" for event in events))
    await writer.drain()
    head = await _next(http, reader)
    while isinstance(head, h11.InformationalResponse):
        head = await _next(http, reader)
    arrived = now()
    if not isinstance(head, h11.Response):
        raise ConnectionResetError
    found = {name: value.decode("latin-1") for name, value in head.headers}
    return HttpAnswer(
        status=head.status_code,
        is_page="html" in found.get(b"content-type", "").lower() or await _is_page(http, reader),
        clock=_moment(found.get(b"date", "")),
        arrived=arrived,
        server=found.get(b"server", ""),
        forwarded=b"via" in found,
    )


async def _next(http: h11.Connection, reader: asyncio.StreamReader) -> object:
    while (event := http.next_event()) is h11.NEED_DATA:
        data = await reader.read(READ_SIZE)
        if not data and http.their_state is h11.SEND_RESPONSE and not http.trailing_data[0]:
            raise ConnectionResetError  # parted without a word
        http.receive_data(data)
    return event


async def _is_page(http: h11.Connection, reader: asyncio.StreamReader) -> bool:
    event = await _next(http, reader)
    return isinstance(event, h11.Data) and bytes(event.data).lstrip().lower().startswith(
        WEB_PAGE_STARTS
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
