"""The window of the first set-up: one step after another, each saved when one goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.assistant.call_test import CallTest
from datev_connector.desktop.assistant.end_page import EndPage
from datev_connector.desktop.assistant.found_sources import FoundSources
from datev_connector.desktop.assistant.progress import done_steps
from datev_connector.desktop.assistant.proof import Watch
from datev_connector.desktop.assistant.rail import StepRail
from datev_connector.desktop.assistant.step_page import StepPage
from datev_connector.desktop.assistant.steps import STEPS, StepName, after, before, lacking
from datev_connector.desktop.assistant.taken_over import TakenOverPanel
from datev_connector.desktop.assistant.verdict import verdict
from datev_connector.desktop.look.buttons import make_primary
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.room import room_in_use
from datev_connector.desktop.ports import Flaw, Refused, Saved
from datev_connector.desktop.settings.access_keys import access_keys
from datev_connector.desktop.settings.draft import Draft, Value
from datev_connector.desktop.settings.examination_panel import ExaminationPanel
from datev_connector.desktop.settings.question import QuestionBar
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import LegReport
from datev_connector.engine.news import News

WIDTH_LETTERS = 130
HEIGHT_LINES = 40


class Assistant(QWidget):
    """Leads a person from nothing to a proven call."""

    finished = Signal()
    """The person went through to the end."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._surroundings = surroundings
        self._office = surroundings.office
        self._language = surroundings.language
        self.setWindowTitle(self._language.say("First set-up - DATEV Connector"))
        self.draft = Draft(form=self._office.settings.form())
        self.at = StepName.WELCOME
        self.watch = Watch()
        self._saving = False
        self._leaving = False
        self._make_parts()
        self._lay_out()
        self._connect()
        self._resize()
        self._go(StepName.WELCOME)

    def take(self, news: News) -> None:
        """Follow what happens: legs, and the call that proves it."""
        if isinstance(news.matter, LegReport):
            self.found.take(news.matter)
        watch = self.watch.after(news)
        if watch is not self.watch:
            self.watch = watch
            self.call_test.show_watch(watch)
            self._show_progress()

    # --- putting together -----------------------------------------------------------------

    def _make_parts(self) -> None:
        look = self._surroundings.look
        self.later = QPushButton(self._language.say("Go on &later"))
        self.back = QPushButton(self._language.say("&Back"))
        self.next = QPushButton(self._language.say("Ne&xt"))
        self.again = QPushButton(self._language.say("Check &again"))
        self.message, self.question = MessageLine(look), QuestionBar(look)
        self.rail = StepRail(look, self._language)
        self.panel = ExaminationPanel(self._surroundings)
        self.found = FoundSources(self._surroundings)
        self.call_test = CallTest(self._surroundings)
        self.end = EndPage(self._surroundings)
        taken = access_keys([button.text() for button in (self.later, self.back, self.next)])
        self.pages = {
            one.name: StepPage(one, self._surroundings, self.draft.form, taken_keys=taken)
            for one in STEPS
        }
        taken_over = self._office.settings.taken_over()
        if taken_over is not None:
            self.pages[StepName.WELCOME].add(TakenOverPanel(taken_over, self._surroundings))
        self.pages[StepName.DATEV].add(self.found)
        self.pages[StepName.CHECK].add(self.panel)
        self.pages[StepName.CHECK].add_button(self.again)
        self.pages[StepName.TEST_CALL].add(self.call_test)
        self.pages[StepName.END].add(self.end)

    def _lay_out(self) -> None:
        self._stack, self._bar = QStackedWidget(), QWidget()
        for page in self.pages.values():
            self._stack.addWidget(page)
        buttons = QHBoxLayout(self._bar)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(GAP)
        buttons.addWidget(self.later)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        top, bottom = QHBoxLayout(), QVBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.rail)
        top.addWidget(self._stack, 1)
        bottom.setContentsMargins(MARGIN, GAP, MARGIN, MARGIN - 4)
        bottom.setSpacing(GAP)
        for widget in (self.message, self.question, self._bar):
            bottom.addWidget(widget)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top, 1)
        whole.addWidget(line)
        whole.addLayout(bottom)
        make_primary(self.next, self._surroundings.look)

    def _connect(self) -> None:
        self.later.clicked.connect(self.close)
        self.back.clicked.connect(self._backward)
        self.next.clicked.connect(self._forward)
        self.again.clicked.connect(self.panel.start)
        self.panel.changed.connect(self._show_progress)
        self.question.asking.connect(self._bar.setHidden)
        for page in self.pages.values():
            page.sheet.edited.connect(self.enter)

    def _resize(self) -> None:
        room, metrics = room_in_use().size(), self.fontMetrics()
        width = metrics.averageCharWidth() * WIDTH_LETTERS
        height = metrics.lineSpacing() * HEIGHT_LINES
        self.resize(min(width, room.width() - 40), min(height, room.height() - 60))

    # --- steps ----------------------------------------------------------------------------

    def enter(self, name: str, value: Value) -> None:
        """Enter a value as a person would; it is saved when one goes on. Raises KeyError."""
        self.draft = self.draft.entered(name, value)
        self.message.clear()
        self._show_draft()

    def _forward(self) -> None:
        lacks = lacking(self.at, self.draft.form, self.draft.values)
        if lacks:
            self._show_flaws(lacks)
            return
        self._save(self._go_on)

    def _go_on(self) -> None:
        following = after(self.at)
        if following is not None:
            self._go(following)
            return
        self.finished.emit()
        self.close()
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Whoever starts the set-up again after its end begins at its beginning."""
        self.watch = Watch()
        self.panel.forget()
        self._go(StepName.WELCOME)

    def _backward(self) -> None:
        earlier = before(self.at)
        if earlier is not None:
            self._go(earlier)

    def _go(self, name: StepName) -> None:
        self.at = name
        page = self.pages[name]
        self._stack.setCurrentWidget(page)
        self.back.setEnabled(before(name) is not None)
        self.later.setVisible(name is not StepName.END)
        self.next.setText(self._next_words())
        self._enter_step(name)
        self._show_draft()
        page.focus_first(self.next)

    def _enter_step(self, name: StepName) -> None:
        if name is StepName.CHECK and not (self.panel.trial.over or self.panel.trial.running):
            self.panel.start()
        if name is StepName.DATEV:
            self.found.read()
        if name is StepName.TEST_CALL:
            self.watch = self.watch.begun(self._surroundings.now())
            self.call_test.show_watch(self.watch)

    def _next_words(self) -> str:
        language = self._language
        if self.at is StepName.END:
            return language.say("&Finish")
        if self.at is StepName.TEST_CALL and not self.watch.proven:
            return language.say("Finish without a test &call")
        return language.say("Ne&xt")

    def _show_draft(self) -> None:
        for page in self.pages.values():
            page.sheet.show_draft(self.draft)
        self._show_progress()

    def _show_progress(self) -> None:
        form, values, trial = self.draft.form, self.draft.values, self.panel.trial
        self.rail.show_progress(self.at, done_steps(self.at, form, values, trial, self.watch))
        self.again.setEnabled(not trial.running)
        self.next.setText(self._next_words())
        if self.at is StepName.END:
            judged = verdict(form, values, trial, self.watch, self._language)
            self.end.show_verdict(judged, self.watch)

    # --- saving ---------------------------------------------------------------------------

    def _save(self, then: Callable[[], None]) -> None:
        """Save what was entered; `then` is done if it is kept, or there was nothing."""
        if self._saving:
            return
        self.message.clear()
        if not self.draft.changed:
            then()
            return
        self._saving = True
        sent = dict(self.draft.changes)
        future = self._office.settings.save(sent)
        when_done(self, future, partial(self._saved, sent, then), self._refused)

    def _saved(self, sent: dict[str, Value], then: Callable[[], None], saved: Saved) -> None:
        self._saving = False
        if saved.flaws:
            self._show_flaws(saved.flaws)
            self._ask_to_leave()
            return
        self._show_flaws(())
        self.draft = self.draft.saved(saved.form, sent)
        self.panel.forget()
        self.message.tell(Tone.NEUTRAL, "\n".join(map(self._language.tell, saved.remarks)))
        then()
        self._show_draft()

    def _refused(self, refusal: Refused) -> None:
        self._saving = False
        tell = self._language.tell
        self.message.tell(Tone.BAD, f"{tell(refusal.what)} {tell(refusal.remedy)}".strip())
        self._ask_to_leave()

    def _show_flaws(self, flaws: tuple[Flaw, ...]) -> None:
        for page in self.pages.values():
            page.sheet.show_flaws(flaws)
        shown = self.pages[self.at]
        row = shown.sheet.flawed()
        if row is not None:
            shown.go_to(row)
        elsewhere = [flaw for flaw in flaws if flaw.name not in shown.sheet.rows]
        self.message.tell(Tone.BAD, "\n".join(self._language.tell(one.text) for one in elsewhere))

    # --- coming and going -----------------------------------------------------------------

    def _ask_to_leave(self) -> None:
        """What was entered last could not be kept, and the person wanted to go."""
        if not self._leaving:
            return
        self._leaving = False
        self.question.ask(
            self._language.say("What you entered in this step could not be saved."),
            (self._language.say("Back to the step"), self._stay),
            (self._language.say("Close all the same"), self._give_up),
        )

    def _stay(self) -> None:
        self.pages[self.at].focus_first(self.next)

    def _give_up(self) -> None:
        self.draft = Draft(form=self._office.settings.form())
        self._show_flaws(())
        self.close()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever comes back goes on where they were."""
        super().showEvent(event)
        if event.spontaneous():
            return
        self.draft = self.draft.read_again(self._office.settings.form())
        self._show_draft()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """What was entered is saved first."""
        if self._saving:
            event.ignore()
            return
        if self.draft.changed:
            event.ignore()
            self._leaving = True
            self._save(self._leave)
            return
        self.panel.stop()
        event.accept()

    def _leave(self) -> None:
        self._leaving = False
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape leaves, Enter is the button that has the keyboard, else Next."""
        focused = self.focusWidget()
        match event.key():
            case Qt.Key.Key_Escape if self.question.isVisible():
                self.question.clear()
            case Qt.Key.Key_Escape:
                self.close()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                (focused if isinstance(focused, QPushButton) else self.next).click()
            case _:
                super().keyPressEvent(event)
