"""A window for each call, with a stand-in office behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from datev_connector.desktop.call_window.window import CallWindow
from datev_connector.desktop.call_window.windows import CallWindows
from datev_connector.desktop.look.look import Look
from datev_connector.domain.calls import Call
from datev_connector.engine.news import News
from datev_connector.texts.language import Language
from tests.desktop.call_window.people import NOON, opened, opens
from tests.desktop.office import TestOffice, surroundings_for


@dataclass
class Stage:
    """Call windows, the office behind them, and a clock."""

    windows: CallWindows
    office: TestOffice
    qtbot: QtBot
    clock: list[datetime] = field(default_factory=lambda: [NOON])

    def hear(self, *news: News) -> None:
        for one in news:
            self.windows.take(one)

    def open(self, one: Call, *, asked_for: bool = False) -> CallWindow:
        """Open a window, wait until it is on the screen."""
        self.hear(*([opened(one)] if asked_for else opens(one)))
        window = self.window(one.call)
        self.qtbot.waitExposed(window).__exit__(None, None, None)
        if asked_for:
            self.qtbot.waitUntil(window.isActiveWindow)
        return window

    def window(self, call: str = "c1") -> CallWindow:
        window = self.windows.window_of(call)
        assert window is not None
        return window

    def asked(self, name: str) -> list[tuple[Any, ...]]:
        return self.office.asked.of(name)

    def later(self, seconds: float) -> None:
        self.clock[0] += timedelta(seconds=seconds)


def echoed(one: Call, text: str) -> Call:
    """The call as the desk has it after a note."""
    return replace(one, note=text, note_revision=one.note_revision + 1)


@pytest.fixture
def stage(qtbot: QtBot, look: Look, english: Language) -> Iterator[Stage]:
    office, clock = TestOffice(), [NOON]
    surroundings = surroundings_for(look, english, lambda: clock[0], office)
    made = Stage(CallWindows(surroundings), office, qtbot, clock)
    yield made
    made.windows.deleteLater()
    for window in QApplication.topLevelWidgets():
        window.hide()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
