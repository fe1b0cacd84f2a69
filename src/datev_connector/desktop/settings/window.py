"""The settings window: pages at the left, fields at the right, one row of buttons below."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.look.buttons import make_primary
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.room import room_in_use
from datev_connector.desktop.ports import Flaw, Refused, Saved
from datev_connector.desktop.settings.access_keys import access_keys
from datev_connector.desktop.settings.connection_test import ConnectionTest
from datev_connector.desktop.settings.dialling_example import DiallingExample
from datev_connector.desktop.settings.draft import Draft, Value
from datev_connector.desktop.settings.help_page import HelpPage
from datev_connector.desktop.settings.page_list import PageList
from datev_connector.desktop.settings.pages import PAGES, PageName
from datev_connector.desktop.settings.question import QuestionBar
from datev_connector.desktop.settings.sheet import FieldSheet
from datev_connector.desktop.settings.titled_page import TitledPage
from datev_connector.desktop.settings.words import words_of
from datev_connector.desktop.surroundings import Surroundings

WIDTH_LETTERS = 142
HEIGHT_LINES = 46


class SettingsWindow(QWidget):
    """All settings of the profile, and the help."""

    diagnosis_wanted = Signal()
    assistant_wanted = Signal()
    kept = Signal()
    """Changed settings count from now on."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._surroundings = surroundings
        self._office = surroundings.office
        self._language = surroundings.language
        self.setWindowTitle(self._language.say("Settings - DATEV Connector"))
        self.draft = Draft(form=self._office.settings.form())
        self._saving = False
        self.ok = QPushButton(self._language.say("&OK"))
        self.cancel = QPushButton(self._language.say("C&ancel"))
        self.save = QPushButton(self._language.say("&Save"))
        self.message = MessageLine(surroundings.look)
        self.question = QuestionBar(surroundings.look)
        self.test = ConnectionTest(surroundings)
        self.example = DiallingExample(surroundings)
        self.assistant = QPushButton(self._language.say("Start the &first set-up again"))
        self.list = PageList(PAGES, surroundings.look, surroundings.language)
        self.pages = {page.name: self._page(page.name) for page in PAGES}
        self._stack, self._bar = QStackedWidget(), QWidget()
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(0)
        self._show_draft()
        self._resize()

    # --- what others ask -------------------------------------------------------------------------

    def show_page(self, name: str) -> None:
        """Turn to a page by its name. Raises ValueError for an unknown one."""
        names = [page.name for page in PAGES]
        self.list.setCurrentRow(names.index(PageName(name)))

    def enter(self, name: str, value: Value) -> None:
        """Enter a value as a person would; saved it is later. Raises KeyError."""
        self._edited(name, value)

    # --- putting together ------------------------------------------------------------------------

    def _page(self, name: PageName) -> TitledPage:
        page = next(one for one in PAGES if one.name is name)
        below = (self.ok, self.cancel, self.save, self.test.test, self.test.whole, self.assistant)
        taken = access_keys([button.text() for button in below])
        sheet = FieldSheet(self._surroundings, page.groups, self.draft.form, taken_keys=taken)
        made = TitledPage(page.title, page.intro, sheet, self._surroundings)
        match name:
            case PageName.CONNECTION:
                made.add(self.test)
            case PageName.DIAL_PLAN:
                made.add(self.example)
            case PageName.GENERAL:
                made.add_button(self.assistant)
            case PageName.HELP:
                made.add(HelpPage(self._surroundings))
            case _:
                pass
        return made

    def _lay_out(self) -> None:
        for page in self.pages.values():
            self._stack.addWidget(page)
        top, bottom, buttons = QHBoxLayout(), QVBoxLayout(), QHBoxLayout(self._bar)
        top.setSpacing(0)
        top.addWidget(self.list)
        top.addWidget(self._stack, 1)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(GAP)
        told = QVBoxLayout()
        told.addStretch(1)
        told.addWidget(self.message)
        told.addStretch(1)
        buttons.addLayout(told, 1)
        for button in (self.ok, self.cancel, self.save):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        bottom.setContentsMargins(MARGIN, GAP, MARGIN, MARGIN - 4)
        bottom.setSpacing(GAP)
        bottom.addWidget(self.question)
        bottom.addWidget(self._bar)
        line = QFrame(frameShape=QFrame.Shape.HLine, frameShadow=QFrame.Shadow.Plain)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top, 1)
        whole.addWidget(line)
        whole.addLayout(bottom)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        make_primary(self.ok, self._surroundings.look)

    def _connect(self) -> None:
        self.question.asking.connect(self._bar.setHidden)
        self.list.chosen.connect(self._stack.setCurrentIndex)
        for page in self.pages.values():
            page.sheet.edited.connect(self._edited)
        self.ok.clicked.connect(self._accept)
        self.cancel.clicked.connect(self.close)
        self.save.clicked.connect(self._apply)
        self.test.wanted.connect(self._test)
        self.test.diagnosis_wanted.connect(self.diagnosis_wanted)
        self.assistant.clicked.connect(self.assistant_wanted)
        for keys, act in (
            ("Ctrl+PgDown", self._next_page),
            ("Ctrl+PgUp", self._previous_page),
            ("Ctrl+S", self._apply),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def _resize(self) -> None:
        room = room_in_use().size()
        metrics = self.fontMetrics()
        width = metrics.averageCharWidth() * WIDTH_LETTERS
        height = metrics.lineSpacing() * HEIGHT_LINES
        self.resize(min(width, room.width() - 40), min(height, room.height() - 60))

    # --- entries ---------------------------------------------------------------------------------

    def _edited(self, name: str, value: Value) -> None:
        self.draft = self.draft.entered(name, value)
        self.message.clear()
        self.question.clear()
        self._show_draft()
        self._mark_pages()

    def _mark_pages(self) -> None:
        flawed = (name for name, page in self.pages.items() if page.sheet.flawed() is not None)
        self.list.mark(frozenset(flawed))

    def _show_draft(self) -> None:
        for page in self.pages.values():
            page.sheet.show_draft(self.draft)
        self.save.setEnabled(self.draft.changed and not self._saving)
        plan = any(name.startswith("dial_plan.") for name in self.draft.changes)
        self.example.tell_unsaved(unsaved=plan)

    # --- saving ----------------------------------------------------------------------------------

    def _apply(self) -> None:
        self._save(lambda _: None)

    def _accept(self) -> None:
        self._save(self._close_if_nothing_to_read)

    def _close_if_nothing_to_read(self, saved: Saved | None) -> None:
        if saved is None or not saved.remarks:
            self.close()

    def _save(self, then: Callable[[Saved | None], None]) -> None:
        """Save what was entered; `then` is done if it is kept (None: there was nothing)."""
        if self._saving:
            return
        if not self.draft.changed:
            then(None)
            return
        self._saving = True
        self.save.setEnabled(False)
        sent = dict(self.draft.changes)
        future = self._office.settings.save(sent)
        when_done(self, future, partial(self._saved, sent, then), self._refused)

    def _saved(
        self, sent: dict[str, Value], then: Callable[[Saved | None], None], saved: Saved
    ) -> None:
        self._saving = False
        self._show_flaws(saved.flaws)
        if saved.flaws:
            self._show_draft()
            return
        self.draft = self.draft.saved(saved.form, sent)
        self._show_draft()
        self.example.ask()
        self._tell_saved(saved)
        self.kept.emit()
        then(saved)

    def _tell_saved(self, saved: Saved) -> None:
        language, now = self._surroundings.language, self._surroundings.now()
        time = self._surroundings.moments.time(now)
        lines = [language.say("Saved at {time}.", time=time), *map(language.tell, saved.remarks)]
        self.message.tell(Tone.GOOD, "\n".join(lines))

    def _refused(self, refusal: Refused) -> None:
        self._saving = False
        tell = self._surroundings.language.tell
        self._show_draft()
        self.message.tell(Tone.BAD, f"{tell(refusal.what)} {tell(refusal.remedy)}".strip())

    def _show_flaws(self, flaws: tuple[Flaw, ...]) -> None:
        flawed = frozenset(
            name for name, page in self.pages.items() if page.sheet.show_flaws(flaws)
        )
        self.list.mark(flawed)
        self._tell_flaws(flaws)
        first = next((name for name in self.pages if name in flawed), None)
        if first is not None:
            self.show_page(first)
            row = self.pages[first].sheet.flawed()
            if row is not None:
                self.pages[first].go_to(row)

    def _tell_flaws(self, flaws: tuple[Flaw, ...]) -> None:
        """Below, what is wrong with no field that stands anywhere; else that nothing was saved."""
        language = self._surroundings.language
        shown = {name for page in self.pages.values() for name in page.sheet.rows}
        homeless = [flaw for flaw in flaws if flaw.name not in shown]
        lines = [
            language.say("{field}: {flaw}", field=words_of(one.name).label, flaw=one.text)
            if one.name
            else language.tell(one.text)
            for one in homeless
        ]
        if flaws:
            lines.insert(0, language.say("Nothing was saved yet: an entry has to be put right."))
        self.message.tell(Tone.BAD, "\n".join(lines))

    # --- the test --------------------------------------------------------------------------------

    def _test(self) -> None:
        if not self.draft.changed:
            self.test.start()
            return
        self.question.ask(
            self._language.say("Your changes have not been saved. The test needs them saved."),
            (self._language.say("Save and test"), self._save_and_test),
            (self._language.say("Back"), self._go_on),
        )

    def _save_and_test(self) -> None:
        self._save(lambda _: self.test.start())

    def _go_on(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- coming and going ------------------------------------------------------------------------

    def _next_page(self) -> None:
        self.list.setCurrentRow(min(self.list.currentRow() + 1, self.list.count() - 1))

    def _previous_page(self) -> None:
        self.list.setCurrentRow(max(self.list.currentRow() - 1, 0))

    def _discard(self) -> None:
        self.draft = Draft(form=self._office.settings.form())
        self._show_flaws(())
        self._show_draft()
        self.close()

    def _save_and_close(self) -> None:
        self._save(self._close_if_nothing_to_read)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The form is read again: it may have been changed elsewhere."""
        super().showEvent(event)
        if event.spontaneous():
            return
        self.draft = self.draft.read_again(self._office.settings.form())
        self._show_draft()
        self.example.ask()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """What was entered and not saved is asked about first."""
        if not self.draft.changed:
            event.accept()
            return
        event.ignore()
        self.question.ask(
            self._language.say("Your changes have not been saved."),
            (self._language.say("Save and close"), self._save_and_close),
            (self._language.say("Discard changes"), self._discard),
            (self._language.say("Back"), self._go_on),
        )

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody watches the test any more."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.test.stop()
            self.question.clear()
            self.message.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes, Enter is the button that has the keyboard, else OK."""
        focused = self.focusWidget()
        match event.key():
            case Qt.Key.Key_Escape if self.question.isVisible():
                self.question.clear()
            case Qt.Key.Key_Escape:
                self.close()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                (focused if isinstance(focused, QPushButton) else self.ok).click()
            case _:
                super().keyPressEvent(event)
