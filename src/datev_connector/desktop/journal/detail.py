"""The selected call: who, when, the whole note, and what can still be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.call_window.contact_panel import ContactPanel
from datev_connector.desktop.call_window.face import badge_of, called_back, client_of, name_of
from datev_connector.desktop.call_window.note_pad import NotePad
from datev_connector.desktop.journal.words import headline, sendable
from datev_connector.desktop.look.buttons import enable, make_primary
from datev_connector.desktop.look.look import GAP, SECTION_GAP
from datev_connector.desktop.look.words import ElidedLabel
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call, Person

TITLE_SCALE = 1.25


class Detail(QWidget):
    """One call, or the hint to select one."""

    dial_wanted = Signal(str)

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        """Show a call with `show_call`."""
        super().__init__(parent)
        self._surroundings, self._look = surroundings, surroundings.look
        self._call: Call | None = None
        self._unkept: dict[str, str] = {}
        """Notes that were left while they were too long to be kept, by call."""
        self._undialled = ""
        """Why nothing can be dialled at the moment."""
        self._name_parts()
        self._lay_out()
        self._connect()
        self._restyle()

    def _name_parts(self) -> None:
        say = self._surroundings.language.say
        self.name, self.client, self.head = ElidedLabel(), ElidedLabel(), ElidedLabel()
        self.name.setFont(self._look.font(TITLE_SCALE, bold=True))
        self.pad = NotePad(self._surroundings)
        self.panel = ContactPanel(self._surroundings)
        self.send = QPushButton(say("Hand over to &DATEV"))
        self.send.setToolTip(say("Ctrl+Enter"))
        self.call_back = QPushButton(say("Call &back"))
        self.change = QPushButton(say("Change con&tact"))
        self.change.setCheckable(True)
        self.open = QPushButton(say("Open w&indow"))
        self.hint = QLabel()
        make_primary(self.send, self._look)

    @property
    def call(self) -> Call | None:
        """The call that is shown."""
        return self._call

    def offer(self, *, selectable: bool) -> None:
        """Ask for a call to be selected, where there are any."""
        say = self._surroundings.language.say
        self.hint.setText(say("Select a call to see its note.") if selectable else "")

    # --- calls --------------------------------------------------------------------------------

    def show_call(self, call: Call | None) -> None:
        """Show a call of the list, or none; what was typed for the one before is handed over."""
        if self._call is not None and call is not None and call.call == self._call.call:
            self.take_call(call)
            return
        self._leave()
        self._call = call
        self._pages.setCurrentIndex(0 if call is None else 1)
        if call is not None:
            self.change.setChecked(False)
            # What the journal lists is in the store.
            self.pad.begin(call, call.note_revision)
            if call.call in self._unkept:
                self.pad.editor.setPlainText(self._unkept.pop(call.call))
            self._show()

    def take_call(self, call: Call) -> None:
        """A call is as it is now; nothing happens if it is not shown."""
        if self._call is None or call.call != self._call.call:
            return
        self._call = call
        self.pad.show_call(call)
        self._show()

    def kept(self, call: str, revision: int) -> None:
        """The store holds a note in this revision."""
        if self._call is not None and call == self._call.call:
            self.pad.kept(revision)

    def show_dialling(self, refused: str) -> None:
        """Say why nothing can be dialled at the moment; empty: it can be."""
        self._undialled = refused
        self._show_call_back()

    def flush(self) -> bool:
        """Hand over what was typed; tell whether the desk has all of it."""
        if self._call is not None:
            self.pad.send_for_good()
        return self.unkept is None

    @property
    def unkept(self) -> str | None:
        """A call whose note is too long to be kept."""
        if self._call is not None and not self.pad.is_safe:
            return self._call.call
        return next(iter(self._unkept), None)

    def _leave(self) -> None:
        if self._call is None:
            return
        self.flush()
        if not self.pad.is_safe:
            self._unkept[self._call.call] = self.pad.editor.toPlainText()

    # --- what is shown ------------------------------------------------------------------------

    def _show(self) -> None:
        call, given = self._call, self._surroundings
        if call is None:
            return
        language = given.language
        self.name.setText(name_of(call, language))
        person = call.person
        parts = [] if person is None else [client_of(person, language)]
        if person is not None:
            parts.append(badge_of(person.ref.source, language))
        self.client.setText(" · ".join(filter(None, parts)))
        self.client.setVisible(bool(parts))
        self.head.setText(headline(call, language, given.moments, given.now()))
        self._show_call_back()
        self.change.setEnabled(bool(call.number))
        self._show_sending()
        if self.change.isChecked():
            self.panel.ask(call)

    def _show_call_back(self) -> None:
        enable(self.call_back, self._undialled)
        if self._call is None or not called_back(self._call) or self._call.active:
            self.call_back.setEnabled(False)

    def _show_sending(self) -> None:
        """The button would do something: also with what was typed a moment ago."""
        call = self._call
        if call is not None:
            typed = self.pad.editor.toPlainText()
            changed = bool(typed.strip()) and typed != call.note
            self.send.setEnabled(self.pad.fits_datev and (sendable(call) or changed))

    # --- what is done -------------------------------------------------------------------------

    def _connect(self) -> None:
        self.pad.sent.connect(self._note)
        self.pad.changed.connect(self._show_sending)
        self.send.clicked.connect(self._send)
        self.call_back.clicked.connect(self._call_back)
        self.change.toggled.connect(self._change)
        self.panel.chosen.connect(self._chosen)
        self.open.clicked.connect(self.open_window)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.send.click)
        self._look.changed.connect(self._restyle)

    def _note(self, text: str) -> None:
        if self._call is not None:
            self._surroundings.office.calls.note(self._call.call, text)

    def _send(self) -> None:
        if self._call is not None:
            self.pad.send()
            self._surroundings.office.calls.transfer(self._call.call)

    def _call_back(self) -> None:
        if self._call is not None:
            self.dial_wanted.emit(called_back(self._call))

    def open_window(self) -> None:
        """Show the window of the call."""
        if self._call is not None:
            self.pad.send()
            self._surroundings.office.calls.open(self._call.call)

    def _change(self, wanted: bool) -> None:  # noqa: FBT001 - Qt's way
        self._places.setCurrentWidget(self.panel if wanted else self.pad)
        if wanted and self._call is not None:
            self.panel.ask(self._call)
            self.panel.take_keyboard()

    def _chosen(self, person: Person | None, remember: bool) -> None:  # noqa: FBT001 - Qt's way
        if self._call is not None:
            self._surroundings.office.calls.choose(self._call.call, person, remember=remember)
        self.give_up_change()

    def give_up_change(self) -> bool:
        """Go back to the note; False: it was there."""
        was = self.change.isChecked()
        if was:
            self.change.setChecked(False)
            self.change.setFocus()
        return was

    # --- building -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._pages, self._places, content = QStackedWidget(), QStackedWidget(), QWidget()
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._places.addWidget(self.pad)
        self._places.addWidget(self.panel)
        lines, columns, buttons = QVBoxLayout(content), QHBoxLayout(), QVBoxLayout()
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        lines.addWidget(self.name)
        lines.addWidget(self.client)
        lines.addWidget(self.head)
        lines.addSpacing(GAP)
        lines.addLayout(columns, 1)
        columns.setSpacing(SECTION_GAP)
        columns.addWidget(self._places, 1)
        columns.addLayout(buttons)
        buttons.setSpacing(GAP)
        for button in (self.send, self.call_back, self.change, self.open):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._pages.addWidget(self.hint)
        self._pages.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _restyle(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(self._look.theme.subdued))
        for label in (self.client, self.head, self.hint):
            label.setPalette(palette)
