"""The band at the top of a window: who or what it is about. And the badge, a word set apart."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from datev_connector.desktop.look.look import GAP, MARGIN, Look
from datev_connector.desktop.look.presence import set_present
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.look.words import ElidedLabel

TITLE_SCALE = 1.7


class Badge(QLabel):
    """A short word in a rounded line; not there while it has nothing to say."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Line and word have the text colour of where it stands."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show another word; empty hides it."""
        super().setText(text)
        set_present(self, present=bool(text))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The word and room for the rounding."""
        height = self.fontMetrics().height() + 6
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + height, height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A badge is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the line around the word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(self.foregroundRole()), 1.0))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
        painter.end()
        super().paintEvent(event)


class Band(QWidget):
    """A coloured head: a symbol, a large title, a smaller line, a badge. Only the title is must."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Give the words with `set_title` and the like."""
        super().__init__(parent)
        self._look = look
        self._drawn: Symbol | None = None
        self.symbol, self.title = QLabel(), ElidedLabel()
        self.subtitle, self.badge = ElidedLabel(), Badge()
        self.title.setFont(look.font(TITLE_SCALE, bold=True))
        self.symbol.hide()
        self.subtitle.hide()
        self.setAutoFillBackground(True)
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()

    def set_title(self, text: str) -> None:
        """The large line."""
        self.title.setText(text)

    def set_subtitle(self, text: str) -> None:
        """The smaller line; empty hides it."""
        self.subtitle.setText(text)
        self.subtitle.setVisible(bool(text))

    def set_badge(self, text: str) -> None:
        """The word at the right; empty hides it."""
        self.badge.setText(text)

    def set_symbol(self, symbol: Symbol | None, words: str = "") -> None:
        """The symbol at the left; `words` tell it to who cannot see it."""
        self._drawn = symbol
        self.symbol.setAccessibleName(words)
        self.symbol.setToolTip(words)
        self.symbol.setVisible(symbol is not None)
        self._restyle()

    def _lay_out(self) -> None:
        row, lines = QHBoxLayout(self), QVBoxLayout()
        row.setContentsMargins(MARGIN, MARGIN - 4, MARGIN, MARGIN - 4)
        row.setSpacing(GAP + 4)
        lines.setSpacing(2)
        lines.addWidget(self.title)
        lines.addWidget(self.subtitle)
        row.addWidget(self.symbol)
        row.addLayout(lines, 1)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)

    def _restyle(self) -> None:
        theme = self._look.theme
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.band))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.on_band))
        self.setPalette(palette)
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.subdued_on_band))
        self.subtitle.setPalette(palette)
        if self._drawn is not None:
            ratio = self.devicePixelRatioF()
            self.symbol.setPixmap(self._look.pixmap(self._drawn, 24, theme.on_band, ratio))
