from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from datev_connector.desktop.diagnosis.letters import menders
from datev_connector.desktop.diagnosis.state_row import StateRow
from datev_connector.desktop.diagnosis.window import DiagnosisWindow, bundle_name
from datev_connector.desktop.legs import LEGS, mender_word
from datev_connector.desktop.look.look import GAP, Look
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Refused
from datev_connector.domain.legs import Leg, LegState
from datev_connector.texts.language import Language
from tests.desktop.diagnosis.examined import findings
from tests.desktop.diagnosis.scenes import (
    all_well,
    certificate_changed,
    other_certificate,
    several_down,
)
from tests.desktop.office import TestOffice, surroundings_for

MakeWindow = Callable[[TestOffice], DiagnosisWindow]


@pytest.fixture
def office() -> TestOffice:
    return TestOffice()


@pytest.fixture
def window(
    qtbot: QtBot, look: Look, german: Language, noon: datetime, office: TestOffice
) -> DiagnosisWindow:
    made = DiagnosisWindow(surroundings_for(look, german, lambda: noon, office))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def copied() -> str:
    return QGuiApplication.clipboard().text()


def test_every_leg_is_shown_also_those_that_say_nothing(
    window: DiagnosisWindow, noon: datetime
) -> None:
    legs = several_down(noon)
    del legs[Leg.MODULE]
    window.show_legs(Picture(legs=legs))
    rows = window.status.rows
    assert list(rows) == list(LEGS)
    assert rows[Leg.STARFACE].word.text() == "Gestört"
    assert rows[Leg.CONTACTS_DATEV].word.text() == "Eingeschränkt"
    assert rows[Leg.MODULE].word.text() == "Noch keine Meldung"
    assert rows[Leg.STARFACE].state is LegState.DOWN
    assert "2 Verbindungen sind gestört." in window.status.sum.words.text()


def test_a_leg_that_comes_back_loses_its_complaint(
    qtbot: QtBot, window: DiagnosisWindow, noon: datetime
) -> None:
    window.show_legs(Picture(legs=several_down(noon)))
    row = window.status.rows[Leg.DATEV]
    qtbot.waitUntil(lambda: _said(row).count("Zuständig") == 1)
    window.show_legs(Picture(legs={}))
    qtbot.waitUntil(lambda: "Zuständig" not in _said(row))


def _said(row: StateRow) -> list[str]:
    return [label.text() for label in row.findChildren(QLabel) if label.isVisible()]


def test_the_text_of_a_leg_is_copied_for_whoever_mends_it(
    qtbot: QtBot, window: DiagnosisWindow, noon: datetime
) -> None:
    window.show_legs(Picture(legs=several_down(noon)))
    QTest.mouseClick(window.status.rows[Leg.STARFACE].copy, Qt.MouseButton.LeftButton)
    assert copied().startswith("Telefonanlage: Gestört")
    assert "Zuständig: Sie selbst" in copied()
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: "Ursache: Die Lizenz gilt bis zum 30.11.2027." in copied())


def test_a_row_is_reached_and_copied_by_keyboard_alone(
    qtbot: QtBot, window: DiagnosisWindow, noon: datetime
) -> None:
    window.show_legs(Picture(legs=several_down(noon)))
    row = window.status.rows[Leg.LICENCE]
    for _ in range(40):
        if row.hasFocus():
            break
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert row.hasFocus()
    qtbot.waitUntil(lambda: not row.visibleRegion().isEmpty())
    QTest.keyClick(row, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied().startswith("Lizenz: In Ordnung (seit ")
    assert copied().endswith("Ursache: Die Lizenz gilt bis zum 30.11.2027.")
    assert row.accessibleName() == copied()


def test_findings_come_grouped_and_are_summed_up(
    qtbot: QtBot, window: DiagnosisWindow, office: TestOffice
) -> None:
    office.diagnosis.findings = findings()
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    page = window.examination
    qtbot.waitUntil(page.isVisible)
    QTest.mouseClick(page.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "beendet" in page.message.words.text())
    assert "1 Störung, 4 Hinweise, 11 in Ordnung, 1 nicht geprüft" in page.message.words.text()
    assert list(page._groups) == list(dict.fromkeys(one.leg for one in findings()))
    assert page._groups[None].rows[0].title.text() == "Version dieses Programms"
    assert [row.state for row in page._groups[Leg.STARFACE].rows] == [
        LegState.UP,
        LegState.UP,
        LegState.DOWN,
    ]
    assert [row.state for row in page._groups[Leg.MODULE].rows] == [None]
    slow = page._groups[Leg.STARFACE].rows[0]
    qtbot.waitUntil(lambda: slow.beside.x() > slow.title.geometry().right())
    gap = slow.beside.x() - slow.title.geometry().right()
    assert gap < 2 * GAP + 4, "room for a word that is not said"
    broken = page._groups[Leg.STARFACE].rows[2]
    qtbot.waitUntil(lambda: not broken.visibleRegion().isEmpty())
    QTest.mouseClick(page.copy, Qt.MouseButton.LeftButton)
    assert "Verschlüsselung (TLS): Störung." in copied()


def test_each_who_can_mend_something_has_a_text_of_their_own(
    qtbot: QtBot, window: DiagnosisWindow, office: TestOffice
) -> None:
    office.diagnosis.findings = findings()
    window.start()
    page = window.examination
    assert not page.hand_on.isVisible(), "nothing is known yet"
    qtbot.waitUntil(page.hand_on.isVisible)
    people = page.hand_on.people.actions()
    assert [one.text() for one in people] == [
        mender_word(mender, page._language) for mender in menders(findings())
    ]
    people[0].trigger()
    assert copied().startswith(f"Für: {people[0].text()}")
    assert "kopiert" in window.message.words.text()
    window.start()
    assert not page.hand_on.isVisible()


def test_an_examination_is_stopped_and_begun_again(
    qtbot: QtBot, window: DiagnosisWindow, office: TestOffice
) -> None:
    office.diagnosis.findings, office.diagnosis.endless = findings()[:3], True
    window.start()
    page = window.examination
    qtbot.waitUntil(lambda: "3 Schritte" in page.message.words.text())
    assert page.begin.text() == "Diagnose abbre&chen"
    window.start()
    assert len(office.asked.of("examine")) == 1, "two examinations at once"
    QTest.mouseClick(page.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "abgebrochen" in page.message.words.text())
    assert office.asked.of("stop") == [()]
    office.diagnosis.findings, office.diagnosis.endless = findings()[:1], False
    window.start()
    qtbot.waitUntil(lambda: "beendet" in page.message.words.text())
    assert [len(group.rows) for group in page._groups.values()] == [1]


def test_a_call_is_waited_for_only_if_wanted(
    qtbot: QtBot, window: DiagnosisWindow, office: TestOffice
) -> None:
    office.diagnosis.endless = True
    window.start()
    assert office.asked.of("examine") == [(0.0,)]
    window.examination.stop()
    qtbot.waitUntil(lambda: not window.examination.running)
    window.examination.with_call.click()
    window.start()
    assert office.asked.of("examine")[1:] == [(60.0,)]
    qtbot.waitUntil(lambda: "rufen Sie jetzt" in window.examination.message.words.text())


def test_closing_the_window_stops_the_examination(
    qtbot: QtBot, window: DiagnosisWindow, office: TestOffice
) -> None:
    office.diagnosis.endless = True
    window.start()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert office.asked.of("stop") == [()]
    window.show()
    qtbot.waitUntil(lambda: not window.examination.running)


def test_a_bundle_is_saved_where_the_person_says(
    qtbot: QtBot, window: DiagnosisWindow, office: TestOffice, tmp_path: Path
) -> None:
    QTest.mouseClick(window.save, Qt.MouseButton.LeftButton)
    dialog = window._dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.selectedFiles()[0].endswith(".zip")
    dialog.fileSelected.emit(str(tmp_path / "bundle.zip"))
    qtbot.waitUntil(lambda: "gespeichert" in window.message.words.text())
    assert str(tmp_path / "bundle.zip") in window.message.words.text()
    assert office.asked.of("write_bundle") == [(tmp_path / "bundle.zip",)]
    dialog.reject()
    qtbot.waitUntil(window.save.isEnabled)


def test_a_bundle_that_cannot_be_saved_says_why(
    qtbot: QtBot, window: DiagnosisWindow, office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Future[Path]()
    monkeypatch.setattr(office.diagnosis, "write_bundle", lambda _: answer)
    window._write("bundle.zip")
    assert not window.save.isEnabled()
    answer.set_exception(Refused("It is full.", "Make room."))
    qtbot.waitUntil(lambda: window.message.words.text() == "It is full. Make room.")
    assert window.save.isEnabled()


def test_every_control_has_a_name_and_a_key_of_its_own(
    window: DiagnosisWindow, look: Look, english: Language, qtbot: QtBot, noon: datetime
) -> None:
    other = DiagnosisWindow(surroundings_for(look, english, lambda: noon))
    qtbot.addWidget(other)
    for made in (window, other):
        labels = [made.pages.tabText(n) for n in range(made.pages.count())]
        for page in (made.status, made.examination):
            buttons = [*page.findChildren(QAbstractButton), made.save, made.done]
            texts = labels + [button.text() for button in buttons]
            keys = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
            assert len(keys) == len(set(keys)), keys
            assert all(button.text() or button.accessibleName() for button in buttons)


def test_bundles_of_different_minutes_have_different_names(noon: datetime) -> None:
    assert bundle_name(noon).startswith("DATEV-Connector-Support-2026-11-23-")


# --- a certificate that has changed ---------------------------------------------------------------


@pytest.fixture
def changed(window: DiagnosisWindow, office: TestOffice, noon: datetime) -> DiagnosisWindow:
    """The PBX shows another certificate."""
    office.diagnosis.changed = {Leg.STARFACE}
    office.diagnosis.certificate = other_certificate(noon)
    window.show_legs(Picture(legs=several_down(noon) | {Leg.STARFACE: certificate_changed(noon)}))
    return window


def test_only_the_leg_with_another_certificate_offers_to_check_it(
    changed: DiagnosisWindow, noon: datetime
) -> None:
    offered = [leg for leg, row in changed.status.rows.items() if row.check.isVisible()]
    assert offered == [Leg.STARFACE]
    changed.show_legs(Picture(legs=all_well(noon)))
    assert not changed.status.rows[Leg.STARFACE].check.isVisible()


def asked_to_trust(qtbot: QtBot, window: DiagnosisWindow) -> QMessageBox:
    QTest.mouseClick(window.status.rows[Leg.STARFACE].check, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.trusting.box is not None and window.trusting.box.isVisible())
    assert window.trusting.box is not None
    return window.trusting.box


def test_a_new_certificate_is_trusted_after_a_yes_only(
    qtbot: QtBot, changed: DiagnosisWindow, office: TestOffice, noon: datetime
) -> None:
    box = asked_to_trust(qtbot, changed)
    shown = other_certificate(noon)
    assert shown.fingerprint in box.informativeText()
    assert "40:41:42" in box.informativeText()
    assert "bekannt seit" in box.informativeText()
    QTest.keyClick(box, Qt.Key.Key_Return)  # who only presses Enter agrees to nothing
    qtbot.waitUntil(lambda: changed.trusting.box is None)
    assert office.asked.of("trust") == []
    asked_to_trust(qtbot, changed)
    assert changed.trusting.yes is not None
    QTest.mouseClick(changed.trusting.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: office.asked.of("trust") == [(shown,)])
    qtbot.waitUntil(lambda: "neu aufgebaut" in changed.message.words.text())


def test_a_certificate_that_is_the_known_one_needs_no_question(
    qtbot: QtBot, changed: DiagnosisWindow, office: TestOffice, noon: datetime
) -> None:
    office.diagnosis.certificate = replace(other_certificate(noon), is_known=True)
    QTest.mouseClick(changed.status.rows[Leg.STARFACE].check, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "nichts zu tun" in changed.message.words.text())
    assert changed.trusting.box is None


def test_a_server_that_is_away_is_told(
    qtbot: QtBot, changed: DiagnosisWindow, office: TestOffice
) -> None:
    office.diagnosis.certificate = Refused("Nobody there.", "Look.")
    QTest.mouseClick(changed.status.rows[Leg.STARFACE].check, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: changed.message.words.text() == "Nobody there. Look.")
