"""Draws the cells of the journal, quickly: a page of them for every sign that is typed.

Qt would ask the model for seven things a cell and the style for four, each a way through Python.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from datev_connector.desktop.journal.model import LEFT, Column, JournalModel

EDGE = 3
"""Beside the text of a cell, in device-independent pixels."""
ICON = 16
ONE_LINE = LEFT | Qt.TextFlag.TextSingleLine


class CallPainter(QStyledItemDelegate):
    """One line of text a cell, or a shape."""

    def __init__(self, model: JournalModel, parent: QWidget) -> None:
        """`model` is that of the table."""
        super().__init__(parent)
        self._model = model

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw what `JournalModel.data` says; of a row that is not known, dots."""
        column, selected = index.column(), bool(option.state & QStyle.StateFlag.State_Selected)
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
        room: QRect = option.rect.adjusted(EDGE, 0, -EDGE, 0)
        if text:
            shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, ONE_LINE, shown)

    def _draw_shape(self, painter: QPainter, area: QRect, icon: QIcon, *, selected: bool) -> None:
        place = QRect(0, 0, ICON, ICON)
        place.moveCenter(area.center())
        mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
        icon.paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)
