"""Runs the ladder over its links: the only place in this room that has tasks and waits.

The ladder decides, the links carry. Facts for the engine leave through `emit`, in the order in
which they became known.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from datev_connector.domain.inputs import Input
from datev_connector.starface.commands import (
    Answer,
    Command,
    Drop,
    Leave,
    Opened,
    Prepare,
    Recall,
    Send,
    Tell,
    Transport,
)
from datev_connector.starface.ladder import Ladder
from datev_connector.starface.pacing import Moment
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.uci import FaultKind, fault_kind, fault_name
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse, Value

LOG = logging.getLogger(__name__)

FAREWELL_S = 2.0
"""Signing out is a courtesy; nobody waits longer for it when the program ends."""
PARTING_S = 20.0
"""A link that is left stays open so long for what the desk has asked over it."""


class Link(Protocol):
    """A way to carry method calls to the PBX, opened anew for each session."""

    async def open(self) -> Opened:
        """Make ready for a login. Raises LinkTrouble; then nothing stays open."""

    async def call(self, call: MethodCall) -> MethodResponse | Fault:
        """The answer of the PBX. Raises LinkTrouble and Unsendable."""

    async def close(self) -> None:
        """Give everything back."""


class Runner:
    """`run` does everything; the rest may be called meanwhile."""

    def __init__(
        self,
        ladder: Ladder,
        links: Mapping[Transport, Link],
        *,
        emit: Callable[[Input], None],
        recall: Callable[[Recall], Coroutine[Any, Any, None]],
        now: Callable[[], datetime],
    ) -> None:
        """`emit` takes facts without blocking; `recall` reads the call list, however long."""
        self._ladder = ladder
        self._links = links
        self._emit = emit
        self._recall = recall
        self._now = now
        self._woken = asyncio.Event()
        self._working: dict[Transport, set[asyncio.Task[None]]] = {way: set() for way in links}
        self._closing: dict[Transport, set[asyncio.Task[None]]] = {way: set() for way in links}
        self._asking: dict[Transport, set[asyncio.Future[None]]] = {way: set() for way in links}
        self._recalling: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None

    async def run(self) -> None:
        """Keep signed in until cancelled, then sign out."""
        try:
            self._do(self._ladder.start(self._moment()))
            while True:
                await self._wait_for_deadline()
                if self._fault is not None:
                    raise self._fault
                self._do(self._ladder.tick(self._moment()))
        finally:
            await self._leave()

    def retry_now(self) -> None:
        """Sign in at once instead of waiting; a session that works is left alone."""
        self._do(self._ladder.retry_now(self._moment()))

    def look_again(self) -> None:
        """See at once whether the line works and which calls there are."""
        self._do(self._ladder.look_again(self._moment()))

    def event_pushed(self, transport: Transport, event: MethodCall) -> None:
        """The PBX sent an event over this transport."""
        self._do(self._ladder.pushed(transport, event, self._moment()))

    def link_lost(self, transport: Transport, trouble: Trouble) -> None:
        """An open link ended by itself."""
        LOG.info("STARFACE: %s over %s", trouble.kind, transport)
        self._do(self._ladder.lost(transport, trouble, self._moment()))

    async def request(self, call: MethodCall) -> Value | Trouble:
        """The value that the PBX answers, or the trouble that it shows instead.

        Raises Unsendable.
        """
        transport = self._ladder.transport
        if transport is None:
            return Trouble(kind=TroubleKind.OFFLINE)
        asking = asyncio.get_running_loop().create_future()
        self._asking[transport].add(asking)
        try:
            answer = await self._links[transport].call(call)
        except LinkTrouble as failed:
            return failed.trouble
        finally:
            self._asking[transport].discard(asking)
            asking.set_result(None)
        if isinstance(answer, MethodResponse):
            return answer.value
        if fault_kind(answer) is FaultKind.NOT_CONNECTED:
            lost = Trouble(kind=TroubleKind.SESSION_LOST)
            self._do(self._ladder.lost(transport, lost, self._moment()))
            return lost
        return Trouble(kind=TroubleKind.FAULT, detail=fault_name(answer))

    def unread(self, gap: Recall) -> None:
        """The calls of a gap could not be read, because no way works."""
        self._do(self._ladder.unread(gap, self._moment()))

    # --- carrying out -----------------------------------------------------------------------------

    def _moment(self) -> Moment:
        return Moment(at=self._now(), clock_s=asyncio.get_running_loop().time())

    async def _wait_for_deadline(self) -> None:
        deadline_s = self._ladder.deadline_s
        self._woken.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline_s):
                await self._woken.wait()

    def _do(self, commands: Iterable[Command]) -> None:
        """Carry out what the ladder wants, in order."""
        for command in commands:
            match command:
                case Tell(news=news):
                    self._emit(news)
                case Prepare(attempt=attempt, transport=way):
                    self._begin(self._prepare(attempt, way), self._working[way])
                case Send(ticket=ticket, call=call, transport=way):
                    self._begin(self._send(ticket, call, way), self._working[way])
                case Drop(transport=way):
                    self._stop_work(way)
                    self._begin(self._links[way].close(), self._closing[way])
                case Leave(transport=way, farewells=farewells):
                    self._stop_work(way)
                    self._begin(self._part(way, farewells), self._closing[way])
                case Recall():
                    self._begin(self._recall(command), self._recalling)
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

    def _stop_work(self, way: Transport) -> None:
        """Cancel what is under way; the link is not opened anew before that has cleaned up."""
        current = asyncio.current_task()
        for task in self._working[way]:
            if task is not current:
                task.cancel()
                self._closing[way].add(task)
                task.add_done_callback(self._closing[way].discard)

    async def _prepare(self, attempt: int, way: Transport) -> None:
        try:
            if self._closing[way]:  # the same link, still busy with its last session
                await asyncio.wait(self._closing[way])
            opened = await self._links[way].open()
        except LinkTrouble as failed:
            LOG.info("STARFACE: %s over %s", failed.trouble.kind, way)
            self._do(self._ladder.failed(attempt, failed.trouble, self._moment()))
        else:
            self._do(self._ladder.prepared(attempt, opened, self._moment()))

    async def _send(self, ticket: int, call: MethodCall, way: Transport) -> None:
        answer: Answer
        try:
            answer = await self._links[way].call(call)
        except LinkTrouble as failed:
            LOG.info("STARFACE: %s at %s over %s", failed.trouble.kind, call.method, way)
            answer = failed.trouble
        self._do(self._ladder.answered(ticket, answer, self._moment()))

    async def _part(self, way: Transport, farewells: Iterable[MethodCall]) -> None:
        """Let what was asked be answered, sign out if there is time, and close the link."""
        link = self._links[way]
        try:
            if self._asking[way]:
                await asyncio.wait(self._asking[way], timeout=PARTING_S)
            with contextlib.suppress(LinkTrouble, TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    for farewell in farewells:
                        await link.call(farewell)
        finally:
            await link.close()

    async def _leave(self) -> None:
        """End everything."""
        for asking in self._asking.values():
            asking.clear()  # whoever asked is ending as well
        self._do(self._ladder.leave())
        for task in self._recalling:
            task.cancel()
        ending = [*self._recalling]
        for way in self._links:
            ending += [*self._working[way], *self._closing[way]]
        await asyncio.gather(*ending, return_exceptions=True)
        for link in self._links.values():
            await link.close()
