"""The hidden window hears what Windows tells, as Windows tells it: by messages to it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from ctypes import wintypes
from dataclasses import dataclass, field

import pytest

from datev_connector.domain.seat import Seat
from datev_connector.system.session_watch import (
    WINDOW_CLASS,
    WM_CLOSE,
    WM_ENDSESSION,
    WM_POWERBROADCAST,
    WM_QUERYENDSESSION,
    WM_WTSSESSION_CHANGE,
    SessionWindow,
)
from tests.windows.windows_process import StartProcess

USER = ctypes.WinDLL("user32")
USER.SendMessageW.argtypes = [wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM]
USER.SendMessageW.restype = ctypes.c_ssize_t
USER.FindWindowW.argtypes = [wintypes.LPCWSTR, wintypes.LPCWSTR]
USER.FindWindowW.restype = wintypes.HWND

SENDER = f"""
import ctypes, sys
from ctypes import wintypes
user = ctypes.WinDLL("user32")
user.FindWindowW.restype = wintypes.HWND
user.SendMessageW.argtypes = [wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM]
window = user.FindWindowW({WINDOW_CLASS!r}, None)
for first in (7, 8):
    user.SendMessageW(window, {WM_WTSSESSION_CHANGE}, first, 1)
print(user.SendMessageW(window, {WM_QUERYENDSESSION}, 0, 1), flush=True)
"""


@dataclass
class Heard:
    seats: list[Seat] = field(default_factory=list)
    asked: int = 0

    def ask(self) -> None:
        self.asked += 1


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def window(heard: Heard) -> Iterator[SessionWindow]:
    made = SessionWindow(heard.seats.append, asked_to_end=heard.ask)
    yield made
    made.close()


def send(window: SessionWindow, message: int, first: int = 0) -> int:
    return int(USER.SendMessageW(window.handle, message, first, 0))


def test_it_hears_of_lock_sleep_and_leaving(window: SessionWindow, heard: Heard) -> None:
    send(window, WM_WTSSESSION_CHANGE, 7)
    send(window, WM_WTSSESSION_CHANGE, 4)
    send(window, WM_POWERBROADCAST, 4)
    assert send(window, WM_POWERBROADCAST, 0x12) == 1
    send(window, WM_WTSSESSION_CHANGE, 3)
    send(window, WM_WTSSESSION_CHANGE, 8)
    assert heard.seats == [
        Seat.LOCKED,
        Seat.DISCONNECTED,
        Seat.SUSPENDING,
        Seat.RESUMED,
        Seat.CONNECTED,
        Seat.UNLOCKED,
    ]


def test_it_keeps_nobody_from_signing_off(window: SessionWindow, heard: Heard) -> None:
    assert send(window, WM_QUERYENDSESSION) == 1
    assert send(window, WM_ENDSESSION, 0) == 0
    send(window, WM_ENDSESSION, 1)
    assert heard.seats == [Seat.ENDING, Seat.STAYING, Seat.ENDED]


def test_whoever_closes_it_asks_the_program_to_end(window: SessionWindow, heard: Heard) -> None:
    send(window, WM_CLOSE)
    assert heard.asked == 1
    assert USER.FindWindowW(WINDOW_CLASS, None) == window.handle


def test_it_is_no_window_for_messages_only_and_shows_nothing(window: SessionWindow) -> None:
    assert USER.FindWindowW(WINDOW_CLASS, None) == window.handle  # finds top-level windows
    assert not USER.IsWindowVisible(window.handle)


def test_it_is_gone_when_closed_and_may_come_again(heard: Heard) -> None:
    for _ in range(3):
        made = SessionWindow(heard.seats.append, asked_to_end=heard.ask)
        send(made, WM_WTSSESSION_CHANGE, 8)
        made.close()
        assert not USER.FindWindowW(WINDOW_CLASS, None)
    assert heard.seats == [Seat.UNLOCKED] * 3


def test_what_another_process_sends_waits_for_the_loop_of_our_thread(
    window: SessionWindow, heard: Heard, windows_process: StartProcess
) -> None:
    sender = windows_process("-c", SENDER)
    message = wintypes.MSG()
    while len(heard.seats) < 3:
        USER.MsgWaitForMultipleObjects(0, None, False, 5000, 0x04FF)
        while USER.PeekMessageW(ctypes.byref(message), None, 0, 0, 1):
            USER.DispatchMessageW(ctypes.byref(message))
    assert heard.seats == [Seat.LOCKED, Seat.UNLOCKED, Seat.ENDING]
    assert sender.line() == "1"
