"""Carries method calls to the PBX over HTTP(S) and brings the answers back (STARFACE UCI).

Whatever comes back that is not an answer becomes a `LinkTrouble`: a redirect, a web page, a status,
silence, a body too long. Nothing is followed, unpacked or repeated that could do harm.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx2

from datev_connector.starface.reach import trouble_of
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.xmlrpc import Fault, MethodCall, MethodResponse, encode
from datev_connector.starface.xmlrpc_reader import DEFAULT_LIMITS, NotXmlRpc, decode

XML_RPC = "/xml-rpc"
REST_LOGIN = "/rest/login"
HEADERS = {
    "Content-Type": "text/xml; charset=utf-8",
    "Accept": "text/xml, application/xml",
    "Accept-Encoding": "identity",
    "User-Agent": "datev-connector-for-starface",
}
ONCE_ONLY = (".login", ".placeCallWithPhone")
"""Requests that must not be repeated when it is unknown whether the first one arrived."""
WEB_PAGE_STARTS = (b"<!doctype html", b"<html")


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


class HttpsTransport:
    """One client with its connections and cookies."""

    def __init__(
        self, address: PbxAddress, context: ssl.SSLContext | None, times: HttpTimes
    ) -> None:
        self._address = address
        self._times = times
        self._query: dict[str, str] = {}
        inner = httpx2.AsyncHTTPTransport(
            verify=context if context is not None else False,
            trust_env=False,
            limits=httpx2.Limits(max_connections=8, keepalive_expiry=times.idle_s),
        )
        self._client = httpx2.AsyncClient(
            base_url=address.url,
            transport=_Signing(inner, self._query),
            timeout=httpx2.Timeout(times.answer_s, connect=times.connect_s),
            headers=HEADERS,
            follow_redirects=False,
            trust_env=False,
        )

    def sign(self, query: Mapping[str, str]) -> None:
        """Put these parameters on every request from now on."""
        self._query.clear()
        self._query.update(query)

    async def call(self, call: MethodCall) -> MethodResponse | Fault:
        """The answer of the PBX. Raises LinkTrouble if there is none, Unsendable for bad values."""
        body = encode(call)
        try:
            return self._read(*await self._exchange("POST", XML_RPC, body))
        except LinkTrouble as failed:
            # A kept connection may have been closed at the same moment; a fresh one tells.
            cut = failed.trouble.kind is TroubleKind.CUT
            if not cut or call.method.endswith(ONCE_ONLY):
                raise
        return self._read(*await self._exchange("POST", XML_RPC, body))

    async def login_type(self) -> str | None:
        """The kind of account that REST names for signing in; None if REST does not say.

        Sends nothing secret and counts as no sign-in (STARFACE REST, GET /login).
        """
        try:
            status, _, body = await self._exchange("GET", REST_LOGIN, b"", {"X-Version": "2"})
            answer = json.loads(body) if status == HTTPStatus.OK else None
        except (LinkTrouble, ValueError, RecursionError):
            return None
        kind = answer.get("loginType") if isinstance(answer, dict) else None
        return kind if isinstance(kind, str) else None

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _exchange(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        """Status, content type and body of an answer."""
        try:
            async with (
                asyncio.timeout(self._times.connect_s + self._times.answer_s),
                self._client.stream(method, path, content=body, headers=headers) as response,
            ):
                answer = await self._body(response)
                return response.status_code, response.headers.get("Content-Type", ""), answer
        except (httpx2.HTTPError, TimeoutError) as error:
            raise LinkTrouble(self._trouble(error)) from error

    async def _body(self, response: httpx2.Response) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise self._no_xml_rpc("packed, though it was not asked for")
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > DEFAULT_LIMITS.size:
                raise self._no_xml_rpc("the answer is too long")
        return bytes(body)

    def _read(self, status: int, content_type: str, body: bytes) -> MethodResponse | Fault:
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise self._failed(TroubleKind.REDIRECT)
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise self._failed(TroubleKind.UNAUTHORIZED, str(status))
        if status != HTTPStatus.OK:
            raise self._failed(TroubleKind.HTTP_STATUS, str(status))
        if "html" in content_type.lower() or body.lstrip().lower().startswith(WEB_PAGE_STARTS):
            raise self._failed(TroubleKind.WEB_PAGE)
        try:
            message = decode(body)
        except NotXmlRpc as error:
            raise self._no_xml_rpc(str(error)) from error
        if isinstance(message, MethodCall):
            raise self._no_xml_rpc("a call instead of an answer")
        return message

    def _trouble(self, error: Exception) -> Trouble:
        where = str(self._address)
        match error:
            case httpx2.ConnectTimeout() | httpx2.PoolTimeout():
                return Trouble(kind=TroubleKind.UNREACHABLE, where=where)
            case httpx2.TimeoutException() | TimeoutError():
                return Trouble(kind=TroubleKind.SILENT, where=where)
            case httpx2.ConnectError():
                causes = [cause for cause in _causes(error) if isinstance(cause, OSError)]
                return trouble_of(causes[-1] if causes else error, where)
            case httpx2.RemoteProtocolError() if "disconnected" not in str(error):
                return Trouble(kind=TroubleKind.NO_XML_RPC, where=where, detail="no HTTP")
            case _:
                return Trouble(kind=TroubleKind.CUT, where=where)

    def _failed(self, kind: TroubleKind, detail: str = "") -> LinkTrouble:
        return LinkTrouble(Trouble(kind=kind, where=str(self._address), detail=detail))

    def _no_xml_rpc(self, why: str) -> LinkTrouble:
        return self._failed(TroubleKind.NO_XML_RPC, why)


class _Signing(httpx2.AsyncBaseTransport):
    """Adds the token at the last moment, below the client, which logs the addresses it asks for."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, query: Mapping[str, str]) -> None:
        self._inner = inner
        self._query = query

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        signed = httpx2.Request(
            request.method,
            request.url.copy_merge_params(self._query) if self._is_signed(request) else request.url,
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(signed)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _is_signed(self, request: httpx2.Request) -> bool:
        return request.url.path == XML_RPC


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything below it, in the order in which it was wrapped."""
    found: BaseException | None = error
    while found is not None:
        yield found
        if isinstance(found, BaseExceptionGroup):
            yield from _causes(found.exceptions[0])
        found = found.__cause__ or found.__context__
