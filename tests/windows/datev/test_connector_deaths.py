"""The connector ends by force in the middle of a call, and comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.windows.conftest import StartProcess
from tests.windows.datev.standin import Datev
from tests.windows.windows_process import WindowsProcess


async def test_a_killed_connector_leaves_no_dead_entry_and_tells_the_call_once(
    datev: Datev, windows_process: StartProcess, tmp_path: Path
) -> None:
    first = await _connector(windows_process, tmp_path)
    await _told(first, "ring p1", "NewCall confirmed")
    await _told(first, "answer p1", "CallStateChanged confirmed")
    await asyncio.to_thread(first.kill)

    await datev.do("await", what="buddies", count=0)
    assert not (await datev.do("dial", number="0721 555222"))["found"]
    assert len((await datev.seen())["table"]) == 1
    await datev.do("connector-gone")

    second = await _connector(windows_process, tmp_path)
    await datev.do("await", what="buddies", count=1)
    assert (await datev.do("dial", number="0721 555222"))["hresult"] == 0
    await _told(second, "end p1", "confirmed")
    await _ends(second)
    seen = await datev.seen()
    [call] = seen["calls"]
    assert call["states"].count("Finished") + len(seen["journal"]) == 1
    assert seen["violations"] == []
    assert seen["buddies"] == 0


async def test_a_connector_killed_while_datev_reads_leaves_no_dead_entry(
    datev: Datev, windows_process: StartProcess, tmp_path: Path
) -> None:
    connector = await _connector(windows_process, tmp_path)
    await datev.do("hang")
    connector.tell("ring p1")
    await datev.event("hangs")
    await asyncio.to_thread(connector.kill)

    await datev.do("mend")
    assert (await datev.event("told"))["outcome"] == "unread"
    await datev.do("await", what="buddies", count=0)
    assert (await datev.seen())["calls"] == []
    await datev.is_content()


async def test_two_processes_that_serve_one_session_warn_of_each_other_and_both_tell(
    datev: Datev, windows_process: StartProcess, tmp_path: Path
) -> None:
    first = await _connector(windows_process, tmp_path / "one")
    rival = windows_process("-m", _MODULE, str(tmp_path / "two"))
    await datev.do("await", what="buddies", count=2)
    await _told(first, "ring p1", "NewCall confirmed")
    await asyncio.to_thread(rival.kill)
    await datev.do("await", what="buddies", count=1)
    await _told(first, "end p1", "CallStateChanged confirmed")
    await _ends(first)
    await datev.is_content()


_MODULE = "tests.windows.datev.connector_process"


async def _connector(start: StartProcess, folder: Path) -> WindowsProcess:
    process = start("-m", _MODULE, str(folder))
    await asyncio.to_thread(process.wait_for, "up")
    return process


async def _told(process: WindowsProcess, line: str, answer: str) -> None:
    process.tell(line)
    await asyncio.to_thread(process.wait_for, answer)


async def _ends(process: WindowsProcess) -> None:
    await asyncio.to_thread(process.wait)
