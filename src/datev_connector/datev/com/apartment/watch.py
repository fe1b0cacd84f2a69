"""Time limits of calls that go out: COM itself waits as long as the other side likes.

Calls nest: while one is under way DATEV calls us, and we read its object. Each has its own limit.
A call may be spared when its time is up, so that its end can be learnt.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

_INSIST_S: Final = 0.25
"""How often COM is told again while the call has not come back."""
_END_S: Final = 1.0
_WM_NULL: Final = 0
_COINIT_MULTITHREADED: Final = 0


class _Limit(NamedTuple):
    end: float
    unless: Callable[[], bool]

    def is_over(self, now: float) -> bool:
        return self.end <= now and not self.unless()


class Watch:
    """Watches the calls of the thread that makes it; a thread of its own does the watching."""

    def __init__(self) -> None:
        self._thread_id = ctypes.WinDLL("kernel32").GetCurrentThreadId()
        self._limits: list[_Limit] = []
        self._changed = threading.Condition()
        self._over = False
        self._insisting = False
        self._can_cancel = True
        self._watcher = threading.Thread(target=self._run, name="com watch", daemon=True)
        self._watcher.start()

    @contextmanager
    def limit(self, limit_s: float, unless: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Cancel whatever call is under way when the time is up; for the watched thread only.

        `unless` says when the time is up whether the call is spared after all; in any thread.
        """
        with self._changed:
            self._limits.append(_Limit(time.monotonic() + limit_s, unless))
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._limits.pop()

    @property
    def expired(self) -> bool:
        """Tell whether the call that is under way has outrun its limit, or one around it has."""
        with self._changed:
            return any(limit.is_over(time.monotonic()) for limit in self._limits)

    def stop(self) -> None:
        """End the watching.

        The thread is waited for: a process that ends while one leaves COM may never end under Wine.
        """
        with self._changed:
            self._over = True
            self._changed.notify()
        self._watcher.join(_END_S)

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
                now = time.monotonic()
                self._insisting = any(limit.is_over(now) for limit in self._limits)
                if self._insisting:
                    return True
                ahead = [limit.end - now for limit in self._limits if limit.end > now]
                self._changed.wait(min(ahead, default=None))
            return False

    def _cancel(self, ole32: ctypes.WinDLL) -> None:
        ctypes.WinDLL("user32").PostThreadMessageW(self._thread_id, _WM_NULL, None, None)
        if self._can_cancel:
            try:
                ole32.CoCancelCall(self._thread_id, 0)
            except (OSError, AttributeError):  # not every system that calls itself Windows has it
                self._can_cancel = False
