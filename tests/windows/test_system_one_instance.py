"""One instance a session: the mutex decides, the pipe hands over; with two processes."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from ctypes import wintypes
from pathlib import Path
from uuid import uuid4

import pytest

from datev_connector.desktop.instance import OneInstance, hand_over, instance_key
from datev_connector.desktop.instance_lines import Message, Wish
from datev_connector.system.private_files import own_id, strangers
from datev_connector.system.session_mutex import SessionMutex
from tests.windows.conftest import StartProcess
from tests.windows.windows_process import WindowsProcess

ROOT = str(Path(__file__).parents[2])
DIAL = Message(wish=Wish.DIAL, text="tel:+49-721-9876")
FIRST = f"""
import sys
sys.path.insert(0, {ROOT!r})
from tests.desktop.instance.first_start import main
sys.exit(main(sys.argv[1]))
"""
HOLDER = """
import sys
from datev_connector.system.session_mutex import SessionMutex
mutex = SessionMutex(sys.argv[1])
print(mutex.take(), flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def key() -> str:
    return uuid4().hex[:24]


@pytest.fixture
def mutex(key: str) -> Iterator[SessionMutex]:
    made = SessionMutex(key)
    yield made
    made.leave()


def first(windows_process: StartProcess, key: str) -> WindowsProcess:
    process = windows_process("-c", FIRST, key)
    assert process.line() == "first"
    return process


def test_one_process_has_the_name_until_it_is_killed(
    windows_process: StartProcess, mutex: SessionMutex, key: str
) -> None:
    other = windows_process("-c", HOLDER, key)
    assert other.line() == "True"
    assert not mutex.take()
    other.kill()
    assert mutex.take()
    assert not SessionMutex(key).take()
    mutex.leave()
    assert mutex.take()


def test_other_keys_are_other_names(mutex: SessionMutex, key: str) -> None:
    other = SessionMutex(key + "0")
    assert mutex.take()
    assert other.take()
    other.leave()


def test_the_mutex_keeps_a_second_instance_out(mutex: SessionMutex, key: str) -> None:
    assert mutex.take()
    assert not OneInstance(key, mutex=SessionMutex(key)).claim()


def test_a_link_is_handed_to_the_process_that_runs(windows_process: StartProcess, key: str) -> None:
    running = first(windows_process, key)
    assert hand_over(key, DIAL, 10)
    assert running.line() == f"dial {DIAL.text!r}"
    assert hand_over(key, Message(), 10)
    assert running.line() == "show"


def test_the_pipe_of_a_killed_instance_is_taken_over(
    windows_process: StartProcess, key: str
) -> None:
    first(windows_process, key).kill()
    assert not hand_over(key, DIAL, 1)
    running = first(windows_process, key)
    assert hand_over(key, DIAL, 10)
    assert running.line() == f"dial {DIAL.text!r}"


def test_the_key_tells_sessions_and_profiles_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = instance_key(tmp_path)
    assert instance_key(tmp_path / "x" / "..") == here
    assert instance_key(Path(str(tmp_path).upper())) == here
    assert instance_key(tmp_path / "other") != here
    monkeypatch.setattr(sys.modules[instance_key.__module__], "_session", lambda: "77")
    assert instance_key(tmp_path) != here


def test_nobody_else_may_open_the_pipe(windows_process: StartProcess, key: str) -> None:
    first(windows_process, key)
    assert strangers(who_may_open(rf"\\.\pipe\datev-connector-{key}"), own_id()) == frozenset()


def who_may_open(pipe: str) -> str:
    """The list of who may do what, in words (SDDL)."""
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = wintypes.HANDLE
    advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    read, existing, kernel_object, dacl, revision = 0x8000_0000, 3, 6, 4, 1
    handle = wintypes.HANDLE(
        kernel.CreateFileW(pipe, wintypes.DWORD(read), 0, None, existing, 0, None)
    )
    descriptor, words = ctypes.c_void_p(), wintypes.LPWSTR()
    try:
        failed = advapi.GetSecurityInfo(
            handle, kernel_object, dacl, None, None, None, None, ctypes.byref(descriptor)
        )
        assert not failed
        assert advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor, revision, dacl, ctypes.byref(words), None
        )
    finally:
        kernel.CloseHandle(handle)
    return words.value or ""
