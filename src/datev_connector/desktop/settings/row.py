"""A field with its words: label, control, meaning, what holds for it, what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QStyle, QVBoxLayout, QWidget

from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.ports import Field
from datev_connector.desktop.settings.draft import Draft, Value
from datev_connector.desktop.settings.effects import idle_reason
from datev_connector.desktop.settings.entries import SwitchEntry, entry_for
from datev_connector.desktop.settings.notes import Hint, Note
from datev_connector.desktop.settings.words import words_of
from datev_connector.desktop.surroundings import Surroundings


class FieldRow(QObject):
    """One setting."""

    edited = Signal(str, object)

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__()
        self.name = field.name
        self._language, look = surroundings.language, surroundings.look
        self._words = words_of(field.name)
        self.entry = entry_for(field, self._words, look, self._language)
        self.label = QLabel(self._language.tell(self._words.label))
        self.label.setBuddy(self.entry.control)
        self._help, self._note, self._flaw = Hint(look), Note(look), MessageLine(look)
        self.under = QWidget()
        lines = QVBoxLayout(self.under)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        for line in (self._help, self._note, self._flaw):
            lines.addWidget(line)
        self.entry.edited.connect(self._edited)

    @property
    def is_switch(self) -> bool:
        """Tell whether the label is that of a tick."""
        return isinstance(self.entry, SwitchEntry)

    @property
    def caption(self) -> str:
        """The label, without an access key."""
        return self._language.tell(self._words.label)

    @property
    def flaw(self) -> str:
        """What is wrong with the entry, as it is shown."""
        return self._flaw.words.text()

    @property
    def note(self) -> str:
        """What holds for the field, as it is shown."""
        return self._note.words.text()

    def mark_key(self, label: str) -> None:
        """Show the label with its access key."""
        self.label.setText(label)
        if isinstance(self.entry, SwitchEntry):
            self.entry.tick.setText(label)

    def put_into(self, grid: QGridLayout, *, indent: int = 0, wide: bool = False) -> None:
        """Add the row at the end of a grid of two columns; `wide`: it needs no label column."""
        line = grid.rowCount()
        if wide or indent:
            step = self._tick_width()
            grid.addWidget(_moved(self.entry.box, indent * step), line, 0, 1, 2)
            grid.addWidget(_moved(self.under, (indent + 1) * step), line + 1, 0, 1, 2)
        else:
            if not self.is_switch:
                grid.addWidget(self.label, line, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(self.entry.box, line, 1, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(self.under, line + 1, 1)
        grid.setRowMinimumHeight(line + 2, GAP)

    def _tick_width(self) -> int:
        """From the left edge of a tick to its words: how far what belongs to it is indented."""
        style, control = self.entry.control.style(), self.entry.control
        tick = style.pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, None, control)
        gap = style.pixelMetric(QStyle.PixelMetric.PM_CheckBoxLabelSpacing, None, control)
        return tick + gap

    def show_draft(self, draft: Draft) -> None:
        """Show value, lock, origin and effect as they are now."""
        field = draft.form.field(self.name)
        idle = idle_reason(self.name, draft.values)
        self.entry.show_value(field, draft.changes.get(self.name))
        usable = not field.locked and idle is None
        self.entry.box.setEnabled(usable)
        self.label.setEnabled(usable)
        self._help.say(self._explained())
        symbol = Symbol.LOCK if field.locked else Symbol.INFORMATION
        self._note.say("\n".join(self._notes(field, draft, idle)), symbol)
        self._describe()

    def tell_flaw(self, text: str) -> None:
        """Show what is wrong with the entry; empty: nothing is."""
        self._flaw.tell(Tone.BAD, as_sentence(self._language.tell(text)))
        self._describe()

    def _explained(self) -> str:
        help_text, meaning = self._language.tell(self._words.help), self.entry.meaning()
        return "\n".join(filter(None, (help_text, meaning)))

    def _notes(self, field: Field, draft: Draft, idle: str | None) -> list[str]:
        say, notes = self._language.say, list[str]()
        origin = self._language.tell(field.origin)
        if field.locked:
            origin = origin or say("Fixed by your administrator.")
            notes.append(say("{origin} Cannot be changed here.", origin=origin))
        elif origin and self.name not in draft.changes:
            notes.append(origin)
        if idle is not None:
            notes.append(self._language.tell(idle))
        if field.restart:
            notes.append(say("A change counts from the next start of the program on."))
        return notes

    def _describe(self) -> None:
        """Who hears the window hears the words under the field with it."""
        told = (self.flaw, self._help.text(), self.note)
        self.entry.control.setAccessibleDescription(" ".join(filter(None, told)))
        self.entry.control.setAccessibleName(self.caption)

    def _edited(self, value: Value) -> None:
        self.edited.emit(self.name, value)


def as_sentence(text: str) -> str:
    """What is wrong, as it stands alone: checks word it to follow the name of the field."""
    if not text:
        return text
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _moved(widget: QWidget, by: int) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(by, 0, 0, 0)
    column.addWidget(widget)
    return box
