"""Draws the cells of the journal, quickly: a page of them for every sign that is typed.

Qt would ask the model for seven things a cell and the style for four, each a way through Python.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QStaticText
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from datev_connector.desktop.journal.model import LEFT, Column, JournalModel

EDGE = 3
"""Beside the text of a cell, in device-independent pixels."""
ICON = 16
SELECTED = QStyle.StateFlag.State_Selected.value
KEPT_TEXTS = 2000
"""Texts of cells that are kept as they were set: rows are painted again as one scrolls."""


class CallPainter(QStyledItemDelegate):
    """One line of text a cell, or a shape."""

    def __init__(self, model: JournalModel, parent: QWidget) -> None:
        """`model` is that of the table."""
        super().__init__(parent)
        self._model = model
        self._texts: dict[tuple[str, int, int], QStaticText] = {}

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw what `JournalModel.data` says; of a row that is not known, dots."""
        column, selected = index.column(), bool(option.state.value & SELECTED)
        area: QRect = option.rect
        palette: QPalette = option.palette
        if selected:
            painter.fillRect(area, palette.highlight())
        call = self._model.needed_call(index.row())
        if call is None:
            if column == Column.NAME:
                painter.drawText(area.adjusted(EDGE, 0, -EDGE, 0), LEFT, "…")
        elif column == Column.KIND:
            self._draw_shape(painter, area, self._model.icon(call), selected=selected)
        else:
            colour = palette.highlightedText() if selected else palette.text()
            own = None if selected else self._model.colour(call, column)
            painter.setPen(colour.color() if own is None else own)
            self._draw_text(painter, option, self._model.text(call, column))

    def _draw_text(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        if text:
            area: QRect = option.rect
            height = option.fontMetrics.height()
            shown = self._set(text, area.width() - 2 * EDGE, height, option)
            top = area.top() + (area.height() - height) // 2
            painter.drawStaticText(area.left() + EDGE, top, shown)

    def _set(self, text: str, width: int, height: int, option: QStyleOptionViewItem) -> QStaticText:
        """A text that fits, with dots where there is more of it; `height` is that of the font."""
        known = self._texts.get((text, width, height))
        if known is None:
            if len(self._texts) >= KEPT_TEXTS:
                self._texts.clear()
            elided = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            known = QStaticText(elided.replace("\n", " "))
            known.setTextFormat(Qt.TextFormat.PlainText)
            self._texts[text, width, height] = known
        return known

    def _draw_shape(self, painter: QPainter, area: QRect, icon: QIcon, *, selected: bool) -> None:
        place = QRect(0, 0, ICON, ICON)
        place.moveCenter(area.center())
        mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
        icon.paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)
