from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import About
from datev_connector.desktop.settings.help_page import HelpPage, versions_text
from datev_connector.texts.language import Language
from tests.desktop.office import TestOffice, surroundings_for

MANUAL = "https://handbuch.example/datev-connector"


class Opener(QObject):
    """Stands where the system opens folders and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, address: QUrl) -> None:
        self.opened.append(address.toString())


@pytest.fixture
def opener(qtbot: QtBot) -> Iterator[Opener]:
    made = Opener()
    for scheme in ("file", "https"):
        # The stub names bytes, the function takes a name only.
        QDesktopServices.setUrlHandler(scheme, made, "open")  # type: ignore[arg-type]
    yield made
    for scheme in ("file", "https"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def about(tmp_path: Path) -> About:
    return About(
        version="0.5.0",
        profile=tmp_path,
        settings_file=tmp_path / "settings.toml",
        logs_folder=tmp_path / "logs",
        components=(("Python", "3.13.0"), ("Qt", "6.11.3")),
        licence="Apache License\nVersion 2.0",
        manual=MANUAL,
    )


@pytest.fixture
def page(
    qtbot: QtBot,
    look: Look,
    german: Language,
    noon: datetime,
    about: About,
    monkeypatch: pytest.MonkeyPatch,
) -> HelpPage:
    office = TestOffice()
    monkeypatch.setattr(office.program, "about", lambda: about)
    made = HelpPage(surroundings_for(look, german, lambda: noon, office))
    qtbot.addWidget(made)
    made.show()
    return made


def buttons(page: HelpPage) -> dict[str, QPushButton]:
    return {one.accessibleName() or one.text(): one for one in page.findChildren(QPushButton)}


def test_folders_and_manual_are_opened(page: HelpPage, about: About, opener: Opener) -> None:
    for name in ("Ordner öffnen: Einstellungen", "Ordner öffnen: Protokolle", "Handbuch öffnen"):
        QTest.mouseClick(buttons(page)[name], Qt.MouseButton.LeftButton)
    folders = [
        QUrl.fromLocalFile(str(one)).toString() for one in (about.profile, about.logs_folder)
    ]
    assert opener.opened == [*folders, MANUAL]


def test_versions_are_copied(page: HelpPage, about: About) -> None:
    buttons(page)["Versionen kopieren"].click()
    expected = "DATEV Connector for STARFACE 0.5.0\nPython 3.13.0\nQt 6.11.3"
    assert versions_text(about) == expected
    assert QGuiApplication.clipboard().text() == expected
    assert page.message.words.text() == "Die Versionen liegen in der Zwischenablage."


def test_the_licence_can_be_read(page: HelpPage) -> None:
    text = page.findChild(QPlainTextEdit)
    assert isinstance(text, QPlainTextEdit)
    assert text.toPlainText().startswith("Apache License")
    assert text.isReadOnly()


def test_without_manual_and_licence_there_is_nothing_to_open(
    qtbot: QtBot,
    look: Look,
    german: Language,
    noon: datetime,
    about: About,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = TestOffice()
    bare = replace(about, manual="", licence="")
    monkeypatch.setattr(office.program, "about", lambda: bare)
    made = HelpPage(surroundings_for(look, german, lambda: noon, office))
    qtbot.addWidget(made)
    assert "Handbuch öffnen" not in buttons(made)
    assert made.findChild(QPlainTextEdit) is None
