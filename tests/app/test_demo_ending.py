"""However the demo ends, no process and no folder stays behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from datev_connector.app.demo.connector import ConnectorProcess, tool
from datev_connector.app.demo.language import Language, Text, language_of, wanted_language
from datev_connector.app.demo.office import LENA
from datev_connector.app.demo.stage import open_stage
from datev_connector.app.demo.trouble import Trouble
from datev_connector.app.secrets import SecretKind

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="sends signals of POSIX")


@pytest.fixture
async def profile(tmp_path: Path) -> AsyncIterator[Path]:
    async with open_stage() as stage:
        stage.prepare(tmp_path / "profile", Language.ENGLISH)
        yield tmp_path / "profile"


async def started(profile: Path, *, leave_s: float = 15.0) -> ConnectorProcess:
    connector = ConnectorProcess(
        profile, secrets={SecretKind.STARFACE_PASSWORD: LENA.password}, leave_s=leave_s
    )
    await connector.start()
    await connector.until(
        lambda: any(leg["state"] == "up" for leg in connector.of("leg", leg="starface")),
        Text("", ""),
        20.0,
    )
    return connector


def pid_of(profile: Path) -> int:
    return int(json.loads((profile / "connector.lock").read_text("utf-8"))["pid"])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_connector_ends_when_asked(profile: Path) -> None:
    connector = await started(profile)
    await connector.leave()
    assert not connector.running


@POSIX
async def test_a_connector_that_hangs_is_killed_and_named(profile: Path) -> None:
    connector = await started(profile, leave_s=0.2)
    pid = pid_of(profile)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(Trouble, match="did not end within 0.2 s"):
        await connector.leave()
    assert not is_alive(pid)


@POSIX
async def test_a_connector_that_dies_is_noticed_at_once(profile: Path) -> None:
    connector = await started(profile)
    waiting = asyncio.get_running_loop().create_task(
        connector.until(lambda: False, Text("", ""), 20.0)
    )
    os.kill(pid_of(profile), signal.SIGKILL)
    with pytest.raises(Trouble, match="ended with code -9"):
        await waiting
    with pytest.raises(Trouble, match="ended with code -9"):
        await connector.send(command="quit")
    with pytest.raises(Trouble, match="ended with code -9"):
        await connector.leave()


async def test_what_it_waited_for_in_vain_is_named(profile: Path) -> None:
    connector = await started(profile)
    with pytest.raises(Trouble, match=r"waited 0.01 s in vain until the moon rises"):
        await connector.until(lambda: False, Text("der Mond aufgeht", "the moon rises"), 0.01)
    await connector.leave()


async def test_a_tool_that_fails_is_quoted(profile: Path) -> None:
    with pytest.raises(Trouble, match=r"“contacts import” ended with code 1: Error: .*missing.csv"):
        await tool(profile, "contacts", "import", str(profile / "missing.csv"))


@POSIX
@pytest.mark.parametrize("way", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupted_demo_cleans_up(tmp_path: Path, way: str) -> None:
    with subprocess.Popen(
        [
            *(sys.executable, "-u", "-m", "datev_connector", "demo"),
            *("--headless", "--language", "en"),
        ],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        assert demo.stderr is not None
        for line in demo.stdout:
            if line.startswith("08:05"):
                break
        pid = pid_of(next(tmp_path.glob("datev-connector-demo-*/profile")))
        demo.send_signal(signal.Signals[way])
        rest, complaints = demo.stdout.read(), demo.stderr.read()
        assert demo.wait(30) == 1
    assert rest.endswith("Ended.\n")
    assert complaints == ""
    assert not is_alive(pid)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("", Language.GERMAN),
        ("C", Language.GERMAN),
        ("C.UTF-8", Language.GERMAN),
        ("de_AT", Language.GERMAN),
        ("German_Germany", Language.GERMAN),
        ("en_US", Language.ENGLISH),
        ("English_United States", Language.ENGLISH),
        ("fr_FR", Language.ENGLISH),
    ],
)
def test_the_language_of_the_system(name: str, language: Language) -> None:
    assert language_of(name) is language


@POSIX
def test_the_environment_says_what_the_system_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert wanted_language(None) is Language.GERMAN
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert wanted_language(None) is Language.ENGLISH


def test_the_language_asked_for() -> None:
    assert wanted_language("en") is Language.ENGLISH
    assert wanted_language("de") is Language.GERMAN
