"""Leaving while DATEV calls: it must get an answer, whatever it does in that moment."""

from __future__ import annotations

import asyncio
import ctypes
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from datev_connector.datev.com.apartment import abi, dispatch, running_objects
from datev_connector.datev.com.apartment.tenant import Tenant
from datev_connector.datev.com.apartment.thread import ApartmentThread
from datev_connector.datev.com.desk_window import DeskWindow
from datev_connector.datev.com.ids import CLSID_BUDDY, IID_DISPATCH
from datev_connector.domain.record import DialAnswer
from tests.windows.com_house import LIMIT_S, QUICK

POSTED = 0x0008
"""QS_POSTMESSAGE"""


def apartment() -> ApartmentThread:
    window = DeskWindow(
        asyncio.get_running_loop(),
        on_dial=lambda _wish: DialAnswer(hresult=0, call_id="c"),
        on_drop=lambda _call: None,
    )
    return ApartmentThread(window, times=QUICK, now=lambda: datetime.now(UTC), zone=UTC)


class Caller(threading.Thread):
    """Holds the buddy from an apartment of its own, and does something with it when told to."""

    def __init__(self, does: Callable[[int], object]) -> None:
        super().__init__(daemon=True)
        self._does = does
        self.holds, self.now = threading.Event(), threading.Event()

    def run(self) -> None:
        multithreaded = 0
        abi.co_initialize(None, multithreaded)
        hresult, found = running_objects.active_object(CLSID_BUDDY)
        assert hresult >= 0
        hresult, buddy = abi.query(found, IID_DISPATCH)
        assert hresult >= 0
        abi.release(found)
        self.holds.set()
        self.now.wait()
        self._does(buddy)


@pytest.mark.parametrize(
    "does",
    [lambda buddy: dispatch.member_id(buddy, "Dial"), abi.release],
    ids=["asks", "lets go"],
)
async def test_who_calls_in_the_last_moment_is_answered(does: Callable[[int], object]) -> None:
    ours, caller = apartment(), Caller(does)
    await asyncio.to_thread(ours.look(deep=False).result, LIMIT_S)
    caller.start()
    await asyncio.to_thread(caller.holds.wait, LIMIT_S)

    def last_moment(_tenant: Tenant, tell: Callable[[None], None]) -> None:
        """The call has come, and is not looked at any more before the end."""
        status = ctypes.WinDLL("user32").GetQueueStatus
        end = time.monotonic() + LIMIT_S
        status(POSTED)  # what has come so far
        caller.now.set()
        while not status(POSTED) >> 16 and time.monotonic() < end:
            time.sleep(0.01)
        ours._over = True
        tell(None)

    await asyncio.to_thread(ours._submit(last_moment).result, LIMIT_S)
    await asyncio.to_thread(caller.join, LIMIT_S)
    assert not caller.is_alive(), "it waits for ever"
