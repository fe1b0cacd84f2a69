"""The Windows sign-on (Negotiate, NTLM): a conversation in headers, bound to one connection.

On Windows the system speaks it with the identity of the session, elsewhere pyspnego does with user
and password. Over TLS it is bound to the server's certificate (RFC 5929, tls-server-end-point), so
that nobody between can pass it on.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datev_connector.datev.master_data.connect.troubles import Wrong, failed
from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from datev_connector.datev.master_data.connect.windows_context import WindowsContext

SCHEMES = ("Negotiate", "NTLM")
"""By preference."""
LONGEST_TOKEN = 100_000
STEP_S = 20.0
"""Windows may ask a domain controller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signs on where."""

    host: str
    user: str = ""
    """Empty: the session's."""
    password: str = ""

    def __repr__(self) -> str:
        return f"Identity(host={self.host!r})"


def offered_scheme(challenges: Sequence[str]) -> str:
    """The best form of the Windows sign-on that a server offers; empty: none."""
    offered = _offered(challenges)
    return next((scheme for scheme in SCHEMES if scheme.casefold() in offered), "")


def refuses_basic(challenges: Sequence[str]) -> bool:
    """Tell whether a server wants another form of sign-on, whatever user and password are."""
    offered = _offered(challenges)
    return bool(offered) and "basic" not in offered


class Conversation:
    """One sign-on over one connection."""

    def __init__(self, identity: Identity, scheme: str, certificate: bytes | None) -> None:
        """`certificate`: of the server, DER; None over plain HTTP."""
        self._identity = identity
        self._scheme = scheme
        self._certificate = certificate
        self._context: WindowsContext | None = None

    async def begin(self) -> str:
        """The header `Authorization` that it begins with. Raises MasterDataTrouble."""
        try:
            return await self._step(None)
        except (OSError, TimeoutError, ValueError) as error:
            raise failed(Wrong.WINDOWS_SIGN_ON_MISSING) from error

    async def go_on(self, challenges: Sequence[str]) -> str | None:
        """The next header; None if the server has said no. Raises MasterDataTrouble."""
        token = self._token(challenges)
        if not token or self._context is None or self._context.complete:
            return None
        try:
            return await self._step(token)
        except Exception as error:  # a foreign library was fed with a stranger's bytes
            raise failed(
                Wrong.WINDOWS_SIGN_ON_BROKEN,
                where=self._identity.host,
                detail=worded("a strange answer"),
            ) from error

    async def _step(self, token: bytes | None) -> str:
        async with asyncio.timeout(STEP_S):
            answer = await asyncio.to_thread(self._answer, token)
        return f"{self._scheme} {base64.b64encode(answer).decode()}"

    def _answer(self, token: bytes | None) -> bytes:
        """Runs in a thread: the system may have to ask elsewhere, and importing takes long."""
        from datev_connector.datev.master_data.connect.windows_context import WindowsContext

        if self._context is None:
            who = self._identity
            self._context = WindowsContext(
                self._scheme, who.host, who.user, who.password, self._certificate
            )
        return self._context.step(token)

    def _token(self, challenges: Sequence[str]) -> bytes:
        for challenge in _split(challenges):
            scheme, _, text = challenge.partition(" ")
            if scheme.casefold() == self._scheme.casefold() and len(text) <= LONGEST_TOKEN:
                try:
                    return base64.b64decode(text.strip(), validate=True)
                except (binascii.Error, ValueError):
                    return b""
        return b""


def _offered(challenges: Sequence[str]) -> set[str]:
    return {challenge.partition(" ")[0].casefold() for challenge in _split(challenges)}


def _split(challenges: Sequence[str]) -> list[str]:
    """One challenge each; several schemes may stand in one header, apart by commas."""
    return [part.strip() for header in challenges for part in header.split(",")]
