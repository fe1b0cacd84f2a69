"""The main thread of a window program: it serves messages, and turns to work when it is woken."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Callable
from ctypes import byref
from ctypes.wintypes import BOOL, DWORD, HANDLE, LPCWSTR, LPVOID, MSG

_user32 = ctypes.WinDLL("user32")
_kernel32 = ctypes.WinDLL("kernel32")
_new_event = _kernel32.CreateEventW
_new_event.argtypes = [LPVOID, BOOL, BOOL, LPCWSTR]
_new_event.restype = HANDLE
_set_event = _kernel32.SetEvent
_set_event.argtypes = [HANDLE]
_wait = _user32.MsgWaitForMultipleObjectsEx
_wait.argtypes = [DWORD, LPVOID, DWORD, DWORD, DWORD]
_wait.restype = DWORD

_REMOVE = 1
_ALL_INPUT = 0x04FF
_INPUT_AVAILABLE = 4
_FOR_EVER = 0xFFFFFFFF


class Pump:
    """Runs until `work` says that it is enough. `wake` may be called from any thread."""

    def __init__(self) -> None:
        self._event = HANDLE(_new_event(None, False, False, None))  # noqa: FBT003 -- Windows' order

    def wake(self) -> None:
        """Have `work` called soon."""
        _set_event(self._event)

    def run(self, work: Callable[[], bool], look_again_ms: Callable[[], int | None]) -> None:
        """Call `work` when woken, after messages, and after `look_again_ms`; end when it is False.

        `look_again_ms` None waits for as long as it takes.
        """
        while work():
            pause = look_again_ms()
            wait_ms = _FOR_EVER if pause is None else pause
            _wait(1, byref(self._event), wait_ms, _ALL_INPUT, _INPUT_AVAILABLE)
            self._serve()

    @staticmethod
    def _serve() -> None:
        message = MSG()
        while _user32.PeekMessageW(byref(message), None, 0, 0, _REMOVE):
            _user32.TranslateMessage(byref(message))
            _user32.DispatchMessageW(byref(message))
