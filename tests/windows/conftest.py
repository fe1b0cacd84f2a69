"""For tests that a Windows Python runs (`make test-windows`); on other systems there are none."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from datev_connector.app.folders import Profile, find_profile
from tests.windows.apartments import Apartments
from tests.windows.registry_tree import delete_tree
from tests.windows.windows_process import StartProcess, WindowsProcess

if sys.platform != "win32":
    collect_ignore_glob = ["test_*.py"]

__all__ = ["StartProcess"]
APARTMENTS = Apartments()
LOOK_S = 0.5


@pytest_asyncio.fixture(autouse=True)
async def awake() -> AsyncIterator[None]:
    """Has the loop of a test look about now and then.

    Seldom Wine loses the byte by which a thread wakes it; then it would wait for ever for work that
    has long been done.
    """
    loop = asyncio.get_running_loop()
    looking: asyncio.TimerHandle

    def look() -> asyncio.TimerHandle:
        nonlocal looking
        looking = loop.call_later(LOOK_S, look)
        return looking

    looking = look()
    yield
    looking.cancel()


def pytest_runtest_setup() -> None:
    if APARTMENTS.too_many:
        pytest.exit(APARTMENTS.too_many, returncode=1)


@pytest.fixture
def windows_process() -> Iterator[StartProcess]:
    """Starts Pythons beside this one, to talk to them by pipes; they end with the test."""
    started: list[WindowsProcess] = []

    def start(*arguments: str, environment: dict[str, str] | None = None) -> WindowsProcess:
        process = WindowsProcess(*arguments, environment=environment or {})
        started.append(process)
        return process

    yield start
    for process in started:
        process.end()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Names the files of a profile of its own; none is there yet."""
    return find_profile(folder=tmp_path / "profile")


@pytest.fixture
def registry_subtree() -> Iterator[str]:
    """The name of a key under HKEY_CURRENT_USER that is not there before and after."""
    name = rf"Software\DatevConnectorTests\{uuid4().hex}"
    yield name
    delete_tree(name)
    delete_tree(r"Software\DatevConnectorTests")
