"""The first start of an office that had another connector before."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.end_to_end.connector import environment
from tests.app.settings.original.files import left_behind, user_config
from tests.desktop.end_to_end.hand import Hand

TITLE = "Ersteinrichtung|First set-up"
PATIENCE_S = 60.0

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the folders are named by the environment"
)


def around(home: Path, screen: str) -> dict[str, str]:
    """What a program finds around it in a home that another connector has left."""
    homes = left_behind(home, user_config({"Host": "127.0.0.1", "LoginId": "0017"}))
    folders = {f"XDG_{name}_HOME": str(home / name) for name in ("DATA", "CONFIG", "STATE")}
    return environment(**homes, **folders, HOME=str(home), DISPLAY=screen, QT_QPA_PLATFORM="xcb")


async def started(home: Path, screen: str, *options: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "datev_connector", "run", *options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=around(home, screen),
    )


async def until_kept(process: asyncio.subprocess.Process) -> None:
    """Return when the program has opened its profile."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        async for line in process.stdout:
            if json.loads(line).get("leg") == "store":
                return
    raise AssertionError("the program has ended")


async def ended(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b'{"command": "quit"}\n')
    async with asyncio.timeout(PATIENCE_S):
        await process.communicate()
    assert process.returncode == 0


async def test_the_set_up_opens_once_to_say_what_was_taken_over(
    screen: str, hand: Hand, tmp_path: Path
) -> None:
    process = await started(tmp_path, screen, "--stream")
    try:
        await until_kept(process)
        await hand.window(TITLE)
        await ended(process)
        process = await started(tmp_path, screen, "--stream")
        await until_kept(process)
        other = await started(tmp_path, screen)
        assert await other.wait() == 0
        await hand.window("Status and diagnosis|Zustand und Diagnose")
        assert not [title for title in await hand.titles() if re.search(TITLE, title)]
        await ended(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    settings = (tmp_path / "CONFIG" / "DatevConnector" / "settings.toml").read_text("utf-8")
    assert 'host = "127.0.0.1"' in settings
