"""Has the first instance end in order, and waits until its process is gone."""

from __future__ import annotations

import sys
import time

from datev_connector.desktop.instance import hand_over, lock_of
from datev_connector.desktop.instance_lines import Message, Wish

POLITE_S = 5.0
"""Longest wait for the answer that it has heard."""


class StillRuns(Exception):
    """It did not hear, or did not come to its end in time."""


def end_first(key: str, timeout_s: float) -> bool:
    """End the instance of `key`; False: there is none. Raises StillRuns after `timeout_s`."""
    ends_at = time.monotonic() + timeout_s
    lock = lock_of(key)
    if lock.tryLock(0):
        lock.unlock()
        return False
    gone = _Process(_holder(lock.getLockInfo()))
    if not hand_over(key, Message(wish=Wish.QUIT), min(POLITE_S, timeout_s)):
        raise StillRuns
    if not lock.tryLock(_left_ms(ends_at)):
        raise StillRuns
    lock.unlock()
    if not gone.within(_left_ms(ends_at)):
        raise StillRuns
    return True


def _left_ms(ends_at: float) -> int:
    return max(1, round((ends_at - time.monotonic()) * 1000))


def _holder(information: object) -> int:
    """The process that holds a lock; 0 if it cannot be told."""
    numbers = (
        [one for one in information if type(one) is int] if isinstance(information, tuple) else []
    )
    return numbers[0] if numbers else 0


if sys.platform == "win32":
    SYNCHRONISE = 0x0010_0000

    class _Process:
        """A process that is to end: its files are in use until it has."""

        def __init__(self, pid: int) -> None:
            import ctypes

            self._kernel = ctypes.WinDLL("kernel32")
            self._kernel.OpenProcess.restype = ctypes.c_void_p
            self._handle = ctypes.c_void_p(self._kernel.OpenProcess(SYNCHRONISE, 0, pid))

        def within(self, timeout_ms: int) -> bool:
            """Tell whether it has ended in time."""
            if self._handle.value is None:
                return True
            ended: bool = self._kernel.WaitForSingleObject(self._handle, timeout_ms) == 0
            self._kernel.CloseHandle(self._handle)
            return ended

else:

    class _Process:
        """Elsewhere a file may be replaced while it is in use: its lock is enough."""

        def __init__(self, pid: int) -> None:
            """`pid` is not looked at."""

        def within(self, timeout_ms: int) -> bool:
            """Nothing is waited for."""
            return True
