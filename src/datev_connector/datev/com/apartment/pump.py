"""Messages of the apartment's thread: COM delivers calls to it as messages. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import time
from collections.abc import Callable
from ctypes import wintypes
from typing import Final

_ALL_INPUT: Final = 0x04FF
_INPUT_AVAILABLE: Final = 4
_REMOVE: Final = 1
_WM_NULL: Final = 0
_FOREVER: Final = 0xFFFFFFFF
_TIMEOUT: Final = 258
"""WAIT_TIMEOUT"""


class Pump:
    """Waits without ever blocking the apartment: calls from outside are served meanwhile.

    Made in the thread that is to be woken; `wake` may be called from any.
    """

    def __init__(self) -> None:
        self._user32 = ctypes.WinDLL("user32")
        self._user32.DispatchMessageW.restype = ctypes.c_ssize_t
        self._message = wintypes.MSG()
        self._thread_id = ctypes.WinDLL("kernel32").GetCurrentThreadId()
        self._dispatch_all()  # from now on the thread has a queue

    def wake(self) -> None:
        """Let the thread look at what it waits for."""
        self._user32.PostThreadMessageW(self._thread_id, _WM_NULL, None, None)

    def wait(self, until: Callable[[], bool], limit_s: float | None = None) -> bool:
        """Serve calls until `until` says so or the time is up; tell what `until` said."""
        end = None if limit_s is None else time.monotonic() + limit_s
        while True:
            self._dispatch_all()
            if until():
                return True
            left_ms = _FOREVER
            if end is not None:
                left_ms = max(0, round(1000 * (end - time.monotonic())))
                if left_ms == 0:
                    return False
            self._user32.MsgWaitForMultipleObjectsEx(0, None, left_ms, _ALL_INPUT, _INPUT_AVAILABLE)

    def settle(self, quiet_s: float, limit_s: float) -> None:
        """Serve what is still on its way here: until nothing came for a while, or time is up."""
        end = time.monotonic() + limit_s
        while (left_s := end - time.monotonic()) > 0:
            self._dispatch_all()
            wait_ms = max(1, round(1000 * min(quiet_s, left_s)))
            if (
                self._user32.MsgWaitForMultipleObjectsEx(
                    0, None, wait_ms, _ALL_INPUT, _INPUT_AVAILABLE
                )
                == _TIMEOUT
            ):
                return

    def _dispatch_all(self) -> None:
        message = ctypes.byref(self._message)
        while self._user32.PeekMessageW(message, None, 0, 0, _REMOVE):
            self._user32.DispatchMessageW(message)
