from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from datev_connector.desktop.assistant.steps import StepName
from datev_connector.desktop.assistant.taken_over import TakenOverPanel
from datev_connector.desktop.assistant.window import Assistant
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import Flaw, Form, Refused, Saved
from datev_connector.domain.effects import DialReported
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.engine.news import News
from datev_connector.texts.language import Language
from tests.desktop.assistant.calls import call_at, told
from tests.desktop.assistant.scenes import EARLIER
from tests.desktop.office import TestOffice, surroundings_for
from tests.desktop.settings.forms import OFFICE, finding, form_with

HOST, LOGIN, PASSWORD = "starface.host", "starface.login", "secret.starface-password"
Open = Callable[..., Assistant]


@pytest.fixture
def office() -> TestOffice:
    made = TestOffice()
    made.diagnosis.findings = (finding(None), finding(Leg.STARFACE))
    return made


@pytest.fixture
def opened(qtbot: QtBot, look: Look, german: Language, noon: datetime, office: TestOffice) -> Open:
    def open_window(form: Form | None = None) -> Assistant:
        office.settings.shown = form or form_with()
        window = Assistant(surroundings_for(look, german, lambda: noon, office))
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return open_window


def line(window: Assistant, name: str) -> QLineEdit:
    for page in window.pages.values():
        if name in page.sheet.rows:
            found = page.sheet.rows[name].entry.control
            assert isinstance(found, QLineEdit)
            return found
    raise KeyError(name)


def test_the_line_above_the_buttons_weighs_no_more_than_other_frames(
    opened: Open, look: Look
) -> None:
    window = opened()
    lines = [one for one in window.findChildren(QFrame) if one.frameShape() is QFrame.Shape.HLine]
    (above_buttons,) = (one for one in lines if one.parentWidget() is window)
    painted = above_buttons.grab().toImage()
    middle = painted.pixelColor(painted.width() // 2, painted.height() // 2)
    assert middle.name() == look.theme.border


def test_what_came_from_the_connector_before_is_told_at_the_beginning(
    opened: Open, office: TestOffice
) -> None:
    office.settings.earlier = EARLIER
    window = opened()
    (panel,) = window.pages[StepName.WELCOME].findChildren(TakenOverPanel)
    assert panel.isVisible()
    assert "Übernommen: 3; hier schon so: 1; nicht übernommen: 4." in panel.summary.words.text()
    lines = [one.text() for one in panel.lines]
    assert all(one.endswith(".") for one in lines)
    assert "Adresse der Telefonanlage: übernommen." in lines
    assert any(one.startswith("Password: wird nie übernommen. Geben Sie") for one in lines)
    assert any(one.startswith("UseTapiLine: gibt es nicht mehr") for one in lines)
    assert not any("UpgradeRequired" in one for one in lines)


def test_without_a_connector_before_nothing_is_told(opened: Open) -> None:
    window = opened()
    assert window.pages[StepName.WELCOME].findChildren(TakenOverPanel) == []


def go_to(qtbot: QtBot, window: Assistant, name: StepName) -> None:
    while window.at is not name:
        await_next_of(qtbot, window, window.at)


def await_next_of(qtbot: QtBot, window: Assistant, step: StepName) -> None:
    window.next.click()
    qtbot.waitUntil(lambda: at(window) is not step)


def at(window: Assistant) -> StepName:
    return window.at


def saves(office: TestOffice) -> list[dict[str, Any]]:
    return [changes for (changes,) in office.asked.of("save")]


def shown(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def test_the_way_of_a_new_user_by_keyboard_alone(
    qtbot: QtBot, opened: Open, office: TestOffice, noon: datetime
) -> None:
    window = opened(form_with({}))
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert at(window) is StepName.PBX
    qtbot.waitUntil(line(window, HOST).hasFocus)
    for text in ("pbx.kanzlei.example", "0123", "Geheim?7"):
        focused = window.focusWidget()
        QTest.keyClicks(focused, text)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    QTest.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: at(window) is StepName.DATEV)
    assert saves(office) == [{HOST: "pbx.kanzlei.example", LOGIN: "0123", PASSWORD: "Geheim?7"}]
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert at(window) is StepName.DIAL_PLAN
    window.enter("dial_plan.area_code", "721")
    QTest.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: at(window) is StepName.CHECK)
    qtbot.waitUntil(lambda: window.panel.trial.over)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert at(window) is StepName.TEST_CALL
    assert window.next.text() == "&Ohne Testanruf fertig"
    window.take(told(noon, call_at(noon, pbx_name="Bäckerei Krüger")))
    assert "Anruf von Bäckerei Krüger" in shown(window.call_test)
    assert window.next.text() == "&Weiter"
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert at(window) is StepName.END
    assert "Nachgewiesen: Anruf von Bäckerei Krüger" in shown(window.end)
    assert window.end.lines == []
    with qtbot.waitSignal(window.finished):
        QTest.keyClick(window, Qt.Key.Key_Return)
    assert not window.isVisible()
    assert saves(office)[1:] == [{"dial_plan.area_code": "721"}]


def test_what_is_needed_is_asked_for_at_its_field(qtbot: QtBot, opened: Open) -> None:
    window = opened(form_with({LOGIN: "1"}))
    go_to(qtbot, window, StepName.PBX)
    window.next.click()
    assert at(window) is StepName.PBX
    rows = window.pages[StepName.PBX].sheet.rows
    assert rows[HOST].flaw.startswith("Diese Angabe wird gebraucht")
    assert rows[PASSWORD].flaw
    assert not rows[LOGIN].flaw
    assert line(window, HOST).hasFocus()
    QTest.keyClicks(line(window, HOST), "p")
    assert not rows[HOST].flaw


def test_a_flaw_of_the_program_is_shown_at_the_field(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    go_to(qtbot, window, StepName.PBX)
    flaws = (Flaw(name=HOST, text="Kein Rechnername."), Flaw(name="", text="Und noch etwas."))
    office.settings.saved = Saved(form=form_with(), flaws=flaws)
    line(window, HOST).selectAll()
    QTest.keyClicks(line(window, HOST), "?")
    window.next.click()
    row = window.pages[StepName.PBX].sheet.rows[HOST]
    qtbot.waitUntil(lambda: row.flaw == "Kein Rechnername.")
    assert at(window) is StepName.PBX
    assert window.message.words.text() == "Und noch etwas."
    assert not window.question.isVisible()


def test_leaving_saves_and_coming_back_goes_on(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    go_to(qtbot, window, StepName.PBX)
    line(window, HOST).selectAll()
    QTest.keyClicks(line(window, HOST), "pbx")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert saves(office) == [{HOST: "pbx"}]
    office.settings.shown = form_with({**OFFICE, HOST: "anders"})
    window.show()
    assert at(window) is StepName.PBX
    assert line(window, HOST).text() == "anders"


@pytest.mark.parametrize("answer", [0, 1])
def test_what_cannot_be_saved_on_leaving_is_asked_about(
    qtbot: QtBot, opened: Open, office: TestOffice, answer: int
) -> None:
    window = opened()
    go_to(qtbot, window, StepName.PBX)
    office.settings.refusal = Refused("Die Datei ist schreibgeschützt.", "Fragen Sie.")
    window.enter(HOST, "pbx")
    window.later.click()
    qtbot.waitUntil(window.question.isVisible)
    assert window.isVisible()
    assert window.message.words.text() == "Die Datei ist schreibgeschützt. Fragen Sie."
    window.question.buttons[answer].click()
    assert window.isVisible() == (answer == 0)
    assert window.draft.changed == (answer == 0)


def test_leaving_while_a_step_is_being_saved_waits_for_it(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    go_to(qtbot, window, StepName.PBX)
    office.settings.holding = True
    window.enter(HOST, "pbx")
    window.next.click()
    window.close()
    assert window.isVisible()
    office.settings.held[0]()
    qtbot.waitUntil(lambda: at(window) is StepName.DATEV)
    window.close()
    assert not window.isVisible()
    assert len(saves(office)) == 1


def test_one_can_go_back_and_the_check_is_made_anew_after_a_change(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    go_to(qtbot, window, StepName.CHECK)
    qtbot.waitUntil(lambda: window.panel.trial.over)
    window.back.click()
    window.next.click()
    assert len(office.asked.of("examine")) == 1
    window.back.click()
    window.enter("dial_plan.area_code", "30")
    go_to(qtbot, window, StepName.CHECK)
    assert len(office.asked.of("examine")) == 2
    qtbot.waitUntil(lambda: window.panel.trial.over)
    window.again.click()
    assert len(office.asked.of("examine")) == 3


def test_the_check_runs_on_while_the_call_is_awaited_and_stops_on_leaving(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    office.diagnosis.endless = True
    window = opened()
    go_to(qtbot, window, StepName.TEST_CALL)
    assert window.panel.trial.running
    assert not window.again.isEnabled()
    window.close()
    assert len(office.asked.of("stop")) == 1


def test_a_number_is_dialled_and_a_refusal_told(
    qtbot: QtBot, opened: Open, office: TestOffice, noon: datetime
) -> None:
    window = opened()
    go_to(qtbot, window, StepName.TEST_CALL)
    assert not window.call_test.dial.isEnabled()
    QTest.keyClicks(window.call_test.number, " 0176 1234567")
    window.call_test.dial.click()
    assert office.asked.of("dial") == [("0176 1234567",)]
    window.take(News(noon, DialReported(number="1", refused="Die Anlage ist nicht erreichbar.")))
    assert "Nicht gewählt: Die Anlage ist nicht erreichbar." in shown(window.call_test)


def test_calls_before_the_test_prove_nothing(qtbot: QtBot, opened: Open, noon: datetime) -> None:
    window = opened()
    earlier = noon - timedelta(minutes=1)
    window.take(told(earlier, call_at(earlier)))
    go_to(qtbot, window, StepName.TEST_CALL)
    assert "Warten auf einen Anruf" in shown(window.call_test)
    window.take(told(noon, call_at(earlier)))
    assert not window.watch.proven


def test_what_is_missing_at_the_end_can_be_copied(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    office.diagnosis.findings = (
        finding(Leg.DATEV, LegState.DOWN, meaning="Läuft nicht.", mender=Mender.DATEV_ADMIN),
    )
    window = opened()
    go_to(qtbot, window, StepName.CHECK)
    qtbot.waitUntil(lambda: window.panel.trial.over)
    go_to(qtbot, window, StepName.END)
    assert "Noch ist nicht nachgewiesen" in shown(window.end)
    assert len(window.end.lines) == 2
    assert "DATEV-Administrator" in shown(window.end)
    assert not window.later.isVisible()
    window.end.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "Läuft nicht." in copied
    assert "Es wurde kein Testanruf erkannt." in copied


def test_a_late_proof_is_shown_at_the_end(qtbot: QtBot, opened: Open, noon: datetime) -> None:
    window = opened()
    go_to(qtbot, window, StepName.END)
    qtbot.waitUntil(lambda: window.panel.trial.over)
    window.take(told(noon, call_at(noon)))
    assert "Nachgewiesen" in shown(window.end)


def test_legs_of_datev_and_contacts_are_shown_live(
    qtbot: QtBot, opened: Open, office: TestOffice, noon: datetime
) -> None:
    def report(leg: Leg, reason: str) -> LegReport:
        return LegReport(leg=leg, state=LegState.UP, since=noon, reason=reason)

    office.diagnosis.reports = (report(Leg.CONTACTS_DATEV, "2.417 Kontakte."),)
    window = opened()
    go_to(qtbot, window, StepName.DATEV)
    assert "2.417 Kontakte." in shown(window.found)
    window.take(News(noon, report(Leg.DATEV, "DATEV ist da.")))
    window.take(News(noon, report(Leg.STORE, "Voll.")))
    assert "DATEV ist da." in shown(window.found)
    assert "Voll." not in shown(window.found)


def test_after_the_end_it_begins_anew(qtbot: QtBot, opened: Open, noon: datetime) -> None:
    window = opened()
    go_to(qtbot, window, StepName.TEST_CALL)
    window.take(told(noon, call_at(noon)))
    go_to(qtbot, window, StepName.END)
    window.next.click()
    assert not window.isVisible()
    window.show()
    assert at(window) is StepName.WELCOME
    assert not window.watch.proven


def test_remarks_of_a_save_are_shown_on_the_next_step(
    qtbot: QtBot, opened: Open, office: TestOffice
) -> None:
    window = opened()
    office.settings.saved = Saved(form=form_with(), remarks=("Gilt ab dem nächsten Start.",))
    window.enter("general.language", "en")
    go_to(qtbot, window, StepName.PBX)
    assert window.message.words.text() == "Gilt ab dem nächsten Start."


def test_every_control_has_a_name(opened: Open) -> None:
    window = opened()
    for page in window.pages.values():
        for row in page.sheet.rows.values():
            assert row.entry.control.accessibleName() == row.caption
    number = QAccessible.queryAccessibleInterface(window.call_test.number)
    assert number.text(QAccessible.Text.Name) == "Nummer, zum Beispiel die Ihres Handys"
    assert window.rail.accessibleName()
