"""Version, licence of the office, imprint, what the program is made of, and where things are."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.look.look import GAP, SECTION_GAP
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.words import SectionTitle
from datev_connector.desktop.ports import About
from datev_connector.desktop.settings.licence_panel import LicencePanel
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.surroundings import Surroundings

LICENCE_LINES = 9


class HelpPage(QWidget):
    """What the program says of itself."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        self._language = surroundings.language
        about = surroundings.office.program.about()
        self._about = about
        self.message = MessageLine(surroundings.look)
        self.licence = LicencePanel(surroundings)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SECTION_GAP)
        for section in (
            self._program(about),
            self._held_licence(),
            self._places(about),
            self._licence(about),
        ):
            column.addWidget(section)
        column.addWidget(self._components(about))

    def _program(self, about: About) -> QWidget:
        box, column = _section()
        name = QLabel(self._language.say("DATEV Connector for STARFACE"))
        name.setFont(self._surroundings.look.font(1.15, bold=True))
        column.addWidget(name)
        version = QLabel(self._language.say("Version {version}", version=about.version))
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(version)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        if about.manual:
            manual = QPushButton(self._language.say("Open the manual"))
            manual.clicked.connect(self._open_manual)
            buttons.addWidget(manual)
        copy = QPushButton(self._language.say("Copy versions"))
        copy.clicked.connect(self._copy_versions)
        buttons.addWidget(copy)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self.message)
        return box

    def _held_licence(self) -> QWidget:
        box, column = _section()
        look = self._surroundings.look
        column.addWidget(SectionTitle(self._language.say("Licence of this office"), look))
        column.addWidget(self.licence)
        return box

    def _places(self, about: About) -> QWidget:
        box, column = _section()
        column.addWidget(
            SectionTitle(self._language.say("Where things are"), self._surroundings.look)
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GAP)
        grid.setVerticalSpacing(GAP)
        grid.setColumnStretch(1, 1)
        places = (
            (self._language.say("Settings"), about.settings_file, about.settings_file.parent),
            (self._language.say("Logs"), about.logs_folder, about.logs_folder),
            (self._language.say("Data of this user"), about.profile, about.profile),
        )
        for line, (words, shown, folder) in enumerate(places):
            self._add_place(grid, line, words, shown, folder)
        column.addLayout(grid)
        return box

    def _add_place(
        self, grid: QGridLayout, line: int, words: str, shown: Path, folder: Path
    ) -> None:
        label, path = QLabel(words), QLineEdit(str(shown))
        path.setReadOnly(True)
        path.setCursorPosition(0)
        path.setToolTip(str(shown))
        label.setBuddy(path)
        path.setAccessibleName(words)
        button = QPushButton(self._language.say("Open folder"))
        button.setAccessibleName(self._language.say("Open folder: {what}", what=words))
        button.clicked.connect(partial(self._open_folder, folder))
        for place, widget in enumerate((label, path, button)):
            grid.addWidget(widget, line, place)

    def _licence(self, about: About) -> QWidget:
        box, column = _section()
        look = self._surroundings.look
        column.addWidget(SectionTitle(self._language.say("Licence and imprint"), look))
        notice = Hint(
            look,
            self._language.say(
                "This program is free software under the Apache License, version 2.0. "
                "It is given as it is, without warranty of any kind."
            ),
            scale=1.0,
        )
        column.addWidget(notice)
        imprint = Hint(
            look,
            self._language.say(
                "DATEV Connector for STARFACE is an open-source project. "
                "For questions turn to whoever set up this program for you. "
                "DATEV and STARFACE are trademarks of their owners, "
                "who have no part in this program."
            ),
            scale=1.0,
        )
        column.addWidget(imprint)
        if about.licence:
            column.addWidget(self._licence_text(about.licence))
        return box

    def _licence_text(self, licence: str) -> QPlainTextEdit:
        text = QPlainTextEdit(licence)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName(self._language.say("Text of the licence"))
        text.setFixedHeight(text.fontMetrics().lineSpacing() * LICENCE_LINES)
        return text

    def _components(self, about: About) -> QWidget:
        box, column = _section()
        column.addWidget(SectionTitle(self._language.say("Components"), self._surroundings.look))
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GAP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for line, (name, version) in enumerate(about.components):
            grid.addWidget(QLabel(name), line, 0)
            grid.addWidget(QLabel(version), line, 1)
        column.addLayout(grid)
        return box

    def _open_folder(self, folder: Path) -> None:
        self._open(QUrl.fromLocalFile(str(folder)), str(folder))

    def _open_manual(self) -> None:
        manual = self._about.manual
        self._open(QUrl.fromUserInput(manual), manual)

    def _open(self, address: QUrl, shown: str) -> None:
        if QDesktopServices.openUrl(address):
            self.message.clear()
            return
        words = self._language.say("{what} could not be opened. Does it exist?", what=shown)
        self.message.tell(Tone.WARNING, words)

    def _copy_versions(self) -> None:
        copy_text(versions_text(self._about))
        self.message.tell(Tone.GOOD, self._language.say("Versions are on the clipboard."))


def versions_text(about: About) -> str:
    """Versions of the program and all it is made of, a line each."""
    own = ("DATEV Connector for STARFACE", about.version)
    return "\n".join(f"{name} {version}" for name, version in (own, *about.components))


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def _section() -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP)
    return box, column
