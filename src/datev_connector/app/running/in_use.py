"""Connections that can be exchanged for others while everything else goes on.

The engine is given one of these in place of an adapter. It runs one adapter at a time: the next one
begins only when the last has ended in order, so that no two of them hold the same port or account.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from datev_connector.app.running.tracing import trace_notification
from datev_connector.engine.ports import Datev
from datev_connector.starface.adapter import StarfacePbx

if TYPE_CHECKING:
    from datev_connector.domain.calls import Call, Outcome
    from datev_connector.domain.record import CallRecord, Delivery, Method

_log = logging.getLogger(__name__)


class Runs(Protocol):
    """Something that works until it is cancelled."""

    async def run(self) -> None:
        """Work until cancelled."""


Adapter = TypeVar("Adapter", bound=Runs)


class InUse(Generic[Adapter]):
    """One adapter after the other."""

    def __init__(self, first: Adapter) -> None:
        """Nothing runs yet."""
        self.adapter = first
        """The one that runs, or is the first to run."""
        self._next: Adapter | None = None
        self._handed = asyncio.Event()

    @property
    def newest(self) -> Adapter:
        """The one that will run when the last has ended; else the one that runs."""
        return self.adapter if self._next is None else self._next

    def replace(self, adapter: Adapter) -> None:
        """End the one that runs, then run this one; return at once."""
        self._next = adapter
        self._handed.set()

    async def run(self) -> None:
        """Run one after the other until cancelled; a fault of one of them is raised."""
        while True:
            await self._run_one()
            if self._next is None:
                return
            self.adapter, self._next = self._next, None
            self._handed.clear()

    async def _run_one(self) -> None:
        loop = asyncio.get_running_loop()
        running = loop.create_task(self.adapter.run())
        handed = loop.create_task(self._handed.wait())
        try:
            await asyncio.wait({running, handed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            by_itself = running.done()
            running.cancel()
            handed.cancel()
            ended, _ = await asyncio.gather(running, handed, return_exceptions=True)
            if isinstance(ended, Exception) and not by_itself:
                _log.error("a connection did not end in order", exc_info=ended)
        if by_itself:
            running.result()


class PbxInUse(InUse[StarfacePbx]):
    """Fulfils `engine.ports.Pbx` by the connection that runs."""

    async def place_call(self, number: str, pbx_call: str) -> str:
        """Dial; return the id of the call. Raise `PlaceRefused` with the reason."""
        return await self.adapter.place_call(number, pbx_call)

    async def hang_up(self, pbx_call: str) -> bool:
        """End a call; tell whether the PBX did."""
        return await self.adapter.hang_up(pbx_call)

    async def outcome(self, call: Call) -> Outcome | None:
        """Return what the call list says of an unanswered call; None: nothing."""
        return await self.adapter.outcome(call)

    def retry_now(self) -> None:
        """Sign in again now, whatever the pause."""
        self.adapter.retry_now()

    def look_again(self) -> None:
        """See now whether the line works and which calls there are; no refused password again."""
        self.adapter.look_again()


class DatevInUse(InUse[Datev]):
    """Fulfils `engine.ports.Datev` by the link that runs."""

    async def notify(self, method: Method, record: CallRecord) -> tuple[Delivery, int]:
        """Send one notification; return what became of it and the HRESULT (signed)."""
        result = await self.adapter.notify(method, record)
        trace_notification(method, record, result)
        return result
