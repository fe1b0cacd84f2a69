"""Call windows with the real desk behind them: what is shown is what the desk decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from datev_connector.desktop.call_window.saving import Saving
from datev_connector.desktop.call_window.window import CallWindow
from datev_connector.desktop.call_window.windows import CallWindows
from datev_connector.desktop.look.look import Look
from datev_connector.domain import inputs
from datev_connector.domain.calls import Person
from datev_connector.domain.effects import (
    AskWho,
    CallChanged,
    DialReported,
    Effect,
    Queued,
    SaveCall,
    TellUser,
    Window,
)
from datev_connector.domain.legs import Leg
from datev_connector.domain.record import Delivery
from datev_connector.domain.rules import CallRules
from datev_connector.engine.news import Matter, News, NoteKept
from datev_connector.texts.language import Language
from tests.desktop.office import Asked, TestCalls, TestOffice, surroundings_for
from tests.domain.desk.playbook import CLIENT, SHARED, Playbook, book

TOLD = (AskWho, CallChanged, DialReported, Queued, TellUser, Window)


class DeskCalls(TestCalls):
    """What a person does goes to the desk."""

    def __init__(self, asked: Asked, office: DeskOffice) -> None:
        super().__init__(asked)
        self._office = office

    def note(self, call: str, text: str) -> None:
        self._feed(inputs.NoteTyped(at=self._at, call=call, text=text))

    def transfer(self, call: str) -> None:
        self._feed(inputs.TransferPressed(at=self._at, call=call))

    def choose(self, call: str, person: Person | None, *, remember: bool) -> None:
        at = self._at
        self._feed(inputs.PersonChosen(at=at, call=call, person=person, remember=remember))

    def open(self, call: str) -> None:
        self._feed(inputs.WindowOpened(at=self._at, call=call))

    def close(self, call: str) -> None:
        self._feed(inputs.WindowClosed(at=self._at, call=call))

    def _feed(self, event: inputs.Input) -> None:
        self._office.desk.feed(event)

    @property
    def _at(self) -> datetime:
        return self._office.desk.at


class DeskOffice(TestOffice):
    """A desk in the place of the program; its news are heard when the test says so."""

    def __init__(self, rules: CallRules) -> None:
        super().__init__()
        self.desk: Playbook = book(rules)
        self.calls = DeskCalls(self.asked, self)
        self._turns = len(self.desk.wanted)

    def news(self) -> Iterator[News]:
        """What the engine would tell of the turns since the last time, in its order."""
        while self._turns < len(self.desk.wanted):
            turn = self.desk.wanted[self._turns]
            self._turns += 1
            for matter in (*_kept(turn), *(one for one in turn if isinstance(one, TOLD))):
                yield News(self.desk.at, matter)


def state(window: CallWindow) -> Saving:
    return window.pad.state


def _kept(turn: tuple[Effect, ...]) -> Iterator[Matter]:
    for one in turn:
        if isinstance(one, SaveCall) and one.call.note_revision:
            yield NoteKept(call=one.call.call, revision=one.call.note_revision)


class Desk:
    """A desk, the windows in front of it, and the way between them."""

    def __init__(self, look: Look, language: Language, qtbot: QtBot, rules: CallRules) -> None:
        self.office = DeskOffice(rules)
        self.book = self.office.desk
        self.qtbot = qtbot
        given = surroundings_for(look, language, lambda: self.book.at, self.office)
        self.windows = CallWindows(given)

    def hear(self) -> None:
        for news in self.office.news():
            self.windows.take(news)

    def window(self, call: str) -> CallWindow:
        self.hear()
        window = self.windows.window_of(call)
        assert window is not None
        return window

    def asked_for(self, call: str) -> CallWindow:
        """The window as a person opens it: with the keyboard in it."""
        self.office.calls.open(call)
        window = self.window(call)
        self.qtbot.waitUntil(window.isActiveWindow)
        return window

    def close(self) -> None:
        for call in self.book.desk.calls:
            if (window := self.windows.window_of(call.call)) is not None:
                window.hide()
                window.deleteLater()
        self.windows.deleteLater()


@pytest.fixture
def rules() -> CallRules:
    return CallRules()


@pytest.fixture
def desk(look: Look, english: Language, qtbot: QtBot, rules: CallRules) -> Iterator[Desk]:
    made = Desk(look, english, qtbot, rules)
    yield made
    made.close()


def test_a_note_from_the_first_key_to_datev(desk: Desk) -> None:
    one = desk.book.ring()
    window = desk.asked_for(one.call)
    desk.book.later(3).answer()
    QTest.keyClicks(window.pad.editor, "call back")
    assert state(window) is Saving.SAVING
    desk.windows.flush()
    desk.hear()
    assert state(window) is Saving.SAVED
    desk.book.mute = True
    QTest.keyClick(window.pad.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.hear()
    assert state(window) is Saving.AFTER_CALL
    assert not window.transfer.isEnabled()
    desk.book.deliver(desk.book.unanswered.pop(), Delivery.CONFIRMED)
    desk.book.later(60).hang_up()
    desk.book.deliver(desk.book.unanswered.pop(), Delivery.CONFIRMED)
    desk.hear()
    assert state(window) is Saving.WAITS
    desk.book.deliver(desk.book.unanswered.pop(), Delivery.CONFIRMED)
    desk.hear()
    assert state(window) is Saving.IN_DATEV
    assert [record.note for _, record in desk.book.told][-1] == "call back"


def test_typing_on_while_the_desk_is_behind_keeps_every_letter(desk: Desk) -> None:
    one = desk.book.ring()
    window = desk.window(one.call)
    for text in ("call ", "back ", "soon"):
        QTest.keyClicks(window.pad.editor, text)
        desk.windows.flush()
    desk.hear()
    assert window.pad.editor.toPlainText() == "call back soon"
    assert state(window) is Saving.SAVED


def test_who_it_is_is_asked_and_learned(desk: Desk) -> None:
    one = desk.book.ring(number=SHARED)
    window = desk.window(one.call)
    assert window.panel is not None
    name = window.panel.list.item(1).text()
    QTest.keyClick(window.panel.list, Qt.Key.Key_2)
    desk.hear()
    assert window.head.name.text() == name
    assert window.head.why.text() == "Chosen by you."
    again = desk.book.later(60).ring("p2", number=SHARED)
    assert desk.window(again.call).head.why.text() == "As chosen last time for this number."


def test_one_key_rejects_and_forgets_the_contact(desk: Desk) -> None:
    one = desk.book.ring(number=CLIENT)
    window = desk.asked_for(one.call)
    assert window.head.badge.text() == "DATEV"
    QTest.keyClick(window.pad.editor, Qt.Key.Key_F4)
    desk.hear()
    assert window.head.badge.text() == ""
    assert window.head.why.text() == "You said that it is none of the contacts that fit."


@pytest.mark.parametrize("rules", [CallRules(close_after_call=True)])
def test_a_window_closes_after_the_call_where_the_office_wants_that(desk: Desk) -> None:
    one = desk.book.ring()
    window = desk.window(one.call)
    QTest.keyClicks(window.pad.editor, "half a sen")
    desk.book.later(5).hang_up()
    desk.hear()
    assert not window.isVisible()
    desk.hear()
    assert desk.book.calls[one.call].note == "half a sen"


def test_a_window_closed_by_hand_is_opened_again_with_its_draft(desk: Desk) -> None:
    one = desk.book.ring()
    window = desk.window(one.call)
    QTest.keyClicks(window.pad.editor, "draft")
    window.close()
    desk.hear()
    assert desk.windows.window_of(one.call) is None
    desk.book.later(5).hang_up()
    again = desk.asked_for(one.call)
    assert again.pad.editor.toPlainText() == "draft"
    assert state(again) is Saving.SAVED


def test_it_is_usable_with_every_leg_down(desk: Desk) -> None:
    one = desk.book.ring()
    window = desk.window(one.call)
    for leg in (Leg.DATEV, Leg.STARFACE):
        desk.book.leg(leg, up=False)
    QTest.keyClicks(window.pad.editor, "note")
    desk.windows.flush()
    desk.office.calls.transfer(one.call)
    desk.hear()
    assert state(window) is Saving.AFTER_CALL
