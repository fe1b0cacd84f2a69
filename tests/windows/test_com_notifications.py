"""DATEV is told of calls, by COM, in another process."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from datev_connector.domain.legs import LegState
from datev_connector.domain.record import Delivery, Method
from tests.windows.com_house import (
    LIMIT_S,
    QUICK,
    House,
    buddies,
    counterpart,
    interfaces,
    record,
    running,
)
from tests.windows.conftest import StartProcess

__all__ = ["interfaces"]
IMPATIENT = replace(QUICK, answer_s=0.7, look_s=0.7)


async def test_datev_reads_all_eleven_by_name_and_by_number_then_and_later(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    assert await datev.ask("register", "datev") == {"registered": 0}
    async with running(House()) as house:
        await house.until("connected")
        told = await house.link.notify(Method.NEW_CALL, record(note="a\0b"))
        assert told == (Delivery.CONFIRMED, 0)
        assert await datev.hear() == {"method": "NewCall"}

        read = await datev.ask("read")

        assert read["by_name"] == read["by_number"]
        assert read["by_name"] == [
            "c-1",
            "s-1",
            1,
            "2026-03-02 11:00:00",
            "2026-03-02 11:00:00",
            1,
            "Müller & Söhne 😀",
            "id-1",
            "DATEV_Adressaten",
            "+49 721 1234",
            "a\0b",
        ]
        assert (await datev.ask("write", 11, "changed"))["now"] == "changed"
        faults = (await datev.ask("unknown"))["faults"]
        assert faults == ["0x80020003", "0x80020003", "0x80020003", "0x80020006"]


async def test_every_method_arrives_and_each_snapshot_stands_for_itself(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House()) as house:
        await house.until("connected")
        for number, method in enumerate(Method):
            assert (await house.link.notify(method, record(f"c-{number}")))[0] is Delivery.CONFIRMED
            assert await datev.hear() == {"method": method.value}
            assert (await datev.ask("read"))["by_name"][0] == f"c-{number}"
        await datev.ask("forget")


@pytest.mark.parametrize(
    ("code", "delivery", "words"),
    [
        (0x80010105, Delivery.REFUSED, "fault of its own"),
        (0x80004005, Delivery.REFUSED, "0x80004005"),
        (0x80010001, Delivery.REFUSED, "busy"),
        (0x8001010A, Delivery.REFUSED, "busy"),
    ],
)
async def test_what_datev_answers_is_what_the_engine_gets(
    windows_process: StartProcess, code: int, delivery: Delivery, words: str
) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    await datev.order("answer", code)
    async with running(House()) as house:
        await house.until("connected")
        told = await house.link.notify(Method.NEW_CALL, record())
        assert (told[0], told[1] & 0xFFFFFFFF) == (delivery, code)
        assert any(words in report.reason for report in house.reports)


async def test_without_datev_nothing_leaves_and_it_is_found_when_it_comes(
    windows_process: StartProcess,
) -> None:
    async with running(House()) as house:
        assert (await house.until("not running")).state is LegState.DOWN
        told = await house.link.notify(Method.NEW_CALL, record())
        assert (told[0], told[1] & 0xFFFFFFFF) == (Delivery.AWAY, 0x800401E3)
        datev = await counterpart(windows_process)
        await datev.ask("register", "datev")
        await house.until("connected")
        await datev.ask("revoke")
        await house.until("not running")


@pytest.mark.parametrize(
    ("how", "delivery"), [("die", Delivery.AWAY), ("read_and_die", Delivery.UNCLEAR)]
)
async def test_a_datev_that_dies_in_mid_call_took_nothing_unless_it_had_read_and_its_next_life_is_found(  # noqa: E501
    windows_process: StartProcess, how: str, delivery: Delivery
) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House()) as house:
        await house.until("connected")
        await datev.order(how)
        assert (await house.link.notify(Method.NEW_CALL, record()))[0] is delivery
        await house.until("not running")
        another = await counterpart(windows_process)
        await another.ask("register", "datev")
        await house.until("connected")
        assert (await house.link.notify(Method.NEW_CALL, record()))[0] is Delivery.CONFIRMED


async def test_a_datev_that_hangs_does_not_stop_the_engine_and_is_used_again_later(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House(IMPATIENT)) as house:
        await house.until("connected")
        await datev.order("hang", 4)
        begun = time.monotonic()
        told = await house.link.notify(Method.NEW_CALL, record())
        assert told[0] in {Delivery.AWAY, Delivery.OVERDUE}, "Wine cannot cancel, only forget"
        assert time.monotonic() - begun < 4, "the engine waited for the end of the hanging"
        assert house.reports[-1].reason.startswith("DATEV hangs")
        assert (await house.link.notify(Method.NEW_CALL, record()))[0] is Delivery.AWAY
        await datev.order("well")
        await house.until("connected")
        assert await datev.hear() == {"method": "NewCall"}
        assert "fault" in await datev.ask("readable"), "what was called back is not taken late"
        assert all(late[0] is Delivery.AWAY for late in house.late)
        assert (await house.link.notify(Method.NEW_CALL, record()))[0] is Delivery.CONFIRMED
        assert not [report for report in house.reports if "has ended" in report.reason]


async def test_what_datev_has_read_before_it_hung_is_waited_for_and_its_end_is_told(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House(IMPATIENT)) as house:
        await house.until("connected")
        await datev.order("read_and_hang", 4)
        assert (await house.link.notify(Method.NEW_CALL, record())) == (Delivery.OVERDUE, 0)
        assert house.reports[-1].pauses
        assert house.late == []
        await datev.order("well")
        await house.until("connected")
        assert house.late == [(Delivery.CONFIRMED, LegState.DOWN)]
        assert not [report for report in house.reports if "has ended" in report.reason]


async def test_an_apartment_that_is_stuck_is_replaced_and_what_it_learns_is_told_all_the_same(
    windows_process: StartProcess,
) -> None:
    datev, clicker = await counterpart(windows_process), await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House(replace(IMPATIENT, recover_s=0.3))) as house:
        await house.until("connected")
        await datev.order("read_and_hang", 6)
        assert (await house.link.notify(Method.NEW_CALL, record()))[0] is Delivery.OVERDUE
        await house.wait(lambda: house.late == [(Delivery.UNCLEAR, LegState.DOWN)])
        wish = {"CalledNumber": "0721 1", "SyncID": "s"}
        async with asyncio.timeout(LIMIT_S):
            while (await clicker.ask("dial", "names", wish))["values"]["CallID"] != "call-1":
                pass  # the next apartment becomes the buddy
        assert await buddies() == 1
        await datev.order("well")
        await house.until("connected")
        await house.wait(lambda: len(house.late) == 2)
        assert house.late[1][0] is Delivery.CONFIRMED
        assert (await house.link.notify(Method.NEW_CALL, record()))[0] is Delivery.CONFIRMED
    assert await buddies() == 0


async def test_dial_is_answered_while_datev_keeps_us_waiting(
    windows_process: StartProcess,
) -> None:
    datev, clicker = await counterpart(windows_process), await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House()) as house:
        await house.until("connected")
        await datev.order("hang", 3)
        telling = asyncio.get_running_loop().create_task(
            house.link.notify(Method.NEW_CALL, record())
        )
        assert await datev.hear() == {"method": "NewCall"}
        dialled = await clicker.ask("dial", "names", {"CalledNumber": "0721 1", "SyncID": "s"})
        assert dialled["values"]["CallID"] == "call-1"
        assert not telling.done()
        assert (await telling)[0] is Delivery.CONFIRMED


async def test_what_is_not_datev_is_told_from_it(windows_process: StartProcess) -> None:
    code = (
        "import ctypes, sys\n"
        "from comtypes import COMObject, GUID, IUnknown\n"
        "class Stone(COMObject): _com_interfaces_ = [IUnknown]\n"
        "stone, handle = Stone(), ctypes.c_ulong()\n"
        "clsid = GUID('{A299D197-E7C3-43E2-8ACC-C608FC2A7806}')\n"
        "pointer = stone.QueryInterface(IUnknown)\n"
        "ctypes.WinDLL('oleaut32').RegisterActiveObject(pointer, ctypes.byref(clsid), 0,"
        " ctypes.byref(handle))\n"
        "print('ready', flush=True)\n"
        "user32, message = ctypes.WinDLL('user32'), ctypes.create_string_buffer(64)\n"
        "while user32.GetMessageW(message, None, 0, 0): user32.DispatchMessageW(message)\n"
    )
    stone = windows_process("-c", code)
    await asyncio.to_thread(stone.wait_for, "ready")
    async with running(House()) as house:
        assert (await house.until("does not answer as DATEV does")).state is LegState.DOWN
        assert (await house.link.notify(Method.NEW_CALL, record()))[0] is Delivery.AWAY
