"""One HTTP request to the PBX and its answer, whatever it is for: UCI, REST, OAuth.

Nothing is followed, unpacked or repeated that could do harm. What is no answer at all becomes a
`LinkTrouble`; what an answer means is for those who asked. A client may be closed amid requests:
then they were cut, and nothing leaves any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

import httpx2

from datev_connector.domain.wording import worded
from datev_connector.starface.https.reach import trouble_of
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind

HEADERS = {"Accept-Encoding": "identity", "User-Agent": "datev-connector-for-starface"}
WEB_PAGE_STARTS = (b"<!doctype html", b"<html")
SECRET_QUERY = "pbx_secret_query"  # noqa: S105 - the name of an extension
LONGEST_ANSWER = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTimes:
    """Time limits in seconds."""

    connect_s: float = 5.0
    answer_s: float = 10.0
    idle_s: float = 15.0
    """Unused connections are closed before the PBX does it (Tomcat: 20 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxAddress:
    """Where the PBX answers."""

    host: str
    port: int
    encrypted: bool = True

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.encrypted else 'http'}://{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came back. The body is as sent, never longer than was allowed."""

    status: int
    content_type: str
    location: str
    body: bytes

    @property
    def redirects(self) -> bool:
        """Tell whether we are sent elsewhere."""
        return HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST

    @property
    def is_page(self) -> bool:
        """Tell whether this is meant for a browser."""
        html = "html" in self.content_type.lower()
        return html or self.body.lstrip().lower().startswith(WEB_PAGE_STARTS)


class Unreadable(Exception):
    """An answer that cannot be taken whole: too long, or packed though it was not asked for."""


class HttpClient:
    """One client with its connections and cookies."""

    def __init__(
        self, address: PbxAddress, context: ssl.SSLContext | None, times: HttpTimes
    ) -> None:
        """`context` says whom to trust; None for a PBX that speaks no TLS."""
        self._address = address
        self._times = times
        self._closed = False
        self._under_way: set[asyncio.Timeout] = set()
        inner = httpx2.AsyncHTTPTransport(
            verify=context if context is not None else False,
            trust_env=False,
            limits=httpx2.Limits(max_connections=8, keepalive_expiry=times.idle_s),
        )
        self._client = httpx2.AsyncClient(
            base_url=address.url,
            transport=_Signing(inner),
            timeout=httpx2.Timeout(times.answer_s, connect=times.connect_s),
            headers=HEADERS,
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def address(self) -> PbxAddress:
        """Whom it talks to."""
        return self._address

    @property
    def closed(self) -> bool:
        """Tell whether its end has begun."""
        return self._closed

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        secret_query: Mapping[str, str] | None = None,
        limit: int = LONGEST_ANSWER,
    ) -> HttpAnswer:
        """The answer to one request; `secret_query` is put on it where no log sees it.

        Raises LinkTrouble if there is none, Unreadable if it has more than `limit` bytes.
        """
        if self._closed:
            raise LinkTrouble(self._cut())
        try:
            async with (
                self._limited(),
                self._client.stream(
                    method,
                    path,
                    content=body,
                    headers=headers,
                    extensions={SECRET_QUERY: secret_query or {}},
                ) as response,
            ):
                return HttpAnswer(
                    status=response.status_code,
                    content_type=response.headers.get("Content-Type", ""),
                    location=response.headers.get("Location", ""),
                    body=await _body(response, limit),
                )
        except (httpx2.HTTPError, TimeoutError, RuntimeError) as error:
            # A RuntimeError is what the library and asyncio say of a connection closed under them.
            raise LinkTrouble(self._trouble(error)) from error

    async def close(self) -> None:
        """Close every connection; requests under way or waiting for a connection end as cut."""
        self._closed = True
        now_s = asyncio.get_running_loop().time()
        for limit in self._under_way:
            if not limit.expired():
                limit.reschedule(now_s)
        await self._client.aclose()

    @contextlib.asynccontextmanager
    async def _limited(self) -> AsyncIterator[None]:
        """The time that one request has, or until the client is closed."""
        async with asyncio.timeout(self._times.connect_s + self._times.answer_s) as limit:
            self._under_way.add(limit)
            try:
                yield
            finally:
                self._under_way.discard(limit)

    def _cut(self) -> Trouble:
        return Trouble(kind=TroubleKind.CUT, where=str(self._address))

    def _trouble(self, error: Exception) -> Trouble:
        where = str(self._address)
        if self._closed:
            return self._cut()
        match error:
            case httpx2.ConnectTimeout() | httpx2.PoolTimeout():
                return Trouble(kind=TroubleKind.UNREACHABLE, where=where)
            case httpx2.TimeoutException() | TimeoutError():
                return Trouble(kind=TroubleKind.SILENT, where=where)
            case httpx2.ConnectError():
                causes = [cause for cause in _causes(error) if isinstance(cause, OSError)]
                return trouble_of(causes[-1] if causes else error, where)
            case httpx2.RemoteProtocolError() if "disconnected" not in str(error):
                return Trouble(kind=TroubleKind.NO_XML_RPC, where=where, detail=worded("no HTTP"))
            case _:
                return self._cut()


class _Signing(httpx2.AsyncBaseTransport):
    """Adds the token at the last moment, below the client, which logs the addresses it asks for."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        extensions = dict(request.extensions)
        query = extensions.pop(SECRET_QUERY, {})
        extensions["trace"] = _Opening()
        signed = httpx2.Request(
            request.method,
            request.url.copy_merge_params(query) if query else request.url,
            headers=request.headers,
            stream=request.stream,
            extensions=extensions,
        )
        return await self._inner.handle_async_request(signed)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Opening:
    """Told how the connection of one request is opened.

    Where TLS fails the library closes the connection, but not where somebody cancels meanwhile.
    """

    def __init__(self) -> None:
        self._connected: _Connected | None = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._connected = info["return_value"]
        elif event == "connection.start_tls.failed" and self._connected is not None:
            await self._connected.aclose()


class _Connected(Protocol):
    async def aclose(self) -> None:
        """Close the connection, also if it is closed."""


async def _body(response: httpx2.Response, limit: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise Unreadable(worded("packed, though it was not asked for"))
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > limit:
            raise Unreadable(worded("the answer is too long"))
    return bytes(body)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything below it, in the order in which it was wrapped."""
    found: BaseException | None = error
    while found is not None:
        yield found
        if isinstance(found, BaseExceptionGroup):
            yield from _causes(found.exceptions[0])
        found = found.__cause__ or found.__context__
