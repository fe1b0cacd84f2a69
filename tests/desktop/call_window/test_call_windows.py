"""The windows of calls, as news open, change and close them and as a person uses them."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from itertools import combinations

import pytest
from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.call_window import windows as call_windows
from datev_connector.desktop.call_window.contact_list import ROW
from datev_connector.desktop.call_window.quiet import is_believable, outer_place
from datev_connector.desktop.call_window.saving import Saving
from datev_connector.desktop.call_window.stacking import Place
from datev_connector.desktop.call_window.window import CallWindow
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.theme import DARK
from datev_connector.domain.calls import CallState, Known
from datev_connector.domain.contacts import Contact
from datev_connector.domain.effects import AskWho, CallChanged, DialReported, TellUser
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.record import CallRecord, CtiDirection, CtiState, Delivery, Method
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT
from datev_connector.engine.news import DatevTold, News
from tests.desktop.call_window.conftest import Stage, echoed
from tests.desktop.call_window.people import (
    NOON,
    NUMBER,
    asked,
    call,
    closed,
    connected,
    contact,
    ended,
    kept,
    opened,
    opens,
    unknown,
    updated,
)


def typed(window: CallWindow, text: str) -> None:
    QTest.keyClicks(window.pad.editor, text)


def asks(window: CallWindow) -> bool:
    return window.panel is not None


def news(matter: object) -> News:
    return News(NOON, matter)  # type: ignore[arg-type]


# --- opening and closing --------------------------------------------------------------------------


def test_a_call_gets_a_window_that_follows_it(stage: Stage) -> None:
    window = stage.open(call())
    assert window.windowTitle() == "Blumenhaus Grünewald GmbH: Incoming call"
    stage.hear(updated(connected()))
    assert window.head.state.text() == "Incoming call, connected"
    assert window.head.time.text() == "3:07"
    assert window.head.client.text() == "Client 10234"
    assert window.head.number.text() == "0721 12345678"
    assert window.head.badge.text() == "DATEV"


def test_muted_windows_open_only_when_asked_for(stage: Stage) -> None:
    stage.windows.mute(True)
    stage.hear(*opens(call()), updated(connected()))
    assert stage.windows.window_of("c1") is None
    window = stage.open(connected(), asked_for=True)
    assert window.isVisible()
    stage.windows.mute(False)
    stage.open(call("c2"))


def test_the_desk_closes_a_window_and_nothing_typed_is_lost(stage: Stage) -> None:
    window = stage.open(connected())
    typed(window, "please call back")
    stage.hear(closed(ended()))
    assert not window.isVisible()
    assert stage.windows.window_of("c1") is None
    assert stage.asked("note")[-1] == ("c1", "please call back")
    assert stage.asked("close") == []


def test_escape_sends_the_note_and_closes(stage: Stage) -> None:
    window = stage.open(connected(), asked_for=True)
    typed(window, "x")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert [name for name, _ in stage.office.asked.seen if name in ("note", "close")] == [
        "note",
        "close",
    ]


def test_a_window_closed_by_hand_comes_back_for_the_same_call(stage: Stage) -> None:
    first = stage.open(connected())
    first.close()
    stage.hear(closed(connected()), updated(connected()))
    assert stage.windows.window_of("c1") is None
    again = stage.open(replace(connected(), note="kept", note_revision=1), asked_for=True)
    assert again.pad.editor.toPlainText() == "kept"


def test_a_used_window_shows_nothing_of_the_call_before(stage: Stage) -> None:
    first = stage.open(connected())
    typed(first, "secret")
    stage.hear(news(TellUser("The PBX did not hang up.", "c1")))
    first.close()
    again = stage.open(call("c2"))
    assert again is first
    assert again.pad.editor.toPlainText() == ""
    assert again.pad.state is Saving.NOTHING
    assert not again.error.isVisible()
    assert not again.pad.editor.document().isUndoAvailable()


def test_others_stay_where_they_are_when_one_closes(stage: Stage) -> None:
    windows = [stage.open(call(f"c{n}")) for n in range(3)]
    before = [outer_place(one) for one in windows]
    windows[1].close()
    after = outer_place(stage.open(call("c9")))
    assert [outer_place(windows[0]), outer_place(windows[2])] == [before[0], before[2]]
    assert after.covers(before[1])
    assert not any(after.covers(one) for one in (before[0], before[2]))


def test_callers_at_the_same_moment_stand_apart_whatever_x11_says_of_their_frames(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a frame is being put around a window, Qt says that it stands somewhere else."""
    elsewhere = Place(-5000, -5000, 10, 10)
    monkeypatch.setattr(call_windows, "frame_of", lambda *_: QMargins(1, 20, 1, 1))
    monkeypatch.setattr(call_windows, "outer_place", lambda _: elsewhere)
    for name in ("c1", "c2", "c3"):
        stage.hear(*opens(call(name)))
    places = [stage.window(name).geometry() for name in ("c1", "c2", "c3")]
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


@pytest.mark.parametrize(
    ("frame", "believable"),
    [
        ((1, 20, 1, 1), True),
        ((0, 0, 0, 0), False),
        ((-1, 20, 1, 1), False),
        ((960, 0, 0, 0), False),
    ],
)
def test_only_what_a_system_puts_around_a_window_is_taken_for_a_frame(
    frame: tuple[int, int, int, int], believable: bool
) -> None:
    assert is_believable(QMargins(*frame)) is believable


# --- the note -------------------------------------------------------------------------------------


def test_saved_is_shown_when_the_store_has_the_text(stage: Stage) -> None:
    window, one = stage.open(connected()), connected()
    typed(window, "back")
    assert window.pad.words.text() == "being saved"
    stage.qtbot.waitUntil(lambda: stage.asked("note") == [("c1", "back")])
    one = echoed(one, "back")
    stage.hear(updated(one))
    assert window.pad.words.text() == "being saved"
    stage.hear(kept(one))
    assert window.pad.words.text() == "saved"
    typed(window, "!")
    assert window.pad.words.text() == "being saved"


def test_keys_are_gathered_before_the_text_is_sent(stage: Stage) -> None:
    window = stage.open(connected())
    typed(window, "abc")
    assert stage.asked("note") == []
    stage.qtbot.waitUntil(lambda: bool(stage.asked("note")))
    assert stage.asked("note") == [("c1", "abc")]


def test_leaving_the_field_or_quitting_sends_at_once(stage: Stage) -> None:
    window = stage.open(connected(), asked_for=True)
    typed(window, "a")
    window.hang_up.setFocus()
    assert stage.asked("note") == [("c1", "a")]
    typed(window, "b")
    assert stage.windows.flush()
    assert stage.asked("note")[-1] == ("c1", "ab")


def test_a_note_longer_than_datev_takes_is_kept_and_not_handed_over(stage: Stage) -> None:
    window = stage.open(connected(), asked_for=True)
    window.pad.editor.insertPlainText("x" * NOTE_LIMIT)
    typed(window, "yz")
    assert window.pad.words.text() == "2 characters too many for DATEV"
    assert not window.transfer.isEnabled()
    assert stage.windows.flush()
    long = echoed(connected(), "x" * NOTE_LIMIT + "yz")
    assert stage.asked("note") == [("c1", long.note)]
    stage.hear(updated(long), kept(long))
    assert window.pad.words.text() == "saved as a draft; 2 characters too many for DATEV"
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert stage.asked("transfer") == []
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_a_note_without_end_is_refused_whole_and_keeps_the_window(stage: Stage) -> None:
    window = stage.open(connected(), asked_for=True)
    window.pad.editor.insertPlainText("x" * KEPT_LIMIT)
    stage.windows.flush()
    typed(window, "yz")
    assert window.pad.words.text() == "2 characters too many: not saved."
    assert not window.transfer.isEnabled()
    assert not stage.windows.flush()
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    stage.hear(closed(ended()))
    assert window.isVisible()
    assert window.error.words.text().startswith("The note is too long")
    assert len(window.pad.editor.toPlainText()) == KEPT_LIMIT + 2
    assert (stage.asked("transfer"), stage.asked("close")) == ([], [])
    assert [len(text) for _, text in stage.asked("note")] == [KEPT_LIMIT]
    for _ in range(2):
        QTest.keyClick(window.pad.editor, Qt.Key.Key_Backspace)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_a_note_from_elsewhere_appears_unless_somebody_types(stage: Stage) -> None:
    window, one = stage.open(connected()), connected()
    one = echoed(one, "from the journal")
    stage.hear(updated(one))
    assert window.pad.editor.toPlainText() == "from the journal"
    window.pad.editor.moveCursor(window.pad.editor.textCursor().MoveOperation.End)
    typed(window, ", and mine")
    stage.hear(updated(echoed(one, "again from elsewhere")))
    assert window.pad.editor.toPlainText() == "from the journal, and mine"
    assert window.error.words.text().startswith("The note was changed elsewhere as well.")
    stage.windows.flush()
    assert stage.asked("note") == [("c1", "from the journal, and mine")]


def test_the_button_sends_the_note_first(stage: Stage) -> None:
    window = stage.open(connected(), asked_for=True)
    typed(window, "please")
    QTest.keyClick(window.pad.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert stage.office.asked.seen[-2:] == [("note", ("c1", "please")), ("transfer", ("c1",))]
    assert window.pad.editor.toPlainText() == "please"


def test_a_window_that_stood_open_for_a_day_fetches_its_call_back(stage: Stage) -> None:
    window = stage.open(ended(), asked_for=True)
    stage.later(24 * 3600)
    typed(window, "late")
    stage.windows.flush()
    assert stage.office.asked.seen[-2:] == [("open", ("c1",)), ("note", ("c1", "late"))]


# --- what goes wrong ------------------------------------------------------------------------------


def test_errors_about_a_call_stand_in_its_window(stage: Stage) -> None:
    window, other = stage.open(connected()), stage.open(call("c2"))
    stage.hear(news(TellUser("The PBX did not hang up.", "c1")))
    assert window.error.words.text() == "The PBX did not hang up."
    assert not window.error.shape.pixmap().isNull()
    assert not other.error.isVisible()
    QTest.mouseClick(window.hang_up, Qt.MouseButton.LeftButton)
    assert stage.asked("hang_up") == [("c1",)]
    assert not window.error.isVisible()


def test_a_refusal_of_datev_is_told_with_its_code(stage: Stage) -> None:
    window = stage.open(ended())
    record = CallRecord(
        call_id="x", direction=CtiDirection.INCOMING, begin=NOON, end=NOON, state=CtiState.FINISHED
    )
    refused = DatevTold(
        method=Method.NEW_JOURNAL,
        call="c1",
        record=record,
        delivery=Delivery.REFUSED,
        hresult=-2147467259,
    )
    stage.hear(news(refused))
    assert "0x80004005" in window.error.words.text()


def test_it_goes_on_while_datev_is_away(stage: Stage) -> None:
    window = stage.open(connected())
    down = LegReport(leg=Leg.DATEV, state=LegState.DOWN, since=NOON, reason="gone")
    stage.hear(news(down))
    assert window.legs.words.text().startswith("DATEV cannot be reached since")
    typed(window, "x")
    QTest.mouseClick(window.transfer, Qt.MouseButton.LeftButton)
    assert stage.asked("transfer") == [("c1",)]
    assert stage.open(call("c2")).legs.isVisible()
    stage.hear(news(replace(down, state=LegState.UP)))
    assert not window.legs.isVisible()


def test_a_store_that_cannot_save_is_told_beside_the_note(stage: Stage) -> None:
    window = stage.open(connected())
    down = LegReport(leg=Leg.STORE, state=LegState.DOWN, since=NOON, reason="full")
    stage.hear(news(down))
    typed(window, "x")
    assert window.pad.state is Saving.NOT_SAVED


def test_calling_back_tells_what_became_of_it(stage: Stage) -> None:
    window = stage.open(ended())
    with stage.qtbot.waitSignal(stage.windows.dial_wanted) as dialled:
        QTest.mouseClick(window.call_back, Qt.MouseButton.LeftButton)
    assert dialled.args == [NUMBER]
    stage.hear(news(DialReported(number=NUMBER, refused="this number was dialled just now")))
    assert window.error.words.text() == "Not dialled: this number was dialled just now."


def test_buttons_fit_the_state_of_the_call(stage: Stage) -> None:
    window = stage.open(call())
    assert (window.hang_up.isVisible(), window.call_back.isVisible()) == (True, False)
    stage.hear(updated(ended()))
    assert (window.hang_up.isVisible(), window.call_back.isVisible()) == (False, True)


# --- who is it ------------------------------------------------------------------------------------


def test_the_question_is_put_in_the_window_and_answered_by_a_digit(stage: Stage) -> None:
    one = asked(3)
    window = stage.open(one, asked_for=True)
    panel = window.panel
    assert panel is not None
    assert [panel.list.item(row).text() for row in range(3)] == [p.name for p in one.candidates]
    assert window.focusWidget() is panel.list
    QTest.keyClick(panel.list, Qt.Key.Key_2)
    assert stage.asked("choose") == [("c1", one.candidates[1], True)]
    assert window.panel is None
    assert window.focusWidget() is window.pad.editor
    stage.hear(updated(replace(one, known=Known.CHOSEN, person=one.candidates[1])))
    assert window.head.name.text() == "Grünewald, Änne"


def test_a_digit_with_alt_chooses_from_the_note_as_well(stage: Stage) -> None:
    one = asked(9)
    window = stage.open(one, asked_for=True)
    window.pad.editor.setFocus()
    typed(window, "12")
    assert stage.asked("choose") == []
    QTest.keyClick(window.pad.editor, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)
    assert stage.asked("choose") == [("c1", one.candidates[8], True)]


def test_a_choice_is_remembered_only_if_wanted(stage: Stage) -> None:
    one = asked(3)
    panel = stage.open(one, asked_for=True).panel
    assert panel is not None
    QTest.keyClick(panel.remember, Qt.Key.Key_Space)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert stage.asked("choose") == [("c1", one.candidates[1], False)]


def test_none_of_them_can_be_said(stage: Stage) -> None:
    panel = stage.open(asked(3), asked_for=True).panel
    assert panel is not None
    QTest.mouseClick(panel.nobody, Qt.MouseButton.LeftButton)
    assert stage.asked("choose") == [("c1", None, True)]


def test_the_last_contact_with_the_office_is_told(stage: Stage) -> None:
    stage.office.people.used = {"d1": NOON.replace(day=3)}
    panel = stage.open(asked(3)).panel
    assert panel is not None
    stage.qtbot.waitUntil(lambda: "last contact 3 Nov 2026" in panel.list.item(1).toolTip())
    assert "last contact" not in panel.list.item(0).toolTip()


def test_one_key_rejects_the_contact(stage: Stage) -> None:
    window = stage.open(call(), asked_for=True)
    QTest.keyClick(window.pad.editor, Qt.Key.Key_F4)
    assert stage.asked("choose") == [("c1", None, False)]
    stage.hear(updated(replace(call(), known=Known.REJECTED, person=None)))
    assert window.panel is None
    QTest.keyClick(window.pad.editor, Qt.Key.Key_F4)
    assert window.panel is not None


def test_an_unknown_caller_is_searched_for_and_assigned(stage: Stage) -> None:
    stage.office.people.contacts = [contact("d7", "Müller, Hannelore"), contact("d8", "Maier")]
    window = stage.open(unknown(), asked_for=True)
    QTest.keyClick(window.pad.editor, Qt.Key.Key_F4)
    panel = window.panel
    assert panel is not None
    QTest.keyClicks(panel.search, "hanne")
    stage.qtbot.waitUntil(lambda: panel.list.count() == 1)
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    ((about, person, remember),) = stage.asked("choose")
    assert (about, person.ref.id, person.number, person.rule, remember) == (
        "c1",
        "d7",
        "004972112345678",
        "none",
        True,
    )


def test_only_the_newest_search_counts_and_one_is_asked_at_a_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[tuple[str, Future[tuple[Contact, ...]]]] = []

    def search(text: str, _limit: int) -> Future[tuple[Contact, ...]]:
        asked_for.append((text, Future()))
        return asked_for[-1][1]

    monkeypatch.setattr(stage.office.people, "search", search)
    window = stage.open(unknown(), asked_for=True)
    window.head.other.click()
    panel = window.panel
    assert panel is not None
    QTest.keyClicks(panel.search, "mai")
    assert [text for text, _ in asked_for] == ["m"]
    asked_for[0][1].set_result((contact("d1", "Moser"),))
    stage.qtbot.waitUntil(lambda: len(asked_for) == 2)
    assert panel.list.count() == 0
    asked_for[1][1].set_result((contact("d2", "Maier"),))
    stage.qtbot.waitUntil(lambda: panel.list.count() == 1)
    assert [text for text, _ in asked_for] == ["m", "mai"]
    assert panel.list.item(0).text() == "Maier"


def test_escape_leaves_the_search_before_it_leaves_the_window(stage: Stage) -> None:
    window = stage.open(unknown(), asked_for=True)
    window.head.other.click()
    assert asks(window)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not asks(window)
    assert window.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_the_question_has_a_window_of_its_own_where_calls_have_none(stage: Stage) -> None:
    one = asked(3)
    stage.hear(news(CallChanged(one)), news(AskWho("c1", one.candidates)))
    chooser = stage.windows.chooser_of("c1")
    assert chooser is not None
    stage.qtbot.waitUntil(chooser.isVisible)
    QTest.keyClick(chooser.panel.list, Qt.Key.Key_3)
    assert stage.asked("choose") == [("c1", one.candidates[2], True)]
    assert stage.windows.chooser_of("c1") is None


def test_the_chooser_goes_when_the_question_is_settled(stage: Stage) -> None:
    one = asked(3)
    stage.hear(news(CallChanged(one)), news(AskWho("c1", one.candidates)))
    assert stage.windows.chooser_of("c1") is not None
    stage.hear(news(CallChanged(replace(one, state=CallState.ENDED, ended_at=NOON))))
    assert stage.windows.chooser_of("c1") is None
    stage.hear(news(CallChanged(one)), news(AskWho("c1", one.candidates)))
    stage.open(one, asked_for=True)
    assert stage.windows.chooser_of("c1") is None


def test_a_window_that_asks_makes_no_chooser(stage: Stage) -> None:
    one = asked(3)
    stage.hear(*opens(one), news(AskWho("c1", one.candidates)))
    assert stage.windows.chooser_of("c1") is None


# --- time, size, keys -----------------------------------------------------------------------------


def test_a_change_of_the_theme_reaches_open_windows(stage: Stage, look: Look) -> None:
    window = stage.open(connected())
    look.theme = DARK
    look.changed.emit()
    assert window.head.palette().window().color().name() == DARK.band
    assert window.head.why.palette().windowText().color().name() == DARK.subdued_on_band


def test_the_clock_runs_only_while_somebody_talks(stage: Stage) -> None:
    window = stage.open(call())
    ticking = [stage.windows.ticks]
    stage.hear(updated(connected(talked_s=0)))
    ticking.append(stage.windows.ticks)
    stage.later(5)
    stage.qtbot.waitUntil(lambda: window.head.time.text() == "0:05")
    stage.hear(updated(ended()))
    assert [*ticking, stage.windows.ticks] == [False, True, False]


def test_a_window_does_not_grow_whatever_it_shows(stage: Stage) -> None:
    window = stage.open(call())
    size = window.size()
    down = LegReport(leg=Leg.DATEV, state=LegState.DOWN, since=NOON, reason="gone")
    stage.hear(updated(asked(9)), news(down), news(TellUser("The PBX did not hang up.", "c1")))
    QTest.qWait(0)
    assert window.size() == size


def test_access_keys_are_given_once_in_a_window(stage: Stage) -> None:
    window = stage.open(asked(9))
    for one in (asked(9), call(), ended(), unknown()):
        stage.hear(updated(one))
        keys = [key for widget in window.findChildren(QWidget) if (key := access_key(widget))]
        assert len(keys) == len(set(keys)), keys
        assert len(keys) >= 4


def access_key(widget: QWidget) -> str:
    if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton):
        return ""
    if isinstance(widget, QLabel) and widget.buddy() is None:
        return ""
    return QKeySequence.mnemonic(widget.text()).toString()


def test_tab_goes_through_a_window_as_one_reads(stage: Stage) -> None:
    window = stage.open(asked(3), asked_for=True)
    panel = window.panel
    assert panel is not None
    panel.search.setFocus()
    seen: list[QWidget] = []
    for _ in range(8):
        focus = window.focusWidget()
        assert focus is not None
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    wanted = [panel.search, panel.list, panel.remember, panel.nobody, panel.take]
    assert seen == [*wanted, window.pad.editor, window.hang_up, window.transfer]


def test_everything_has_a_name_for_who_cannot_see_it(stage: Stage) -> None:
    window = stage.open(asked(3))
    buddies = [label.buddy() for label in window.findChildren(QLabel)]
    for control in window.findChildren(QWidget):
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible():
            named = control.accessibleName() or getattr(control, "text", str)()
            assert named or control in buddies, control


def test_shortcuts_are_not_ambiguous(stage: Stage) -> None:
    window = stage.open(asked(9))
    keys = [one.key().toString() for one in window.findChildren(QShortcut)]
    assert len(keys) == len(set(keys))


def test_an_explicit_opening_needs_no_call_seen_before(stage: Stage) -> None:
    stage.hear(opened(ended("old")))
    assert stage.window("old").isVisible()


# --- a window for one call after the other -------------------------------------------------------


def test_the_first_contact_is_selected_for_each_call(stage: Stage) -> None:
    first = stage.open(asked(3), asked_for=True)
    assert first.panel is not None
    first.panel.list.setCurrentRow(2)
    first.close()
    again = stage.open(asked(3, "c2"))
    assert again is first
    assert again.panel is not None
    assert again.panel.list.currentRow() == 0


def test_a_window_that_stayed_for_its_note_follows_the_call_again(stage: Stage) -> None:
    window = stage.open(connected(), asked_for=True)
    window.pad.editor.setPlainText("x" * (KEPT_LIMIT + 1))
    stage.hear(closed(ended()))
    assert window.isVisible()
    window.pad.editor.setPlainText("short")
    window.pad.send()
    assert stage.asked("note")[-1] == ("c1", "short")
    assert stage.asked("open") == [("c1",)]
    window.pad.editor.setPlainText("shorter")
    window.pad.send()
    assert stage.asked("open") == [("c1",)]


def test_a_closing_window_hands_over_again_what_never_came_back(stage: Stage) -> None:
    window = stage.open(connected())
    typed(window, "back")
    window.pad.send()
    stage.hear(closed(ended()))
    assert stage.asked("note") == [("c1", "back"), ("c1", "back")]


def test_nothing_ticks_for_a_window_that_was_closed(stage: Stage) -> None:
    window = stage.open(connected())
    assert stage.windows.ticks
    window.close()
    assert not stage.windows.ticks


def test_a_contact_that_was_settled_elsewhere_ends_the_assignment(stage: Stage) -> None:
    window = stage.open(unknown(), asked_for=True)
    window.head.other.click()
    assert asks(window)
    stage.hear(updated(call()))
    assert not asks(window)


def test_a_late_word_on_the_last_contact_is_not_put_beside_others(stage: Stage) -> None:
    answers: list[Future[tuple[datetime | None, ...]]] = []

    def last_used(_people: object) -> Future[tuple[datetime | None, ...]]:
        answers.append(Future())
        return answers[-1]

    stage.office.people.last_used = last_used  # type: ignore[method-assign, assignment]
    window = stage.open(asked(2))
    stage.hear(updated(asked(3)))
    first, newest = answers[0], answers[-1]
    newest.set_result((None, None, None))
    first.set_result((NOON, NOON))
    heard = Future[None]()
    when_done(window, heard, lambda _: last.append(True))
    last: list[bool] = []
    heard.set_result(None)
    stage.qtbot.waitUntil(lambda: bool(last))
    assert window.panel is not None
    rows = [window.panel.list.item(n).data(ROW) for n in range(window.panel.list.count())]
    assert [row.details for row in rows if "last contact" in row.details] == []
    assert len(rows) == 3


def test_without_the_phone_system_nothing_can_be_hung_up_or_dialled(stage: Stage) -> None:
    talking, over = stage.open(connected()), stage.open(ended("c2"))
    down = LegReport(leg=Leg.STARFACE, state=LegState.DOWN, since=NOON, reason="cable")
    stage.hear(news(down))
    for button, hint in ((talking.hang_up, "hang up at the phone"), (over.call_back, "dial at")):
        assert not button.isEnabled()
        assert hint in button.toolTip()
        assert hint in button.accessibleDescription()
    stage.hear(news(replace(down, state=LegState.UP)))
    for button in (talking.hang_up, over.call_back):
        assert button.isEnabled()
        assert button.toolTip() == button.accessibleDescription() == ""
    QTest.mouseClick(talking.hang_up, Qt.MouseButton.LeftButton)
    assert stage.asked("hang_up") == [("c1",)]


def test_a_note_waits_for_datev_when_the_last_other_call_is_over(stage: Stage) -> None:
    one = ended(note="back", note_revision=1, note_wanted=True, wanted_revision=1)
    stage.hear(news(CallChanged(connected("c2"))))
    window = stage.open(one, asked_for=True)
    stage.hear(kept(one))
    before = window.pad.state
    stage.hear(news(CallChanged(ended("c2"))))
    assert (before, window.pad.state) == (Saving.AFTER_CALL, Saving.WAITS)


def test_a_window_that_stayed_for_its_note_leaves_the_keyboard_to_others(stage: Stage) -> None:
    window = stage.open(connected())
    assert not window.isActiveWindow()
    window.pad.editor.setPlainText("x" * (KEPT_LIMIT + 1))
    stage.hear(closed(ended()))
    window.pad.editor.setPlainText("short")
    window.pad.send()
    assert stage.asked("note")[-1] == ("c1", "short")
    assert stage.asked("open") == []
