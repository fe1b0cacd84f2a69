"""Being the buddy: alone, beside another, and gone without a trace."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from datev_connector.datev.com.apartment.thread import ApartmentThread
from datev_connector.datev.com.desk_window import DeskWindow
from datev_connector.datev.com.hresults import ALREADY_REGISTERED
from datev_connector.datev.com.seen import Seen
from datev_connector.domain.legs import LegState
from datev_connector.domain.record import DialAnswer, Method
from tests.windows.com_house import (
    LIMIT_S,
    QUICK,
    Counterpart,
    House,
    buddies,
    counterpart,
    interfaces,
    record,
    running,
)
from tests.windows.conftest import StartProcess

__all__ = ["interfaces"]
WISH = {"CalledNumber": "0721 1", "SyncID": "s"}
GONE = "0x800401e3"
CONNECTOR = (
    "import asyncio\n"
    "from datetime import UTC, datetime\n"
    "from datev_connector.datev.com.link import ComLink\n"
    "from datev_connector.domain.record import DialAnswer\n"
    "async def main():\n"
    "    link = ComLink(emit=lambda news: print(news.report.reason, flush=True),\n"
    "        on_dial=lambda wish: DialAnswer(hresult=0, call_id='theirs'),\n"
    "        on_drop=print, now=lambda: datetime.now(UTC), local_zone=None)\n"
    "    await link.run()\n"
    "asyncio.run(main())\n"
)


def apartment(left_behind: tuple[int, ...] = ()) -> ApartmentThread:
    window = DeskWindow(
        asyncio.get_running_loop(),
        on_dial=lambda _wish: DialAnswer(hresult=0, call_id="c"),
        on_drop=lambda _call: None,
    )
    return ApartmentThread(
        window, times=QUICK, now=lambda: datetime.now(UTC), zone=UTC, left_behind=left_behind
    )


def look(at: ApartmentThread) -> Seen:
    return at.look(deep=True).result(LIMIT_S)


async def dialled(datev: Counterpart) -> str:
    return str((await datev.ask("dial", "names", WISH))["hresult"])


async def test_the_buddy_is_there_as_long_as_the_link_runs(windows_process: StartProcess) -> None:
    datev = await counterpart(windows_process)
    assert await dialled(datev) == GONE
    async with running(House()):
        assert await dialled(datev) == "0x0"
    assert await dialled(datev) == GONE


async def test_a_connector_that_is_killed_leaves_no_entry(windows_process: StartProcess) -> None:
    datev = await counterpart(windows_process)
    connector = windows_process("-c", CONNECTOR)
    await asyncio.to_thread(connector.wait_for, "not running")
    assert await dialled(datev) == "0x0"
    connector.kill()
    async with asyncio.timeout(LIMIT_S):
        while await dialled(datev) == "0x0":
            pass
    async with running(House()) as house:
        assert await dialled(datev) == "0x0"
        assert len(house.dialled) == 1


async def test_a_program_that_was_there_before_is_counted_named_and_seen_to_go(
    windows_process: StartProcess,
) -> None:
    other = await counterpart(windows_process)
    assert await other.ask("register", "buddy") == {"registered": 0}
    ours = apartment()
    seen = await asyncio.to_thread(look, ours)
    assert seen.registration == ALREADY_REGISTERED
    assert (seen.others, seen.competitor) == (1, "python.exe")
    await other.ask("revoke")
    seen = await asyncio.to_thread(look, ours)
    assert (seen.others, seen.competitor) == (0, "")
    await asyncio.to_thread(ours.leave().result, LIMIT_S)


async def test_a_program_that_comes_later_is_counted_too(windows_process: StartProcess) -> None:
    ours = apartment()
    assert (await asyncio.to_thread(look, ours)).others == 0
    other = await counterpart(windows_process)
    assert await other.ask("register", "buddy") == {"registered": ALREADY_REGISTERED}
    assert (await asyncio.to_thread(look, ours)).others == 1
    other.process.kill()
    async with asyncio.timeout(LIMIT_S):
        while (await asyncio.to_thread(look, ours)).others:
            pass
    await asyncio.to_thread(ours.leave().result, LIMIT_S)


async def test_a_competitor_is_shown_and_calls_are_told_all_the_same(
    windows_process: StartProcess,
) -> None:
    other = await counterpart(windows_process)
    await other.ask("register", "buddy")
    await other.ask("register", "datev")
    async with running(House()) as house:
        told = await house.until("Two telephony programs")
        assert told.state is LegState.DEGRADED
        assert "python.exe" in told.reason
        await house.link.notify(Method.NEW_CALL, record())
        assert await other.hear() == {"method": "NewCall"}
        other.process.kill()
        third = await counterpart(windows_process)
        await third.ask("register", "datev")
        await house.until("connected")


async def test_what_an_apartment_left_behind_is_taken_back_by_the_next() -> None:
    first = apartment()
    assert (await asyncio.to_thread(look, first)).registration == 0
    handles = first.abandon()
    assert len(handles) == 1
    second = apartment(handles)
    seen = await asyncio.to_thread(look, second)
    assert seen.others == 0
    assert await buddies() == 1
    await asyncio.to_thread(second.leave().result, LIMIT_S)
    assert await buddies() == 0


async def test_links_come_and_go_without_leaving_anything(windows_process: StartProcess) -> None:
    datev = await counterpart(windows_process)
    for _life in range(5):
        async with running(House()):
            assert await dialled(datev) == "0x0"
        assert await dialled(datev) == GONE
        assert await buddies() == 0


async def test_an_apartment_that_is_left_is_in_the_table_no_more() -> None:
    ours = apartment()
    await asyncio.to_thread(look, ours)
    assert await buddies() == 1
    await asyncio.to_thread(ours.leave().result, LIMIT_S)
    assert await buddies() == 0


def test_com_is_spoken_without_a_library_that_writes_into_its_own_folder() -> None:
    from datev_connector.datev.com.apartment import thread

    imports = [
        line
        for file in Path(thread.__file__).parent.glob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith(("import ", "from "))
    ]
    assert not [line for line in imports if "comtypes" in line or "win32com" in line]
