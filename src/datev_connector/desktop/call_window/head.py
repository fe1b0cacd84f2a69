"""The band at the top of a call window: who it is, why, and what the call is doing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from datev_connector.desktop.call_window.face import Face, Sign
from datev_connector.desktop.call_window.name_label import NameLabel
from datev_connector.desktop.look.band import Badge
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.look.words import ElidedLabel
from datev_connector.desktop.surroundings import Surroundings

NAME_SCALE = 1.6
SYMBOLS = {
    Sign.INCOMING: Symbol.INCOMING,
    Sign.OUTGOING: Symbol.OUTGOING,
    Sign.TALKING: Symbol.HANDSET,
    Sign.HELD: Symbol.PAUSE,
    Sign.MISSED: Symbol.MISSED,
}
OTHER_CONTACT_KEY = "F4"


class Head(QWidget):
    """Shows a face."""

    rejected = Signal()
    """It is not this contact."""
    assignment_wanted = Signal()
    """The person wants to say who it is."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        """Show something with `show_face`."""
        super().__init__(parent)
        self._look, self._language = surroundings.look, surroundings.language
        self._face: Face | None = None
        self.sign, self.state, self.time = QLabel(), ElidedLabel(), QLabel()
        self.name, self.badge = NameLabel(), Badge()
        self.client, self.number, self.company = QLabel(), QLabel(), ElidedLabel()
        self.why = QLabel(wordWrap=True)
        self.other = QPushButton()
        self.other.setAutoDefault(False)
        for label in (self.client, self.number, self.why, self.time):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.name.setFont(self._look.font(NAME_SCALE, bold=True))
        self.time.setFont(self._look.font(1.0, bold=True))
        self.other.clicked.connect(self._other_contact)
        key = QShortcut(QKeySequence(OTHER_CONTACT_KEY), self)
        key.activated.connect(self.other.click)
        self.setAutoFillBackground(True)
        self._lay_out()
        self._look.changed.connect(self.restyle)
        self.restyle()

    def show_face(self, face: Face) -> None:
        """Show another call, or the same one as it is now."""
        before, self._face = self._face, face
        self.state.setText(face.state)
        self.name.setText(face.name)
        self.badge.setText(face.badge)
        self._show(self.client, face.client)
        self._show(self.number, face.number if face.number != face.name else "")
        self._show(self.company, face.company)
        self._show(self.why, face.why)
        self._offer_other(face)
        if before is None or before.sign is not face.sign:
            self._draw_sign(face)

    def show_time(self, text: str) -> None:
        """Show the running time."""
        if self.time.text() != text:
            self.time.setText(text)

    @staticmethod
    def _show(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _offer_other(self, face: Face) -> None:
        say = self._language.say
        if face.rejectable:
            text = say("Wrong con&tact (F4)")
        elif face.badge:
            text = say("Change con&tact … (F4)")
        else:
            text = say("Assign con&tact … (F4)")
        self.other.setText(text)
        self.other.setVisible(face.assignable and not face.asks)

    def _other_contact(self) -> None:
        if self._face is not None and self._face.rejectable:
            self.rejected.emit()
        else:
            self.assignment_wanted.emit()

    def _lay_out(self) -> None:
        lines = QVBoxLayout(self)
        lines.setContentsMargins(MARGIN, GAP + 2, MARGIN, GAP)
        lines.setSpacing(4)
        lines.addLayout(_row((self.sign, 0), (self.state, 1), (self.time, 0)))
        named = _row((self.name, 1))
        named.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(named)
        reached = _row((self.client, 0), (self.number, 0))
        reached.setSpacing(2 * GAP)
        reached.addStretch(1)
        lines.addLayout(reached)
        lines.addWidget(self.company)
        lines.addLayout(_row((self.why, 1), (self.other, 0)))

    def restyle(self) -> None:
        """Take the colours of the theme."""
        theme, palette = self._look.theme, QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.band))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(role, QColor(theme.on_band))
        self.setPalette(palette)
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.subdued_on_band))
        for label in (self.state, self.company, self.why):
            label.setPalette(palette)
        if self._face is not None:
            self._draw_sign(self._face)

    def _draw_sign(self, face: Face) -> None:
        size, ratio = self.fontMetrics().height(), self.devicePixelRatioF()
        colour = self._look.theme.on_band
        self.sign.setPixmap(self._look.pixmap(SYMBOLS[face.sign], size, colour, ratio))


def _row(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GAP)
    for widget, stretch in parts:
        row.addWidget(widget, stretch)
    return row
