"""Has the system tell of one shortcut, whatever program has the keyboard."""

from __future__ import annotations

import sys
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from datev_connector.desktop.shortcut.keys import NoShortcut, Shortcut, read_shortcut
from datev_connector.domain.wording import worded


class Keyboard(Protocol):
    """What a system offers for this."""

    def take(self, shortcut: Shortcut) -> str:
        """Have the shortcut told from now on; return why not, or nothing. May be `Worded`."""

    def leave(self) -> None:
        """Leave the shortcut to others again."""


class GlobalShortcut(QObject):
    """One for the application."""

    pressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Nothing is taken yet."""
        super().__init__(parent)
        self._keyboard = _keyboard_of_system(self)
        self._taken = ""

    def use(self, text: str) -> str:
        """Take this shortcut in place of the one before; empty: none.

        Return why it cannot be had (may be `Worded`), or nothing.
        """
        if text == self._taken:
            return ""
        self._keyboard.leave()
        self._taken = ""
        if not text:
            return ""
        try:
            shortcut = read_shortcut(text)
        except NoShortcut as fault:
            return worded('"{text}" {fault}.', text=text, fault=fault.text)
        refused = self._keyboard.take(shortcut)
        self._taken = "" if refused else text
        return refused


class NoKeyboard:
    """Stands for systems that do not let programs have keys of other programs."""

    def take(self, shortcut: Shortcut) -> str:
        """Say so."""
        return worded("A key combination for all programs is there on Windows only.")

    def leave(self) -> None:
        """Nothing was taken."""


def _keyboard_of_system(shortcut: GlobalShortcut) -> Keyboard:
    if sys.platform == "win32":
        from datev_connector.desktop.shortcut.windows import WindowsKeyboard

        return WindowsKeyboard(shortcut.pressed.emit, shortcut)
    else:  # noqa: RET505 - the type checker looks at one of the two
        return NoKeyboard()
