"""The demo with its windows: the day agrees, and whoever looks on may play afterwards."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.app.end_to_end.connector import environment
from tests.desktop.end_to_end.hand import Hand

DAY_S = 150.0


async def test_the_day_is_played_in_windows_until_they_are_closed(
    screen: str, hand: Hand, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "datev_connector", "demo", "--no-pauses", "--language", "de"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment(DISPLAY=screen, QT_QPA_PLATFORM="xcb", TMPDIR=str(tmp_path)),
    )
    assert process.stdout is not None
    told = ""
    async with asyncio.timeout(DAY_S):
        while "Unterschied" not in told or not told.endswith(".\n"):
            line = await process.stdout.readline()
            assert line, told
            told += line.decode()
        # What it tells is broken at the width of the terminal.
        words = " ".join(told.split())
        assert "Kein Unterschied: " in words, told
        assert " stimmen in allen 12 Anrufen überein." in words, told
        await hand.go_to("nachgestellt")
        # The person is asked to close the window; that ends connector and simulators in order.
        await hand.press("alt+F4")
        await process.stdout.read()
        assert await process.wait() == 0
    assert left_over(tmp_path) == []


def left_over(folder: Path) -> list[Path]:
    return list(folder.glob("datev-connector-demo-*"))
