"""The field for the note of a call, and how far the note has come."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QFocusEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from datev_connector.desktop.call_window.saving import Saving, Typed, saving
from datev_connector.desktop.call_window.saving_words import counter_words, saving_words
from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call
from datev_connector.domain.rules import note_length

SEND_AFTER_MS = 300
"""So long after the last key the text goes to the desk."""
SHAPES = {
    Saving.ENDLESS: Symbol.DOWN,
    Saving.TOO_LONG: Symbol.DEGRADED,
    Saving.LONG_DRAFT: Symbol.DEGRADED,
    Saving.SAVING: Symbol.UNKNOWN,
    Saving.NOT_SAVED: Symbol.DEGRADED,
    Saving.SAVED: Symbol.UP,
    Saving.CHANGED_SINCE: Symbol.UP,
    Saving.AFTER_CALL: Symbol.WAITING,
    Saving.WAITS: Symbol.WAITING,
    Saving.IN_DATEV: Symbol.UP,
}
WORTH_SAYING = (Saving.ENDLESS, Saving.LONG_DRAFT, Saving.NOT_SAVED, Saving.IN_DATEV)
"""What is read out: "saved" after each word would be in the way."""
LINES = 2


class Editor(QPlainTextEdit):
    """Tells when the keyboard leaves it; Tab goes on to the next control."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty field."""
        super().__init__(parent)
        self.setTabChangesFocus(True)
        margins = self.contentsMargins()
        frame = margins.top() + margins.bottom() + 2 * self.document().documentMargin()
        self.setMinimumHeight(int(self.fontMetrics().lineSpacing() * LINES + frame))

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the field."""
        super().focusOutEvent(event)
        self.left.emit()


class NotePad(QWidget):
    """A note as it is typed. It holds no rule: what is saved and sent says the desk."""

    sent = Signal(str)
    """The note is now this text."""
    changed = Signal()
    """Text or state are not what they were."""
    overruled = Signal()
    """Somebody else changed the note while the person was typing."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        """Begin with `begin`."""
        super().__init__(parent)
        self._surroundings, self._look = surroundings, surroundings.look
        self._call: Call | None = None
        self._typed = Typed()
        self._store_is_down = self._others_talk = False
        self.state = Saving.NOTHING
        say = surroundings.language.say
        self.label, self.editor = QLabel(say("&Note")), Editor()
        self.label.setBuddy(self.editor)
        self.editor.setPlaceholderText(say("What was it about?"))
        self.counter, self.shape, self.words = QLabel(), QLabel(), QLabel(wordWrap=True)
        self._later = QTimer(self, singleShot=True, interval=SEND_AFTER_MS)
        self._later.timeout.connect(self.send)
        self.editor.textChanged.connect(self._typed_on)
        self.editor.left.connect(self.send)
        self._lay_out()
        self._look.changed.connect(self._restyle)
        self._restyle()

    @property
    def is_safe(self) -> bool:
        """Tell whether closing loses nothing: all of the text can be kept, so the desk has it."""
        return not self._typed.is_endless

    @property
    def fits_datev(self) -> bool:
        """Tell whether DATEV takes a note of this length."""
        return not self._typed.over

    def begin(self, call: Call, kept: int) -> None:
        """Show the note of a call; `kept` is the revision that the store holds."""
        self._call, self._typed = call, Typed.of(call, kept)
        self._put(call.note)
        self._show_state()

    def show_call(self, call: Call) -> None:
        """The desk shows the call as it is now."""
        self._call = call
        before = self._typed.elsewhere
        self._take(self._typed.with_note_of(call))
        if self._typed.elsewhere and not before:
            self.overruled.emit()

    def kept(self, revision: int) -> None:
        """The store holds the note in this revision."""
        self._take(self._typed.with_kept(revision))

    def show_circumstances(self, *, store_is_down: bool, others_talk: bool) -> None:
        """What else decides how far a note can come."""
        self._store_is_down, self._others_talk = store_is_down, others_talk
        self._show_state()

    def send(self) -> None:
        """Hand the text to the desk now, if it was not."""
        self._later.stop()
        if self._typed.due:
            self._hand_over()

    def send_for_good(self) -> None:
        """The last chance: hand over also what was sent and never came back."""
        self._later.stop()
        if self.is_safe and self._typed.text != self._typed.shown:
            self._hand_over()

    def _hand_over(self) -> None:
        self._typed = self._typed.handed_over()
        self.sent.emit(self._typed.text)

    def _typed_on(self) -> None:
        self._typed = self._typed.with_text(self.editor.toPlainText())
        if self._typed.due:
            self._later.start()
        self._show_state()

    def _take(self, typed: Typed) -> None:
        replaced = typed.text != self._typed.text
        self._typed = typed
        if replaced:
            self._put(typed.text)
        self._show_state()

    def _put(self, text: str) -> None:
        self.editor.blockSignals(True)  # noqa: FBT003 - Qt's way
        self.editor.setPlainText(text)
        self.editor.blockSignals(False)  # noqa: FBT003 - Qt's way

    def _show_state(self) -> None:
        if self._call is None:
            return
        before = self.state
        self.state = saving(
            self._call,
            self._typed,
            store_is_down=self._store_is_down,
            others_talk=self._others_talk,
        )
        language = self._surroundings.language
        self.counter.setText(counter_words(note_length(self._typed.text), language))
        words = saving_words(
            self.state,
            self._call,
            self._typed.over,
            language,
            self._surroundings.moments,
            self._surroundings.now(),
        )
        self._say(words, before)
        self.changed.emit()

    def _say(self, words: str, before: Saving) -> None:
        self.words.setText(words)
        if before is not self.state:
            self._colour_state()
            if self.state in WORTH_SAYING:
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.words, words))

    def _restyle(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(self._look.theme.subdued))
        self.counter.setPalette(palette)
        self._colour_state()

    def _colour_state(self) -> None:
        theme, state = self._look.theme, self.state
        colours = {
            Saving.ENDLESS: theme.bad,
            Saving.TOO_LONG: theme.warning,
            Saving.LONG_DRAFT: theme.warning,
            Saving.NOT_SAVED: theme.warning,
            Saving.IN_DATEV: theme.good,
        }
        colour = colours.get(state, theme.subdued)
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.words.setPalette(palette)
        self.shape.setVisible(state in SHAPES)
        if state in SHAPES:
            size, ratio = self.words.fontMetrics().height(), self.devicePixelRatioF()
            self.shape.setPixmap(self._look.pixmap(SHAPES[state], size, colour, ratio))

    def _lay_out(self) -> None:
        lines, top, bottom = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        top.addWidget(self.label)
        top.addStretch(1)
        top.addWidget(self.counter)
        bottom.setSpacing(GAP)
        bottom.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignTop)
        bottom.addWidget(self.words, 1)
        lines.addLayout(top)
        lines.addWidget(self.editor, 1)
        lines.addLayout(bottom)
        # An empty line keeps its height: the field must not jump with every word about it.
        self.words.setMinimumHeight(self.words.fontMetrics().lineSpacing())
