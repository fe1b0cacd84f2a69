"""A name in large letters on one or two lines; what does not fit ends in dots."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

LINES = 2
LEAST_LETTERS = 8


class NameLabel(QLabel):
    """Breaks between words. A tooltip has all of a name that does not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Assistive programs are told the whole name."""
        super().__init__(parent)
        self._broken: dict[int, list[str]] = {}
        """By width: layouts ask again and again."""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show another name; line breaks become spaces."""
        whole = " ".join(text.split())
        if whole == self.text():
            return
        self._broken.clear()
        super().setText(whole)
        self._offer_the_rest()

    def lines(self, width: int) -> list[str]:
        """The lines at a width, the last one elided where there is more."""
        if width not in self._broken:
            self._broken[width] = self._lines(width)
        return self._broken[width]

    def _lines(self, width: int) -> list[str]:
        text, metrics = self.text(), self.fontMetrics()
        starts = self._starts(width)[: LINES + 1]
        pieces = [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
        if len(starts) > LINES:
            pieces = [*pieces[: LINES - 1], text[starts[LINES - 1] :]]
        elide = Qt.TextElideMode.ElideRight
        return [metrics.elidedText(piece, elide, width) for piece in pieces] or [""]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All of the name on one line."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a few letters."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * LEAST_LETTERS, metrics.height())

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """One line or two."""
        return len(self.lines(width)) * self.fontMetrics().lineSpacing()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the lines."""
        painter, room = QPainter(self), self.contentsRect()
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = self.fontMetrics()
        for number, line in enumerate(self.lines(room.width())):
            top = room.top() + number * metrics.lineSpacing()
            painter.drawText(QPoint(room.left(), top + metrics.ascent()), line)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """More or less of the name may be missing now."""
        super().resizeEvent(event)
        self._offer_the_rest()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another font takes another room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._broken.clear()
            self.updateGeometry()

    def _starts(self, width: int) -> list[int]:
        """Where each line begins."""
        layout = QTextLayout(self.text(), self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        layout.setTextOption(option)
        layout.beginLayout()
        starts: list[int] = []
        line = layout.createLine()
        while line.isValid() and len(starts) <= LINES:
            line.setLineWidth(width)
            starts.append(line.textStart())
            line = layout.createLine()
        layout.endLayout()
        return starts

    def _offer_the_rest(self) -> None:
        shown = " ".join(self.lines(max(1, self.contentsRect().width())))
        self.setToolTip("" if shown == self.text() else self.text())
