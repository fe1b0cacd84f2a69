"""Small words under a field: what it means, and what holds for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from datev_connector.desktop.look.look import GAP, Look
from datev_connector.desktop.look.symbols import Symbol

SCALE = 0.92


class Hint(QLabel):
    """Words of less weight; they wrap, and are not there while empty."""

    def __init__(self, look: Look, text: str = "", *, scale: float = SCALE) -> None:
        """`scale`: size of the type against that of the system."""
        super().__init__(text)
        self._look = look
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setFont(look.font(scale))
        look.changed.connect(self._restyle)
        self._restyle()
        if not text:
            self.hide()

    def say(self, text: str) -> None:
        """Show other words; empty ones hide the line."""
        self.setText(text)
        self.setVisible(bool(text))

    def _restyle(self) -> None:
        palette = QPalette(self.palette())
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            palette.setColor(group, QPalette.ColorRole.WindowText, QColor(self._look.theme.subdued))
        self.setPalette(palette)


class Note(QWidget):
    """A symbol and words of less weight; not there while there is nothing to say."""

    def __init__(self, look: Look) -> None:
        """Say something with `say`."""
        super().__init__()
        self._look, self._drawn = look, Symbol.INFORMATION
        self._shape, self.words = QLabel(), Hint(look)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP - 2)
        row.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        look.changed.connect(self._restyle)
        self.hide()

    def say(self, text: str, symbol: Symbol = Symbol.INFORMATION) -> None:
        """Show words; empty ones hide the line."""
        self._drawn = symbol
        self.words.say(text)
        self.setVisible(bool(text))
        if text:
            self._restyle()

    def _restyle(self) -> None:
        height = self.words.fontMetrics().height()
        colour, ratio = self._look.theme.subdued, self.devicePixelRatioF()
        self._shape.setPixmap(self._look.pixmap(self._drawn, height, colour, ratio))
