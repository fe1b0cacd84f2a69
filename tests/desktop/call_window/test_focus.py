"""Who types in another program goes on typing there, with a real window manager between them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from datev_connector.desktop.call_window.quiet import outer_place
from datev_connector.domain.effects import AskWho
from datev_connector.engine.news import News
from tests.desktop.call_window.conftest import Stage
from tests.desktop.call_window.people import asked, call, closed, connected, ended, opened, opens

TYPIST = Path(__file__).with_name("typist.py")


class Typist:
    """Another program that has the keyboard, and what has arrived in it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.heard = ""
        self.process = QProcess()
        self.process.readyReadStandardOutput.connect(self._read)
        self.process.start(sys.executable, [str(TYPIST)])
        qtbot.waitUntil(lambda: "focus" in self.heard, timeout=20_000)

    def _read(self) -> None:
        self.heard += bytes(self.process.readAllStandardOutput().data()).decode()

    @property
    def lines(self) -> list[str]:
        return self.heard.splitlines()

    def types(self, text: str) -> None:
        """Type as a person does: the keys go to whoever has the keyboard."""
        xdotool("type", text)

    def has(self, text: str) -> bool:
        return f"text {text}" in self.lines

    def end(self) -> None:
        self.process.terminate()
        self.process.waitForFinished(10_000)


def xdotool(*arguments: str) -> str:
    return subprocess.run(
        ["xdotool", *arguments], check=True, capture_output=True, text=True, timeout=20
    ).stdout.strip()


@pytest.fixture
def typist(screen: str, qtbot: QtBot) -> Iterator[Typist]:
    assert screen
    made = Typist(qtbot)
    yield made
    made.end()


def test_a_call_takes_no_key_from_who_types_elsewhere(stage: Stage, typist: Typist) -> None:
    typist.types("Sehr")
    stage.qtbot.waitUntil(lambda: typist.has("Sehr"))
    window = stage.open(connected())
    typist.types(" geehrte")
    stage.qtbot.waitUntil(lambda: typist.has("Sehr geehrte"))
    stage.hear(*opens(asked(3, "c2")))
    stage.qtbot.waitUntil(lambda: stage.window("c2").isVisible())
    typist.types(" Frau")
    stage.qtbot.waitUntil(lambda: typist.has("Sehr geehrte Frau"))
    assert typist.lines.count("focus") == 1
    assert "no focus" not in typist.lines
    assert window.pad.editor.toPlainText() == ""
    assert not window.isActiveWindow()


def test_a_window_that_was_prepared_or_used_before_takes_none_either(
    stage: Stage, typist: Typist
) -> None:
    stage.qtbot.waitUntil(lambda: stage.windows.has_spare)
    first = stage.open(connected())
    assert not stage.windows.has_spare
    stage.hear(closed(ended()))
    assert not first.isVisible()
    assert stage.open(connected("c2")) is first
    typist.types("x")
    stage.qtbot.waitUntil(lambda: typist.has("x"))
    assert not first.isActiveWindow()
    assert "no focus" not in typist.lines


def test_a_window_is_reached_by_alt_and_tab(stage: Stage, typist: Typist) -> None:
    window = stage.open(connected())
    assert not window.isActiveWindow()
    xdotool("key", "alt+Tab")
    stage.qtbot.waitUntil(window.isActiveWindow)
    xdotool("type", "note")
    stage.qtbot.waitUntil(lambda: window.pad.editor.toPlainText() == "note")
    assert not typist.has("note")


def test_who_asks_for_a_window_gets_it_with_the_keyboard(stage: Stage, typist: Typist) -> None:
    window = stage.open(connected())
    assert not window.isActiveWindow()
    stage.hear(opened(connected()))
    stage.qtbot.waitUntil(window.isActiveWindow)
    xdotool("type", "note")
    stage.qtbot.waitUntil(lambda: window.pad.editor.toPlainText() == "note")
    assert not typist.has("note")


def test_a_chooser_of_its_own_takes_no_key_either(stage: Stage, typist: Typist) -> None:
    news, _ = opens(asked(3))
    stage.hear(news, News(news.at, AskWho("c1", asked(3).candidates)))
    chooser = stage.windows.chooser_of("c1")
    assert chooser is not None
    stage.qtbot.waitUntil(lambda: chooser.windowHandle().isExposed())
    typist.types("x")
    stage.qtbot.waitUntil(lambda: typist.has("x"))
    assert not chooser.isActiveWindow()


def test_windows_stand_side_by_side_on_the_screen(stage: Stage) -> None:
    windows = [stage.open(call(f"c{n}")) for n in range(6)]
    stage.qtbot.waitUntil(lambda: all(has_frame(window) for window in windows))
    places = [outer_place(window) for window in windows]
    for number, place in enumerate(places):
        assert not any(place.covers(other) for other in places[number + 1 :])


def has_frame(window: QWidget) -> bool:
    return not window.windowHandle().frameMargins().isNull()
