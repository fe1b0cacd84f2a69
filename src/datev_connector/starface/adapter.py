"""STARFACE for the engine: runs the session over its link, and carries out what the desk wants.

The session decides, the link carries; this is the only place that has tasks and waits. Facts for
the engine leave through `emit`, in the order in which they became known.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.inputs import Input
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.network.tls import PinStore
from datev_connector.starface.call_list import outcome_of, read_entries
from datev_connector.starface.commands import Answer, Command, Drop, Opened, Prepare, Send, Tell
from datev_connector.starface.event_source import Events
from datev_connector.starface.https_link import HttpsLink
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.pacing import Moment
from datev_connector.starface.session import Session
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.uci import FaultKind, fault_kind, fault_name
from datev_connector.starface.xmlrpc import Fault, MethodCall, MethodResponse, Unsendable, Value

LOG = logging.getLogger(__name__)

FAREWELL_S = 2.0
"""Signing out is a courtesy; nobody waits longer for it when the program ends."""

OUTCOME_PAUSES_S = (0.0, 0.5, 1.0, 3.0)
"""The call list may lag behind the end of a call: so often, and with these pauses, it is asked."""
DIRECT_CALL_TRIES = 3
"""A call to nobody but the user was hardly taken by a colleague: it is asked for less often."""

AROUND = timedelta(minutes=5)
"""How far around the beginning of a call the call list is read."""


class Link(Protocol):
    """A way to carry method calls to the PBX; HTTPS is one."""

    async def open(self) -> Opened:
        """Make ready for a login. Raises LinkTrouble."""

    async def call(self, call: MethodCall) -> MethodResponse | Fault:
        """The answer of the PBX. Raises LinkTrouble and Unsendable."""

    async def close(self) -> None:
        """Give everything back."""


class StarfacePbx:
    """The PBX as the engine sees it. `run` does everything; the rest may be called meanwhile."""

    def __init__(
        self,
        options: StarfaceOptions,
        password: str,
        *,
        pins: PinStore,
        emit: Callable[[Input], None],
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        callback_tls: ssl.SSLContext | None = None,
    ) -> None:
        """`emit` takes facts for the engine without blocking; `jitter` gives numbers in [0, 1)."""
        self._emit = emit
        self._now = now
        self._session = Session(
            versions=options.versions,
            events=Events(options.events),
            pacing=options.pacing,
            chance=jitter,
        )
        self._link: Link = HttpsLink(
            options,
            password,
            pins=pins,
            now=now,
            on_event=self._event_pushed,
            callback_tls=callback_tls,
        )
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None
        self._outcome_pauses_s: tuple[float, ...] = OUTCOME_PAUSES_S

    # --- for the engine ---------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep signed in and report calls until cancelled."""
        try:
            self._do(self._session.start(self._moment()))
            while True:
                await self._wait_for_deadline()
                if self._fault is not None:
                    raise self._fault
                self._do(self._session.tick(self._moment()))
        finally:
            await self._leave()

    def retry_now(self) -> None:
        """Sign in at once instead of waiting; a session that works is left alone."""
        self._do(self._session.retry_now(self._moment()))

    async def place_call(self, number: str, pbx_call: str) -> str:
        """Have the PBX dial `number` as call `pbx_call`; answers the id that the call really has.

        Raises PlaceRefused.
        """
        try:
            value = await self._request(self._session.uci.place_call(number, pbx_call))
        except Unsendable:
            raise PlaceRefused("The number holds characters that cannot be dialled.") from None
        if isinstance(value, Trouble):
            raise PlaceRefused(value.complaint.reason)
        if not isinstance(value, str) or not value.strip():
            raise PlaceRefused(
                "STARFACE refuses the call: the number is not valid, "
                "or another call of yours is just being set up."
            )
        return value.strip()

    async def hang_up(self, pbx_call: str) -> bool:
        """Have the PBX end a call; false if it does not."""
        return await self._request(self._session.uci.hang_up(pbx_call)) is True

    async def outcome(self, call: Call) -> Outcome | None:
        """What the call list says about an ended call; None if it does not say, or is not there."""
        pauses_s = self._outcome_pauses_s
        for pause_s in pauses_s if call.group else pauses_s[:DIRECT_CALL_TRIES]:
            await asyncio.sleep(pause_s)
            if not self._session.uci.has_call_list:
                return None
            found = await self._look_up(call)
            if found is not None:
                return found
        return None

    # --- running the session ----------------------------------------------------------------------

    def _moment(self) -> Moment:
        return Moment(at=self._now(), clock_s=asyncio.get_running_loop().time())

    async def _wait_for_deadline(self) -> None:
        deadline_s = self._session.deadline_s
        self._woken.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline_s):
                await self._woken.wait()

    def _do(self, commands: Iterable[Command]) -> None:
        """Carry out what the session wants, in order."""
        for command in commands:
            match command:
                case Tell(news=news):
                    self._emit(news)
                case Prepare(attempt=attempt):
                    self._begin(self._prepare(attempt), self._tasks)
                case Send(ticket=ticket, call=call):
                    self._begin(self._send(ticket, call), self._tasks)
                case Drop():
                    self._drop()
        self._woken.set()

    def _begin(self, work: Coroutine[Any, Any, None], kept: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        kept.add(task)
        task.add_done_callback(kept.discard)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Pass a fault of ours on to `run`: a task that dies in silence would leave us deaf."""
        if not task.cancelled() and task.exception() is not None:
            self._fault = task.exception()
            self._woken.set()

    def _drop(self) -> None:
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()
        self._begin(self._link.close(), self._closing)

    async def _prepare(self, attempt: int) -> None:
        try:
            opened = await self._link.open()
        except LinkTrouble as failed:
            LOG.info("STARFACE: %s", failed.trouble.kind)
            self._do(self._session.failed(attempt, failed.trouble, self._moment()))
        else:
            self._do(self._session.prepared(attempt, opened, self._moment()))

    async def _send(self, ticket: int, call: MethodCall) -> None:
        answer: Answer
        try:
            answer = await self._link.call(call)
        except LinkTrouble as failed:
            LOG.info("STARFACE: %s at %s", failed.trouble.kind, call.method)
            answer = failed.trouble
        self._do(self._session.answered(ticket, answer, self._moment()))

    def _event_pushed(self, event: MethodCall) -> None:
        self._do(self._session.pushed(event, self._moment()))

    async def _leave(self) -> None:
        """Sign out if there is time, and end everything."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._closing, return_exceptions=True)
        if self._session.signed_in:
            uci = self._session.uci
            with contextlib.suppress(LinkTrouble, TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await self._link.call(uci.unsubscribe())
                    await self._link.call(uci.logout())
        await self._link.close()

    # --- requests of our own ----------------------------------------------------------------------

    async def _request(self, call: MethodCall) -> Value | Trouble:
        """The value that the PBX answers, or the trouble that it shows instead."""
        if not self._session.ready:
            return NOT_SIGNED_IN
        try:
            answer = await self._link.call(call)
        except LinkTrouble as failed:
            return failed.trouble
        if isinstance(answer, MethodResponse):
            return answer.value
        if fault_kind(answer) is FaultKind.NOT_CONNECTED:
            lost = Trouble(kind=TroubleKind.SESSION_LOST)
            self._do(self._session.lost(lost, self._moment()))
            return lost
        return Trouble(kind=TroubleKind.FAULT, detail=fault_name(answer))

    async def _look_up(self, call: Call) -> Outcome | None:
        offset = call.began_at.astimezone().utcoffset() or timedelta(0)
        clock = self._session.clock
        began = clock.pbx_time(call.began_at, assumed=-offset)
        request = self._session.uci.call_list(after=began - AROUND, before=began + AROUND)
        value = await self._request(request)
        if isinstance(value, Trouble):
            return None
        return outcome_of(
            call, read_entries(value), lambda shown: clock.utc_time(shown, assumed=-offset)
        )


NOT_SIGNED_IN = Trouble(
    kind=TroubleKind.SETTINGS_INCOMPLETE, detail="There is no connection to STARFACE at the moment."
)
