"""How a setting is entered: a line, a number, a tick, a choice, a secret."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from datev_connector.desktop.look.look import GAP, Look
from datev_connector.desktop.ports import Field, FieldKind
from datev_connector.desktop.settings.draft import Value
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.settings.option_words import OptionWords
from datev_connector.desktop.shortcut.keys import shown_shortcut
from datev_connector.texts.language import Language

HIGHEST = 999_999
LINE_LETTERS = 44
"""How wide a line is where nobody said otherwise."""
SHORTCUT = "general.dial_shortcut"
WIDTHS = {"dial_plan.country": 6, "dial_plan.area_code": 24, "dial_plan.exchange_prefix": 12}


class Entry(QObject):
    """One control; tells what a person enters, and nothing that a program sets."""

    edited = Signal(object)

    box: QWidget
    """What stands in the window."""
    control: QWidget
    """What has the keyboard."""

    def show_value(self, field: Field, change: Value | None) -> None:
        """Show what a field holds; `change`: what was entered and not yet saved."""
        raise NotImplementedError

    def meaning(self) -> str:
        """What the chosen value means, in words; empty where there is nothing to say."""
        return ""

    def _tell(self, value: Value) -> None:
        self.edited.emit(value)


class LineEntry(Entry):
    """A line of text; what does not fit into it is read with the mouse over it."""

    def __init__(self, field: Field, words: OptionWords, language: Language) -> None:
        super().__init__()
        self.box = self.control = self._line = QLineEdit()
        self._line.setFixedWidth(_letters(self._line, WIDTHS.get(field.name, LINE_LETTERS)))
        if words.empty is not None:
            self._line.setPlaceholderText(language.tell(words.empty))
        self._language = language
        self._line.textEdited.connect(self._tell)
        self._line.textChanged.connect(self._hint)

    def show_value(self, field: Field, change: Value | None) -> None:
        """The text."""
        text = self._kept(field) if change is None else str(change)
        if self._line.text() != text:
            self._line.setText(text)
            self._line.setCursorPosition(0)

    def _hint(self, text: str) -> None:
        room = self._line.minimumWidth() - 2 * GAP
        fits = self._line.fontMetrics().horizontalAdvance(text) <= room
        self._line.setToolTip("" if fits else text)

    def _kept(self, field: Field) -> str:
        text = str(field.value)
        return shown_shortcut(text, self._language) if field.name == SHORTCUT else text


class NumberEntry(Entry):
    """A whole number between its limits."""

    def __init__(self, field: Field, words: OptionWords, language: Language) -> None:
        super().__init__()
        self.box = self.control = self._number = QSpinBox()
        self._number.setRange(field.minimum, field.maximum or HIGHEST)
        if words.unit is not None:
            self._number.setSuffix(f" {language.tell(words.unit)}")
        if words.zero is not None and field.minimum == 0:
            self._number.setSpecialValueText(language.tell(words.zero))
        _wheel_only_with_focus(self._number)
        self._number.valueChanged.connect(self._tell)

    def show_value(self, field: Field, change: Value | None) -> None:
        """The number."""
        number = field.value if change is None else change
        self._number.blockSignals(True)  # noqa: FBT003 - Qt's way
        self._number.setValue(int(number))
        self._number.blockSignals(False)  # noqa: FBT003 - Qt's way


class SwitchEntry(Entry):
    """A tick; its words stand beside it."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.box = self.control = self.tick = QCheckBox(label)
        self.tick.clicked.connect(self._tell)

    def show_value(self, field: Field, change: Value | None) -> None:
        """The tick."""
        self.tick.setChecked(bool(field.value if change is None else change))


class ChoiceEntry(Entry):
    """One of a closed set."""

    def __init__(self, field: Field, words: OptionWords, language: Language) -> None:
        super().__init__()
        self._words, self._language = words, language
        self.box = self.control = self._list = QComboBox()
        for value in field.choices:
            known = words.choices.get(value)
            self._list.addItem(value if known is None else language.tell(known.name), value)
        _wheel_only_with_focus(self._list)
        self._list.activated.connect(self._chosen)

    def show_value(self, field: Field, change: Value | None) -> None:
        """The choice."""
        value = field.value if change is None else change
        self._list.setCurrentIndex(self._list.findData(value))

    def meaning(self) -> str:
        """What the choice means."""
        known = self._words.choices.get(str(self._list.currentData()))
        return "" if known is None else self._language.tell(known.meaning)

    def _chosen(self, index: int) -> None:
        self.edited.emit(self._list.itemData(index))


class SecretEntry(Entry):
    """A secret: never shown; typed text replaces it, a button removes it."""

    def __init__(self, look: Look, language: Language, label: str) -> None:
        super().__init__()
        self._language = language
        self._there = False
        self._removed = False
        self.box, self._line = QWidget(), QLineEdit()
        self.control = self._line
        self._line.setEchoMode(QLineEdit.EchoMode.Password)
        self._line.setFixedWidth(_letters(self._line, LINE_LETTERS))
        self.remove = QPushButton(self._language.say("Delete"))
        self.remove.setAccessibleName(self._language.say("Delete: {what}", what=label))
        self.state = Hint(look)
        row = QHBoxLayout(self.box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._line)
        row.addWidget(self.remove)
        row.addStretch(1)
        self._line.textEdited.connect(self._tell)
        self.remove.clicked.connect(self._remove)

    def show_value(self, field: Field, change: Value | None) -> None:
        """Whether there is one, or what will become of it; the text only while it is typed."""
        self._there, self._removed = bool(field.value), change is False
        typed = change if isinstance(change, str) else ""
        if self._line.text() != typed:
            self._line.setText(typed)
        self._line.setPlaceholderText(self._placeholder())
        keep, remove = self._language.say("Keep"), self._language.say("Delete")
        self.remove.setText(keep if self._removed else remove)
        self.remove.setVisible(self._there and not field.locked)

    def _placeholder(self) -> str:
        if self._removed:
            return self._language.say("is deleted when you save")
        return self._language.say("stored") if self._there else self._language.say("missing")

    def _remove(self) -> None:
        self.edited.emit("" if self._removed else False)


def entry_for(field: Field, words: OptionWords, look: Look, language: Language) -> Entry:
    """The control that fits a field."""
    match field.kind:
        case FieldKind.TEXT:
            return LineEntry(field, words, language)
        case FieldKind.NUMBER:
            return NumberEntry(field, words, language)
        case FieldKind.SWITCH:
            return SwitchEntry(language.tell(words.label))
        case FieldKind.CHOICE:
            return ChoiceEntry(field, words, language)
        case FieldKind.SECRET:
            return SecretEntry(look, language, language.tell(words.label))


def _letters(line: QLineEdit, number: int) -> int:
    return line.fontMetrics().averageCharWidth() * number + 2 * GAP


def _wheel_only_with_focus(control: QWidget) -> None:
    """Whoever scrolls a page must not change what is under the mouse."""
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(_WheelGuard(control))


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The wheel goes on to the page where the control has no focus."""
        unwanted = event.type() == QEvent.Type.Wheel and not (
            isinstance(watched, QWidget) and watched.hasFocus()
        )
        if unwanted:
            event.ignore()
        return unwanted
