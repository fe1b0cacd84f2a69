from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from datev_connector.desktop.diagnosis.log_strip import OPTION, LogStrip
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.message import Tone
from datev_connector.desktop.ports import Flaw, LogStanding, Refused, Saved
from datev_connector.texts.language import Language
from tests.desktop.office import TestOffice, surroundings_for
from tests.desktop.settings.forms import form_with


class Opener(QObject):
    """Stands where the system opens folders."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, address: QUrl) -> None:
        self.opened.append(address.toLocalFile())


@pytest.fixture
def opener(qtbot: QtBot) -> Iterator[Opener]:
    made = Opener()
    # The stub names bytes, the function takes a name only.
    QDesktopServices.setUrlHandler("file", made, "open")  # type: ignore[arg-type]
    yield made
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def office() -> TestOffice:
    made = TestOffice()
    made.settings.shown = form_with()
    return made


@pytest.fixture
def strip(
    qtbot: QtBot, look: Look, german: Language, noon: datetime, office: TestOffice
) -> LogStrip:
    made = LogStrip(surroundings_for(look, german, lambda: noon, office))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def click(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]


def test_the_usual_log_can_be_made_to_tell_everything_and_back(
    strip: LogStrip, office: TestOffice, noon: datetime, qtbot: QtBot
) -> None:
    assert strip.words.text() == "Protokolliert wird: Das Übliche."
    assert strip.switch.text() == "24 Stunden alles &protokollieren"
    click(strip.switch)
    assert office.asked.of("save") == [({OPTION: "trace"},)]
    office.program.standing = LogStanding(level="trace", until=noon + timedelta(days=1))
    qtbot.waitUntil(lambda: "Alles (TRACE), bis " in strip.words.text())
    assert strip.words.text().endswith(" Uhr; danach wieder das Übliche.")
    qtbot.waitUntil(lambda: strip.switch.text() == "Wieder &normal protokollieren")
    qtbot.waitUntil(strip.switch.isEnabled)
    click(strip.switch)
    assert office.asked.of("save")[1:] == [({OPTION: "info"},)]


def test_what_a_policy_fixes_cannot_be_switched(strip: LogStrip, office: TestOffice) -> None:
    office.settings.shown = form_with(locked={OPTION: "Fixed."})
    strip.show_standing()
    assert not strip.switch.isEnabled()


@pytest.mark.parametrize("way", ["refused", "flawed"])
def test_what_cannot_be_kept_is_told(
    strip: LogStrip, office: TestOffice, qtbot: QtBot, way: str
) -> None:
    if way == "refused":
        office.settings.refusal = Refused("The disk is full.", "Make room.")
    else:
        flaws = (Flaw(name=OPTION, text="The disk is full. Make room."),)
        office.settings.saved = Saved(form=office.settings.shown, flaws=flaws)
    with qtbot.waitSignal(strip.told) as heard:
        click(strip.switch)
    assert heard.args == [Tone.BAD, "The disk is full. Make room."]
    assert strip.switch.isEnabled()


def test_the_folder_is_opened(
    strip: LogStrip,
    office: TestOffice,
    opener: Opener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    about = replace(office.program.about(), logs_folder=tmp_path)
    monkeypatch.setattr(office.program, "about", lambda: about)
    click(strip.folder)
    assert [Path(one) for one in opener.opened] == [tmp_path]


def test_nobody_looks_behind_a_closed_window(strip: LogStrip) -> None:
    assert strip._look.isActive()
    strip.hide()
    assert not strip._look.isActive()
