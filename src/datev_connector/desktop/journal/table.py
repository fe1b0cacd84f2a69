"""The table of the journal: rows that scroll smoothly, whatever comes on top of them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyleFactory,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.journal.listing import Listing
from datev_connector.desktop.journal.model import Column, JournalModel
from datev_connector.desktop.journal.painter import CallPainter
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.surroundings import Surroundings

ROW_HEIGHT = 1.7
"""Of the height of letters."""
ROOM = 18
"""Beside the text of a cell, in device-independent pixels."""


class TableFrame(QWidget):
    """The line around the table; a thick one while the keyboard is in it."""

    def __init__(self, table: CallTable, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table, self._look = table, look
        room = QVBoxLayout(self)
        room.setContentsMargins(2, 2, 2, 2)
        room.addWidget(table)
        table.focus_moved.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the line."""
        theme, focused = self._look.theme, self._table.hasFocus()
        width = 2 if focused else 1
        painter = QPainter(self)
        painter.setPen(QPen(QColor(theme.accent if focused else theme.border), width))
        inset = width // 2
        painter.drawRect(self.rect().adjusted(inset, inset, -1, -1))


class CallTable(QTableView):
    """One row a call; the first of them is the newest."""

    selected = Signal()
    """Another call is selected, or none."""
    typed = Signal(str)
    """Letters typed here belong into the search."""
    focus_moved = Signal()

    def __init__(
        self, surroundings: Surroundings, listing: Listing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._listing = listing
        self._before = 0
        # Before the model takes rows away: Qt would go on to a neighbour of a selected one.
        listing.renewed.connect(self._let_go)
        self.calls = JournalModel(listing, surroundings, self)
        self.setModel(self.calls)
        self._plain = QStyleFactory.create("Fusion")
        # Rows need nothing of our own style, and each way through it takes its time.
        self.setStyle(self._plain)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(CallPainter(self.calls, self))
        self._set_manners()
        self._set_widths(surroundings)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        listing.comes.connect(self._row_comes)
        listing.came.connect(self._row_came)

    @property
    def chosen(self) -> str:
        """The id of the selected call; empty: none, or not known yet."""
        call = self.calls.call_at(self.currentIndex().row())
        return "" if call is None else call.call

    def choose(self, call: str) -> bool:
        """Select a call without moving the view; False: it is not there, nothing is selected."""
        row = self._listing.rows.row_of(call)
        self.setAutoScroll(False)
        index = QModelIndex() if row is None else self.calls.index(row, Column.NAME)
        self.setCurrentIndex(index)
        self.setAutoScroll(True)
        return row is not None

    def _let_go(self) -> None:
        self.setCurrentIndex(QModelIndex())

    def choose_first(self) -> None:
        """Select the newest call and put the keyboard here."""
        if self.calls.rowCount():
            row = max(self.currentIndex().row(), 0)
            self.setCurrentIndex(self.calls.index(row, Column.NAME))
            self.setFocus()

    def seen(self) -> tuple[int, int]:
        """The first and the last row that are seen."""
        last = self.rowAt(self.viewport().height() - 1)
        return max(self.rowAt(0), 0), last if last >= 0 else max(self.calls.rowCount() - 1, 0)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's name
        """Whoever types here searches; Qt would read every row."""
        if search.strip():
            self.typed.emit(search)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The keyboard comes."""
        super().focusInEvent(event)
        self.focus_moved.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The keyboard goes."""
        super().focusOutEvent(event)
        self.focus_moved.emit()

    def _current_changed(self) -> None:
        self.selected.emit()

    # --- calls that come above what is seen ---------------------------------------------------

    def _row_comes(self, row: int) -> None:
        bar = self.verticalScrollBar()
        above = row < self.seen()[0] or (row == 0 and bar.value() > 0)
        self._before = bar.value() if above else -1

    def _row_came(self) -> None:
        if self._before >= 0:
            height = self.verticalHeader().defaultSectionSize()
            self.updateGeometries()
            self.verticalScrollBar().setValue(self._before + height)

    # --- manners ------------------------------------------------------------------------------

    def _set_manners(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(self.fontMetrics().height() * ROW_HEIGHT))

    def _set_widths(self, surroundings: Surroundings) -> None:
        metrics, header = self.fontMetrics(), self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(False)
        for column, samples in self._samples(surroundings).items():
            heading = self.calls.headerData(column, Qt.Orientation.Horizontal)
            self.setColumnWidth(column, _width(metrics, (heading, *samples)))
        self.setColumnWidth(Column.KIND, self.verticalHeader().defaultSectionSize() + ROOM // 2)
        header.setMinimumSectionSize(metrics.averageCharWidth() * 5)
        header.setSectionResizeMode(Column.NOTE, QHeaderView.ResizeMode.Stretch)

    def _samples(self, surroundings: Surroundings) -> dict[Column, tuple[str, ...]]:
        """What should fit into a column; the note takes what is left."""
        moments, language, now = surroundings.moments, surroundings.language, surroundings.now()
        wide = now.replace(month=9, day=28)
        date = moments.date(wide)
        return {
            Column.WHEN: (f"{date} 00:00", language.say("yesterday {time}", time="00:00")),
            Column.NAME: ("Mustermann-Beispiel, Anna",),
            Column.CLIENT: ("100000",),
            Column.NUMBER: ("0000 00000000-00",),
            Column.DURATION: ("0:00:00", language.say("running")),
            Column.DATEV: (language.say("in DATEV {moment}", moment=date),),
        }


def _width(metrics: QFontMetrics, samples: tuple[str, ...]) -> int:
    return max(metrics.horizontalAdvance(sample) for sample in samples) + ROOM
