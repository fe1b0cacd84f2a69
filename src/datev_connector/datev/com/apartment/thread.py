"""The apartment's thread: COM's messages and our work, one after another. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, tzinfo
from typing import Any, Final, TypeVar

from datev_connector.datev.com.apartment import abi
from datev_connector.datev.com.apartment.message_filter import MessageFilter
from datev_connector.datev.com.apartment.pump import Pump
from datev_connector.datev.com.apartment.tenant import Tenant
from datev_connector.datev.com.apartment.watch import Watch
from datev_connector.datev.com.attempt import Attempt
from datev_connector.datev.com.desk_window import DeskWindow
from datev_connector.datev.com.hresults import spelt
from datev_connector.datev.com.ids import IID_MESSAGE_FILTER
from datev_connector.datev.com.seen import Seen, Sent
from datev_connector.datev.com.times import ComTimes
from datev_connector.domain.record import CallRecord, Method

log = logging.getLogger(__name__)

_SINGLE_THREADED: Final = 0x2
_NO_DDE: Final = 0x4
QUIET_S: Final = 0.05
"""When nothing has come for so long, nobody waits for an answer of an apartment that is left."""
SETTLE_S: Final = 1.0
"""So long at most is that waited for."""
_T = TypeVar("_T")


class ApartmentThread:
    """A thread of its own, started at once; work that is handed to it gives futures.

    What it is doing may be given up, but not ended: then `abandon` it, and make another.
    """

    def __init__(
        self,
        window: DeskWindow,
        *,
        times: ComTimes,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        left_behind: tuple[int, ...] = (),
        visiting: bool = False,
    ) -> None:
        """`left_behind` and `visiting`: see `Tenant`."""
        self._window = window
        self._times = times
        self._now = now
        self._zone = zone
        self._left_behind = left_behind
        self._visiting = visiting
        self._work: queue.SimpleQueue[Callable[[Tenant], None]] = queue.SimpleQueue()
        self._ready = threading.Event()
        self._pump: Pump | None = None
        self._tenant: Tenant | None = None
        self._over = False
        self._ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="com apartment", daemon=True)
        self._thread.start()

    def look(self, *, deep: bool) -> Future[Seen]:
        """See `Tenant.look`."""
        return self._submit(lambda tenant, tell: tell(tenant.look(deep=deep)))

    def send(self, method: Method, record: CallRecord, attempt: Attempt) -> Future[Sent]:
        """See `Tenant.send`; the future ends as soon as that knows, maybe before it returns."""
        return self._submit(lambda tenant, tell: tenant.send(method, record, attempt, tell))

    def leave(self) -> Future[None]:
        """Take the registration back and end the thread; the future ends when it has ended."""

        def last(tenant: Tenant, tell: Callable[[None], None]) -> None:
            self._over = True
            tenant.leave()
            tell(None)

        self._submit(last)
        return self._ended

    def abandon(self) -> tuple[int, ...]:
        """Expect nothing any more; return the handles that it leaves in the table.

        If what it is stuck in ever ends, the thread ends as well.
        """
        self._over = True
        self._wake()
        return self._tenant.give_handles() if self._tenant is not None else self._left_behind

    # --- handing work over ------------------------------------------------------------------------

    def _submit(self, work: Callable[[Tenant, Callable[[_T], None]], None]) -> Future[_T]:
        future: Future[_T] = Future()

        def do(tenant: Tenant) -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                work(tenant, future.set_result)
            except Exception as fault:  # the border of the thread: who asked gets it
                if future.done():
                    log.exception("something went wrong when it was told already")
                else:
                    future.set_exception(fault)

        self._work.put(do)
        self._wake()
        return future

    def _wake(self) -> None:
        if self._pump is not None:
            self._pump.wake()

    # --- in the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._speak()
        finally:
            self._ended.set_result(None)

    def _speak(self) -> None:
        hresult = abi.co_initialize(None, _SINGLE_THREADED | _NO_DDE)
        if hresult < 0:
            log.error("this thread cannot speak COM: %s", spelt(hresult))
            return
        try:
            self._live()
        finally:
            abi.co_uninitialize()

    def _live(self) -> None:
        pump, watch = Pump(), Watch()
        abi.co_enable_call_cancellation(None)
        tenant = Tenant(
            window=self._window,
            pump=pump,
            watch=watch,
            times=self._times,
            now=self._now,
            zone=self._zone,
            left_behind=self._left_behind,
            visiting=self._visiting,
        )
        message_filter = MessageFilter(
            expired=lambda: watch.expired,
            reject_s=self._times.reject_s,
            call_back=tenant.call_back,
        )
        abi.co_register_message_filter(message_filter.address(IID_MESSAGE_FILTER), _nowhere())
        self._tenant = tenant
        self._pump = pump  # from here on others wake it; what came before is seen at once
        try:
            while not self._over:
                pump.wait(lambda: self._over or not self._work.empty())
                self._do_next(tenant)
        finally:
            tenant.leave()
            pump.settle(QUIET_S, SETTLE_S)  # who calls in this moment must get an answer
            abi.co_register_message_filter(None, _nowhere())
            watch.stop()

    def _do_next(self, tenant: Tenant) -> None:
        try:
            work = self._work.get_nowait()
        except queue.Empty:
            return
        work(tenant)


def _nowhere() -> Any:
    """Where COM puts the filter before ours; there is none."""
    return ctypes.byref(abi.Address())
