"""All windows together: what becomes of notes when the program is to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from datev_connector.desktop.call_window.window import CallWindow
from datev_connector.desktop.journal.window import JournalWindow
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.shell import Shell
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT
from datev_connector.texts.language import Language
from tests.desktop.call_window.people import connected, opens
from tests.desktop.journal.calls import a_day
from tests.desktop.office import TestOffice, surroundings_for
from tests.desktop.settings.forms import form_with


@pytest.fixture
def office() -> TestOffice:
    made = TestOffice()
    made.settings.shown = form_with()
    made.journal.kept = a_day()
    return made


@pytest.fixture
def shell(
    qtbot: QtBot, look: Look, german: Language, noon: datetime, office: TestOffice
) -> Iterator[Shell]:
    made = Shell(surroundings_for(look, german, lambda: noon, office))
    yield made
    made._tray.icon.hide()  # what is left of a tray belongs to Qt
    for window in QApplication.topLevelWidgets():
        if type(window).__module__.startswith("datev_connector"):
            window.hide()
            window.deleteLater()
    made._tray.menu.deleteLater()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def journal_of(shell: Shell, qtbot: QtBot) -> JournalWindow:
    """The journal, with a call selected."""
    shell.show_journal()
    window = next(
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, JournalWindow) and one.isVisible()
    )
    window.show_call("stranger")
    qtbot.waitUntil(lambda: window.detail.call is not None)
    return window


def test_a_note_in_the_journal_that_cannot_be_kept_holds_the_end(
    shell: Shell, qtbot: QtBot, office: TestOffice
) -> None:
    journal = journal_of(shell, qtbot)
    journal.detail.pad.editor.setPlainText("x" * (KEPT_LIMIT + 1))
    journal.hide()
    assert not shell.keeps_all()
    assert journal.isVisible()
    journal.detail.pad.editor.setPlainText("x" * (NOTE_LIMIT + 1))
    assert shell.keeps_all()
    assert office.asked.of("note") == [("stranger", "x" * (NOTE_LIMIT + 1))]


def test_a_note_of_a_call_that_datev_would_not_take_is_handed_over_at_the_end(
    shell: Shell, qtbot: QtBot, office: TestOffice
) -> None:
    for news in opens(connected()):
        shell.take(news)
    window = next(
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, CallWindow) and one.isVisible()
    )
    window.pad.editor.setPlainText("x" * (NOTE_LIMIT + 1))
    assert shell.keeps_all()
    assert office.asked.of("note") == [("c1", "x" * (NOTE_LIMIT + 1))]
    window.pad.editor.setPlainText("x" * (KEPT_LIMIT + 1))
    assert not shell.keeps_all()


def test_the_folder_of_the_logs_is_opened_from_the_tray(
    shell: Shell, office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = list[Path]()

    def can(folder: Path) -> bool:
        opened.append(folder)
        return True

    monkeypatch.setattr("datev_connector.desktop.shell.open_folder", can)
    shell._tray.logs_wanted.emit()
    assert opened == [office.program.about().logs_folder]


def test_a_folder_that_cannot_be_opened_is_named(
    shell: Shell, office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[str]()
    monkeypatch.setattr("datev_connector.desktop.shell.open_folder", lambda _: False)
    monkeypatch.setattr(shell._tray, "tell", lambda _, text: told.append(text))
    shell._tray.logs_wanted.emit()
    assert str(office.program.about().logs_folder) in told[0]
