"""One lane to DATEVconnect: one connection, one request at a time, signed on by itself.

Every request authenticates (DATEVconnect). Basic goes with each of them; the Windows sign-on
belongs to the connection and is made where the server asks for it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus

from datev_connector.datev.master_data.connect.answers import CUT_SHORT, Answer, trouble_of
from datev_connector.datev.master_data.connect.options import API, ConnectAddress, ConnectTimes
from datev_connector.datev.master_data.connect.sign_on import (
    Conversation,
    Identity,
    offered_scheme,
    refuses_basic,
)
from datev_connector.datev.master_data.connect.troubles import Wrong, failed
from datev_connector.datev.master_data.connect.wire import (
    Connection,
    NoHttp,
    Response,
    Silent,
    connect,
)
from datev_connector.datev.master_data.trouble import MasterDataTrouble
from datev_connector.domain.wording import worded

HEADERS = (
    # Without it DATEVconnect answers 406, or in XML.
    ("Accept", "application/json; charset=utf-8"),
    ("Accept-Encoding", "identity"),
    ("User-Agent", "datev-connector-for-starface"),
)
FAILURES = (OSError, NoHttp, Silent)
"""What a request can end with instead of an answer."""
LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes of an answer that is no list."""
LONGEST_COMPLAINT = 64 * 1024
CHALLENGE = "www-authenticate"
MOST_ROUNDS = 6
"""NTLM takes two, Kerberos one."""


@dataclass(slots=True, kw_only=True)
class Access:
    """Who we are and how that goes; shared by all lanes."""

    identity: Identity
    basic: bool
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    accepted: bool = False
    """Basic was taken once."""
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
        self._context = context
        self._access = access
        self._times = times
        self._path = f"{address.path}{API}"
        self._headers = [("Host", address.name), *HEADERS]
        if access.basic:
            self._headers.append(("Authorization", access.header()))
        self._connection: Connection | None = None
        self._signed_on: Connection | None = None
        self._forgetful = ""
        """The scheme that this server wants anew for each request, if it does."""

    @property
    def where(self) -> str:
        """Whom it talks to, for people."""
        return str(self._address)

    async def get(self, target: str) -> Answer:
        """The whole answer to a request for `target`, whatever its status."""
        async with self._asked(target, self._times.answer_s, self._times.answer_s) as response:
            body = await _beginning(response, LONGEST_ANSWER + 1, self.where)
        if len(body) > LONGEST_ANSWER:
            raise failed(
                Wrong.NO_JSON, where=self.where, detail=worded("an answer that is too long")
            )
        return answer_of(response, body)

    def open(self, target: str) -> contextlib.AbstractAsyncContextManager[Response]:
        """The answer to a request for a list, its body still to come."""
        return self._asked(target, self._times.list_silence_s, self._times.list_s)

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()

    # --- requests ---------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _asked(
        self, target: str, silence_s: float, whole_s: float
    ) -> AsyncIterator[Response]:
        try:
            async with asyncio.timeout(self._times.connect_s + whole_s):
                response = await self._signed(target, silence_s)
                try:
                    yield response
                finally:
                    await response.close()
        except TimeoutError as error:
            raise failed(Wrong.SILENT, where=self.where) from error

    async def _signed(self, target: str, silence_s: float) -> Response:
        try:
            return await self._send(target, silence_s)
        except (*FAILURES, ValueError) as error:  # the latter: a name that none can be
            raise MasterDataTrouble(trouble_of(error, self.where)) from error

    async def _send(self, target: str, silence_s: float) -> Response:
        """The head of the answer, signed on. As long as nobody is, one lane goes ahead."""
        if self._access.refused is not None:
            raise self._access.refused
        if not self._access.basic:
            return await self._with_windows(target, silence_s)
        if self._access.accepted:
            return await self._with_basic(target, silence_s)
        async with self._access.one_at_a_time:
            if self._access.refused is not None:
                raise self._access.refused
            return await self._with_basic(target, silence_s)

    async def _with_basic(self, target: str, silence_s: float) -> Response:
        response = await self._ask(target, silence_s)
        if response.status == HTTPStatus.UNAUTHORIZED:
            await response.close()
            if refuses_basic(response.headers(CHALLENGE)):
                raise failed(Wrong.SIGN_ON_NOT_OFFERED, where=self.where, detail="Basic")
            raise self._access.refusal()
        self._access.accepted = True
        return response

    async def _ask(self, target: str, silence_s: float, authorization: str = "") -> Response:
        """Ask once; a connection that the server has closed meanwhile is replaced by a new one."""
        headers = self._headers
        if authorization:
            headers = [*headers, ("Authorization", authorization)]
        used, connection = await self._connected()
        try:
            return await connection.ask(f"{self._path}/{target}", headers, silence_s=silence_s)
        except CUT_SHORT:
            if not used or authorization:
                raise
        _, connection = await self._connected()
        return await connection.ask(f"{self._path}/{target}", headers, silence_s=silence_s)

    async def _connected(self) -> tuple[bool, Connection]:
        """The connection, and whether it was used before."""
        if self._connection is not None:
            if self._connection.is_free:
                return True, self._connection
            await self._connection.close()
        address = self._address
        self._connection = await connect(
            address.host, address.port, self._context, timeout_s=self._times.connect_s
        )
        return False, self._connection

    # --- Windows sign-on --------------------------------------------------------------------------

    async def _with_windows(self, target: str, silence_s: float) -> Response:
        if self._forgetful and self._connection is not None and self._connection.is_free:
            return await self._converse(target, silence_s, self._forgetful, self._connection)
        response = await self._ask(target, silence_s)
        if response.status != HTTPStatus.UNAUTHORIZED:
            return response
        connection, scheme = response.connection, offered_scheme(response.headers(CHALLENGE))
        await self._finish(response)
        if not scheme:
            raise failed(Wrong.SIGN_ON_NOT_OFFERED, where=self.where, detail="Negotiate or NTLM")
        if connection is self._signed_on:
            self._forgetful = scheme
        async with self._access.one_at_a_time:
            if self._access.refused is not None:
                raise self._access.refused
            return await self._converse(target, silence_s, scheme, connection)

    async def _converse(
        self, target: str, silence_s: float, scheme: str, connection: Connection
    ) -> Response:
        """Sign on over this connection, and get the answer."""
        conversation = Conversation(self._access.identity, scheme, connection.certificate)
        header: str | None = await conversation.begin()
        for _ in range(MOST_ROUNDS):
            if header is None:
                raise self._access.refusal()
            response = await self._ask(target, silence_s, header)
            if response.connection is not connection:
                await response.close()
                raise self._broken(worded("the connection does not last"))
            if response.status != HTTPStatus.UNAUTHORIZED:
                self._signed_on = connection
                return response
            challenges = response.headers(CHALLENGE)
            await self._finish(response)
            header = await conversation.go_on(challenges)
        raise self._broken(worded("it has no end"))

    async def _finish(self, response: Response) -> None:
        """Read the rest, so that the connection lasts; a long rest costs the connection."""
        await _beginning(response, LONGEST_COMPLAINT, self.where)
        await response.close()

    def _broken(self, why: str) -> MasterDataTrouble:
        return failed(Wrong.WINDOWS_SIGN_ON_BROKEN, where=self.where, detail=why)


async def complaint(response: Response, where: str) -> Answer:
    """The beginning of an answer that is no list: enough to tell why. Raises MasterDataTrouble."""
    return answer_of(response, await _beginning(response, LONGEST_COMPLAINT, where))


async def pieces(response: Response, where: str) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises MasterDataTrouble."""
    try:
        async for piece in response.pieces():
            yield piece
    except FAILURES as error:
        raise MasterDataTrouble(trouble_of(error, where)) from error


def answer_of(response: Response, body: bytes) -> Answer:
    """The answer with so much of its body."""
    return Answer(
        status=response.status,
        content_type=response.header("content-type"),
        packed=response.header("content-encoding") not in {"", "identity"},
        server=response.header("server"),
        body=body,
    )


async def _beginning(response: Response, limit: int, where: str) -> bytes:
    """The body, or so much of it as the limit allows."""
    body = bytearray()
    async with contextlib.aclosing(pieces(response, where)) as coming:
        async for piece in coming:
            body += piece
            if len(body) >= limit:
                break
    return bytes(body[:limit])
