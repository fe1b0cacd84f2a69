"""A visit to the PBX's REST interface: sign in, ask, sign out (STARFACE REST, version 2).

Signed in with a nonce and a secret made from it, or with an OAuth token where that is the form. A
sign-in that is not taken any more is made anew once; a refused one is not repeated here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from datev_connector.domain.wording import worded
from datev_connector.starface.https.client import HttpAnswer, Unreadable
from datev_connector.starface.https.door import Visit
from datev_connector.starface.sign_in.credentials import REST_HEADERS, REST_LOGIN, Credentials
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind

BASE = "/rest"
JSON_BODY = {"Content-Type": "application/json"}
LIMIT = 8 * 1024 * 1024
"""Bytes of an answer; a page of a hundred contacts has some fifty thousand."""
LONGEST_TEXT = 16_384
FAREWELL_S = 2.0
SIGN_INS = 5
"""So often one visit signs in at most: a long reading outlives a token, but not many."""
NOT_ALLOWED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED})


class RestVisit:
    """Use it with `async with`, which signs in. Everything raises LinkTrouble."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._closing = contextlib.AsyncExitStack()
        self._visit: Visit | None = None
        self._token = ""
        self._bearer = ""
        self._sign_ins = 0

    @property
    def where(self) -> str:
        """Whom it asks: host and port."""
        return str(self._credentials.door.address)

    async def __aenter__(self) -> Self:
        """Open the door and sign in."""
        self._credentials.check()
        try:
            self._visit = await self._closing.enter_async_context(self._credentials.door.visit())
            await self._sign_in()
        except BaseException:
            await self._closing.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Sign out if there is time, and leave."""
        try:
            with contextlib.suppress(LinkTrouble, TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await self._sign_out()
        finally:
            await self._closing.aclose()

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """The value at `path` below `/rest`, as JSON gives it."""
        target = f"{BASE}{path}" + (f"?{urlencode(query)}" if query else "")
        answer = await self._exchange("GET", target)
        if _is_signed_out(answer):
            await self._sign_in()
            answer = await self._exchange("GET", target)
        return self._value(answer)

    # --- signing in and out -----------------------------------------------------------------------

    async def _sign_in(self) -> None:
        if self._sign_ins >= SIGN_INS:
            raise self._failed(TroubleKind.UNAUTHORIZED, str(HTTPStatus.UNAUTHORIZED.value))
        self._sign_ins += 1
        bearer = await self._credentials.rest_token(rejected=self._bearer)
        self._bearer, self._token = bearer or "", ""
        if bearer is None:
            self._token = await self._log_in()

    async def _log_in(self) -> str:
        offer = self._value(await self._exchange("GET", REST_LOGIN))
        nonce = offer.get("nonce") if isinstance(offer, dict) else None
        if not isinstance(nonce, str) or not 0 < len(nonce) <= LONGEST_TEXT:
            raise self._failed(TroubleKind.NO_REST, worded("a sign-in without a nonce"))
        secret = self._credentials.rest_secret(offer.get("loginType"), nonce)
        body = json.dumps({**offer, "secret": secret}).encode()
        answer = await self._exchange("POST", REST_LOGIN, body)
        refused = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        if answer.status in refused:
            raise self._failed(TroubleKind.SIGN_IN_REFUSED)
        given = self._value(answer)
        token = given.get("token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TEXT or not _plain(token):
            raise self._failed(TroubleKind.NO_REST, worded("a sign-in without a token"))
        return token

    async def _sign_out(self) -> None:
        if self._token:
            await self._exchange("DELETE", REST_LOGIN)

    # --- requests ---------------------------------------------------------------------------------

    async def _exchange(self, method: str, target: str, body: bytes = b"") -> HttpAnswer:
        if self._visit is None:
            raise self._failed(TroubleKind.CUT)
        headers = {**REST_HEADERS, **(JSON_BODY if body else {})}
        if self._bearer:
            headers["Authorization"] = f"Bearer {self._bearer}"
        elif self._token:
            headers["authToken"] = self._token
        try:
            return await self._visit.exchange(
                method, target, body=body, headers=headers, limit=LIMIT
            )
        except Unreadable as error:
            raise self._failed(TroubleKind.NO_REST, str(error)) from error

    def _value(self, answer: HttpAnswer) -> Any:
        status = worded("HTTP status {status}", status=answer.status)
        if answer.redirects:
            raise self._failed(TroubleKind.REDIRECT)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise self._failed(TroubleKind.UNAUTHORIZED, str(answer.status))
        if answer.status in NOT_ALLOWED:
            raise self._failed(TroubleKind.REST_DENIED, status)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise self._failed(TroubleKind.REST_MISSING, status)
        if answer.status != HTTPStatus.OK:
            raise self._failed(TroubleKind.HTTP_STATUS, str(answer.status))
        if answer.is_page:
            raise self._failed(TroubleKind.WEB_PAGE)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise self._failed(TroubleKind.NO_REST, worded("no JSON")) from error

    def _failed(self, kind: TroubleKind, detail: str = "") -> LinkTrouble:
        return LinkTrouble(Trouble(kind=kind, where=self.where, detail=detail))


def _is_signed_out(answer: HttpAnswer) -> bool:
    """Tell whether a request for data was turned away at the gate."""
    if answer.status == HTTPStatus.OK:
        return answer.is_page
    return answer.redirects or answer.status == HTTPStatus.UNAUTHORIZED


def _plain(text: str) -> bool:
    """Tell whether a text can travel in a header."""
    return text.isascii() and text.isprintable()
