"""A thousand calls: DATEV objects to nothing, and nothing is left over."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import threading
from ctypes import wintypes
from pathlib import Path

import pytest

from datev_connector.datev.com.apartment.data_object import DataObject
from datev_connector.domain.legs import LegState
from datev_connector.engine import DatevTold
from tests.engine.house import fill_contacts
from tests.windows.datev.com_house import com_house
from tests.windows.datev.standin import Datev

CALLS = 1000
WARM = 200
"""After so many calls everything that is made once has been made."""


@pytest.mark.timeout(600)  # a minute and a half on a machine that does nothing else
async def test_a_thousand_calls(datev: Datev, tmp_path: Path) -> None:
    fill_contacts(tmp_path)
    await datev.do("read-by", by="number")
    async with com_house(tmp_path) as inside:
        await inside.up()
        for number in range(WARM):
            await inside.a_call(f"p{number}")
        handles, threads = _handles(), _threads()
        for number in range(WARM, CALLS):
            await inside.a_call(f"p{number}")

        seen = await datev.seen()
        assert seen["violations"] == []
        assert seen["hints"] == []
        assert len(seen["calls"]) == CALLS
        assert {" ".join(call["states"]) for call in seen["calls"]} == {
            "Offered Connected Finished"
        }
        assert {told.hresult for told in inside.of(DatevTold)} == {0}
        assert _handles() <= handles + 5
        assert _threads() <= threads
        await datev.do("compete")  # by the time that it is seen the link has looked round again
        await inside.datev_is(LegState.DEGRADED)
        assert await _snapshots_left() == 0


async def _snapshots_left() -> int:
    """How many objects that DATEV has read and let go of are still there."""
    await asyncio.to_thread(gc.collect)
    return sum(isinstance(one, DataObject) for one in gc.get_objects())


def _threads() -> set[str]:
    """All but those in which asyncio waits for files and processes; it makes them as needed."""
    return {one.name for one in threading.enumerate() if not one.name.startswith("asyncio")}


def _handles() -> int:
    count = wintypes.DWORD()
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.GetCurrentProcess.restype = wintypes.HANDLE
    kernel32.GetProcessHandleCount.argtypes = [wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD)]
    assert kernel32.GetProcessHandleCount(kernel32.GetCurrentProcess(), ctypes.byref(count))
    return count.value
