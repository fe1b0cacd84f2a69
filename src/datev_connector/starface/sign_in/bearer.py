"""Keeps an access token fresh (OAuth 2), for everybody who needs one at the same time.

    no token --password--> token --due--> renewed beside its use, by its refresh token
                 |           |
                 |           +-- ended, or the PBX rejects it --> renewed at once; all wait for it
                 |           +-- refresh token refused --> the password, once
                 `-- refused --> remembered: nobody shows the password again until told to

Tokens are in memory only and never logged. A clock that only ever grows paces; where it stands
still while a computer sleeps, the token is found rejected, over whichever way, and that renews it.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable

from datev_connector.domain.wording import worded
from datev_connector.starface.https.client import Unreadable
from datev_connector.starface.https.door import Door
from datev_connector.starface.sign_in import oauth
from datev_connector.starface.sign_in.oauth import Client, Denied, Tokens
from datev_connector.starface.trouble import LASTING, LinkTrouble, Trouble, TroubleKind

FRESH_S = 30.0
AGAIN_S = 15.0
"""Pause after a renewal that failed while the old token is still good."""
REMEMBERED = 1000
"""Digests of used tokens: those of some days."""


class Bearer:
    """The access token of one user, renewed in time. One renewal is under way at most."""

    def __init__(
        self,
        door: Door,
        client: Client,
        *,
        login: str,
        password: str,
        clock: Callable[[], float],
        path: str = oauth.TOKEN_PATH,
    ) -> None:
        """`clock` only ever grows, in seconds; `path` is where tokens are given."""
        self.path = path
        self._door = door
        self._client = client
        self._login = login
        self._password = password
        self._clock = clock
        self._tokens: Tokens | None = None
        self._proven = False
        self._not_before_s = -math.inf
        self._refused: Trouble | None = None
        self._refused_s = -math.inf
        self._renewal: asyncio.Task[Trouble | None] | None = None
        self._used: OrderedDict[bytes, None] = OrderedDict()

    async def token(self) -> str:
        """A token that is good as far as we know. Raises LinkTrouble."""
        tokens, now_s = self._tokens, self._clock()
        if tokens is None or now_s >= tokens.ends_s:
            return await self._renewed()
        if now_s >= max(tokens.due_s, self._not_before_s) and self._refused is None:
            self._start()
        return tokens.access

    async def lasting_token(self) -> str:
        """A token that is not due for renewal: for those who are told no reason when one has ended.

        Raises LinkTrouble.
        """
        tokens = self._tokens
        if tokens is None or self._clock() >= tokens.due_s:
            return await self._renewed()
        return tokens.access

    async def other_than(self, rejected: str) -> str:
        """A token in place of one that the PBX rejects. Raises LinkTrouble."""
        if self._tokens is not None and self._tokens.access != rejected:
            return await self.token()
        return await self._renewed()

    def is_fresh(self, token: str) -> bool:
        """Tell whether this token was had only a moment ago: the PBX cannot mean that."""
        tokens = self._tokens
        return (
            tokens is not None
            and tokens.access == token
            and self._clock() - tokens.since_s < FRESH_S
        )

    def forgive(self, *, after_s: float = 0.0) -> None:
        """The password may be shown again, if it was refused no less than `after_s` ago."""
        if self._clock() - self._refused_s >= after_s:
            self._refused = None

    def knows(self, token: str) -> bool:
        """Tell whether this was a token of ours, in the last days."""
        return _digest(token) in self._used

    async def close(self) -> None:
        """Forget the tokens and stop renewing."""
        renewal, self._renewal, self._tokens = self._renewal, None, None
        if renewal is not None:
            renewal.cancel()
            await asyncio.wait({renewal})

    async def _renewed(self) -> str:
        if self._refused is not None:
            raise LinkTrouble(self._refused)
        # Shielded: one who gives up must not take the answer from the others, nor have the
        # password shown twice.
        trouble = await asyncio.shield(self._start())
        if trouble is not None or self._tokens is None:
            raise LinkTrouble(trouble or Trouble(kind=TroubleKind.CUT, where=self._where))
        return self._tokens.access

    def _start(self) -> asyncio.Task[Trouble | None]:
        if self._renewal is None or self._renewal.done():
            loop = asyncio.get_running_loop()
            self._renewal = loop.create_task(self._renew(), name="renew token")
        return self._renewal

    async def _renew(self) -> Trouble | None:
        """Get new tokens; what went wrong, if they could not be had."""
        try:
            await self._get()
        except LinkTrouble as failed:
            self._not_before_s = self._clock() + AGAIN_S
            return failed.trouble
        except Denied as denied:
            self._not_before_s = self._clock() + AGAIN_S
            if denied.trouble.kind in LASTING:
                self._refused, self._tokens = denied.trouble, None
                self._refused_s = self._clock()
            return denied.trouble
        return None

    async def _get(self) -> None:
        refresh = self._tokens.refresh if self._tokens is not None else ""
        if refresh:
            try:
                await self._ask(oauth.by_refresh(self._client, refresh))
            except Denied as denied:
                if not denied.ended:
                    raise
            else:
                return
        await self._ask(oauth.by_password(self._client, self._login, self._password))

    async def _ask(self, form: bytes) -> None:
        async with self._door.visit() as visit:
            try:
                answer = await visit.exchange(
                    "POST", self.path, body=form, headers=oauth.FORM_HEADERS, limit=oauth.LIMIT
                )
            except Unreadable as error:
                strange = Trouble(
                    kind=TroubleKind.STRANGE_ANSWER,
                    where=self._where,
                    detail=worded("a request for a token"),
                )
                raise LinkTrouble(strange) from error
        self._tokens = oauth.read_tokens(
            answer, self._clock(), where=self._where, proven=self._proven
        )
        self._proven = True
        self._remember(self._tokens.access)

    def _remember(self, token: str) -> None:
        self._used[_digest(token)] = None
        if len(self._used) > REMEMBERED:
            self._used.popitem(last=False)

    @property
    def _where(self) -> str:
        return str(self._door.address)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
