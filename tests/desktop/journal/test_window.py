"""The journal as a person uses it: keys and mouse on a real screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from datev_connector.desktop.journal.model import Column
from datev_connector.desktop.journal.rows import KEPT
from datev_connector.desktop.journal.window import FILTERS, JournalWindow
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import Only, Refused
from datev_connector.domain.calls import Call
from datev_connector.domain.effects import CallChanged, DialReported, Queued
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT
from datev_connector.engine.news import News, NoteKept
from datev_connector.texts.language import Language
from tests.desktop.journal.calls import (
    NOON,
    a_day,
    call,
    contacts,
    handed_over,
    many,
    noted,
    person,
)
from tests.desktop.office import TestOffice, surroundings_for

Opened = Callable[..., JournalWindow]


@pytest.fixture
def office() -> TestOffice:
    office = TestOffice()
    office.journal.kept = a_day()
    office.people.contacts = contacts()
    return office


@pytest.fixture
def opened(qtbot: QtBot, look: Look, german: Language, office: TestOffice) -> Opened:
    def make(language: Language = german) -> JournalWindow:
        window = JournalWindow(surroundings_for(look, language, lambda: NOON, office))
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        if office.journal.held is None:
            qtbot.waitUntil(lambda: window.total.text() != "" or bool(window.nothing.text()))
        return window

    return make


def names(window: JournalWindow, count: int = 5) -> list[str]:
    model = window.table.calls
    rows = range(min(count, model.rowCount()))
    return [str(model.index(row, Column.NAME).data()) for row in rows]


def click_row(window: JournalWindow, row: int) -> None:
    rect = window.table.visualRect(window.table.calls.index(row, Column.NAME))
    QTest.mouseClick(
        window.table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        rect.center(),
    )


def select(qtbot: QtBot, window: JournalWindow, call_id: str) -> Call:
    kept = window._listing.rows.row_of(call_id)
    assert kept is not None
    click_row(window, kept)
    qtbot.waitUntil(lambda: window.detail.call is not None and window.detail.call.call == call_id)
    assert window.detail.call is not None
    return window.detail.call


# --- finding --------------------------------------------------------------------------------------


def test_all_calls_are_there_newest_first(opened: Opened, office: TestOffice) -> None:
    window = opened()
    assert window.table.calls.rowCount() == len(office.journal.kept)
    assert names(window, 3) == [one.name for one in office.journal.kept[:3]]
    assert window.total.text() == "30 Anrufe"


def test_typing_finds_and_emptying_shows_all_again(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    QTest.keyClicks(window.search, "kerstr")
    qtbot.waitUntil(lambda: names(window) == ["Dr. Åkerström-Weiß, Zoë"])
    QTest.keyClick(window.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 30)
    assert window.isVisible()


def test_what_nobody_wants_any_more_is_neither_shown_nor_asked_for(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    office.asked.seen.clear()
    held: list[Callable[[], None]] = []
    office.journal.held = held
    QTest.keyClicks(window.search, "hler")
    assert [asked[0] for asked in office.asked.of("page")] == ["h"]
    held.pop(0)()
    qtbot.waitUntil(lambda: bool(held))
    assert names(window)[0] == office.journal.kept[0].name
    assert window.table.calls.rowCount() == 30
    assert [asked[0] for asked in office.asked.of("page")] == ["h", "hler"]
    held.pop(0)()
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 3)


def test_a_filter_shows_its_calls_and_how_many(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    missed_tab = FILTERS.index(Only.MISSED)
    qtbot.waitUntil(lambda: window.tabs.tabText(missed_tab) == "Verpasst (7)")
    place = window.tabs.tabRect(missed_tab).center()
    QTest.mouseClick(window.tabs, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 7)
    assert window.only is Only.MISSED
    QTest.keyClicks(window.search, "gibt es nicht")
    qtbot.waitUntil(window.nothing.isVisible)
    assert window.nothing.text() == "Kein Anruf passt zu „gibt es nicht“."


def test_an_empty_filter_says_so(qtbot: QtBot, opened: Opened, office: TestOffice) -> None:
    office.journal.kept = [one for one in office.journal.kept if one.outcome != "missed"]
    window = opened()
    window.show_only(Only.MISSED)
    qtbot.waitUntil(window.nothing.isVisible)
    assert window.nothing.text() == "Keine verpassten Anrufe."


def test_letters_typed_in_the_table_search(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    click_row(window, 4)
    QTest.keyClick(window.table, Qt.Key.Key_S)
    assert window.search.hasFocus()
    assert window.search.text().casefold() == "s"


def test_a_list_that_cannot_be_read_is_told(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    office.journal.refusal = Refused("The store is damaged.", "Start again.")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(window.message.isVisible)
    assert window.message.words.text() == "The store is damaged. Start again."
    office.journal.refusal = None
    QTest.keyClicks(window.search, "hler")
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 3)
    assert not window.message.isVisible()


# --- many calls -----------------------------------------------------------------------------------


def test_a_long_journal_is_read_where_it_is_looked_at(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    office.journal.kept = kept = many(20_000)
    window = opened()
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 20_000)
    bar = window.table.verticalScrollBar()
    for share in (0.5, 0.9, 0.2, 1.0, *(step / 20 for step in range(20))):
        bar.setValue(round(share * bar.maximum()))
        qtbot.waitUntil(lambda: all(known(window, row) for row in window.table.seen()))
        first, last = window.table.seen()
        for row in range(first, last + 1):
            assert window.table.calls.call_at(row) is kept[row]
    assert len(window._listing.rows) <= KEPT
    assert len(office.asked.of("page")) < 60


def known(window: JournalWindow, row: int) -> bool:
    return window.table.calls.call_at(row) is not None


def test_the_keyboard_goes_through_rows_that_are_not_there_yet(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    office.journal.kept = kept = many(5_000)
    window = opened()
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 5_000)
    QTest.keyClick(window.search, Qt.Key.Key_Down)
    assert window.table.hasFocus()
    QTest.keyClick(window.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.detail.call is kept[-1])
    QTest.keyClick(window.table, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: window.detail.call is kept[-2])


# --- news -----------------------------------------------------------------------------------------


def test_a_new_call_comes_on_top_and_nothing_jumps(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    office.journal.kept = many(1_000)
    window = opened()
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 1_000)
    window.table.verticalScrollBar().setValue(900)
    qtbot.waitUntil(lambda: all(known(window, row) for row in window.table.seen()))
    first, last = window.table.seen()
    chosen = office.journal.kept[first + 3]
    select(qtbot, window, chosen.call)
    before = window.table.visualRect(window.table.currentIndex())
    new = call("new", person=person("Neu, Anna"))
    office.journal.kept.insert(0, new)
    window.take(News(NOON, CallChanged(new)))
    assert window.table.calls.rowCount() == 1_001
    assert window.table.calls.call_at(0) is new
    assert window.detail.call is chosen
    assert window.table.chosen == chosen.call
    assert window.table.visualRect(window.table.currentIndex()) == before
    assert window.table.seen() == (first + 1, last + 1)
    # What follows further down is still in its place.
    window.table.verticalScrollBar().setValue(window.table.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: all(known(window, row) for row in window.table.seen()))
    assert window.table.calls.call_at(1_000) is office.journal.kept[-1]


def test_a_changed_call_changes_in_its_row(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    old = select(qtbot, window, "stranger")
    row = window.table.currentIndex().row()
    window.take(News(NOON, CallChanged(old.but(person=person("Wiener, Sepp", "17000")))))
    assert window.table.calls.index(row, Column.NAME).data() == "Wiener, Sepp"
    assert window.table.calls.index(row, Column.CLIENT).data() == "17000"
    assert window.detail.name.text() == "Wiener, Sepp"
    assert window.table.currentIndex().row() == row


def test_a_call_that_leaves_the_filter_stays_until_one_looks_anew(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    window.show_only(Only.DRAFT)
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 1)
    draft = select(qtbot, window, "draft")
    sent = draft.but(**handed_over(draft.note, NOON))
    office.journal.kept = [sent if one.call == "draft" else one for one in a_day()]
    window.take(News(NOON, Queued(call="draft", record=None)))  # type: ignore[arg-type]
    datev = window.table.calls.index(0, Column.DATEV)
    qtbot.waitUntil(lambda: str(datev.data()).startswith("in DATEV"))
    assert window.table.calls.rowCount() == 1
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(window.nothing.isVisible)
    assert window.nothing.text() == "Keine offenen Notizen."


def test_a_call_that_enters_the_filter_appears(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    window.show_only(Only.DRAFT)
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 1)
    older = office.journal.kept[7].but(**noted("nachgetragen", note_sent_revision=0))
    office.journal.kept[7] = older
    window.take(News(NOON, CallChanged(older)))
    qtbot.waitUntil(lambda: names(window) == ["Köhler, Grażyna", "Dr. Åkerström-Weiß, Zoë"])


def test_the_selection_survives_another_list(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    select(qtbot, window, "draft")
    QTest.keyClicks(window.search, "hler")
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 3)
    assert window.table.chosen == "draft"
    assert window.table.currentIndex().row() == 1


# --- doing ----------------------------------------------------------------------------------------


def test_a_note_is_written_afterwards_and_told_as_saved(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    old = select(qtbot, window, "stranger")
    QTest.keyClicks(window.detail.pad.editor, "Ruft morgen an")
    qtbot.waitUntil(lambda: bool(office.asked.of("note")))
    assert office.asked.of("note")[-1] == ("stranger", "Ruft morgen an")
    saved = old.but(**noted("Ruft morgen an"))
    office.journal.kept = [saved if one.call == "stranger" else one for one in a_day()]
    window.take(News(NOON, NoteKept(call="stranger", revision=1)))
    qtbot.waitUntil(lambda: window.detail.pad.words.text() == "gespeichert")
    row = window.table.currentIndex().row()
    assert window.table.calls.index(row, Column.DATEV).data() == "Entwurf"


def test_going_on_hands_over_what_was_typed(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    select(qtbot, window, "stranger")
    QTest.keyClicks(window.detail.pad.editor, "halb")
    select(qtbot, window, "draft")
    assert office.asked.of("note") == [("stranger", "halb")]
    QTest.keyClicks(window.detail.pad.editor, "x")
    window.flush()
    assert office.asked.of("note")[-1][0] == "draft"


def test_a_note_that_is_too_long_is_there_when_one_comes_back(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    select(qtbot, window, "stranger")
    long = "zu lang " * KEPT_LIMIT
    window.detail.pad.editor.setPlainText(long)
    assert not window.detail.send.isEnabled()
    select(qtbot, window, "draft")
    assert office.asked.of("note") == []
    assert not window.flush()
    assert window.show_unkept()
    qtbot.waitUntil(lambda: window.detail.call is not None and window.detail.call.call != "draft")
    select(qtbot, window, "draft")
    select(qtbot, window, "stranger")
    assert window.detail.pad.editor.toPlainText() == long
    window.detail.pad.editor.setPlainText("kurz")
    assert window.flush()
    assert not window.show_unkept()


def test_a_note_longer_than_datev_takes_is_kept_and_not_sent(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    select(qtbot, window, "stranger")
    window.detail.pad.editor.setPlainText("x" * (NOTE_LIMIT + 1))
    assert not window.detail.send.isEnabled()
    assert window.flush()
    assert office.asked.of("note") == [("stranger", "x" * (NOTE_LIMIT + 1))]


def test_send_hands_over_note_and_call_in_order(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    select(qtbot, window, "stranger")
    QTest.keyClicks(window.detail.pad.editor, "Bitte")
    QTest.keyClick(window.detail.pad.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    done = [one for one in office.asked.seen if one[0] in ("note", "transfer")]
    assert done == [("note", ("stranger", "Bitte")), ("transfer", ("stranger",))]


def test_nothing_can_be_sent_twice(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    for call_id, enabled in (
        ("draft", True),
        ("missed", True),
        ("waiting", False),
        ("done", False),
    ):
        select(qtbot, window, call_id)
        assert window.detail.send.isEnabled() is enabled, call_id


def test_the_caller_is_called_back(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    select(qtbot, window, "missed")
    with qtbot.waitSignal(window.dial_wanted) as wanted:
        QTest.mouseClick(window.detail.call_back, Qt.MouseButton.LeftButton)
    assert wanted.args == ["+491712345678"]
    window.take(News(NOON, DialReported(number="+491712345678", refused="The line is busy.")))
    assert window.message.words.text() == "The line is busy."
    for call_id in ("withheld", "living"):
        select(qtbot, window, call_id)
        assert not window.detail.call_back.isEnabled()


def test_a_hidden_journal_asks_for_no_numbers(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    qtbot.waitUntil(lambda: not window._count_again.isActive())
    window.hide()
    asked = len(office.asked.of("total"))
    window.take(News(NOON, CallChanged(a_day()[0])))
    qtbot.waitUntil(lambda: not window._count_again.isActive())
    assert [arguments for arguments in office.asked.of("total")[asked:] if not arguments[0]] == []
    window.show()
    assert {only for _, only in office.asked.of("total")[asked:]} >= set(Only) - {Only.ALL}


def test_nobody_is_called_back_without_the_phone_system(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    select(qtbot, window, "missed")
    down = LegReport(leg=Leg.STARFACE, state=LegState.DOWN, since=NOON, reason="cable")
    window.take(News(NOON, down))
    assert not window.detail.call_back.isEnabled()
    assert window.detail.call_back.toolTip().startswith("Keine Verbindung zur Telefonanlage")
    window.take(News(NOON, replace(down, state=LegState.UP)))
    assert window.detail.call_back.isEnabled()
    assert window.detail.call_back.toolTip() == ""


def test_the_contact_is_changed_and_remembered_or_not(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    select(qtbot, window, "stranger")
    QTest.mouseClick(window.detail.change, Qt.MouseButton.LeftButton)
    assert window.detail.panel.isVisible()
    QTest.keyClicks(window.detail.panel.search, "ller")
    qtbot.waitUntil(lambda: window.detail.panel.list.count() == 3)
    window.detail.panel.remember.setChecked(False)
    QTest.keyClick(window.detail.panel.search, Qt.Key.Key_Return)
    ((call_id, chosen, remember),) = office.asked.of("choose")
    assert (call_id, chosen.name, remember) == ("stranger", "Müller, Jörg", False)
    assert window.detail.pad.isVisible()


def test_escape_gives_up_step_by_step(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    QTest.keyClicks(window.search, "hler")
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 3)
    select(qtbot, window, "draft")
    QTest.mouseClick(window.detail.change, Qt.MouseButton.LeftButton)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.detail.pad.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.search.text() == ""
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_enter_opens_the_window_of_a_call(qtbot: QtBot, opened: Opened, office: TestOffice) -> None:
    window = opened()
    select(qtbot, window, "missed")
    QTest.keyClick(window.table, Qt.Key.Key_Return)
    assert office.asked.of("open") == [("missed",)]
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.search.hasFocus()


def test_who_writes_goes_on_writing_to_the_same_call_when_the_list_gets_shorter(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    window.show_only(Only.MISSED)
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 7)
    last = window.table.calls.call_at(6)
    assert last is not None
    select(qtbot, window, last.call)
    QTest.keyClicks(window.detail.pad.editor, "ruft ")
    office.journal.kept = [one for one in office.journal.kept if one.call != last.call]
    window.refresh()
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 6)
    QTest.keyClicks(window.detail.pad.editor, "an")
    window.flush()
    assert {call for call, _ in office.asked.of("note")} == {last.call}
    assert "ruft an" in office.asked.of("note")[-1][1]


def test_what_was_refused_at_first_is_asked_for_anew(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    office.journal.refusal, office.journal.held = Refused("The store is busy.", ""), []
    window = opened()
    qtbot.waitUntil(window.message.isVisible)
    office.journal.refusal = office.journal.held = None
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 30)


def test_what_was_typed_while_a_refusal_was_on_its_way_is_asked_for(
    qtbot: QtBot, opened: Opened, office: TestOffice
) -> None:
    window = opened()
    office.journal.refusal = Refused("The store is busy.", "")
    QTest.keyClick(window.search, Qt.Key.Key_H)
    office.journal.refusal = None
    QTest.keyClicks(window.search, "ler")
    qtbot.waitUntil(lambda: window.table.calls.rowCount() == 3)


# --- for everybody --------------------------------------------------------------------------------


def test_shapes_have_words(opened: Opened) -> None:
    window = opened()
    shape = window.table.calls.index(2, Column.KIND)
    assert shape.data(Qt.ItemDataRole.AccessibleTextRole) == "Verpasster Anruf"
    assert shape.data(Qt.ItemDataRole.ToolTipRole) == "Verpasster Anruf"
    assert not shape.data(Qt.ItemDataRole.DecorationRole).isNull()


@pytest.mark.parametrize("tongue", ["german", "english"])
def test_controls_are_named_and_access_keys_differ(
    qtbot: QtBot, opened: Opened, tongue: str, request: pytest.FixtureRequest
) -> None:
    window = opened(request.getfixturevalue(tongue))
    select(qtbot, window, "draft")
    keys: list[str] = []
    for text in _texts(window):
        letters = text.replace("&&", "").partition("&")[2]
        keys += letters[:1].casefold()
    assert len(keys) > 8
    assert len(set(keys)) == len(keys), keys
    for control in (window.search, window.tabs, window.table, window.detail.pad.editor):
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name), control


def _texts(window: JournalWindow) -> list[str]:
    buttons = [one.text() for one in window.findChildren(QAbstractButton)]
    labels = [one.text() for one in window.findChildren(QLabel) if one.buddy() is not None]
    return buttons + labels


def test_nothing_typed_is_lost_at_the_end(qtbot: QtBot, opened: Opened, office: TestOffice) -> None:
    window = opened()
    select(qtbot, window, "stranger")
    QTest.keyClicks(window.detail.pad.editor, "zuletzt")
    window.close()
    assert office.asked.of("note") == [("stranger", "zuletzt")]
