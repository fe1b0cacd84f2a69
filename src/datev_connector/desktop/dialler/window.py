"""The dialler: a field for a name or a number; Enter dials what the preview shows, no more."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.dialler.links import LONGEST, number_offered
from datev_connector.desktop.dialler.result_list import ResultList
from datev_connector.desktop.dialler.rows import first_choice, is_number, preview_words, rows_of
from datev_connector.desktop.look.buttons import make_primary
from datev_connector.desktop.look.look import GAP, MARGIN, SECTION_GAP
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.words import ElidedLabel
from datev_connector.desktop.ports import DialPreview, Refused
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.contacts import Contact
from datev_connector.domain.effects import DialReported
from datev_connector.domain.wording import sentence
from datev_connector.engine.news import News

PAUSE_MS = 120
"""So long after the last key the search begins."""
MOST_CONTACTS = 20
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class DialWindow(QWidget):
    """What is previewed can be dialled; every change takes the preview back."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        """Show it and `offer` something, or nothing."""
        super().__init__(parent)
        self._office, self._language = surroundings.office, surroundings.language
        self._look = surroundings.look
        self._question = 0
        """Counts searches: late answers to older ones are dropped."""
        self._preview = 0
        """Counts previews likewise."""
        self._target = ""
        """What Enter dials: the text whose preview is shown."""
        self._from_outside = False
        self._dial_when_shown = False
        self._dialling = ""
        self._build()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.field.textChanged.connect(self._text_changed)
        self.results.currentItemChanged.connect(self._choice_changed)
        self.results.itemDoubleClicked.connect(self._dial)
        self.dial_button.clicked.connect(self._dial)
        self.close_button.clicked.connect(self.close)
        self._look.changed.connect(self._restyle)
        self._restyle()
        self._forget()

    def offer(self, text: str) -> None:
        """Prefill a link or number that comes from outside, or nothing; a key press has to dial it.

        What must not come from outside is refused in words.
        """
        number = number_offered(text)
        self.message.clear()
        self._dialling = ""
        self.field.setText(number or "")
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._from_outside = bool(text)
        if text and number is None:
            said = self._language.say(
                "What was handed over is no phone number. Links with letters, * or # are not taken."
            )
            self.message.tell(Tone.WARNING, said)

    def take(self, news: News) -> None:
        """Hear what became of a wish to dial."""
        match news.matter:
            case DialReported(refused=str(refused)):
                self._dialling = ""
                self._enable()
                said = self._language.say("Not dialled: {reason}", reason=sentence(refused))
                self.message.tell(Tone.BAD, said)
            case DialReported(number=number) if self._dialling and number == self._dialling:
                self._dialling = ""
                self.close()
            case _:
                pass

    @property
    def is_waiting(self) -> bool:
        """Whether what was typed has still to be searched for."""
        return self._pause.isActive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The arrow keys choose a row while the field keeps the keyboard."""
        if watched is self.field and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if event.type() == QEvent.Type.KeyPress and step is not None:
                self.results.step(step, may_leave=is_number(self.field.text()))
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter dials, Escape closes."""
        if event.key() in _ENTER and not event.isAutoRepeat():
            self._dial()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    # --- from a text to a preview -----------------------------------------------------------------

    @Slot(str)
    def _text_changed(self, _text: str) -> None:
        self._from_outside = False
        self.message.clear()
        self._question += 1
        self._forget()
        self._pause.start()

    @Slot()
    def _ask(self) -> None:
        self._pause.stop()
        self._question += 1
        text = self.field.text().strip()
        if is_number(text):
            self._look_ahead(text)
        if text:
            found = partial(self._found, self._question)
            when_done(self, self._office.people.search(text, MOST_CONTACTS), found, self._failed)
        else:
            self.results.show_rows((), None)

    def _found(self, question: int, contacts: tuple[Contact, ...]) -> None:
        if question != self._question:
            return
        rows, text = rows_of(contacts), self.field.text()
        self.results.show_rows(rows, first_choice(text, rows))
        if not rows and not is_number(text):
            self.detail.setText(self._language.say("Nobody with a number was found."))

    def _failed(self, refusal: Refused) -> None:
        self.results.show_rows((), None)
        self.message.tell(Tone.WARNING, self._language.tell(refusal.what))

    @Slot()
    def _choice_changed(self) -> None:
        row, text = self.results.chosen(), self.field.text().strip()
        if row is not None:
            self._look_ahead(row.text)
        elif is_number(text) and not self._pause.isActive():
            self._look_ahead(text)
        else:
            self._forget()

    def _look_ahead(self, text: str) -> None:
        """Have the preview of a text shown; until it is there nothing can be dialled."""
        if text == self._target:
            return
        waiting = self._dial_when_shown
        self._forget()
        self._dial_when_shown = waiting
        shown = partial(self._show_preview, self._preview, text)
        when_done(self, self._office.dialling.preview(text), shown, self._failed)

    def _show_preview(self, asked: int, text: str, preview: DialPreview) -> None:
        if asked != self._preview:
            return
        words = preview_words(preview, self._language)
        self.heading.setText(words.heading)
        self.detail.setText(words.detail)
        self._target = text if words.dialable else ""
        self._enable()
        if self._dial_when_shown:
            self._dial_when_shown = False
            self._dial()

    def _forget(self) -> None:
        self._preview += 1
        self._target = ""
        self._dial_when_shown = False
        self.heading.setText(" ")
        self.detail.setText(" ")
        self._enable()

    def _enable(self) -> None:
        self.dial_button.setEnabled(bool(self._target) and not self._dialling)

    # --- dialling ---------------------------------------------------------------------------------

    @Slot()
    def _dial(self) -> None:
        if self._dialling:
            return
        if self._target:
            self._dialling = self._target
            self._enable()
            self.message.clear()
            self._office.calls.dial(self._dialling)
        elif self._pause.isActive() and self._is_own_number():
            # Typed and confirmed faster than the preview came: it is what was typed.
            self._dial_when_shown = True
            self._pause.stop()
            self._look_ahead(self.field.text().strip())

    def _is_own_number(self) -> bool:
        """Whether the person has typed a number; what came from outside must be seen first."""
        return is_number(self.field.text()) and not self._from_outside

    # --- how it looks -----------------------------------------------------------------------------

    def _build(self) -> None:
        say = self._language.say
        self.setWindowTitle(say("Dial a number"))
        self.field = QLineEdit(maxLength=LONGEST)
        self.field.setPlaceholderText(say("for example Müller, 10234 or 0721 98760"))
        self.field.setClearButtonEnabled(True)
        self.field.setFont(self._look.font(1.15))
        self.field.installEventFilter(self)
        label = QLabel(say("&Name or number"))
        label.setBuddy(self.field)
        self.results = ResultList(self._language)
        self.heading, self.detail = ElidedLabel(), ElidedLabel()
        self.heading.setFont(self._look.font(1.15, bold=True))
        self.message = MessageLine(self._look)
        self.dial_button = QPushButton(say("&Call"))
        self.close_button = QPushButton(say("C&lose"))
        for button in (self.dial_button, self.close_button):
            # Enter on a button presses that button.
            button.setAutoDefault(True)
        make_primary(self.dial_button, self._look)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        whole.addWidget(label)
        whole.addWidget(self.field)
        whole.addWidget(self.results, 1)
        whole.addWidget(self.heading)
        whole.addWidget(self.detail)
        whole.addWidget(self.message)
        whole.addSpacing(SECTION_GAP - GAP)
        whole.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addStretch(1)
        row.addWidget(self.dial_button)
        row.addWidget(self.close_button)
        return row

    @Slot()
    def _restyle(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(self._look.theme.subdued))
        self.detail.setPalette(palette)
