"""The journal as a table for Qt: as many rows as there are calls, each read when it is seen."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from datev_connector.desktop.journal.listing import Listing
from datev_connector.desktop.journal.rows import KEPT
from datev_connector.desktop.journal.words import InDatev, Kind, RowWords, row_words
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SYMBOLS = {
    Kind.LIVING: Symbol.HANDSET,
    Kind.INCOMING: Symbol.INCOMING,
    Kind.OUTGOING: Symbol.OUTGOING,
    Kind.MISSED: Symbol.MISSED,
    Kind.ELSEWHERE: Symbol.ELSEWHERE,
    Kind.UNREACHED: Symbol.UNREACHED,
}


class Column(IntEnum):
    """From left to right."""

    KIND = 0
    WHEN = 1
    NAME = 2
    CLIENT = 3
    NUMBER = 4
    DURATION = 5
    NOTE = 6
    DATEV = 7


COLUMNS = len(Column)
FIELDS: dict[int, str] = {
    Column.WHEN: "when",
    Column.NAME: "name",
    Column.CLIENT: "client",
    Column.NUMBER: "number",
    Column.DURATION: "duration",
    Column.NOTE: "note",
    Column.DATEV: "datev",
}
"""Of `RowWords`."""


class JournalModel(QAbstractTableModel):
    """The rows of a `Listing`."""

    def __init__(self, listing: Listing, surroundings: Surroundings, parent: QObject) -> None:
        super().__init__(parent)
        self._listing = listing
        self._surroundings = surroundings
        self._worded: dict[str, tuple[Call, RowWords]] = {}
        self._icons: dict[Kind, QIcon] = {}
        self._shown = 0
        """Rows that the view knows of."""
        self._headings = self._said_headings()
        self._roles: dict[int, Callable[[Call, int], Any]] = {
            Role.DisplayRole: self.text,
            Role.AccessibleTextRole: self._spoken,
            Role.ToolTipRole: self._tip,
            Role.DecorationRole: self._decoration,
            Role.ForegroundRole: self.colour,
        }
        listing.began.connect(self._begin)
        listing.counted.connect(self._grow)
        listing.renewed.connect(self._renew)
        listing.brought.connect(self._repaint)
        listing.comes.connect(self._row_comes)
        listing.came.connect(self._row_came)
        surroundings.look.changed.connect(self._restyle)

    # --- what Qt asks -------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """How many calls there are."""
        return 0 if parent.isValid() else self._shown

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """How many columns there are."""
        return 0 if parent.isValid() else COLUMNS

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """The headings of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        heading = self._headings[Column(section)]
        if role == Role.DisplayRole:
            return "" if section == Column.KIND else heading
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return heading
        if role == Role.TextAlignmentRole:
            return LEFT
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A cell; dots where the call is still under way."""
        column, ask = index.column(), self._roles.get(role)
        if role == Role.TextAlignmentRole:
            return LEFT
        if ask is None:
            return None
        call = self.needed_call(index.row())
        if call is None:
            return "…" if role == Role.DisplayRole and column == Column.NAME else None
        return ask(call, column)

    def call_at(self, row: int) -> Call | None:
        """The call of a row, if it is known."""
        return self._listing.rows.at(row)

    def needed_call(self, row: int) -> Call | None:
        """The call of a row that is seen; one that is not known is asked for."""
        call = self._listing.rows.at(row)
        if call is None:
            self._listing.need(row)
        return call

    def words_of(self, call: Call) -> RowWords:
        """A call as words."""
        known = self._worded.get(call.call)
        if known is not None and known[0] is call:
            return known[1]
        if known is not None and known[0] == call:
            self._worded[call.call] = call, known[1]  # comparing them once is enough
            return known[1]
        if len(self._worded) > 2 * KEPT:
            self._worded.clear()
        there = self._surroundings
        words = row_words(call, there.language, there.moments, there.now())
        self._worded[call.call] = call, words
        return words

    def forget_words(self) -> None:
        """Word all calls anew: today may be yesterday by now."""
        self._worded.clear()

    # --- cells --------------------------------------------------------------------------------

    def text(self, call: Call, column: int) -> str:
        """The text of a cell; a shape has none."""
        field = FIELDS.get(column)
        return getattr(self.words_of(call), field) if field else ""

    def icon(self, call: Call) -> QIcon:
        """The shape of a call; selected in the colour of selected text."""
        kind = self.words_of(call).kind
        if kind not in self._icons:
            look = self._surroundings.look
            colours = {
                Kind.MISSED: look.theme.bad,
                Kind.LIVING: look.theme.good,
                Kind.UNREACHED: look.theme.warning,
            }
            icon = look.icon(SYMBOLS[kind], colours.get(kind, look.theme.subdued))
            chosen = look.icon(SYMBOLS[kind], look.theme.on_accent)
            for size in chosen.availableSizes():
                icon.addPixmap(chosen.pixmap(size), QIcon.Mode.Selected)
            self._icons[kind] = icon
        return self._icons[kind]

    def colour(self, call: Call, column: int) -> QColor | None:
        """The colour of a text; None: that of all text."""
        if column != Column.DATEV:
            return None
        theme = self._surroundings.look.theme
        colours = {
            InDatev.NO: theme.subdued,
            InDatev.DRAFT: theme.warning,
            InDatev.WAITS: theme.warning,
            InDatev.YES: theme.good,
        }
        return QColor(colours[self.words_of(call).in_datev])

    def _spoken(self, call: Call, column: int) -> str:
        is_shape = column == Column.KIND
        return self.words_of(call).kind_words if is_shape else self.text(call, column)

    def _tip(self, call: Call, column: int) -> str:
        return call.note if column == Column.NOTE else self._spoken(call, column)

    def _decoration(self, call: Call, column: int) -> QIcon | None:
        return self.icon(call) if column == Column.KIND else None

    # --- what happens to the rows -------------------------------------------------------------

    def _begin(self) -> None:
        self.beginResetModel()
        self._shown = self._listing.rows.total
        self.endResetModel()

    def _grow(self, before: int) -> None:
        self.beginInsertRows(QModelIndex(), before, self._listing.rows.total - 1)
        self._shown = self._listing.rows.total
        self.endInsertRows()

    def _renew(self, before: int) -> None:
        total = self._listing.rows.total
        self._worded.clear()
        if total > before:
            self._grow(before)
        elif total < before:
            self.beginRemoveRows(QModelIndex(), total, before - 1)
            self._shown = total
            self.endRemoveRows()
        self._repaint(0, total - 1)

    def _row_comes(self, row: int) -> None:
        self.beginInsertRows(QModelIndex(), row, row)

    def _row_came(self) -> None:
        self._shown = self._listing.rows.total
        self.endInsertRows()

    def _repaint(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _restyle(self) -> None:
        self._icons.clear()
        self._repaint(0, self._shown - 1)

    def _said_headings(self) -> dict[Column, str]:
        say = self._surroundings.language.say
        return {
            Column.KIND: say("Kind of call"),
            Column.WHEN: say("When"),
            Column.NAME: say("Name"),
            Column.CLIENT: say("Client"),
            Column.NUMBER: say("Number"),
            Column.DURATION: say("Duration"),
            Column.NOTE: say("Note"),
            Column.DATEV: "DATEV",
        }
