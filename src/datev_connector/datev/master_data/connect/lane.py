"""One lane to DATEVconnect: one connection, one request at a time, signed on by itself.

Every request authenticates (DATEVconnect). Basic goes with each of them; the Windows sign-on
belongs to the connection and is made where the server asks for it. The transport is used without
the library's client around it, whose cookies, redirects and hooks would cost more than the request.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2

from datev_connector.datev.master_data.connect.answers import Answer, trouble_of
from datev_connector.datev.master_data.connect.options import API, ConnectAddress, ConnectTimes
from datev_connector.datev.master_data.connect.sign_on import (
    Conversation,
    Identity,
    offered_scheme,
)
from datev_connector.datev.master_data.connect.troubles import Wrong, failed
from datev_connector.datev.master_data.trouble import MasterDataTrouble

HEADERS = {
    # Without it DATEVconnect answers 406, or in XML.
    "Accept": "application/json; charset=utf-8",
    "Accept-Encoding": "identity",
    "User-Agent": "datev-connector-for-starface",
}
LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes of an answer that is no list."""
LONGEST_COMPLAINT = 64 * 1024
MOST_ROUNDS = 6
"""NTLM takes two, Kerberos one."""


@dataclass(slots=True, kw_only=True)
class Access:
    """Who we are and how that goes; shared by all lanes."""

    identity: Identity
    basic: bool
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    refused: MasterDataTrouble | None = None
    """Once refused, nobody shows the same again: wrong sign-ins lock accounts."""

    def header(self) -> str:
        """The header `Authorization` of Basic (RFC 7617)."""
        pair = f"{self.identity.user}:{self.identity.password}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    def refusal(self) -> MasterDataTrouble:
        """What a refused sign-on means. It counts for all lanes from now on."""
        user = self.identity.user
        if not user:
            wrong = Wrong.WINDOWS_SIGN_ON_REFUSED
        elif self.basic and "@" in user:
            wrong = Wrong.EMAIL_LOGIN_REFUSED
        else:
            wrong = Wrong.SIGN_IN_REFUSED
        self.refused = failed(wrong)
        return self.refused


class Lane:
    """Use it from one task at a time. Everything raises MasterDataTrouble."""

    def __init__(
        self,
        address: ConnectAddress,
        context: ssl.SSLContext | None,
        access: Access,
        times: ConnectTimes,
    ) -> None:
        """`context` says whom to trust; None for plain HTTP."""
        self._address = address
        self._where = str(address)
        self._access = access
        self._times = times
        self._path = f"{address.path}{API}"
        self._pattern = httpx2.Request("GET", address.url, headers=HEADERS)
        if access.basic:
            self._pattern.headers["Authorization"] = access.header()
        self._answered = False
        self._certificate: bytes | None = None
        self._signed_on: object = None
        """The connection that was signed on last."""
        self._forgetful = ""
        """The scheme that this server wants anew for each request, if it does."""
        self._transport = httpx2.AsyncHTTPTransport(
            verify=context if context is not None else False,
            trust_env=False,
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
        )

    @property
    def where(self) -> str:
        """Whom it talks to, for people."""
        return self._where

    async def get(self, target: str) -> Answer:
        """The whole answer to a request for `target`, whatever its status."""
        try:
            async with asyncio.timeout(self._times.connect_s + self._times.answer_s):
                response = await self._send(target, self._times.answer_s)
                try:
                    return await self._whole(response)
                finally:
                    await response.aclose()
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise MasterDataTrouble(trouble_of(error, self._where)) from error
        except TimeoutError as error:
            raise failed(Wrong.SILENT, where=self._where) from error

    @contextlib.asynccontextmanager
    async def open(self, target: str) -> AsyncIterator[httpx2.Response]:
        """The answer to a request for a list, its body still to come; see `pieces`."""
        try:
            async with asyncio.timeout(self._times.list_s):
                response = await self._send(target, self._times.list_silence_s)
                try:
                    yield response
                finally:
                    await response.aclose()
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise MasterDataTrouble(trouble_of(error, self._where)) from error
        except TimeoutError as error:
            raise failed(Wrong.SILENT, where=self._where) from error

    async def complaint(self, response: httpx2.Response) -> Answer:
        """The beginning of an answer that is no list: enough to tell why."""
        return _answer(response, await _beginning(response, LONGEST_COMPLAINT))

    async def close(self) -> None:
        """Close the connection."""
        await self._transport.aclose()

    async def _whole(self, response: httpx2.Response) -> Answer:
        body = await _beginning(response, LONGEST_ANSWER)
        if len(body) >= LONGEST_ANSWER:
            raise failed(Wrong.NO_JSON, where=self._where, detail="an answer that is too long")
        return _answer(response, body)

    # --- requests ---------------------------------------------------------------------------------

    async def _send(self, target: str, silence_s: float) -> httpx2.Response:
        """The head of the answer, signed on."""
        if self._access.refused is not None:
            raise self._access.refused
        if self._access.basic:
            response = await self._ask(target, silence_s)
            if response.status_code == HTTPStatus.UNAUTHORIZED:
                await response.aclose()
                raise self._access.refusal()
            return response
        return await self._with_windows(target, silence_s)

    async def _ask(self, target: str, silence_s: float, authorization: str = "") -> httpx2.Response:
        """Ask once; a connection that the server has closed meanwhile is replaced by a new one."""
        request = self._request(target, silence_s, authorization)
        try:
            response = await self._transport.handle_async_request(request)
        except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
            if not self._answered or authorization:
                raise
            self._answered = False
            return await self._ask(target, silence_s)
        self._answered = True
        return response

    def _request(self, target: str, silence_s: float, authorization: str) -> httpx2.Request:
        """Made from one pattern: taking an address apart costs as much as half a request."""
        headers = self._pattern.headers
        if authorization:
            headers = httpx2.Headers(headers)
            headers["Authorization"] = authorization
        limits = {
            "connect": self._times.connect_s,
            "read": silence_s,
            "write": self._times.answer_s,
            "pool": self._times.answer_s,
        }
        return httpx2.Request(
            "GET",
            self._pattern.url,
            headers=headers,
            stream=self._pattern.stream,
            extensions={"timeout": limits, "target": f"{self._path}/{target}".encode("ascii")},
        )

    # --- Windows sign-on --------------------------------------------------------------------------

    async def _with_windows(self, target: str, silence_s: float) -> httpx2.Response:
        if self._forgetful:
            return await self._converse(target, silence_s, self._forgetful, None)
        response = await self._ask(target, silence_s)
        if response.status_code != HTTPStatus.UNAUTHORIZED:
            return response
        connection, scheme = _connection(response), offered_scheme(_challenges(response))
        self._certificate = _certificate(response)
        await _finish(response)
        if not scheme:
            raise failed(Wrong.SIGN_ON_NOT_OFFERED, where=self._where, detail="Negotiate or NTLM")
        if connection is self._signed_on:
            self._forgetful = scheme
        async with self._access.one_at_a_time:
            if self._access.refused is not None:
                raise self._access.refused
            return await self._converse(target, silence_s, scheme, connection)

    async def _converse(
        self, target: str, silence_s: float, scheme: str, connection: object
    ) -> httpx2.Response:
        """Sign on over one connection, `connection` if one is given, and get the answer."""
        conversation = Conversation(self._access.identity, scheme, self._certificate)
        header: str | None = await conversation.begin()
        for _ in range(MOST_ROUNDS):
            if header is None:
                raise self._access.refusal()
            response = await self._ask(target, silence_s, header)
            if connection is None:
                connection = _connection(response)
            if _connection(response) is not connection:
                await response.aclose()
                raise self._broken("the connection does not last")
            if response.status_code != HTTPStatus.UNAUTHORIZED:
                self._signed_on = connection
                return response
            challenges = _challenges(response)
            await _finish(response)
            header = await conversation.go_on(challenges)
        raise self._broken("it has no end")

    def _broken(self, why: str) -> MasterDataTrouble:
        return failed(Wrong.WINDOWS_SIGN_ON_BROKEN, where=self._where, detail=why)


def _answer(response: httpx2.Response, body: bytes) -> Answer:
    headers = response.headers
    return Answer(
        status=response.status_code,
        content_type=headers.get("Content-Type", ""),
        packed=headers.get("Content-Encoding", "identity") != "identity",
        server=headers.get("Server", ""),
        body=body,
    )


async def _beginning(response: httpx2.Response, limit: int) -> bytes:
    """The body, or so much of it as the limit allows."""
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) >= limit:
            break
    return bytes(body[:limit])


async def _finish(response: httpx2.Response) -> None:
    """Read the rest, so that the connection lasts; a long rest costs the connection."""
    try:
        await _beginning(response, LONGEST_COMPLAINT)
    finally:
        await response.aclose()


def _challenges(response: httpx2.Response) -> list[str]:
    return response.headers.get_list("WWW-Authenticate")


def _connection(response: httpx2.Response) -> object:
    """What tells one connection from another."""
    return response.extensions.get("network_stream")


def _certificate(response: httpx2.Response) -> bytes | None:
    """The certificate that the server has shown on this connection, DER."""
    stream = response.extensions.get("network_stream")
    tls = None if stream is None else stream.get_extra_info("ssl_object")
    shown: bytes | None = None if tls is None else tls.getpeercert(binary_form=True)
    return shown
