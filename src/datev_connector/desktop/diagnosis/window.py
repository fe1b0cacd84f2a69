"""The diagnosis window: state, examination, and the way to a support bundle."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.diagnosis.examination_page import ExaminationPage
from datev_connector.desktop.diagnosis.log_strip import LogStrip
from datev_connector.desktop.diagnosis.status_page import StatusPage
from datev_connector.desktop.diagnosis.trusting import Trusting
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Refused
from datev_connector.desktop.surroundings import Surroundings

WIDE, HIGH = 130, 44
"""Letters and lines that the window has room for at first."""


class DiagnosisWindow(QWidget):
    """Shows how the program is doing, and finds out more where that is wanted."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        """Show it with `show_status` or `start`, then as any window."""
        super().__init__(parent)
        self._surroundings = surroundings
        self._language = language = surroundings.language
        self._dialog: QFileDialog | None = None
        self.status = StatusPage(surroundings)
        self.examination = ExaminationPage(surroundings)
        self.pages = QTabWidget()
        self.pages.addTab(self.status, language.say("&Status"))
        self.pages.addTab(self.examination, language.say("&Diagnosis"))
        self.message = MessageLine(surroundings.look)
        self.trusting = Trusting(surroundings, self)
        self.log = LogStrip(surroundings)
        self.save = QPushButton(language.say("Save s&upport bundle …"))
        self.done = QPushButton(language.say("Cl&ose"))
        self._lay_out()
        self._connect()
        self.setWindowTitle(language.say("Status and diagnosis"))
        self.status.show_reports({one.leg: one for one in surroundings.office.diagnosis.legs()})

    def show_legs(self, picture: Picture) -> None:
        """Show how the legs are doing now."""
        self.status.show_reports(picture.legs)

    def show_status(self) -> None:
        """Turn to the page with the legs."""
        self.pages.setCurrentWidget(self.status)

    def start(self) -> None:
        """Turn to the examination and begin one, unless one goes on."""
        self.pages.setCurrentWidget(self.examination)
        self.examination.start()

    def _lay_out(self) -> None:
        column, buttons = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP + 4)
        buttons.setSpacing(GAP)
        buttons.addWidget(self.save)
        buttons.addStretch(1)
        buttons.addWidget(self.done)
        column.addWidget(self.pages, 1)
        column.addWidget(self.log)
        column.addWidget(self.message)
        column.addLayout(buttons)
        metrics = self.fontMetrics()
        self.resize(metrics.averageCharWidth() * WIDE, metrics.lineSpacing() * HIGH)

    def _connect(self) -> None:
        self.status.copy_wanted.connect(self._copy)
        self.status.check_wanted.connect(self.trusting.begin)
        self.trusting.told.connect(self._tell)
        self.log.told.connect(self._tell)
        self.examination.copy_wanted.connect(self._copy)
        self.save.clicked.connect(self._ask_where)
        self.done.clicked.connect(self.close)

    def _tell(self, tone: Tone, words: str) -> None:
        if words:
            self.message.tell(tone, words)
        else:
            self.message.clear()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.message.tell(
            Tone.GOOD, self._language.say("The text is copied: you can insert it into an e-mail.")
        )

    # --- the bundle -------------------------------------------------------------------------------

    def _ask_where(self) -> None:
        """Ask for a file; the dialogue is not waited for."""
        say = self._language.say
        dialog = QFileDialog(self, say("Save support bundle"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(say("Support bundles (*.zip)"))
        dialog.setDefaultSuffix("zip")
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is ever replaced
        dialog.setDirectory(str(_documents()))
        dialog.selectFile(bundle_name(self._surroundings.now()))
        dialog.fileSelected.connect(self._write)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog = dialog
        dialog.open()

    def _write(self, chosen: str) -> None:
        self.save.setEnabled(False)
        self.message.tell(Tone.NEUTRAL, self._language.say("The support bundle is being written …"))
        written = self._surroundings.office.diagnosis.write_bundle(Path(chosen))
        when_done(self, written, self._written, self._not_written)

    def _written(self, file: Path) -> None:
        self.save.setEnabled(True)
        self.message.tell(
            Tone.GOOD,
            self._language.say(
                "The support bundle is saved: {file}\nIt holds versions, settings, states, logs "
                "and what happened to calls, without passwords, numbers, names and notes. You can "
                "look at it before you send it.",
                file=str(file),
            ),
        )

    def _not_written(self, refusal: Refused) -> None:
        self.save.setEnabled(True)
        tell = self._language.tell
        words = f"{tell(refusal.what)} {tell(refusal.remedy)}".strip()
        self.message.tell(Tone.BAD, words)

    # --- Qt ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes the window."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks at it any more: an examination that goes on is broken off."""
        self.examination.stop()
        super().closeEvent(event)


def bundle_name(now: datetime) -> str:
    """The name that a bundle of this moment is offered."""
    return f"DATEV-Connector-Support-{now.astimezone():%Y-%m-%d-%H%M}.zip"


def _documents() -> Path:
    """Where people look for what they have saved."""
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()
