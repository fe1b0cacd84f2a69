"""Shortcuts for all programs on Windows: a message of the system for each press."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject

from datev_connector.desktop.shortcut.keys import Modifier, Shortcut
from datev_connector.domain.wording import worded

WM_HOTKEY: Final = 0x0312
MOD_NOREPEAT: Final = 0x4000
HOTKEY_ID: Final = 1
"""Ours within the thread; a program may use up to 0xBFFF."""

_MODIFIERS: Final = {
    Modifier.ALT: 0x0001,
    Modifier.CTRL: 0x0002,
    Modifier.SHIFT: 0x0004,
    Modifier.WIN: 0x0008,
}
_NAMED: Final = {
    "Space": 0x20,
    "Insert": 0x2D,
    "Home": 0x24,
    "End": 0x23,
    "PageUp": 0x21,
    "PageDown": 0x22,
    "Pause": 0x13,
}
_BEFORE_F1: Final = 0x6F


class Message(ctypes.Structure):
    """The beginning of a `MSG`, as far as it is looked at."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("wparam", ctypes.c_size_t),
    )


def modifier_bits(shortcut: Shortcut) -> int:
    """The modifiers as `RegisterHotKey` takes them; a key held down is told once."""
    return sum(_MODIFIERS[one] for one in shortcut.modifiers) | MOD_NOREPEAT


def virtual_key(shortcut: Shortcut) -> int:
    """The key as Windows numbers it."""
    key = shortcut.key
    if key in _NAMED:
        return _NAMED[key]
    return ord(key) if len(key) == 1 else _BEFORE_F1 + int(key[1:])


class HotkeyFilter(QAbstractNativeEventFilter):
    """Looks for our message among those of the thread."""

    def __init__(self, pressed: Callable[[], None]) -> None:
        """`pressed` is called for each press."""
        super().__init__()
        self._pressed = pressed

    def nativeEventFilter(  # noqa: N802 - Qt's name
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        """Take our message; leave all others to Qt."""
        if not QByteArray(kind).startsWith(b"windows_"):
            return False, 0
        seen = Message.from_address(int(message))
        if seen.message != WM_HOTKEY or seen.wparam != HOTKEY_ID:
            return False, 0
        self._pressed()
        return True, 0


if sys.platform == "win32":

    class WindowsKeyboard(QObject):
        """Fulfils `Keyboard`."""

        def __init__(self, pressed: Callable[[], None], parent: QObject) -> None:
            """`pressed` is called for each press, on the thread of Qt."""
            super().__init__(parent)
            self._filter = HotkeyFilter(pressed)
            self._user32 = ctypes.WinDLL("user32", use_last_error=True)
            self._taken = False

        def take(self, shortcut: Shortcut) -> str:
            """Register the shortcut for this thread."""
            bits, key = modifier_bits(shortcut), virtual_key(shortcut)
            if not self._user32.RegisterHotKey(None, HOTKEY_ID, bits, key):
                return worded(
                    "The key combination {text} is used by another program; choose another one.",
                    text=shortcut.text,
                )
            application = QCoreApplication.instance()
            if application is not None:
                application.installNativeEventFilter(self._filter)
            self._taken = True
            return ""

        def leave(self) -> None:
            """Unregister it."""
            if not self._taken:
                return
            self._taken = False
            self._user32.UnregisterHotKey(None, HOTKEY_ID)
            application = QCoreApplication.instance()
            if application is not None:
                application.removeNativeEventFilter(self._filter)
