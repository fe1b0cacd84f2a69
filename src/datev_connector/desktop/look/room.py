"""The room that windows have on the screen in use.

Nobody asks a widget or a window for its `screen`: PySide makes the answer a child of who was asked,
and when Python collects that one as garbage it may destroy the screen with it; the next widget then
takes the program down (seen with PySide 6.11.3). What is asked of the application has no such tie.
"""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QCursor, QGuiApplication


def room_in_use() -> QRect:
    """What windows may cover of the screen where the mouse is, in device-independent pixels."""
    screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
    return screen.availableGeometry()
