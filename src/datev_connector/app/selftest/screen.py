"""A window of Qt is drawn, with the icon of the program and letters in it."""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from datev_connector.app.selftest.proof import Failed
from datev_connector.desktop.look.look import Look

LIMIT_S = 10.0
OFFSCREEN = "offscreen"


def window_shows(*, offscreen: bool) -> str:
    """Show a window until it is on the screen; without a screen it is drawn into memory."""
    if offscreen or _has_no_screen():
        # Set here, not by who starts it: not every system hands such variables on.
        os.environ["QT_QPA_PLATFORM"] = OFFSCREEN
    application = QApplication(["datev-connector"])
    Look(application)
    window = QWidget()
    window.setWindowTitle("DATEV Connector")
    words = QLabel("äöü ÄÖÜ ß € 0123", window)
    words.move(20, 40)
    window.resize(320, 120)
    window.show()
    _check(application, window, words)
    window.hide()
    return (
        "a window with letters and the program's icon was shown by Qt's platform "
        f'"{QGuiApplication.platformName()}"'
    )


def _has_no_screen() -> bool:
    chosen = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform == "linux" and not any(os.environ.get(name) for name in chosen)


def _check(application: QApplication, window: QWidget, words: QWidget) -> None:
    ends_at = time.monotonic() + LIMIT_S
    while not _is_on_screen(window):
        if time.monotonic() > ends_at:
            raise Failed("the window did not come to the screen")
        application.processEvents()
    if _colours(words) < 2:
        raise Failed("the window has no letters: no font was found")
    if application.windowIcon().isNull():
        raise Failed("the icon of the program was not drawn")


def _is_on_screen(window: QWidget) -> bool:
    # Shown by now: it has a handle.
    return window.windowHandle().isExposed()


def _colours(widget: QWidget) -> int:
    picture = widget.grab().toImage()
    return len(
        {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    )
