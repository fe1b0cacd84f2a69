"""A line that tells how something went: a shape and words, in a colour."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from datev_connector.desktop.look.look import GAP, Look
from datev_connector.desktop.look.presence import set_present
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.look.theme import Theme


class Tone(StrEnum):
    """What a message means."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


SHAPES = {
    Tone.NEUTRAL: Symbol.INFORMATION,
    Tone.GOOD: Symbol.UP,
    Tone.WARNING: Symbol.DEGRADED,
    Tone.BAD: Symbol.DOWN,
}


def colour_of(tone: Tone, theme: Theme) -> str:
    """The colour of shapes and words of a tone."""
    colours = {Tone.GOOD: theme.good, Tone.WARNING: theme.warning, Tone.BAD: theme.bad}
    return colours.get(tone, theme.text)


class MessageLine(QWidget):
    """A shape and words; not there while there is nothing to tell."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Tell something with `tell`."""
        super().__init__(parent)
        self._look, self._tone = look, Tone.NEUTRAL
        self.shape, self.words = QLabel(), QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self.hide()
        look.changed.connect(self._restyle)

    def tell(self, tone: Tone, words: str) -> None:
        """Show words and read them out; empty words hide the line."""
        if not words:
            self.clear()
            return
        self._tone = tone
        self.words.setText(words)
        self._restyle()
        set_present(self, present=True)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def clear(self) -> None:
        """Nothing is to be told."""
        self.words.clear()
        self.hide()

    def _restyle(self) -> None:
        colour = colour_of(self._tone, self._look.theme)
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.words.setPalette(palette)
        height = self.words.fontMetrics().height()
        shape, ratio = SHAPES[self._tone], self.devicePixelRatioF()
        self.shape.setPixmap(self._look.pixmap(shape, height, colour, ratio))
