"""A name that one process of a session can have: the kernel of Windows lets it go with the process.

A file with the number of a process can be wrong: numbers are given again.
"""

from __future__ import annotations

import sys


def mutex_name(key: str) -> str:
    r"""The name in the space of this session; other sessions of a terminal server have their own.

    `key` must hold no backslash.
    """
    return rf"Local\DatevConnector-{key}"


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    ERROR_ACCESS_DENIED = 5
    ERROR_ALREADY_EXISTS = 183

    class SessionMutex:
        """Taken by at most one at a time."""

        def __init__(self, key: str) -> None:
            """Touches nothing yet."""
            self._name = mutex_name(key)
            self._handle: int | None = None
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._kernel.CreateMutexW.argtypes = [
                wintypes.LPVOID,
                wintypes.BOOL,
                wintypes.LPCWSTR,
            ]
            self._kernel.CreateMutexW.restype = wintypes.HANDLE
            self._kernel.CloseHandle.argtypes = [wintypes.HANDLE]

        def take(self) -> bool:
            """Tell whether it is ours now. Raises OSError."""
            handle = self._kernel.CreateMutexW(None, False, self._name)  # noqa: FBT003 - of Windows
            error = ctypes.get_last_error()
            if not handle and error != ERROR_ACCESS_DENIED:
                raise ctypes.WinError(error)
            if not handle or error == ERROR_ALREADY_EXISTS:
                if handle:
                    self._kernel.CloseHandle(handle)
                return False
            self._handle = handle
            return True

        def leave(self) -> None:
            """Let others have it."""
            if self._handle is not None:
                self._kernel.CloseHandle(self._handle)
                self._handle = None

else:

    class SessionMutex:
        """Elsewhere a lock in a file serves: its system lets it go with the process."""

        def __init__(self, key: str) -> None:
            """`key` is not looked at."""

        def take(self) -> bool:
            """Nobody is kept out by this."""
            return True

        def leave(self) -> None:
            """Nothing was taken."""
