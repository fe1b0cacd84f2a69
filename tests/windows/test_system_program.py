"""The whole program under Windows: second starts, and what happens to its session."""

from __future__ import annotations

import ctypes
import time
from ctypes import wintypes
from pathlib import Path

import pytest

from datev_connector.desktop.instance import instance_key
from datev_connector.system.session_mutex import SessionMutex
from datev_connector.system.session_watch import (
    WINDOW_CLASS,
    WM_CLOSE,
    WM_ENDSESSION,
    WM_POWERBROADCAST,
    WM_QUERYENDSESSION,
    WM_WTSSESSION_CHANGE,
)
from tests.windows.conftest import StartProcess
from tests.windows.windows_process import WindowsProcess

USER = ctypes.WinDLL("user32")
USER.FindWindowW.argtypes = [wintypes.LPCWSTR, wintypes.LPCWSTR]
USER.FindWindowW.restype = wintypes.HWND
USER.SendMessageW.argtypes = [wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM]
PATIENCE_S = 100.0
HERE = {"QT_QPA_PLATFORM": "windows"}


def program(start: StartProcess, profile: Path, *arguments: str) -> WindowsProcess:
    words = ("-m", "datev_connector", "run", "--profile", str(profile), *arguments)
    return start(*words, environment=HERE)


def window(process: WindowsProcess, kind: str | None, title: str | None = None) -> int:
    """The window of a class or title, once it is there."""
    until = time.monotonic() + PATIENCE_S
    while not (found := USER.FindWindowW(kind, title)):
        assert process.running, process.complaints
        assert time.monotonic() < until, "there is no such window"
        time.sleep(0.05)  # nothing tells of a new window
    return int(found)


def log_of(profile: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in (profile / "logs").rglob("*.log"))


def opened(start: StartProcess, profile: Path) -> tuple[WindowsProcess, int]:
    process = program(start, profile)
    return process, window(process, WINDOW_CLASS)


@pytest.mark.timeout(300)
def test_it_sees_the_session_come_and_go_and_ends_with_it(
    windows_process: StartProcess, tmp_path: Path
) -> None:
    process, hidden = opened(windows_process, tmp_path)
    for message, first in ((WM_WTSSESSION_CHANGE, 7), (WM_POWERBROADCAST, 4)):
        USER.SendMessageW(hidden, message, first, 0)
    assert USER.SendMessageW(hidden, WM_QUERYENDSESSION, 0, 0) == 1
    assert USER.SendMessageW(hidden, WM_ENDSESSION, 0, 0) == 0
    assert process.running, "the end of the session was called off"
    USER.SendMessageW(hidden, WM_ENDSESSION, 1, 0)
    assert process.wait(PATIENCE_S) == 0, log_of(tmp_path)
    told = [line.rpartition(" ")[2] for line in log_of(tmp_path).splitlines() if "session:" in line]
    assert told == ["locked", "suspending", "ending", "staying", "ended"]


@pytest.mark.timeout(300)
def test_whoever_closes_the_hidden_window_ends_it_in_order(
    windows_process: StartProcess, tmp_path: Path
) -> None:
    process, hidden = opened(windows_process, tmp_path)
    USER.SendMessageW(hidden, WM_CLOSE, 0, 0)
    assert process.wait(PATIENCE_S) == 0, log_of(tmp_path)


@pytest.mark.timeout(300)
def test_a_second_start_that_is_not_answered_says_so_in_a_window(
    windows_process: StartProcess, tmp_path: Path
) -> None:
    hanging = SessionMutex(instance_key(tmp_path))
    assert hanging.take()
    second = program(windows_process, tmp_path)
    box = window(second, None, "DATEV Connector")
    USER.SendMessageW(box, WM_CLOSE, 0, 0)
    assert second.wait(PATIENCE_S) == 1
    assert "does not answer" in second.complaints
    hanging.leave()


@pytest.mark.timeout(300)
def test_a_start_by_windows_gives_way_without_a_word(
    windows_process: StartProcess, tmp_path: Path
) -> None:
    first = SessionMutex(instance_key(tmp_path))
    assert first.take()
    second = program(windows_process, tmp_path, "--at-sign-in")
    assert second.wait(PATIENCE_S) == 0
    assert "answer" not in second.complaints
    first.leave()
