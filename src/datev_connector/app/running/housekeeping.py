"""What is to be done now and then beside the calls: what other processes ask, and tidying."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from datev_connector.app.folders import Profile
    from datev_connector.app.requests_by_file import Request
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.store.store import Store

EVERY_S = 5.0
"""How often requests from other processes are looked for and the store is tidied."""
TIDY_PAUSE_S = 0.05
"""Between two pieces of tidying, so that a call is never kept waiting."""

_log = logging.getLogger(__name__)


class Housekeeping:
    """Runs beside the engine, from start to end of the connector."""

    def __init__(
        self,
        profile: Profile,
        store: Store,
        *,
        plan: Callable[[], DialPlan],
        look: Callable[[], None],
        errands: Mapping[Request, Callable[[], None]],
    ) -> None:
        """`look`: another process may have changed the store; `errands`: what is asked by file."""
        self._profile = profile
        self._store = store
        self._plan = plan
        self._look = look
        self._errands = errands
        self._woken = asyncio.Event()
        self._waiting: set[str] = set()

    def at_once(self) -> None:
        """Do it now; the dial plan may be another one."""
        self._woken.set()

    async def run(self) -> None:
        """Keep house until cancelled."""
        while True:
            for request, errand in self._errands.items():
                with self._waits(f"what {request} asks"):
                    if request.take(self._profile):
                        errand()
            more = False
            with self._waits("the contact index"):
                await self._reindex()
                self._look()
            with self._waits("tidying the store"):
                more = self._store.tidy()
            await self._rest(TIDY_PAUSE_S if more else EVERY_S)

    @contextlib.contextmanager
    def _waits(self, what: str) -> Iterator[None]:
        """Leave it for the next round if a file cannot be used; the rest is done all the same.

        A full disk or a busy store is reported where calls are saved, so it is told once.
        """
        try:
            yield
        except OSError as fault:
            if what not in self._waiting:
                _log.warning("%s has to wait: %s", what, fault)
            self._waiting.add(what)
        else:
            self._waiting.discard(what)

    async def _reindex(self) -> None:
        """Make the index fit a changed dial plan; until that is done the old one answers."""
        plan = self._plan()
        if self._store.contacts.outdated(plan):
            _log.info("the dial plan has changed: the contact index is made anew")
            for _ in self._store.contacts.reindexing(plan):
                await asyncio.sleep(0)

    async def _rest(self, pause_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._woken.wait()
        self._woken.clear()
