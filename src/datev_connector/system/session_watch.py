"""Hears from Windows what happens to the session: locked, left, put to sleep, signed off.

A hidden window is told all of that. It is an ordinary one, since Windows tells windows "for
messages only" nothing that goes to all; and it belongs to the thread that made it, whose loop must
look for messages (that of Qt does).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType

from datev_connector.domain.seat import Seat

WINDOW_CLASS = "DatevConnectorSession"
"""By this name an installer finds the window, to ask the program to end."""
WM_CLOSE = 0x0010
WM_QUERYENDSESSION = 0x0011
WM_ENDSESSION = 0x0016
WM_POWERBROADCAST = 0x0218
WM_WTSSESSION_CHANGE = 0x02B1

OF_POWER: Mapping[int, Seat] = MappingProxyType(
    {
        0x04: Seat.SUSPENDING,  # PBT_APMSUSPEND
        0x06: Seat.RESUMED,  # PBT_APMRESUMECRITICAL: nobody said before that it would sleep
        0x12: Seat.RESUMED,  # PBT_APMRESUMEAUTOMATIC: always; whether a person woke it comes later
    }
)
OF_SESSION: Mapping[int, Seat] = MappingProxyType(
    {
        0x1: Seat.CONNECTED,  # WTS_CONSOLE_CONNECT
        0x2: Seat.DISCONNECTED,  # WTS_CONSOLE_DISCONNECT
        0x3: Seat.CONNECTED,  # WTS_REMOTE_CONNECT
        0x4: Seat.DISCONNECTED,  # WTS_REMOTE_DISCONNECT
        0x7: Seat.LOCKED,  # WTS_SESSION_LOCK
        0x8: Seat.UNLOCKED,  # WTS_SESSION_UNLOCK
    }
)


def seat_of(message: int, parameter: int) -> Seat | None:
    """What a message with its first parameter says of the session; None: nothing of concern."""
    of_end = {0: Seat.STAYING}.get(parameter, Seat.ENDED)
    meaning = {
        WM_POWERBROADCAST: OF_POWER.get(parameter),
        WM_WTSSESSION_CHANGE: OF_SESSION.get(parameter),
        WM_QUERYENDSESSION: Seat.ENDING,
        WM_ENDSESSION: of_end,
    }
    return meaning.get(message)


if sys.platform == "win32":
    import contextlib
    import ctypes
    from ctypes import wintypes

    _LRESULT = ctypes.c_ssize_t
    _WNDPROC = ctypes.WINFUNCTYPE(
        _LRESULT, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM
    )

    class _WindowClass(ctypes.Structure):
        _fields_ = (
            ("style", wintypes.UINT),
            ("lpfnWndProc", _WNDPROC),
            ("cbClsExtra", ctypes.c_int),
            ("cbWndExtra", ctypes.c_int),
            ("hInstance", wintypes.HINSTANCE),
            ("hIcon", wintypes.HICON),
            ("hCursor", wintypes.HANDLE),
            ("hbrBackground", wintypes.HBRUSH),
            ("lpszMenuName", wintypes.LPCWSTR),
            ("lpszClassName", wintypes.LPCWSTR),
        )

    def _functions() -> tuple[ctypes.WinDLL, ctypes.WinDLL]:
        """user32 and wtsapi32 with the types of what is called there."""
        user = ctypes.WinDLL("user32", use_last_error=True)
        user.DefWindowProcW.argtypes = [
            wintypes.HWND,
            wintypes.UINT,
            wintypes.WPARAM,
            wintypes.LPARAM,
        ]
        user.DefWindowProcW.restype = _LRESULT
        user.RegisterClassW.argtypes = [ctypes.POINTER(_WindowClass)]
        user.RegisterClassW.restype = wintypes.ATOM
        user.CreateWindowExW.argtypes = [
            wintypes.DWORD,
            wintypes.LPCWSTR,
            wintypes.LPCWSTR,
            wintypes.DWORD,
            *[ctypes.c_int] * 4,
            wintypes.HWND,
            wintypes.HMENU,
            wintypes.HINSTANCE,
            wintypes.LPVOID,
        ]
        user.CreateWindowExW.restype = wintypes.HWND
        user.DestroyWindow.argtypes = [wintypes.HWND]
        user.UnregisterClassW.argtypes = [wintypes.LPCWSTR, wintypes.HINSTANCE]
        sessions = ctypes.WinDLL("wtsapi32", use_last_error=True)
        sessions.WTSRegisterSessionNotification.argtypes = [wintypes.HWND, wintypes.DWORD]
        sessions.WTSUnRegisterSessionNotification.argtypes = [wintypes.HWND]
        return user, sessions

    def _this_program() -> int:
        handle_of = ctypes.WinDLL("kernel32").GetModuleHandleW
        handle_of.argtypes, handle_of.restype = [wintypes.LPCWSTR], wintypes.HMODULE
        return int(handle_of(None))

    class SessionWindow:
        """Exists until `close`. `heard` and `asked_to_end` are called by the loop of its thread."""

        def __init__(
            self, heard: Callable[[Seat], None], *, asked_to_end: Callable[[], None]
        ) -> None:
            """`asked_to_end`: somebody (the Task Manager, an installer) wants the program to end.

            While `heard` runs Windows waits, so that what must be kept can be. Raises OSError.
            """
            self._heard, self._asked_to_end = heard, asked_to_end
            self._user, self._sessions = _functions()
            self._power: int | None = None
            self._procedure = _WNDPROC(self._take)
            self._module = _this_program()
            self._register()
            self.handle: int = self._user.CreateWindowExW(
                0, WINDOW_CLASS, WINDOW_CLASS, 0, 0, 0, 0, 0, None, None, self._module, None
            )
            if not self.handle:
                raise ctypes.WinError(ctypes.get_last_error())
            self._sessions.WTSRegisterSessionNotification(self.handle, 0)  # of this session
            self._register_power()

        def _register(self) -> None:
            described = _WindowClass(
                lpfnWndProc=self._procedure,
                hInstance=self._module,
                lpszClassName=WINDOW_CLASS,
            )
            if not self._user.RegisterClassW(ctypes.byref(described)):
                raise ctypes.WinError(ctypes.get_last_error())

        def _register_power(self) -> None:
            """Computers with modern standby tell only those who ask for it."""
            with contextlib.suppress(AttributeError):  # older than Windows 8
                register = self._user.RegisterSuspendResumeNotification
                register.argtypes = [wintypes.HANDLE, wintypes.DWORD]
                register.restype = wintypes.HANDLE
                self._power = register(self.handle, 0)  # to a window

        def _take(self, window: int, message: int, first: int, second: int) -> int:
            seat = seat_of(message, first)
            if seat is not None:
                self._heard(seat)
            if message in {WM_QUERYENDSESSION, WM_POWERBROADCAST}:
                return 1  # nobody is kept from it
            if message == WM_CLOSE:
                self._asked_to_end()
                return 0  # the window goes with the program
            return int(self._user.DefWindowProcW(window, message, first, second))

        def close(self) -> None:
            """Hear no more; on the thread that made it."""
            if self._power:
                unregister = self._user.UnregisterSuspendResumeNotification
                unregister.argtypes = [wintypes.HANDLE]
                unregister(self._power)
            self._sessions.WTSUnRegisterSessionNotification(self.handle)
            self._user.DestroyWindow(self.handle)
            self._user.UnregisterClassW(WINDOW_CLASS, self._module)
