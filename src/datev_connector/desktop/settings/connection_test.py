"""The part of the connection page that proves the connection."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.words import SectionTitle
from datev_connector.desktop.settings.examination_panel import ExaminationPanel
from datev_connector.desktop.settings.trial import Trial
from datev_connector.desktop.surroundings import Surroundings


class ConnectionTest(QWidget):
    """Buttons, and what the examination finds."""

    wanted = Signal()
    """The person wants a test; `start` makes it."""
    diagnosis_wanted = Signal()

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._language = surroundings.language
        self.panel = ExaminationPanel(surroundings)
        self.test = QPushButton(self._language.say("&Test connection"))
        self.whole = QPushButton(self._language.say("Open &diagnosis"))
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.test)
        buttons.addWidget(self.whole)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        title = SectionTitle(self._language.say("Does it work?"), surroundings.look)
        for widget in (title,):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(self.panel)
        self.test.clicked.connect(self._pressed)
        self.whole.clicked.connect(self.diagnosis_wanted)
        self.panel.changed.connect(self._follow)

    def start(self) -> None:
        """Examine."""
        self.panel.start()

    def stop(self) -> None:
        """Break off what is running."""
        self.panel.stop()

    def _pressed(self) -> None:
        if self.panel.trial.running:
            self.panel.stop()
        else:
            self.wanted.emit()

    def _follow(self, trial: Trial) -> None:
        running = trial.running
        self.test.setText(
            self._language.say("S&top test") if running else self._language.say("&Test connection")
        )
