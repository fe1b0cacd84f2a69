"""One attempt to sign in, with the session and a link of the connector itself.

The ladder is run until it says for the first time how it went, and never up to its second
try: nobody's account is locked by being examined. Once signed in it can be listened to.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from datev_connector.domain.inputs import LegChanged
from datev_connector.domain.legs import LegReport, LegState
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.commands import (
    Answer,
    Command,
    Drop,
    Leave,
    Prepare,
    Recall,
    Send,
    Tell,
    Transport,
)
from datev_connector.starface.event_source import Events
from datev_connector.starface.in_short import in_short as told_in_short
from datev_connector.starface.ladder import Ladder
from datev_connector.starface.leg_words import NOT_YET
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.pacing import Moment
from datev_connector.starface.runner import Link
from datev_connector.starface.standing import Standing
from datev_connector.starface.trouble import Complaint, LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.uci import Uci, fault_name
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse

SERVER_VERSION = MethodCall(method="ucp.v30.requests.system.getServerVersion")
FAREWELL_S = 1.0
BEHIND_THE_DOOR = frozenset({TroubleKind.ENDPOINT_MISSING, TroubleKind.ENDPOINT_SILENT})
"""Over XMPP these come after the password was taken."""


class PbxAttempt:
    """A visit to the PBX over one link: sign in once, ask, listen, and leave with `close`."""

    def __init__(
        self,
        options: StarfaceOptions,
        transport: Transport,
        *,
        link: Link,
        now: Callable[[], datetime],
    ) -> None:
        """`link` hands its events to `hear`, and its end to `lost`."""
        self._now = now
        self._link = link
        self.transport = transport
        self._ladder = Ladder(
            ways=(transport,),
            versions=options.versions,
            events=Events(options.events),
            pacing=options.pacing,
            chance=lambda: 0.0,
        )
        self._todo: deque[Command] = deque()
        self._woken = asyncio.Event()
        self._own_session = False
        self.came_back = ""
        """The last thing that the PBX answered, in a few words."""
        self.answers: dict[str, str] = {}
        """What came back for each request of the session, in a few words."""
        self.report: LegReport | None = None
        """How it goes; None: it has not begun."""
        self.trouble: Trouble | None = None
        """What stands behind a report that is down, if the link saw it."""
        self.accepted = False
        """The PBX took the password."""
        self.flaws: tuple[Complaint, ...] = ()
        """What was wrong with the link all the same when it was opened."""
        self.events_at: list[datetime] = []
        """When events arrived, UTC."""
        self.newest_call: datetime | None = None
        """When the newest call of the call list began, as the PBX wrote it."""

    @property
    def uci(self) -> Uci:
        """The generation that the PBX speaks with us."""
        return self._ladder.uci

    @property
    def ready(self) -> bool:
        """Tell whether calls are reported over this link."""
        return self._ladder.transport is not None

    @property
    def standing(self) -> Standing:
        """Which way is in use here."""
        return self._ladder.standing

    @property
    def clock_difference(self) -> timedelta | None:
        """What must be added to a time of the PBX to get UTC; None: no event told one."""
        return self._ladder.clock.difference

    # --- signing in -------------------------------------------------------------------------------

    async def sign_in(self) -> LegReport:
        """How signing in went, subscription and reading of the calls included."""
        self._todo.extend(self._ladder.start(self._moment()))
        while (report := self.report) is None:
            await self._carry_out(self._todo.popleft())
        return report

    async def close(self) -> None:
        """Leave the PBX as it was, and close the link.

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

    # --- asking and listening ---------------------------------------------------------------------

    async def ask(self, call: MethodCall) -> MethodResponse | Fault:
        """What the PBX answers. Raises LinkTrouble."""
        return await self._link.call(call)

    async def listen(self, seconds: float, enough: Callable[[], bool]) -> None:
        """Keep the session going until `enough`, but no longer than that, nor than it works."""
        clock = asyncio.get_running_loop().time
        until_s = clock() + seconds
        while self.ready and not enough() and clock() < until_s:
            self._woken.clear()
            deadline_s = self._ladder.deadline_s
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(min(until_s, deadline_s or until_s)):
                    await self._woken.wait()
            self._todo.extend(self._ladder.tick(self._moment()))
            while self._todo and self.ready:
                await self._carry_out(self._todo.popleft())

    def hear(self, event: MethodCall) -> None:
        """The PBX sent an event over the link."""
        moment = self._moment()
        self.events_at.append(moment.at)
        self._todo.extend(self._ladder.pushed(self.transport, event, moment))
        self._woken.set()

    def lost(self, trouble: Trouble) -> None:
        """The link ended by itself."""
        self.trouble = trouble
        for command in self._ladder.lost(self.transport, trouble, self._moment()):
            self._note(command)
        self._woken.set()

    def wake(self) -> None:
        """Have whoever listens look again whether it is enough."""
        self._woken.set()

    # --- carrying out -----------------------------------------------------------------------------

    async def _carry_out(self, command: Command) -> None:
        self._note(command)
        match command:
            case Prepare(attempt=attempt):
                await self._prepare(attempt)
            case Send(ticket=ticket, call=call):
                await self._send(ticket, call)
            case Drop() | Leave():
                await self._link.close()
            case Tell() | Recall():
                pass  # calls are none of our business

    def _note(self, command: Command) -> None:
        match command:
            case Tell(news=LegChanged(report=report)) if report.reason != NOT_YET.reason:
                self.report = report

    async def _prepare(self, attempt: int) -> None:
        try:
            opened = await self._link.open()
        except LinkTrouble as failed:
            self.trouble = failed.trouble
            self.accepted = failed.trouble.kind in BEHIND_THE_DOOR
            self.came_back = told_in_short(failed.trouble)
            self._todo.extend(self._ladder.failed(attempt, failed.trouble, self._moment()))
            return
        self._own_session = opened.pushes
        self.flaws = opened.flaws
        self.accepted = self.transport is Transport.XMPP
        self._todo.extend(self._ladder.prepared(attempt, opened, self._moment()))

    async def _send(self, ticket: int, call: MethodCall) -> None:
        request = call.method.rpartition(".")[2]
        answer: Answer
        try:
            answer = await self._link.call(call)
        except LinkTrouble as failed:
            answer = self.trouble = failed.trouble
        self.answers[request] = in_short(answer)
        self.came_back = joined(request, in_short(answer), between=": ")
        self._todo.extend(self._ladder.answered(ticket, answer, self._moment()))
        self.accepted = self.accepted or self._ladder.signed_in

    def _moment(self) -> Moment:
        return Moment(at=self._now(), clock_s=asyncio.get_running_loop().time())


def is_down(attempt: PbxAttempt) -> bool:
    """Tell whether an attempt came to nothing."""
    return attempt.report is not None and attempt.report.state is LegState.DOWN


def in_short(answer: Answer) -> str:
    """An answer without what it holds, which is about calls."""
    if isinstance(answer, Trouble):
        return told_in_short(answer)
    if isinstance(answer, Fault):
        return worded("fault ({fault})", fault=fault_name(answer))
    return str(answer.value).lower() if isinstance(answer.value, bool) else worded("answered")
