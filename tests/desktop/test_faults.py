from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from pytestqt.qtbot import QtBot

from datev_connector.app.windows.faults import logged_faults


def broken() -> None:
    raise ValueError("of a window")


def test_what_a_window_raises_into_qt_is_logged(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    before = sys.excepthook
    with qtbot.captureExceptions() as raised, logged_faults():
        QTimer.singleShot(0, broken)
        while not raised:
            QCoreApplication.processEvents()
    assert [(one.message, one.levelname) for one in caplog.records] == [
        ("a window failed", "ERROR")
    ]
    assert caplog.records[0].exc_info is not None
    assert str(caplog.records[0].exc_info[1]) == "of a window"
    assert sys.excepthook is before
