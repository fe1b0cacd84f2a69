"""Who is it: the contacts that fit, and a search for all others. Part of a window, not one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.call_window.contact_list import ContactList
from datev_connector.desktop.call_window.face import person_of
from datev_connector.desktop.call_window.rows import DIGITS, row_of
from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.ports import Refused
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call, Known, Person
from datev_connector.domain.contacts import Contact

MOST_RESULTS = 30


class SearchField(QLineEdit):
    """A line whose arrow keys and Enter go to the list of what was found."""

    def __init__(self, found: ContactList) -> None:
        """`found` is the list."""
        super().__init__()
        self._list = found

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Hand on what is the list's."""
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in keys or (enter and not control):
            self._list.keyPressEvent(event)
        else:
            super().keyPressEvent(event)


class ContactPanel(QWidget):
    """Asks who it is. An answer leaves by `chosen`; asking again begins with `ask`."""

    chosen = Signal(object, bool)
    """A `Person`, or None for nobody of those; and whether to remember it."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        """Begin with `ask`."""
        super().__init__(parent)
        self._surroundings = surroundings
        self._call: Call | None = None
        self._candidates: tuple[Person, ...] = ()
        self._shown: tuple[Person, ...] = ()
        self._waits_for = ""
        say = surroundings.language.say
        self.question = QLabel(say("&Who is it?"))
        self.list = ContactList(surroundings.look)
        self.search = SearchField(self.list)
        self.remember = QCheckBox(say("&Remember for this number"))
        self.nobody, self.take = QPushButton(say("N&one of them")), QPushButton(say("&Choose"))
        self.hint = QLabel(wordWrap=True)
        self._name_parts()
        self._connect()
        self._lay_out()

    def ask(self, call: Call) -> None:
        """Ask about a call; the search begins anew for another one only."""
        before, self._call = self._call, call
        self.remember.setVisible(call.e164 is not None)
        self.nobody.setVisible(call.known is Known.ASKED)
        if before is not None and (before.call, before.candidates) == (call.call, call.candidates):
            return
        self._candidates = call.candidates
        if before is None or before.call != call.call:
            self.remember.setChecked(True)
            self.search.clear()
            self.list.clear()
        if not self.search.text().strip():
            self._offer(self._candidates)

    def take_keyboard(self) -> None:
        """Put the keyboard where an answer is given."""
        (self.list if self._candidates else self.search).setFocus()

    def has_keyboard(self) -> bool:
        """Tell whether the keyboard is in here."""
        return self in _with_parents(self.window().focusWidget())

    # --- answering --------------------------------------------------------------------------

    def _choose(self, person: Person) -> None:
        self.chosen.emit(person, self._remembers)

    def _choose_nobody(self) -> None:
        self.chosen.emit(None, self._remembers)

    def _press_digit(self) -> None:
        shortcut = self.sender()
        if isinstance(shortcut, QShortcut):
            self.list.choose_row(shortcut.property("row"))

    @property
    def _remembers(self) -> bool:
        memorable = self._call is not None and self._call.e164 is not None
        return memorable and self.remember.isChecked()

    # --- what is offered --------------------------------------------------------------------

    def _offer(self, people: Sequence[Person]) -> None:
        self._shown = tuple(people)
        self._show_rows((None,) * len(people))
        if people:
            used = self._surroundings.office.people.last_used(self._shown)
            asked = self._shown
            when_done(self, used, lambda times: self._last_used_known(asked, times))

    def _last_used_known(
        self, asked: tuple[Person, ...], times: tuple[datetime | None, ...]
    ) -> None:
        if asked is self._shown and any(times):
            self._show_rows(times)

    def _show_rows(self, times: Sequence[datetime | None]) -> None:
        given = self._surroundings
        language, moments, now = given.language, given.moments, given.now()
        rows = [
            row_of(person, position, used, language, moments, now)
            for position, (person, used) in enumerate(zip(self._shown, times, strict=True))
        ]
        self.list.show_rows(rows)
        self.take.setEnabled(bool(rows))
        self._hint(language.say("No contact fits.") if self._searches and not rows else "")

    # --- searching --------------------------------------------------------------------------

    @property
    def _searches(self) -> str:
        return self.search.text().strip()

    def _search(self) -> None:
        """Ask for what is typed; while an answer is awaited, only the newest text is asked for."""
        text = self._searches
        if not text:
            self._offer(self._candidates)
        elif not self._waits_for:
            self._waits_for = text
            found = self._surroundings.office.people.search(text, MOST_RESULTS)
            when_done(self, found, self._found, self._not_found)

    def _found(self, contacts: tuple[Contact, ...]) -> None:
        asked, self._waits_for = self._waits_for, ""
        if asked != self._searches:
            self._search()
        elif self._call is not None:
            call = self._call
            self._offer([person_of(contact, call) for contact in contacts])

    def _not_found(self, refusal: Refused) -> None:
        self._waits_for = ""
        self._hint(self._surroundings.language.tell(refusal.what))

    def _hint(self, words: str) -> None:
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    # --- building ---------------------------------------------------------------------------

    def _name_parts(self) -> None:
        say = self._surroundings.language.say
        self.question.setBuddy(self.search)
        self.search.setPlaceholderText(say("Search by name, client number or telephone number"))
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName(say("Contacts to choose from"))
        self.take.setToolTip(say("Enter, or a digit from 1 to 9; outside the list with Alt"))
        self.hint.setTextFormat(Qt.TextFormat.PlainText)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.list.person_chosen.connect(self._choose)
        self.take.clicked.connect(self.list.choose_selected)
        self.nobody.clicked.connect(self._choose_nobody)
        for row in range(DIGITS):
            shortcut = QShortcut(QKeySequence(f"Alt+{row + 1}"), self)
            shortcut.setProperty("row", row)
            shortcut.activated.connect(self._press_digit)

    def _lay_out(self) -> None:
        lines, top, bottom = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GAP)
        top.addWidget(self.question)
        top.addWidget(self.search, 1)
        bottom.addWidget(self.remember)
        bottom.addStretch(1)
        bottom.addWidget(self.nobody)
        bottom.addWidget(self.take)
        lines.addLayout(top)
        lines.addWidget(self.hint)
        lines.addWidget(self.list, 1)
        lines.addLayout(bottom)


def _with_parents(widget: QWidget | None) -> Iterator[QWidget]:
    while widget is not None:
        yield widget
        widget = widget.parentWidget()
