"""The question who it is in a small window of its own, where call windows are switched off."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout

from datev_connector.desktop.call_window.contact_panel import ContactPanel
from datev_connector.desktop.call_window.face import face_of
from datev_connector.desktop.call_window.quiet import QuietWindow
from datev_connector.desktop.look.band import Band
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call, Person

WIDTH_IN_LETTERS = 72
HEIGHT_IN_LINES = 24


class ChooserWindow(QuietWindow):
    """Asks about one call. Closing it leaves the question open."""

    closed = Signal()

    def __init__(self, surroundings: Surroundings, call: Call) -> None:
        """Ask about this call."""
        super().__init__()
        self._surroundings, self.call = surroundings, call
        self.band = Band(surroundings.look)
        self.panel = ContactPanel(surroundings)
        self.panel.chosen.connect(self._choose)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        lines, body = QVBoxLayout(self), QVBoxLayout()
        lines.setContentsMargins(0, 0, 0, 0)
        body.setContentsMargins(MARGIN, GAP + 4, MARGIN, MARGIN - 4)
        body.addWidget(self.panel)
        lines.addWidget(self.band)
        lines.addLayout(body, 1)
        self.show_call(call)
        self.panel.take_keyboard()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """In letters and lines, so that it fits in every size of type."""
        metrics = self.fontMetrics()
        width = metrics.averageCharWidth() * WIDTH_IN_LETTERS
        return QSize(width, metrics.lineSpacing() * HEIGHT_IN_LINES)

    def show_call(self, call: Call) -> None:
        """Show the call as it is now."""
        self.call = call
        given = self._surroundings
        face = face_of(call, given.language, given.moments, given.now())
        self.setWindowTitle(face.title)
        self.band.set_title(face.name)
        self.band.set_subtitle(f"{face.state} · {face.why}")
        self.panel.ask(call)

    def leave(self) -> None:
        """Close; whoever keeps this window lets it go."""
        self.hide()
        self.closed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The person does not want to say now."""
        event.ignore()
        self.leave()

    def _choose(self, person: Person | None, remember: bool) -> None:  # noqa: FBT001 - of a signal
        self._surroundings.office.calls.choose(self.call.call, person, remember=remember)
        self.leave()
