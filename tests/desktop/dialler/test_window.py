from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from datev_connector.desktop.dialler.window import DialWindow
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import DialPreview, Refused
from datev_connector.desktop.shell import bring_to_front
from datev_connector.domain.contacts import Contact, ContactRef, Medium, Source, StoredNumber
from datev_connector.domain.effects import DialReported
from datev_connector.domain.wording import worded
from datev_connector.engine.news import News
from datev_connector.texts.language import Language
from tests.desktop.office import TestOffice, surroundings_for

MUELLER = Contact(
    ref=ContactRef(Source.DATEV, "a1"),
    name="Müller GmbH",
    client_number="10234",
    numbers=(
        StoredNumber(number="0721 98760", standardised="004972198760"),
        StoredNumber(number="0171 1234567", medium=Medium.MOBILE),
    ),
)
MEIER = Contact(
    ref=ContactRef(Source.STARFACE, "b2"),
    name="Meier, Anna",
    numbers=(StoredNumber(number="089 123456"),),
)


@pytest.fixture
def office() -> TestOffice:
    made = TestOffice()
    made.people.contacts = [MUELLER, MEIER]
    made.dialling.previews = {
        "004972198760": DialPreview(
            dialled="0004972198760", shown="0721 98760", names=("Müller GmbH",)
        ),
        "abc": DialPreview(dialled="", shown="", refused=worded("there is no number to dial")),
    }
    return made


@pytest.fixture
def window(
    qtbot: QtBot, look: Look, german: Language, noon: datetime, office: TestOffice
) -> DialWindow:
    made = DialWindow(surroundings_for(look, german, lambda: noon, office))
    qtbot.addWidget(made)
    made.offer("")
    bring_to_front(made)
    qtbot.waitUntil(made.isActiveWindow)
    return made


def typed(window: DialWindow, text: str) -> None:
    QTest.keyClicks(window.field, text)


def key(window: DialWindow, which: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, which)


def reported(noon: datetime, number: str, refused: str | None = None) -> News:
    call = None if refused else "1"
    return News(noon, DialReported(number=number, call=call, refused=refused))


def heading(window: DialWindow) -> str:
    return window.heading.text().strip()


def test_asked_for_by_the_person_it_has_the_keyboard(window: DialWindow) -> None:
    assert QApplication.focusWidget() is window.field
    assert not window.dial_button.isEnabled()


def test_a_name_finds_its_numbers_and_enter_dials_the_first(
    window: DialWindow, office: TestOffice, qtbot: QtBot, noon: datetime
) -> None:
    typed(window, "gmb")
    qtbot.waitUntil(window.dial_button.isEnabled)
    assert window.results.topLevelItemCount() == 2
    first = window.results.topLevelItem(0)
    assert first is not None
    shown = [first.text(column) for column in range(4)]
    assert shown == ["Müller GmbH", "10234", "0721 98760", "Telefon"]
    assert heading(window) == "Gewählt wird: 0721 98760"
    assert window.detail.text() == "Ziffern: 0004972198760 · Müller GmbH"
    key(window, Qt.Key.Key_Return)
    assert office.asked.of("dial") == [("004972198760",)]
    window.take(reported(noon, "004972198760"))
    assert not window.isVisible()


def test_the_arrow_keys_choose_another_number_while_typing_goes_on(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "gmb")
    qtbot.waitUntil(window.dial_button.isEnabled)
    key(window, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: heading(window) == "Gewählt wird: 0171 1234567")
    key(window, Qt.Key.Key_Down)
    assert heading(window) == "Gewählt wird: 0171 1234567"
    key(window, Qt.Key.Key_Up)
    key(window, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: heading(window) == "Gewählt wird: 0721 98760")
    assert QApplication.focusWidget() is window.field
    key(window, Qt.Key.Key_Return)
    assert office.asked.of("dial") == [("004972198760",)]


def test_a_number_is_dialled_as_typed_unless_a_row_is_chosen(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "10234")
    qtbot.waitUntil(lambda: window.results.topLevelItemCount() == 2)
    qtbot.waitUntil(lambda: heading(window) == "Gewählt wird: 10234")
    key(window, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: heading(window) == "Gewählt wird: 0721 98760")
    key(window, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: heading(window) == "Gewählt wird: 10234")
    key(window, Qt.Key.Key_Enter)
    assert office.asked.of("dial") == [("10234",)]


def test_enter_faster_than_the_preview_dials_what_was_typed(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "0721 98760")
    key(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: office.asked.of("dial") == [("0721 98760",)])


def test_enter_faster_than_the_search_dials_nobody(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "gmb")
    key(window, Qt.Key.Key_Return)
    qtbot.waitUntil(window.dial_button.isEnabled)
    assert office.asked.of("dial") == []


def test_a_preview_is_gone_with_the_next_letter(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "gmb")
    qtbot.waitUntil(window.dial_button.isEnabled)
    typed(window, "h")
    assert not window.dial_button.isEnabled()
    key(window, Qt.Key.Key_Return)
    assert office.asked.of("dial") == []


def test_late_answers_to_older_questions_are_dropped(
    window: DialWindow, office: TestOffice, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, prompt = Future[tuple[Contact, ...]](), Future[tuple[Contact, ...]]()
    answers = {"m": late, "me": prompt}
    monkeypatch.setattr(office.people, "search", lambda text, _limit: answers[text])
    asked = list[str]()
    window.field.textChanged.connect(asked.append)
    typed(window, "m")
    qtbot.waitUntil(lambda: not window.is_waiting)
    typed(window, "e")
    qtbot.waitUntil(lambda: not window.is_waiting)
    prompt.set_result((MEIER,))
    qtbot.waitUntil(lambda: window.results.topLevelItemCount() == 1)
    late.set_result((MUELLER,))
    qtbot.waitUntil(window.dial_button.isEnabled)
    QApplication.processEvents()
    assert window.results.topLevelItemCount() == 1
    assert heading(window) == "Gewählt wird: 089 123456"


def test_a_second_enter_does_not_dial_twice(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "0721 1")
    qtbot.waitUntil(window.dial_button.isEnabled)
    key(window, Qt.Key.Key_Return)
    key(window, Qt.Key.Key_Return)
    assert office.asked.of("dial") == [("0721 1",)]
    assert not window.dial_button.isEnabled()


def test_a_refusal_is_said_in_words_and_can_be_tried_again(
    window: DialWindow, office: TestOffice, qtbot: QtBot, noon: datetime
) -> None:
    typed(window, "0721 1")
    qtbot.waitUntil(window.dial_button.isEnabled)
    key(window, Qt.Key.Key_Return)
    window.take(reported(noon, "0721 1", worded("this number was dialled just now")))
    assert window.message.words.text() == "Nicht gewählt: diese Nummer wurde gerade eben gewählt."
    assert window.isVisible()
    key(window, Qt.Key.Key_Return)
    assert len(office.asked.of("dial")) == 2
    assert not window.message.isVisible()


def test_a_call_that_datev_dials_does_not_close_the_window(
    window: DialWindow, noon: datetime
) -> None:
    window.take(reported(noon, "0721 1"))
    assert window.isVisible()


def test_what_cannot_be_dialled_says_why(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    office.dialling.previews["0000"] = office.dialling.previews["abc"]
    typed(window, "0000")
    qtbot.waitUntil(lambda: heading(window).startswith("Nicht wählbar: es gibt keine Nummer"))
    key(window, Qt.Key.Key_Return)
    assert office.asked.of("dial") == []


def test_nobody_found_is_said(window: DialWindow, qtbot: QtBot) -> None:
    typed(window, "xyz")
    said = "Es wurde niemand mit einer Nummer gefunden."
    qtbot.waitUntil(lambda: window.detail.text() == said)


def test_a_search_that_fails_is_said(
    window: DialWindow, office: TestOffice, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Future[tuple[Contact, ...]]()
    broken.set_exception(Refused("the store is closed"))
    monkeypatch.setattr(office.people, "search", lambda _text, _limit: broken)
    typed(window, "gmb")
    qtbot.waitUntil(lambda: window.message.words.text() == "the store is closed")


def test_a_link_is_previewed_and_waits_for_a_key(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    window.offer("tel:+49-721-98760")
    assert window.field.text() == "+49-721-98760"
    qtbot.waitUntil(lambda: heading(window) == "Gewählt wird: +49-721-98760")
    assert office.asked.of("dial") == []
    key(window, Qt.Key.Key_Return)
    assert office.asked.of("dial") == [("+49-721-98760",)]


def test_a_key_that_was_meant_for_another_window_does_not_dial_a_link(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    window.offer("tel:+49-721-98760")
    key(window, Qt.Key.Key_Return)
    qtbot.waitUntil(window.dial_button.isEnabled)
    assert office.asked.of("dial") == []


def test_a_link_with_a_service_code_is_refused_in_words(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "0721")
    window.offer("tel:*21*00499001%23")
    assert window.field.text() == ""
    assert "keine Telefonnummer" in window.message.words.text()
    qtbot.waitUntil(lambda: not window.is_waiting)
    key(window, Qt.Key.Key_Return)
    assert office.asked.of("dial") == []
    assert not any("*21" in text for (text,) in office.asked.of("preview"))


def test_a_double_click_dials(window: DialWindow, office: TestOffice, qtbot: QtBot) -> None:
    typed(window, "mei")
    qtbot.waitUntil(window.dial_button.isEnabled)
    first = window.results.topLevelItem(0)
    assert first is not None
    place = window.results.visualItemRect(first).center()
    port = window.results.viewport()
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(port, Qt.MouseButton.LeftButton, pos=place)
    assert office.asked.of("dial") == [("089 123456",)]


def test_escape_closes(window: DialWindow) -> None:
    key(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_the_keyboard_reaches_everything_in_reading_order(window: DialWindow, qtbot: QtBot) -> None:
    typed(window, "mei")
    qtbot.waitUntil(window.dial_button.isEnabled)
    order = [window.results, window.dial_button, window.close_button, window.field]
    for part in order:
        key(window, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is part


def test_enter_on_a_button_presses_that_button(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "mei")
    qtbot.waitUntil(window.dial_button.isEnabled)
    window.close_button.setFocus()
    key(window, Qt.Key.Key_Return)
    assert not window.isVisible()
    assert office.asked.of("dial") == []


def held_previews(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Future[DialPreview]]:
    held = dict[str, Future[DialPreview]]()

    def preview(text: str) -> Future[DialPreview]:
        return held.setdefault(text, Future())

    monkeypatch.setattr(office.dialling, "preview", preview)
    return held


def test_a_late_preview_of_an_older_text_is_not_what_enter_dials(
    window: DialWindow, office: TestOffice, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = held_previews(office, monkeypatch)
    typed(window, "12")
    qtbot.waitUntil(lambda: "12" in held)
    typed(window, "3")
    qtbot.waitUntil(lambda: "123" in held)
    held["12"].set_result(DialPreview(dialled="12", shown="12"))
    QApplication.processEvents()
    assert not window.dial_button.isEnabled()
    held["123"].set_result(DialPreview(dialled="123", shown="123"))
    qtbot.waitUntil(window.dial_button.isEnabled)
    assert heading(window) == "Gewählt wird: 123"


def test_enter_before_the_preview_counts_for_the_text_it_was_pressed_for(
    window: DialWindow, office: TestOffice, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = held_previews(office, monkeypatch)
    typed(window, "12")
    key(window, Qt.Key.Key_Return)
    typed(window, "3")
    qtbot.waitUntil(lambda: "123" in held)
    held["123"].set_result(DialPreview(dialled="123", shown="123"))
    qtbot.waitUntil(window.dial_button.isEnabled)
    assert office.asked.of("dial") == []


def test_a_key_that_is_held_down_does_not_dial(
    window: DialWindow, office: TestOffice, qtbot: QtBot
) -> None:
    typed(window, "0721 98760")
    qtbot.waitUntil(window.dial_button.isEnabled)
    held = QKeyEvent(
        QEvent.Type.KeyPress,
        Qt.Key.Key_Return,
        Qt.KeyboardModifier.NoModifier,
        "\r",
        autorep=True,
    )
    QApplication.sendEvent(window.field, held)
    assert office.asked.of("dial") == []
