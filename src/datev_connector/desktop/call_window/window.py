"""The window of one call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from datev_connector.desktop.call_window.contact_panel import ContactPanel
from datev_connector.desktop.call_window.face import Face, face_of, is_running, running_time
from datev_connector.desktop.call_window.head import Head
from datev_connector.desktop.call_window.leg_words import (
    is_down,
    leg_words,
    no_dialling,
    no_hang_up,
)
from datev_connector.desktop.call_window.note_pad import NotePad
from datev_connector.desktop.call_window.quiet import QuietWindow
from datev_connector.desktop.call_window.saving import Saving
from datev_connector.desktop.look.buttons import enable, make_primary
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call, Person
from datev_connector.domain.legs import Leg, LegReport

WIDTH_IN_LETTERS = 72
HEIGHT_IN_LINES = 33
LEAVES_THE_DESK = timedelta(hours=23)
"""So long after its end a call may soon be gone from the desk, which then shows no changes."""
ON_ITS_WAY = (Saving.AFTER_CALL, Saving.WAITS, Saving.IN_DATEV)


class CallWindow(QuietWindow):
    """Shows one call after another: a closed window waits for the next call."""

    closed = Signal()
    dial_wanted = Signal(str)

    def __init__(self, surroundings: Surroundings) -> None:
        """Show a call with `begin`."""
        super().__init__()
        self._surroundings, self._look = surroundings, surroundings.look
        self._office = surroundings.office.calls
        self._call: Call | None = None
        self._face: Face | None = None
        self._panel: ContactPanel | None = None
        self._reports: dict[Leg, LegReport] = {}
        self._assigning = self._let_go = False
        say = surroundings.language.say
        self.head, self.pad = Head(surroundings), NotePad(surroundings)
        self.error, self.legs = MessageLine(self._look), MessageLine(self._look)
        self.hang_up = QPushButton(say("&Hang up"))
        self.call_back = QPushButton(say("Call &back"))
        self.transfer = QPushButton(say("Hand over to &DATEV"))
        self.transfer.setToolTip(say("Ctrl+Enter"))
        make_primary(self.transfer, self._look)
        self._connect()
        self._lay_out()
        self.pad.editor.setFocus()

    @property
    def call(self) -> Call | None:
        """The call that is shown; None: the window waits for one."""
        return self._call

    @property
    def panel(self) -> ContactPanel | None:
        """The question who it is, while it is put."""
        return self._panel if self._panel is not None and not self._panel.isHidden() else None

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All windows have one size, whatever they show: none may grow over another."""
        metrics = self.fontMetrics()
        width = metrics.averageCharWidth() * WIDTH_IN_LETTERS
        return QSize(width, metrics.lineSpacing() * HEIGHT_IN_LINES)

    # --- what is shown ----------------------------------------------------------------------

    def begin(self, call: Call, kept: int) -> None:
        """Show a call; `kept` is the revision of its note that the store holds."""
        self._call, self._face = call, None
        self._assigning = self._let_go = False
        self.error.clear()
        self.pad.begin(call, kept)
        self._show_face(call)
        self.pad.editor.setFocus()
        if self.panel is not None:
            self.panel.take_keyboard()

    def show_call(self, call: Call) -> None:
        """Show the same call as it is now."""
        if self._call is not None and call.person != self._call.person:
            self._assigning = False
        self._call = call
        self.pad.show_call(call)
        self._show_face(call)

    def show_legs(self, legs: Mapping[Leg, LegReport], *, others_talk: bool) -> None:
        """Say what does not work at the moment, and what that means."""
        self._reports = dict(legs)
        self._show_legs()
        self.pad.show_circumstances(store_is_down=is_down(legs, Leg.STORE), others_talk=others_talk)

    def _show_legs(self) -> None:
        given, active = self._surroundings, self._call is not None and self._call.active
        words = leg_words(self._reports, given.language, given.moments, given.now(), active=active)
        text = "\n".join(sentence for _, sentence in words)
        if text != self.legs.words.text():
            self.legs.tell(Tone.WARNING, text)
        self._offer_calling()

    def _offer_calling(self) -> None:
        """Without the phone system the buttons do nothing, and say so before they are pressed."""
        language = self._surroundings.language
        enable(self.hang_up, no_hang_up(self._reports, language))
        enable(self.call_back, no_dialling(self._reports, language))

    def tell(self, words: str) -> None:
        """Say what went wrong with this call."""
        self.error.tell(Tone.BAD, words)

    def _tell_overruled(self) -> None:
        say = self._surroundings.language.say
        words = say("The note was changed elsewhere as well. What you type here counts.")
        self.error.tell(Tone.NEUTRAL, words)

    @property
    def is_running(self) -> bool:
        """Tell whether a running time is shown."""
        return self._call is not None and is_running(self._call) and self.isVisible()

    def tick(self) -> None:
        """A second has passed."""
        if self._call is not None:
            self.head.show_time(running_time(self._call, self._surroundings.now()))

    def _show_face(self, call: Call) -> None:
        given = self._surroundings
        face = face_of(call, given.language, given.moments, given.now())
        if face != self._face:
            self._face = face
            self.setWindowTitle(face.title)
            self.head.show_face(face)
            self.hang_up.setVisible(face.hangs_up)
            self.call_back.setVisible(bool(face.calls_back))
        self._show_legs()
        self._ask(face.asks or self._assigning)
        self._offer_transfer()
        self.tick()

    def _offer_transfer(self) -> None:
        state, call = self.pad.state, self._call
        if call is None:
            return
        sent = state in ON_ITS_WAY if call.note.strip() else state is Saving.IN_DATEV
        self.transfer.setEnabled(self.pad.fits_datev and not sent)

    # --- who is it --------------------------------------------------------------------------

    def _ask(self, wanted: bool) -> None:  # noqa: FBT001 - it is what is asked
        if self._call is None or (not wanted and self._panel is None):
            return
        panel = self._panel or self._make_panel()
        had_keyboard = panel.has_keyboard()
        if wanted:
            panel.ask(self._call)
        panel.setVisible(wanted)
        if not wanted and had_keyboard:
            self.pad.editor.setFocus()

    def _make_panel(self) -> ContactPanel:
        """Most calls need none, so it is made when the first does."""
        panel = ContactPanel(self._surroundings, self)
        panel.chosen.connect(self._choose)
        self._body.insertWidget(self._body.indexOf(self.pad), panel)
        self._panel = panel
        self._order_tabs()
        return panel

    def _assign(self) -> None:
        self._assigning = True
        self._ask(wanted=True)
        if self._panel is not None:
            self._panel.search.setFocus()

    def _choose(self, person: Person | None, remember: bool) -> None:  # noqa: FBT001 - of a signal
        if self._call is not None:
            self._assigning = False
            self._office.choose(self._call.call, person, remember=remember)
            self._ask(wanted=False)

    def _reject(self) -> None:
        if self._call is not None:
            self._office.choose(self._call.call, None, remember=False)

    # --- what the person does ---------------------------------------------------------------

    def flush(self) -> bool:
        """Hand over the note; tell whether the desk has all of it."""
        self.pad.send_for_good()
        return self.pad.is_safe

    def let_go(self) -> None:
        """The desk has closed the window: without its note it must be asked to follow it again."""
        self._let_go = not self.leave()

    def leave(self) -> bool:
        """Close without asking the desk; a note that cannot be kept holds the window open."""
        if not self.flush():
            say = self._surroundings.language.say
            self.tell(say("The note is too long and not saved. Shorten it before you close."))
            return False
        self._call = self._face = None
        self.hide()
        self.closed.emit()
        return True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The person closes the window; the call goes on."""
        event.ignore()
        call = self._call
        if call is not None and self.leave():
            self._office.close(call.call)

    def _escape(self) -> None:
        if self._assigning and self._face is not None and not self._face.asks:
            self._assigning = False
            self._ask(wanted=False)
        else:
            self.close()

    def _send_note(self, text: str) -> None:
        if self._call is not None:
            self._fetch_back(self._call)
            self._office.note(self._call.call, text)

    def _transfer(self) -> None:
        if self._call is not None and self.transfer.isEnabled():
            self.error.clear()
            self.pad.send()
            self._fetch_back(self._call)
            self._office.transfer(self._call.call)

    def _fetch_back(self, call: Call) -> None:
        """Have a window follow its call again that outlived it, or stood open for a day."""
        ended = call.ended_at
        long_over = ended is not None and self._surroundings.now() - ended > LEAVES_THE_DESK
        if (long_over or self._let_go) and self.isActiveWindow():
            self._let_go = False
            self._office.open(call.call)

    def _hang_up(self) -> None:
        if self._call is not None:
            self.error.clear()
            self._office.hang_up(self._call.call)

    def _call_back(self) -> None:
        if self._face is not None and self._face.calls_back:
            self.error.clear()
            self.dial_wanted.emit(self._face.calls_back)

    # --- building ---------------------------------------------------------------------------

    def _connect(self) -> None:
        self.head.rejected.connect(self._reject)
        self.head.assignment_wanted.connect(self._assign)
        self.pad.sent.connect(self._send_note)
        self.pad.overruled.connect(self._tell_overruled)
        self.pad.changed.connect(self._offer_transfer)
        self.hang_up.clicked.connect(self._hang_up)
        self.call_back.clicked.connect(self._call_back)
        self.transfer.clicked.connect(self._transfer)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._transfer)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self._escape)

    def _lay_out(self) -> None:
        window, body, buttons = QVBoxLayout(self), QVBoxLayout(), QHBoxLayout()
        window.setContentsMargins(0, 0, 0, 0)
        window.setSpacing(0)
        body.setContentsMargins(MARGIN, GAP + 4, MARGIN, MARGIN - 4)
        body.setSpacing(GAP)
        for part in (self.error, self.legs):
            body.addWidget(part)
        body.addWidget(self.pad, 1)
        for button in (self.hang_up, self.call_back):
            buttons.addWidget(button)
            button.setAutoDefault(False)
        buttons.addStretch(1)
        buttons.addWidget(self.transfer)
        body.addLayout(buttons)
        window.addWidget(self.head)
        window.addLayout(body, 1)
        self._body = body
        self._order_tabs()

    def _order_tabs(self) -> None:
        """From top to bottom, as one reads."""
        controls: list[QWidget] = [self.head.other]
        if self._panel is not None:
            panel = self._panel
            controls += [panel.search, panel.list, panel.remember, panel.nobody, panel.take]
        controls += [self.pad.editor, self.hang_up, self.call_back, self.transfer]
        for before, after in pairwise(controls):
            QWidget.setTabOrder(before, after)
