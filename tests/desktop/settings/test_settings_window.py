from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import (
    DialPreview,
    Examination,
    Field,
    Finding,
    Flaw,
    Form,
    Refused,
    Saved,
)
from datev_connector.desktop.settings.access_keys import access_keys
from datev_connector.desktop.settings.entries import SecretEntry
from datev_connector.desktop.settings.pages import PageName
from datev_connector.desktop.settings.row import FieldRow
from datev_connector.desktop.settings.window import SettingsWindow
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language
from tests.desktop.office import TestOffice, surroundings_for
from tests.desktop.settings.forms import OFFICE, finding, form_with

Kind = TypeVar("Kind", bound=QWidget)
HOST, PASSWORD = "starface.host", "secret.starface-password"
POLICY = worded("Fixed for this computer by {policy}.", policy="HKLM")
Open = Callable[..., SettingsWindow]


@pytest.fixture
def office() -> TestOffice:
    made = TestOffice()
    made.settings.shown = form_with()
    return made


@pytest.fixture
def opened(qtbot: QtBot, look: Look, german: Language, noon: datetime, office: TestOffice) -> Open:
    def open_window(form: Form | None = None) -> SettingsWindow:
        if form is not None:
            office.settings.shown = form
        window = SettingsWindow(surroundings_for(look, german, lambda: noon, office))
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return open_window


def row(window: SettingsWindow, name: str) -> FieldRow:
    return next(p.sheet.rows[name] for p in window.pages.values() if name in p.sheet.rows)


def control(window: SettingsWindow, name: str, kind: type[Kind]) -> Kind:
    found = row(window, name).entry.control
    assert isinstance(found, kind)
    return found


def type_into(line: QLineEdit, text: str) -> None:
    line.selectAll()
    QTest.keyClicks(line, text)


def saves(office: TestOffice) -> list[dict[str, Any]]:
    return [changes for (changes,) in office.asked.of("save")]


# --- showing --------------------------------------------------------------------------------


def test_every_field_of_the_form_is_shown_with_its_value(opened: Open) -> None:
    window = opened()
    for field in window.draft.form.fields:
        entry = row(window, field.name).entry.control
        match entry:
            case QCheckBox():
                assert entry.isChecked() == field.value
            case QSpinBox():
                assert entry.value() == field.value
                assert (entry.minimum(), entry.maximum()) == (field.minimum, field.maximum)
            case QComboBox():
                assert entry.currentData() == field.value
                assert [entry.itemData(i) for i in range(entry.count())] == list(field.choices)
            case QLineEdit() if field.name.startswith("secret."):
                assert entry.text() == ""
            case QLineEdit() if field.name == "general.dial_shortcut":
                assert entry.text() == "Strg+Umschalt+F10"
            case _:
                assert isinstance(entry, QLineEdit)
                assert entry.text() == field.value
    assert not window.draft.changed


def test_no_page_gives_a_key_twice_and_every_control_has_a_name(opened: Open) -> None:
    window = opened()
    below = [window.ok, window.cancel, window.save]
    for page in window.pages.values():
        fields = page.sheet.rows.values()
        labels = [
            one.entry.control.text()
            if isinstance(one.entry.control, QCheckBox)
            else one.label.text()
            for one in fields
        ]
        keys = access_keys([*labels, *(button.text() for button in below)])
        assert len(set(keys)) == len(keys)
        for one in fields:
            assert one.entry.control.accessibleName() == one.caption
            assert one.entry.control.accessibleDescription()


def test_a_fixed_field_is_locked_and_says_by_whom(opened: Open) -> None:
    window = opened(form_with(locked={HOST: POLICY, PASSWORD: ""}))
    line = control(window, HOST, QLineEdit)
    assert not line.isEnabled()
    assert row(window, HOST).note == (
        "Für diesen Computer festgelegt durch HKLM. Hier nicht änderbar."
    )
    assert not control(window, PASSWORD, QLineEdit).isEnabled()
    assert row(window, PASSWORD).note == "Von Ihrem Administrator festgelegt. Hier nicht änderbar."


def test_what_does_not_fit_into_its_line_is_read_with_the_mouse_over_it(opened: Open) -> None:
    window = opened()
    line = control(window, HOST, QLineEdit)
    assert line.toolTip() == OFFICE[HOST]
    type_into(line, "pbx")
    assert line.toolTip() == ""
    type_into(line, "pbx." * 40)
    assert line.toolTip() == "pbx." * 40


def test_an_origin_is_told_until_the_person_enters_something_else(opened: Open) -> None:
    form = form_with()
    fields = tuple(
        field if field.name != HOST else _from(field, "In der Datei des Computers eingestellt.")
        for field in form.fields
    )
    window = opened(Form(fields=fields))
    assert row(window, HOST).note == "In der Datei des Computers eingestellt."
    type_into(control(window, HOST, QLineEdit), "pbx")
    assert row(window, HOST).note == ""


def test_what_counts_from_the_next_start_on_says_so(opened: Open) -> None:
    window = opened()
    assert "nächsten Programmstart" in row(window, "general.language").note
    assert "Programmstart" not in row(window, HOST).note


def test_refinements_follow_the_switch_that_they_refine(opened: Open) -> None:
    window = opened(form_with({**OFFICE, "calls.transfer_automatically": False}))
    window.show_page("calls")
    switch = control(window, "calls.transfer_automatically", QCheckBox)
    refinement = control(window, "calls.only_answered", QCheckBox)
    assert not refinement.isEnabled()
    assert "Ohne Wirkung" in row(window, "calls.only_answered").note
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert refinement.isEnabled()
    assert row(window, "calls.only_answered").note == ""


def test_a_choice_says_what_it_means(opened: Open) -> None:
    window = opened()
    entry = row(window, "starface.verify_certificate").entry
    before = entry.meaning()
    QTest.keyClick(entry.control, Qt.Key.Key_Down)
    assert entry.meaning() != before
    assert window.draft.changes == {"starface.verify_certificate": "off"}


def test_scrolling_over_a_field_does_not_change_it(qtbot: QtBot, opened: Open) -> None:
    window = opened()
    ports = control(window, "starface.https_port", QSpinBox)
    control(window, HOST, QLineEdit).setFocus()
    wheel(ports)
    assert ports.value() == 443
    ports.setFocus()
    qtbot.waitUntil(ports.hasFocus)
    wheel(ports)
    assert ports.value() == 442


def wheel(widget: QWidget) -> None:
    middle = widget.rect().center()
    event = QWheelEvent(
        QPointF(middle),
        QPointF(widget.mapToGlobal(middle)),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


# --- saving ---------------------------------------------------------------------------------


def test_only_what_was_entered_is_saved(qtbot: QtBot, opened: Open, office: TestOffice) -> None:
    window = opened()
    assert not window.save.isEnabled()
    type_into(control(window, HOST, QLineEdit), "pbx.kanzlei.example")
    control(window, "starface.https_port", QSpinBox).setValue(8443)
    window.save.click()
    qtbot.waitUntil(lambda: not window.draft.changed)
    assert saves(office) == [{HOST: "pbx.kanzlei.example", "starface.https_port": 8443}]
    assert window.message.words.text().startswith("Gespeichert um ")
    assert window.isVisible()
    assert not window.save.isEnabled()


def test_ok_saves_and_closes(qtbot: QtBot, opened: Open, office: TestOffice) -> None:
    window = opened()
    type_into(control(window, HOST, QLineEdit), "pbx")
    QTest.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert saves(office) == [{HOST: "pbx"}]


def test_ok_without_changes_closes(opened: Open, office: TestOffice) -> None:
    window = opened()
    window.ok.click()
    assert not window.isVisible()
    assert saves(office) == []


def test_remarks_are_read_before_the_window_closes(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    office.settings.saved = Saved(form=form_with({HOST: "pbx"}), remarks=("Bald.", "Später."))
    type_into(control(window, HOST, QLineEdit), "pbx")
    window.ok.click()
    qtbot.waitUntil(lambda: not window.draft.changed)
    assert window.isVisible()
    assert window.message.words.text().endswith("Bald.\nSpäter.")
    window.ok.click()
    assert not window.isVisible()


def test_a_flaw_is_shown_at_its_field_and_its_page_is_turned_to(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    window.show_page("calls")
    name = "starface.xmpp_domain"
    office.settings.saved = Saved(
        form=form_with(),
        flaws=(
            Flaw(name=name, text="muss ein Rechnername sein"),
            Flaw(name="dial_plan.country", text="Zwei Buchstaben bitte!"),
            Flaw(name="", text="Die Datei ist voll."),
        ),
    )
    window.enter(name, "?")
    window.save.click()
    qtbot.waitUntil(lambda: bool(row(window, name).flaw))
    assert row(window, name).flaw == "Muss ein Rechnername sein."
    assert window.list.currentRow() == 0
    line = control(window, name, QLineEdit)
    assert line.isVisible()
    assert line.hasFocus()
    assert line.accessibleDescription().startswith("Muss ein Rechnername sein.")
    assert "Die Datei ist voll." in window.message.words.text()
    assert marked(window) == ["Verbindung", "Wählplan"]
    assert window.draft.changes == {name: "?"}
    type_into(line, "xmpp")
    assert row(window, name).flaw == ""
    assert marked(window) == ["Wählplan"]


def marked(window: SettingsWindow) -> list[str]:
    items = [window.list.item(place) for place in range(window.list.count())]
    return [item.text() for item in items if item.toolTip()]


def test_a_refusal_keeps_what_was_entered(qtbot: QtBot, opened: Open, office: TestOffice) -> None:
    window = opened()
    office.settings.refusal = Refused("Die Datei ist schreibgeschützt.", "Fragen Sie.")
    type_into(control(window, HOST, QLineEdit), "pbx")
    window.ok.click()
    qtbot.waitUntil(lambda: bool(window.message.words.text()))
    assert window.message.words.text() == "Die Datei ist schreibgeschützt. Fragen Sie."
    assert window.isVisible()
    assert window.save.isEnabled()
    assert window.draft.changes == {HOST: "pbx"}


def test_what_is_typed_while_a_save_is_under_way_is_kept(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    office.settings.holding = True
    line = control(window, HOST, QLineEdit)
    type_into(line, "pbx")
    window.save.click()
    window.save.click()
    QTest.keyClicks(line, "2")
    assert not window.save.isEnabled()
    office.settings.held[0]()
    qtbot.waitUntil(window.save.isEnabled)
    assert saves(office) == [{HOST: "pbx"}]
    assert line.text() == "pbx2"
    assert window.draft.changes == {HOST: "pbx2"}


# --- secrets --------------------------------------------------------------------------------


def test_a_secret_is_replaced_by_what_is_typed_and_never_shown(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    line = control(window, PASSWORD, QLineEdit)
    assert line.placeholderText() == "gespeichert"
    assert line.echoMode() is QLineEdit.EchoMode.Password
    type_into(line, "Geheim?7")
    window.save.click()
    qtbot.waitUntil(lambda: not window.draft.changed)
    assert saves(office) == [{PASSWORD: "Geheim?7"}]
    assert line.text() == ""


def test_a_secret_is_deleted_when_saved_unless_it_is_kept(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    entry = row(window, PASSWORD).entry
    assert isinstance(entry, SecretEntry)
    line = control(window, PASSWORD, QLineEdit)
    entry.remove.click()
    assert line.placeholderText() == "wird beim Speichern gelöscht"
    entry.remove.click()
    assert line.placeholderText() == "gespeichert"
    assert not window.draft.changed
    entry.remove.click()
    window.save.click()
    qtbot.waitUntil(lambda: not window.draft.changed)
    assert saves(office) == [{PASSWORD: False}]
    assert line.placeholderText() == "fehlt"
    assert not entry.remove.isVisible()


# --- coming and going -----------------------------------------------------------------------


def test_closing_with_changes_asks_and_discards(opened: Open, office: TestOffice) -> None:
    window = opened()
    line = control(window, HOST, QLineEdit)
    type_into(line, "pbx")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert window.question.isVisible()
    assert not window.ok.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.question.isVisible()
    assert window.draft.changed
    window.close()
    QTest.mouseClick(window.question.buttons[1], Qt.MouseButton.LeftButton)
    assert not window.isVisible()
    assert saves(office) == []
    window.show()
    assert line.text() == OFFICE[HOST]


def test_closing_with_changes_saves_them_on_a_key_press(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    type_into(control(window, HOST, QLineEdit), "pbx")
    window.close()
    qtbot.waitUntil(window.question.buttons[0].hasFocus)
    QTest.keyClick(window.question.buttons[0], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert saves(office) == [{HOST: "pbx"}]


def test_what_was_changed_elsewhere_is_there_when_the_window_comes_back(
    opened: Open, office: TestOffice
) -> None:
    window = opened()
    window.close()
    office.settings.shown = form_with({HOST: "anders"})
    window.show()
    assert control(window, HOST, QLineEdit).text() == "anders"


def test_pages_turn_by_key(opened: Open) -> None:
    window = opened()
    names = [page.value for page in PageName]
    for expected in (*range(1, len(names)), len(names) - 1):
        QTest.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        assert window.list.currentRow() == expected
    for expected in (*reversed(range(len(names) - 1)), 0):
        QTest.keyClick(window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
        assert window.list.currentRow() == expected
    for place, name in enumerate(names):
        window.show_page(name)
        assert window.list.currentRow() == place
        assert window.pages[PageName(name)].isVisible()


def test_an_access_key_goes_to_its_field(opened: Open) -> None:
    window = opened()
    label = row(window, "starface.login").label
    key = access_keys([label.text()])
    line = control(window, "starface.login", QLineEdit)
    assert not line.hasFocus()
    QTest.keyClick(window, Qt.Key(ord(key.upper())), Qt.KeyboardModifier.AltModifier)
    assert line.hasFocus()


def test_the_set_up_can_be_started_again(qtbot: QtBot, opened: Open) -> None:
    window = opened()
    window.show_page("general")
    with qtbot.waitSignal(window.assistant_wanted):
        QTest.mouseClick(window.assistant, Qt.MouseButton.LeftButton)


def test_an_empty_form_makes_a_window_all_the_same(opened: Open) -> None:
    assert opened(Form(fields=())).isVisible()


# --- dial plan ------------------------------------------------------------------------------


def test_the_example_tells_what_would_be_dialled(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    usual = DialPreview(dialled="00721", shown="0721")
    nothing = DialPreview(dialled="", shown="", refused="Zu kurz.")
    office.dialling.previews.update({"0721 9876-0": usual, "1": nothing})
    window = opened()
    window.show_page("dial_plan")
    qtbot.waitUntil(lambda: window.example.outcome.text() == "wird gewählt als 00721")
    type_into(window.example.number, "1")
    qtbot.waitUntil(lambda: window.example.outcome.text() == "Zu kurz.")
    asked = len(office.asked.of("preview"))
    type_into(control(window, "dial_plan.exchange_prefix", QLineEdit), "0")
    window.save.click()
    qtbot.waitUntil(lambda: not window.draft.changed)
    assert len(office.asked.of("preview")) == asked + 1


# --- the test of the connection -------------------------------------------------------------


def test_the_connection_is_tested_leg_by_leg(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    broken = finding(
        Leg.STARFACE,
        LegState.DOWN,
        meaning="Falsches Passwort.",
        mender=Mender.USER,
        remedy="Neu eintragen.",
    )
    office.diagnosis.findings = (finding(None), finding(Leg.STARFACE), broken)
    window = opened()
    QTest.mouseClick(window.test.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.test.panel.trial.over)
    assert window.test.panel.message.words.text() == "1 Verbindung ist gestört."
    shown = " ".join(label.text() for label in labels(window.test.panel))
    for word in ("Telefonanlage", "Gestört", "Falsches Passwort.", "Sie selbst", "Neu eintragen."):
        assert word in shown


def test_changes_are_saved_before_the_test_after_asking(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    type_into(control(window, HOST, QLineEdit), "pbx")
    window.test.test.click()
    assert office.asked.of("examine") == []
    window.question.buttons[1].click()
    assert saves(office) == []
    window.test.test.click()
    window.question.buttons[0].click()
    qtbot.waitUntil(lambda: bool(office.asked.of("examine")))
    assert [name for name, _ in office.asked.seen if name in {"save", "examine"}] == [
        "save",
        "examine",
    ]


def test_a_running_test_can_be_stopped_and_stops_with_the_window(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    office.diagnosis.endless = True
    office.diagnosis.findings = (finding(Leg.STORE),)
    window = opened()
    window.test.test.click()
    qtbot.waitUntil(lambda: bool(window.test.panel.trial.legs))
    assert window.test.panel.trial.running
    window.test.test.click()
    assert window.test.panel.trial.broken_off
    assert len(office.asked.of("stop")) == 1
    window.test.test.click()
    window.close()
    assert len(office.asked.of("stop")) == 2


def test_findings_come_from_another_thread_and_late_ones_are_dropped(
    qtbot: QtBot, opened: Open, office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Callable[[Finding], None]] = []

    def examine(found: Callable[[Finding], None], **_: object) -> tuple[Examination, Future[None]]:
        told.append(found)
        return StoppedByNobody(), Future()

    monkeypatch.setattr(office.diagnosis, "examine", examine)
    window = opened()
    window.test.test.click()
    panel = window.test.panel
    threading.Thread(target=told[0], args=(finding(Leg.STORE),)).start()
    qtbot.waitUntil(lambda: [one.leg for one in panel.trial.legs] == [Leg.STORE])
    panel.start()
    told[0](finding(Leg.DATEV))
    told[1](finding(Leg.STARFACE))
    qtbot.waitUntil(lambda: bool(panel.trial.legs))
    assert [one.leg for one in panel.trial.legs] == [Leg.STARFACE]


def test_an_examination_that_fails_is_not_waited_for(
    qtbot: QtBot, opened: Open, office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[Future[None]] = []

    def examine(*_: object, **__: object) -> tuple[Examination, Future[None]]:
        ends.append(Future())
        return StoppedByNobody(), ends[-1]

    monkeypatch.setattr(office.diagnosis, "examine", examine)
    window = opened()
    panel = window.test.panel
    window.test.test.click()
    panel.start()
    ends[0].set_exception(Refused("Zu spät."))
    ends[1].set_exception(ValueError("not foreseen"))
    qtbot.waitUntil(lambda: not panel.trial.running)
    assert panel.trial.unanswered
    assert "unvorhergesehen" in panel.message.words.text()


def test_a_save_that_fails_is_not_waited_for(
    qtbot: QtBot, opened: Open, office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = Future[Saved]()
    failed.set_exception(ValueError("not foreseen"))
    monkeypatch.setattr(office.settings, "save", lambda _: failed)
    window = opened()
    type_into(control(window, HOST, QLineEdit), "pbx")
    window.save.click()
    qtbot.waitUntil(window.save.isEnabled)
    assert "unvorhergesehen" in window.message.words.text()


class StoppedByNobody:
    def stop(self) -> None:
        pass


def test_the_whole_diagnosis_is_one_click_away(qtbot: QtBot, opened: Open) -> None:
    window = opened()
    with qtbot.waitSignal(window.diagnosis_wanted):
        window.test.whole.click()


def test_words_of_the_program_are_said_in_german(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    remark = worded("Saved at {time}.", time="9")
    office.settings.saved = Saved(form=form_with({HOST: "pbx"}), remarks=(remark,))
    window = opened()
    type_into(control(window, HOST, QLineEdit), "pbx")
    window.save.click()
    qtbot.waitUntil(lambda: not window.draft.changed)
    assert window.message.words.text().endswith("Gespeichert um 9.")


def labels(widget: QWidget) -> list[QLabel]:
    return [label for label in widget.findChildren(QLabel) if label.isVisible()]


def _from(field: Field, origin: str) -> Field:
    return replace(field, origin=origin)
