"""Time limits of calls that go out: COM itself waits as long as the other side likes.

Calls nest: while one is under way DATEV calls us, and we read its object. Each has its own limit.
When one is over, COM is told in both ways it knows: the message filter of the waiting thread
cancels when it is asked, which a message to the thread brings about, and `CoCancelCall`.
Windows only.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_INSIST_S: Final = 0.25
"""How often COM is told again while the call has not come back."""
_WM_NULL: Final = 0
_COINIT_MULTITHREADED: Final = 0


class Watch:
    """Watches the calls of the thread that makes it; a thread of its own does the watching."""

    def __init__(self) -> None:
        self._thread_id = ctypes.WinDLL("kernel32").GetCurrentThreadId()
        self._ends: list[float] = []
        self._changed = threading.Condition()
        self._over = False
        self._insisting = False
        self._can_cancel = True
        self._watcher = threading.Thread(target=self._run, name="com watch", daemon=True)
        self._watcher.start()

    @contextmanager
    def limit(self, limit_s: float) -> Iterator[None]:
        """Cancel whatever call is under way when the time is up; for the watched thread only."""
        with self._changed:
            self._ends.append(time.monotonic() + limit_s)
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._ends.pop()

    @property
    def expired(self) -> bool:
        """Tell whether the call that is under way has outrun its limit, or one around it has."""
        with self._changed:
            return bool(self._ends) and min(self._ends) <= time.monotonic()

    def stop(self) -> None:
        """End the watching."""
        with self._changed:
            self._over = True
            self._changed.notify()

    def _run(self) -> None:
        ole32 = ctypes.WinDLL("ole32")
        ole32.CoInitializeEx(None, _COINIT_MULTITHREADED)
        while self._wait():
            self._cancel(ole32)
        ole32.CoUninitialize()

    def _wait(self) -> bool:
        """Wait for a call that is over its limit; False at the end."""
        with self._changed:
            if self._insisting:
                self._changed.wait(_INSIST_S)
            while not self._over:
                left_s = min(self._ends) - time.monotonic() if self._ends else None
                self._insisting = left_s is not None and left_s <= 0
                if self._insisting:
                    return True
                self._changed.wait(left_s)
            return False

    def _cancel(self, ole32: ctypes.WinDLL) -> None:
        ctypes.WinDLL("user32").PostThreadMessageW(self._thread_id, _WM_NULL, None, None)
        if self._can_cancel:
            try:
                ole32.CoCancelCall(self._thread_id, 0)
            except (OSError, AttributeError):  # not every system that calls itself Windows has it
                self._can_cancel = False
