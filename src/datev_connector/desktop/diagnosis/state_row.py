"""A row that tells a state: a mark, a title, words beside it, and what more there is to say."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QStyle,
    QStyleOptionFocusRect,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.diagnosis.words import Detail
from datev_connector.desktop.look.contrast import mixed
from datev_connector.desktop.look.look import GAP, MARGIN, Look
from datev_connector.desktop.look.marks import state_colour, state_symbol
from datev_connector.domain.legs import LegState


class StateRow(QFrame):
    """Can be reached by keyboard; Ctrl+C copies `text`."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Say something with `show_state`."""
        super().__init__(parent)
        self._look = look
        self.state: LegState | None = None
        self.text = ""
        """All that the row says, as it is copied and read out."""
        self.mark, self.title, self.word = QLabel(), _plain(QLabel()), _plain(QLabel())
        self.beside, self.body = _plain(QLabel()), _wrapped(QLabel())
        self._labels: list[QLabel] = []
        self._details = QGridLayout()
        self.title.setFont(look.font(bold=True))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()

    def show_state(
        self,
        state: LegState | None,
        *,
        title: str,
        word: str,
        beside: str,
        body: str,
        details: list[Detail],
    ) -> None:
        """Say all of it; empty words are left out."""
        self.state = state
        self.title.setText(title)
        for label, words in ((self.word, word), (self.beside, beside), (self.body, body)):
            label.setText(words)
            label.setVisible(bool(words))
        self._show_details(details)
        self._restyle()

    def set_text(self, text: str) -> None:
        """Copy and read out this."""
        self.text = text
        self.setAccessibleName(text)

    def add_beside(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._right.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)

    def _lay_out(self) -> None:
        self._right = QHBoxLayout(self)
        self._right.setContentsMargins(MARGIN, GAP + 2, MARGIN, GAP + 2)
        self._right.setSpacing(GAP + 4)
        head, column = QHBoxLayout(), QVBoxLayout()
        head.setSpacing(GAP + 4)
        for label in (self.title, self.word, self.beside):
            head.addWidget(label)
        head.addStretch(1)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.body)
        self._details.setHorizontalSpacing(GAP + 4)
        self._details.setVerticalSpacing(3)
        self._details.setColumnStretch(1, 1)
        column.addLayout(self._details)
        column.addStretch(1)
        self._right.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self._right.addLayout(column, 1)

    def _show_details(self, details: list[Detail]) -> None:
        for label in self._labels:
            self._details.removeWidget(label)
            label.deleteLater()
        self._labels.clear()
        for row, (name, words) in enumerate(details):
            label, text = _plain(QLabel(name)), _wrapped(QLabel(words))
            self._details.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._details.addWidget(text, row, 1)
            self._labels += [label, text]

    def _restyle(self) -> None:
        theme = self._look.theme
        ground = QPalette(self.palette())
        ground.setColor(QPalette.ColorRole.Window, QColor(theme.base))
        self.setPalette(ground)
        size = round(self.fontMetrics().height() * 1.15)
        symbol, colour = state_symbol(self.state), state_colour(self.state, theme)
        self.mark.setPixmap(self._look.pixmap(symbol, size, colour, self.devicePixelRatioF()))
        _colour(self.word, colour)
        for label in (self.beside, *self._labels[::2]):
            _colour(label, theme.subdued)

    # --- Qt ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy what the row says."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.text)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that it has gone on."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A fine line below, and a ring where the keyboard is."""
        super().paintEvent(event)
        painter, theme = QPainter(self), self._look.theme
        line = self.rect()
        line.setTop(line.bottom())
        painter.fillRect(line, QColor(mixed(theme.base, theme.border, 0.5)))
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            option.rect = self.rect().adjusted(1, 1, -1, -2)
            self.style().drawPrimitive(
                QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self
            )
        painter.end()


def _plain(label: QLabel) -> QLabel:
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _wrapped(label: QLabel) -> QLabel:
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return _plain(label)


def _colour(label: QLabel, colour: str) -> None:
    palette = QPalette(label.palette())
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    label.setPalette(palette)
