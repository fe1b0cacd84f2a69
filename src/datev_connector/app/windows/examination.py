"""One examination for the windows, on a thread and a loop of its own: calls never wait for it.

It is told that the connector itself asks: what the connector has open is left to it, nobody signs
in a second time, and the lock of the profile is not touched.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import aclosing

from datev_connector.app.diagnosis import Finding as Found
from datev_connector.app.diagnosis import Ground, examine
from datev_connector.desktop.ports import Refused
from datev_connector.domain.wording import worded

_log = logging.getLogger(__name__)


class RunningExamination:
    """One examination, on its way."""

    def __init__(self, ground: Ground, found: Callable[[Found], None]) -> None:
        """`found` is called on the thread of the examination."""
        self._ground = ground
        self._found = found
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self.ended: Future[None] = Future()
        """Done when all is asked, or it was stopped and has signed out."""

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="examination", daemon=True).start()

    def stop(self) -> None:
        """Break it off in order; `ended` tells when that is done."""
        with self._lock:
            self._stopped.set()
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)

    def _run(self) -> None:
        try:
            asyncio.run(self._examine())
        except asyncio.CancelledError:
            self.ended.set_result(None)
        except Exception:  # noqa: BLE001 - the border of the thread: whoever waits is told
            _log.exception("the examination failed")
            self.ended.set_exception(Refused(worded("Something went wrong; the log says what.")))
        else:
            self.ended.set_result(None)

    async def _examine(self) -> None:
        with self._lock:
            if self._stopped.is_set():
                return
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        try:
            async with aclosing(examine(self._ground)) as examination:
                async for finding in examination:
                    if self._stopped.is_set():
                        break  # a probe that waits for nothing cannot be broken off
                    self._found(finding)
        finally:
            with self._lock:
                self._loop = self._task = None
