"""A line of the diagnosis window: how much the log tells, and the way to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.folders import open_folder
from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.message import Tone
from datev_connector.desktop.ports import LogStanding, Refused, Saved
from datev_connector.desktop.settings.words import words_of
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments

OPTION = "general.log_level"
DETAILED = ("debug", "trace")
LOOK_MS = 1000
"""How often it is looked how much the log tells, while somebody sees it."""


class LogStrip(QWidget):
    """Switches the detailed log on and off, and opens the folder."""

    told = Signal(object, str)
    """A tone, and words for the person."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._office, self._language = surroundings.office, surroundings.language
        self._moments = surroundings.moments
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.switch = QPushButton()
        self.folder = QPushButton(self._language.say("Open log &folder"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.words, 1)
        row.addWidget(self.switch)
        row.addWidget(self.folder)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.show_standing)
        self.switch.clicked.connect(self._switch)
        self.folder.clicked.connect(self._open)
        self.show_standing()

    def show_standing(self) -> None:
        """Show how much the log tells now."""
        log = self._office.program.log()
        say = self._language.say
        words = log_words(log, self._language, self._moments)
        if words != self.words.text():
            self.words.setText(words)
        detailed = log.level in DETAILED
        wanted = say("Log as usual &again") if detailed else say("Log &everything for 24 hours")
        if wanted != self.switch.text():
            self.switch.setText(wanted)
        self.switch.setEnabled(not self._locked())

    def _locked(self) -> bool:
        fields = self._office.settings.form().fields
        return any(field.locked for field in fields if field.name == OPTION)

    def _switch(self) -> None:
        self.switch.setEnabled(False)
        detailed = self._office.program.log().level in DETAILED
        future = self._office.settings.save({OPTION: "info" if detailed else "trace"})
        when_done(self, future, self._saved, self._refused)

    def _saved(self, saved: Saved) -> None:
        tell = self._language.tell
        if saved.flaws:
            self.told.emit(Tone.BAD, "\n".join(tell(flaw.text) for flaw in saved.flaws))
        self.show_standing()

    def _refused(self, refusal: Refused) -> None:
        tell = self._language.tell
        self.told.emit(Tone.BAD, f"{tell(refusal.what)} {tell(refusal.remedy)}".strip())
        self.show_standing()

    def _open(self) -> None:
        folder = self._office.program.about().logs_folder
        if not open_folder(folder):
            words = self._language.say(
                "{what} could not be opened. Does it exist?", what=str(folder)
            )
            self.told.emit(Tone.WARNING, words)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody looks: follow what changes."""
        super().showEvent(event)
        self.show_standing()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks any more."""
        super().hideEvent(event)
        self._look.stop()


def log_words(log: LogStanding, language: Language, moments: Moments) -> str:
    """How much the log tells, and until when."""
    choice = words_of(OPTION).choices[log.level]
    level = language.tell(choice.name)
    if log.until is None:
        return language.say("The log tells: {level}.", level=level)
    return language.say(
        "The log tells: {level}, until {when}; then the usual again.",
        level=level,
        when=f"{moments.date(log.until)} {moments.time(log.until)}",
    )
