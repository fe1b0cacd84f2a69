"""A sheet of fields in groups, as pages of the settings and steps of the assistant show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from datev_connector.desktop.look.look import GAP, SECTION_GAP
from datev_connector.desktop.look.words import SectionTitle
from datev_connector.desktop.ports import Flaw, Form
from datev_connector.desktop.settings.access_keys import with_access_keys
from datev_connector.desktop.settings.draft import Draft, Value
from datev_connector.desktop.settings.fold import Fold
from datev_connector.desktop.settings.pages import INDENTED, Group
from datev_connector.desktop.settings.row import FieldRow
from datev_connector.desktop.surroundings import Surroundings


class FieldSheet(QWidget):
    """Groups of fields below each other."""

    edited = Signal(str, object)
    """Name and value of what a person entered."""

    def __init__(
        self,
        surroundings: Surroundings,
        groups: Sequence[Group],
        form: Form,
        *,
        taken_keys: str = "",
    ) -> None:
        """`taken_keys`: letters that are access keys elsewhere in the window."""
        super().__init__()
        self._surroundings = surroundings
        self.rows: dict[str, FieldRow] = {}
        self._folds: dict[str, Fold] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SECTION_GAP)
        known = {field.name for field in form.fields}
        grids = [
            self._add_group(group, form, [name for name in group.names if name in known])
            for group in groups
            if known.intersection(group.names)
        ]
        self._give_keys(taken_keys)
        self._align(grids)

    def show_draft(self, draft: Draft) -> None:
        """Show values, locks, origins and effects as they are now."""
        for row in self.rows.values():
            row.show_draft(draft)

    def show_flaws(self, flaws: Iterable[Flaw]) -> bool:
        """Show what is wrong at its field; tell whether anything of it stands here."""
        texts = {flaw.name: flaw.text for flaw in flaws}
        for name, row in self.rows.items():
            row.tell_flaw(texts.get(name, ""))
        here = [name for name in self.rows if name in texts]
        for name in here:
            if name in self._folds:
                self._folds[name].unfold()
        return bool(here)

    def unfold(self) -> None:
        """Show what is folded away."""
        for fold in self._folds.values():
            fold.unfold()

    def flawed(self) -> FieldRow | None:
        """The first field with a flaw."""
        return next((row for row in self.rows.values() if row.flaw), None)

    def _add_group(self, group: Group, form: Form, names: list[str]) -> QGridLayout:
        box, inside = QWidget(), QWidget()
        column, grid = QVBoxLayout(box), QGridLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.setHorizontalSpacing(2 * GAP)
        grid.setColumnStretch(1, 1)
        self._add_title(group, names, column, inside)
        rows = [self._row(name, form) for name in names]
        wide = all(row.is_switch for row in rows)
        for row in rows:
            row.put_into(grid, indent=int(row.name in INDENTED), wide=wide)
        column.addWidget(inside)
        self._column.addWidget(box)
        return grid

    def _add_title(
        self, group: Group, names: list[str], column: QVBoxLayout, inside: QWidget
    ) -> None:
        if group.title is None:
            return
        title = self._surroundings.language.tell(group.title)
        if not group.advanced:
            column.addWidget(SectionTitle(title, self._surroundings.look))
            return
        column.addWidget(inside)
        fold = Fold(title, inside, self._surroundings.look)
        column.insertWidget(0, fold, 0, Qt.AlignmentFlag.AlignLeft)
        self._folds.update(dict.fromkeys(names, fold))

    def _row(self, name: str, form: Form) -> FieldRow:
        row = FieldRow(form.field(name), self._surroundings)
        row.setParent(self)
        row.edited.connect(self._edited)
        self.rows[name] = row
        return row

    def _edited(self, name: str, value: Value) -> None:
        self.rows[name].tell_flaw("")
        self.edited.emit(name, value)

    def _give_keys(self, taken: str) -> None:
        folds = list(dict.fromkeys(self._folds.values()))
        captions = [row.caption for row in self.rows.values()]
        labels = with_access_keys([*(fold.text() for fold in folds), *captions], taken)
        for fold, label in zip(folds, labels, strict=False):
            fold.setText(label)
        for row, label in zip(self.rows.values(), labels[len(folds) :], strict=True):
            row.mark_key(label)

    def _align(self, grids: list[QGridLayout]) -> None:
        """All controls of the sheet begin at the same place."""
        labels = [row.label.sizeHint().width() for row in self.rows.values() if not row.is_switch]
        if labels:
            for grid in grids:
                grid.setColumnMinimumWidth(0, max(labels))
