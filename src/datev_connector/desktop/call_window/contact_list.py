"""A list of contacts: a digit, the name, its source, and a smaller line below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from datev_connector.desktop.call_window.rows import Row
from datev_connector.desktop.look.look import GAP, Look
from datev_connector.domain.calls import Person

ROW = Qt.ItemDataRole.UserRole
EDGE = 4
VISIBLE_ROWS = 2
ROWS_WITHOUT_SCROLLING = 5


class ContactList(QListWidget):
    """Enter, a double click or a digit chooses."""

    person_chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Fill it with `show_rows`."""
        super().__init__(parent)
        self._look = look
        self.setItemDelegate(_RowPainter(look, self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(VISIBLE_ROWS * _row_height(self.fontMetrics().lineSpacing()) + 4)
        self.itemDoubleClicked.connect(self._choose)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for some rows."""
        rows = max(VISIBLE_ROWS, min(self.count(), ROWS_WITHOUT_SCROLLING))
        height = rows * _row_height(self.fontMetrics().lineSpacing()) + 4
        return QSize(super().sizeHint().width(), height)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other contacts; the one that was selected stays selected, if it is there."""
        selected = self.selected()
        self.clear()
        for row in rows:
            item = QListWidgetItem(row.name, self)
            item.setData(ROW, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken)
            item.setToolTip(row.spoken)
        refs = [row.person.ref for row in rows]
        again = refs.index(selected.ref) if selected and selected.ref in refs else 0
        self.setCurrentRow(again if rows else -1)
        self.updateGeometry()

    def selected(self) -> Person | None:
        """Who is selected."""
        row: Row | None = self.currentIndex().data(ROW)
        return None if row is None else row.person

    def choose_row(self, row: int) -> None:
        """Choose by position, if there is anybody."""
        if 0 <= row < self.count():
            self._choose(self.item(row))

    def choose_selected(self) -> None:
        """Choose who is selected, if anybody is."""
        self.choose_row(self.currentRow())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A digit chooses at once; Enter chooses who is selected."""
        text = event.text()
        if len(text) == 1 and text in "123456789" and not event.modifiers() & ~KEYPAD:
            self.choose_row(int(text) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.choose_selected()
        else:
            super().keyPressEvent(event)

    def _choose(self, item: QListWidgetItem) -> None:
        self.person_chosen.emit(item.data(ROW).person)


KEYPAD = Qt.KeyboardModifier.KeypadModifier


def _row_height(line: int) -> int:
    return 2 * line + 2 * EDGE


class _RowPainter(QStyledItemDelegate):
    """Two lines a row."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As wide as the list."""
        return QSize(0, _row_height(_metrics(option).lineSpacing()))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the ground as the style does, and the words on it."""
        row = index.data(ROW)
        self.initStyleOption(option, index)
        option.text = ""
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        painter.save()
        self._draw_words(painter, option, row)
        painter.restore()

    def _draw_words(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        palette: QPalette = option.palette
        area: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        plain, lesser = palette.text().color(), palette.placeholderText().color()
        if selected:
            plain = lesser = palette.highlightedText().color()
        metrics = _metrics(option)
        room = area.adjusted(GAP, EDGE, -GAP, -EDGE)
        digits = metrics.horizontalAdvance("0") + GAP
        # A name alone stands in the middle.
        top = room.top() + (0 if row.details else metrics.lineSpacing() // 2)
        line = QRect(room.left(), top, room.width(), metrics.lineSpacing())
        painter.setPen(lesser)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, row.digit)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, row.source)
        words = line.adjusted(digits, 0, 0, 0)
        below = words.translated(0, metrics.lineSpacing())
        painter.drawText(below, 0, _elided(painter, row.details, below.width()))
        bold = QFont(painter.font())
        bold.setBold(True)
        source = metrics.horizontalAdvance(row.source) + GAP
        painter.setFont(bold)
        painter.setPen(plain)
        name = words.adjusted(0, 0, -source, 0)
        painter.drawText(name, 0, _elided(painter, row.name, name.width()))


def _elided(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)


def _metrics(option: QStyleOptionViewItem) -> QFontMetrics:
    return option.fontMetrics
