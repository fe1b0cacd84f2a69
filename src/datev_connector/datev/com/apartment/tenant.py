"""Who lives in the apartment: registered as the buddy, looks for DATEV, tells it of calls.

Windows only; every method runs in the apartment's thread.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo

from datev_connector.datev.com.apartment import abi, dispatch, running_objects
from datev_connector.datev.com.apartment.buddy import Buddy
from datev_connector.datev.com.apartment.data_object import DataObject
from datev_connector.datev.com.apartment.declared_shape import declared_shape, is_carried
from datev_connector.datev.com.apartment.pump import Pump
from datev_connector.datev.com.apartment.served_by import identity_of, program_serving
from datev_connector.datev.com.apartment.shelf import Shelf
from datev_connector.datev.com.apartment.watch import Watch
from datev_connector.datev.com.attempt import Attempt
from datev_connector.datev.com.desk_window import DeskWindow
from datev_connector.datev.com.fields import values_of
from datev_connector.datev.com.hresults import E_ABORT, S_OK, delivery, spelt
from datev_connector.datev.com.ids import (
    CLSID_BUDDY,
    CLSID_DATEV,
    IID_DISPATCH,
    IID_NOTIFICATION,
)
from datev_connector.datev.com.seen import Seen, Sent
from datev_connector.datev.com.times import ComTimes
from datev_connector.domain.record import CallRecord, Delivery, Method

log = logging.getLogger(__name__)


class Tenant:
    """Keeps one registration; finds DATEV anew for each notification."""

    def __init__(
        self,
        *,
        window: DeskWindow,
        pump: Pump,
        watch: Watch,
        times: ComTimes,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        left_behind: tuple[int, ...] = (),
        visiting: bool = False,
    ) -> None:
        """`left_behind`: handles of earlier registrations of ours that nobody could revoke.

        `visiting`: only looks, and is not registered.
        """
        self._watch = watch
        self._times = times
        self._now = now
        self._zone = zone
        self._buddy = Buddy(
            window=window,
            pump=pump,
            watch=watch,
            times=times,
            now=now,
            zone=zone,
            shape=declared_shape(),
        )
        self._shelf = Shelf(times.keep)
        self._registered = running_objects.Registered(hresult=S_OK, handle=0)
        self._left_behind = left_behind
        self._visiting = visiting
        self._giving = threading.Lock()
        self._competitor = ""
        self._in_hand: DataObject | None = None
        """What DATEV is being told, and how long that may take."""
        self._limit = 0.0

    @property
    def _handles(self) -> tuple[int, ...]:
        """Of all registrations of ours that are in the table."""
        own = (self._registered.handle,) if self._registered.handle else ()
        return (*self._left_behind, *own)

    def give_handles(self) -> tuple[int, ...]:
        """Hand over all registrations to the caller, who revokes them; from any thread.

        A handle must not be revoked twice: meanwhile it may be somebody else's.
        """
        with self._giving:
            handles = self._handles
            self._registered = running_objects.Registered(hresult=S_OK, handle=0)
            self._left_behind = ()
        return handles

    # --- being there ------------------------------------------------------------------------------

    def look(self, *, deep: bool) -> Seen:
        """Look round; `deep` asks DATEV itself whether it answers, not only the table."""
        self._shelf.sweep(self._now())
        if not self._registered.handle and not self._visiting:
            self._register()
        others = max(0, running_objects.entries(CLSID_BUDDY) - len(self._handles))
        if not others:
            self._competitor = ""
        elif not self._competitor:
            self._competitor = self._name_competitor()
        with self._watch.limit(self._times.look_s):
            hresult, identity = self._look_for_datev(deep=deep)
        return Seen(
            datev=hresult,
            registration=self._registered.hresult,
            others=others,
            competitor=self._competitor,
            carried=is_carried(),
            identity=identity,
        )

    def leave(self) -> None:
        """Take everything of ours back."""
        for handle in self.give_handles():
            running_objects.revoke(handle)
        self._shelf.cut_off_all()
        abi.co_disconnect_object(self._buddy.address(), 0)

    def _register(self) -> None:
        self._left_behind = tuple(
            handle for handle in self._left_behind if running_objects.revoke(handle) < 0
        )
        self._competitor = self._name_competitor()  # once we are there, the table may name us
        self._registered = running_objects.register(self._buddy.address(), CLSID_BUDDY)
        if self._registered.hresult < 0:
            log.error("the buddy was not registered: %s", spelt(self._registered.hresult))
        else:
            log.info("the buddy is registered (%d)", self._registered.hresult)

    def _name_competitor(self) -> str:
        hresult, found = running_objects.active_object(CLSID_BUDDY)
        if hresult < 0:
            return ""
        with abi.released(found):
            return "" if found == self._buddy.address() else program_serving(found)

    # --- DATEV ------------------------------------------------------------------------------------

    def send(
        self,
        method: Method,
        record: CallRecord,
        attempt: Attempt,
        tell: Callable[[Sent], None],
    ) -> None:
        """Tell DATEV of a call, unless the attempt is given up before that begins.

        How that ended is told at once: to let go of a DATEV that hangs may take its time.

        A call that outruns its limit is cancelled while DATEV knows nothing of its object. Once
        DATEV has read in it the end is waited for, however long that takes: it may take the call.
        """
        snapshot = DataObject(values_of(record, self._zone))
        in_hand = self._watch.limit(self._times.answer_s, unless=lambda: snapshot.was_read)
        with in_hand, _datev() as (found, datev):
            tell(self._sent(found, datev, method, snapshot, attempt))

    def _sent(
        self, found: int, datev: int, method: Method, snapshot: DataObject, attempt: Attempt
    ) -> Sent:
        hresult, member = found, 0
        if hresult >= 0:
            hresult, member = dispatch.member_id(datev, method.value)
        if hresult < 0:
            return Sent(hresult=hresult, left=False)
        self._shelf.add(snapshot, self._now())
        if not attempt.begin():
            return Sent(hresult=E_ABORT, left=False)
        self._in_hand, self._limit = snapshot, time.monotonic() + self._times.answer_s
        try:
            hresult = dispatch.call_with_object(datev, member, snapshot.address(IID_DISPATCH))
        finally:
            self._in_hand = None
        if delivery(hresult, left=True) is not Delivery.UNCLEAR:
            return Sent(hresult=hresult, left=True)
        return Sent(hresult=hresult, left=not _cut_off(snapshot))

    def call_back(self) -> None:
        """Whatever is under way is given up: a call that DATEV has not read in cannot be any more.

        A call that is cancelled may go on over there all the same.
        """
        if self._in_hand is not None and self._limit <= time.monotonic():
            _cut_off(self._in_hand)

    def _look_for_datev(self, *, deep: bool) -> tuple[int, bytes]:
        """HRESULT, and which DATEV it is; only a `deep` look finds that out."""
        if not deep:
            hresult, found = running_objects.active_object(CLSID_DATEV)
            abi.release(found)
            return hresult, b""
        with _datev() as (found, datev):
            if found < 0:
                return found, b""
            hresult, _member = dispatch.member_id(datev, Method.NEW_CALL.value)
            return hresult, identity_of(datev) if hresult >= 0 else b""


def _cut_off(snapshot: DataObject) -> bool:
    """Let nobody read it from now on; False: somebody has, and may read on."""
    if not snapshot.was_read:
        abi.co_disconnect_object(snapshot.address(), 0)
    return not snapshot.was_read


@contextmanager
def _datev() -> Iterator[tuple[int, int]]:
    """DATEV's notification interface as an IDispatch: HRESULT and address.

    Where Windows does not know that interface, `IDispatch` itself serves: it has the same names.
    """
    hresult, found = running_objects.active_object(CLSID_DATEV)
    with abi.released(found):
        datev = 0
        for interface in (IID_NOTIFICATION, IID_DISPATCH) if hresult >= 0 else ():
            hresult, datev = abi.query(found, interface)
            if hresult >= 0:
                break
        with abi.released(datev if hresult >= 0 else 0):
            yield hresult, datev
