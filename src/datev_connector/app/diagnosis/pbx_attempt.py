"""One attempt to sign in, with the session and the link of the connector itself.

The ladder is run until it says for the first time how it went, and never up to its second
try: nobody's account is locked by being examined.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime

from datev_connector.domain.inputs import LegChanged
from datev_connector.domain.legs import LegReport
from datev_connector.starface.commands import (
    Command,
    Drop,
    Leave,
    Prepare,
    Recall,
    Send,
    Tell,
    Transport,
)
from datev_connector.starface.credentials import Credentials
from datev_connector.starface.event_source import Events
from datev_connector.starface.https_link import HttpsLink
from datev_connector.starface.ladder import Ladder
from datev_connector.starface.leg_words import NOT_YET
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.pacing import Moment
from datev_connector.starface.trouble import LinkTrouble
from datev_connector.starface.uci import Uci, fault_name
from datev_connector.starface.xmlrpc import Fault, MethodCall, MethodResponse

SERVER_VERSION = MethodCall(method="ucp.v30.requests.system.getServerVersion")
FAREWELL_S = 1.0


class PbxAttempt:
    """A visit to the PBX: sign in once, ask, and leave with `close`."""

    def __init__(
        self,
        options: StarfaceOptions,
        credentials: Credentials,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._now = now
        self._credentials = credentials
        self._link = HttpsLink(options, credentials, on_event=lambda _event: None)
        self._ladder = Ladder(
            ways=(Transport.HTTPS,),
            versions=options.versions,
            events=Events(options.events),
            pacing=options.pacing,
            chance=lambda: 0.0,
        )
        self._own_session = False
        self.came_back = ""
        """The last thing that the PBX answered, in a few words."""

    @property
    def uci(self) -> Uci:
        """The generation that the PBX speaks with us."""
        return self._ladder.uci

    @property
    def signed_in(self) -> bool:
        """Tell whether the PBX knows a session of ours."""
        return self._ladder.signed_in

    async def sign_in(self) -> LegReport:
        """How signing in went, subscription and reading of the calls included."""
        todo: deque[Command] = deque(self._ladder.start(self._moment()))
        while True:
            match todo.popleft():
                case Tell(news=LegChanged(report=report)) if report.reason != NOT_YET.reason:
                    return report
                case Prepare(attempt=attempt):
                    todo.extend(await self._prepare(attempt))
                case Send(ticket=ticket, call=call):
                    todo.extend(await self._send(ticket, call))
                case Drop() | Leave():
                    await self._link.close()
                case Tell() | Recall():
                    pass  # calls are none of our business

    async def server_version(self) -> str:
        """What the PBX calls its version; empty if it does not say. Raises LinkTrouble."""
        answer = await self._link.call(SERVER_VERSION)
        value = answer.value if isinstance(answer, MethodResponse) else None
        return value if isinstance(value, str) else ""

    async def close(self) -> None:
        """Leave the PBX as it was, and close everything.

        A session without a way back for events is the PBX's one for all such clients of this user:
        it is left to end by itself, so that no other connector is signed out.
        """
        if self._own_session and self._ladder.signed_in:
            uci = self._ladder.uci
            with contextlib.suppress(LinkTrouble, TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await self._link.call(uci.unsubscribe())
                    await self._link.call(uci.logout())
        await self._link.close()
        await self._credentials.close()

    async def _prepare(self, attempt: int) -> Iterable[Command]:
        try:
            opened = await self._link.open()
        except LinkTrouble as failed:
            self.came_back = failed.trouble.kind.replace("-", " ")
            return self._ladder.failed(attempt, failed.trouble, self._moment())
        self._own_session = opened.pushes
        return self._ladder.prepared(attempt, opened, self._moment())

    async def _send(self, ticket: int, call: MethodCall) -> Iterable[Command]:
        request = call.method.rpartition(".")[2]
        try:
            answer = await self._link.call(call)
        except LinkTrouble as failed:
            self.came_back = f"{request}: {failed.trouble.kind.replace('-', ' ')}"
            return self._ladder.answered(ticket, failed.trouble, self._moment())
        self.came_back = f"{request}: {_in_short(answer)}"
        return self._ladder.answered(ticket, answer, self._moment())

    def _moment(self) -> Moment:
        return Moment(at=self._now(), clock_s=asyncio.get_running_loop().time())


def _in_short(answer: MethodResponse | Fault) -> str:
    """An answer without what it holds, which is about calls."""
    if isinstance(answer, Fault):
        return f"fault ({fault_name(answer)})"
    return str(answer.value).lower() if isinstance(answer.value, bool) else "answered"
