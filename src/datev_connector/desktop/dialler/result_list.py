"""The numbers that a search has found, one a row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from datev_connector.desktop.dialler.rows import Row, medium_word
from datev_connector.texts.language import Language

VISIBLE_ROWS = 8
LETTERS = 88
"""Room for a row; longer names end in dots, and a tooltip has them."""
ROW_PADDING = 8
"""Above and below a row together, in device-independent pixels."""
COLUMN_GAP = 12
"""Between the words of a column and the next one, likewise."""


class ResultList(QTreeWidget):
    """Name, client number, number, and what it is for."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        """Fill it with `show_rows`."""
        super().__init__(parent)
        self._language = language
        self._rows: tuple[Row, ...] = ()
        self.setAccessibleName(language.say("Numbers found"))
        self.setHeaderLabels(
            [
                language.say("Name"),
                language.say("Client"),
                language.say("Number"),
                language.say("Type"),
            ]
        )
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for some rows with names of usual length."""
        metrics = self.fontMetrics()
        height = self._row_height() * (VISIBLE_ROWS + 1)
        return QSize(metrics.averageCharWidth() * LETTERS, height)

    def sizeHintForColumn(self, column: int) -> int:  # noqa: N802 - Qt's name
        """Room for the words, and some between the columns."""
        return super().sizeHintForColumn(column) + COLUMN_GAP

    def show_rows(self, rows: tuple[Row, ...], chosen: int | None) -> None:
        """Show other rows, one of them chosen or none."""
        self.clear()
        self._rows = rows
        for row in rows:
            medium = medium_word(row.medium, self._language)
            item = QTreeWidgetItem(self, [row.name, row.client_number, row.shown, medium])
            item.setSizeHint(0, QSize(0, self._row_height()))
            item.setToolTip(0, row.name)
            item.setToolTip(1, row.client_number)
        self.choose(chosen)

    def chosen(self) -> Row | None:
        """The row that is chosen."""
        index = self._chosen_index()
        return self._rows[index] if index >= 0 else None

    def choose(self, index: int | None) -> None:
        """Choose a row, or none."""
        self.setCurrentIndex(QModelIndex() if index is None else self.model().index(index, 0))

    def step(self, by: int, *, may_leave: bool) -> None:
        """Choose the row above or below; `may_leave`: above the first there is none."""
        wanted = min(self._chosen_index() + by, len(self._rows) - 1)
        if wanted < 0 and not may_leave:
            wanted = 0
        self.choose(None if wanted < 0 else wanted)

    def _row_height(self) -> int:
        return self.fontMetrics().lineSpacing() + ROW_PADDING

    def _chosen_index(self) -> int:
        """The position of the row that is chosen; -1: none."""
        return self.currentIndex().row()
