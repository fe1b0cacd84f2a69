from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Counts, Only
from datev_connector.desktop.tray.drawing import SIZES, pixmap
from datev_connector.desktop.tray.steady import HOLD, Badge
from datev_connector.desktop.tray.tray import Tray
from datev_connector.domain.calls import Call, CallState, Direction
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.texts.language import Language
from tests.desktop.office import surroundings_for

ROOT = Path(__file__).parents[3]


class Clock:
    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(noon: datetime) -> Clock:
    return Clock(noon)


@pytest.fixture
def tray(qtbot: QtBot, look: Look, german: Language, clock: Clock) -> Iterator[Tray]:
    made = Tray(surroundings_for(look, german, clock))
    yield made
    made.icon.hide()
    made.menu.deleteLater()
    made.deleteLater()


def report(state: LegState, at: datetime, leg: Leg = Leg.STARFACE) -> LegReport:
    return LegReport(leg=leg, state=state, since=at, reason="because")


def picture(*reports: LegReport, calls: tuple[Call, ...] = ()) -> Picture:
    legs = {one.leg: one for one in reports}
    return Picture(legs=legs, active={one.call: one for one in calls})


def ringing(call: str, at: datetime, name: str) -> Call:
    return Call(
        call=call,
        pbx_call=f"p{call}",
        direction=Direction.INCOMING,
        state=CallState.RINGING,
        number="00497219876",
        e164="+497219876",
        pbx_name=name,
        began_at=at,
        last_seen_at=at,
    )


def shown(tray: Tray) -> QImage:
    return tray.icon.icon().pixmap(32).toImage()


def drawn(badge: Badge, waiting: int = 0, *, muted: bool = False) -> QImage:
    return pixmap(badge, waiting, 32, muted=muted).toImage()


def entries(tray: Tray) -> list[str]:
    """The menu from top to bottom as it opens; dashes between groups."""
    tray.menu.aboutToShow.emit()
    return ["-" if one.isSeparator() else one.text() for one in tray.menu.actions()]


def entry(tray: Tray, text: str) -> QAction:
    tray.menu.aboutToShow.emit()
    return next(one for one in tray.menu.actions() if one.text() == text)


def test_the_icon_lives_in_the_panel(tray: Tray, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: _in_panel(tray))


def _in_panel(tray: Tray) -> bool:
    return tray.icon.isVisible() and tray.icon.geometry().width() > 8


def test_before_any_report_the_icon_claims_nothing(tray: Tray) -> None:
    assert shown(tray) == drawn(Badge.UNKNOWN)
    assert tray.icon.toolTip() == "DATEV Connector\nWird gestartet"


def test_the_icon_follows_the_worst_leg(tray: Tray, clock: Clock, qtbot: QtBot) -> None:
    up, datev = report(LegState.UP, clock.now), report(LegState.DEGRADED, clock.now, Leg.DATEV)
    tray.show_picture(picture(up))
    assert shown(tray) == drawn(Badge.UP)
    tray.show_picture(picture(up, datev))
    clock.now += HOLD
    qtbot.waitUntil(lambda: tray.badge is Badge.DEGRADED)
    assert shown(tray) == drawn(Badge.DEGRADED)
    assert "DATEV-Telefonie: Eingeschränkt" in tray.icon.toolTip()
    tray.show_picture(picture(up))
    assert shown(tray) == drawn(Badge.UP)
    assert tray.icon.toolTip() == "DATEV Connector\nAlles in Ordnung"


def test_a_flicker_is_not_shown(tray: Tray, clock: Clock) -> None:
    up, down = (report(state, clock.now) for state in (LegState.UP, LegState.DOWN))
    tray.show_picture(picture(up))
    tray.show_picture(picture(down))
    assert shown(tray) == drawn(Badge.UP)
    assert "Gestört" not in tray.icon.toolTip()
    assert entries(tray)[0] == "Telefonanlage: In Ordnung"
    clock.now += HOLD - timedelta(milliseconds=1)
    tray.show_picture(picture(up))
    assert shown(tray) == drawn(Badge.UP)


def test_states_differ_in_shape_in_every_size() -> None:
    for size in SIZES:
        grey = [
            pixmap(badge, waiting, size, muted=muted)
            .toImage()
            .convertToFormat(QImage.Format.Format_Grayscale8)
            for badge in Badge
            for waiting in (0, 1)
            for muted in (False, True)
        ]
        assert all(one != other for i, one in enumerate(grey) for other in grey[:i])


def test_large_icons_count_what_waits() -> None:
    numbers = [drawn(Badge.UP, waiting) for waiting in range(11)]
    assert all(one != other for i, one in enumerate(numbers) for other in numbers[:i])
    assert drawn(Badge.UP, 10) == drawn(Badge.UP, 1000)


def test_the_menu_shows_state_calls_and_what_waits(tray: Tray, clock: Clock) -> None:
    calls = (ringing("1", clock.now, "Müller & Söhne"), ringing("2", clock.now, ""))
    tray.show_picture(picture(report(LegState.UP, clock.now), calls=calls))
    tray.show_counts(Counts(drafts=2, waiting=3))
    assert entries(tray) == [
        "Telefonanlage: In Ordnung",
        "-",
        "Müller && Söhne, 0721 9876",
        "0721 9876",
        "-",
        "2 Notizen nicht übertragen",
        "3 Übertragungen warten",
        "-",
        "&Journal",
        "&Nummer wählen …",
        "&Keine Fenster bei Anrufen",
        "-",
        "&Einstellungen",
        "&Diagnose",
        "Protokoll&ordner öffnen",
        "&Hilfe",
        "-",
        "&Beenden",
    ]
    assert shown(tray) == drawn(Badge.UP, 5)


def test_access_keys_of_the_menu_do_not_clash(tray: Tray) -> None:
    keys = [text[text.index("&") + 1].casefold() for text in entries(tray) if "&" in text]
    assert len(set(keys)) == len(keys) == 8


@pytest.mark.parametrize(
    ("text", "signal", "arguments"),
    [
        ("Telefonanlage: In Ordnung", "status_wanted", []),
        ("Müller GmbH, 0721 9876", "call_wanted", ["1"]),
        ("1 Notiz nicht übertragen", "journal_wanted", [Only.DRAFT]),
        ("1 Übertragung wartet", "journal_wanted", [Only.NOT_IN_DATEV]),
        ("&Journal", "journal_wanted", [Only.ALL]),
        ("&Nummer wählen …", "dial_wanted", []),
        ("&Keine Fenster bei Anrufen", "muted", [True]),
        ("&Einstellungen", "settings_wanted", []),
        ("&Diagnose", "diagnosis_wanted", []),
        ("Protokoll&ordner öffnen", "logs_wanted", []),
        ("&Hilfe", "help_wanted", []),
        ("&Beenden", "quit_wanted", []),
    ],
)
def test_every_entry_leads_somewhere(
    tray: Tray, clock: Clock, qtbot: QtBot, text: str, signal: str, arguments: list[object]
) -> None:
    calls = (ringing("1", clock.now, "Müller GmbH"),)
    tray.show_picture(picture(report(LegState.UP, clock.now), calls=calls))
    tray.show_counts(Counts(drafts=1, waiting=1))
    with qtbot.waitSignal(getattr(tray, signal)) as heard:
        entry(tray, text).trigger()
    assert heard.args == arguments


def test_muting_stays_and_is_seen(tray: Tray, qtbot: QtBot) -> None:
    entry(tray, "&Keine Fenster bei Anrufen").trigger()
    assert entry(tray, "&Keine Fenster bei Anrufen").isChecked()
    assert shown(tray) == drawn(Badge.UNKNOWN, muted=True)
    with qtbot.waitSignal(tray.muted) as heard:
        entry(tray, "&Keine Fenster bei Anrufen").trigger()
    assert heard.args == [False]
    assert shown(tray) == drawn(Badge.UNKNOWN)


def test_a_click_opens_the_journal(tray: Tray, qtbot: QtBot) -> None:
    heard, finger = list[Only](), Finger(tray, 1)
    tray.journal_wanted.connect(heard.append)
    qtbot.waitUntil(lambda: bool(heard) or finger.click())
    assert set(heard) == {Only.ALL}


def test_the_menu_opens_with_the_other_button_and_takes_keys(tray: Tray, qtbot: QtBot) -> None:
    finger = Finger(tray, 3)
    qtbot.waitUntil(lambda: tray.menu.isVisible() or finger.click())
    with qtbot.waitSignal(tray.settings_wanted):
        QTest.keyClick(tray.menu, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: not tray.menu.isVisible())


LOOKS = 60
"""So often it is looked whether a click did something before the next one."""


class Finger:
    """Clicks on the icon; again where the panel has moved it, or did not take the click.

    A panel that has just taken an icon in may lose the first click on it.
    """

    def __init__(self, tray: Tray, button: int) -> None:
        self._tray, self._button = tray, button
        self._clicked = QPoint()
        self._looks = 0

    def click(self) -> bool:
        """Click now and then; False: whether that did something is seen later."""
        place = self._tray.icon.geometry().center()
        self._looks += 1
        if _in_panel(self._tray) and (place != self._clicked or self._looks % LOOKS == 0):
            self._clicked = place
            where = (str(place.x()), str(place.y()))
            command = ["xdotool", "mousemove", *where, "click", str(self._button)]
            subprocess.run(command, check=True)
        return False


def test_an_open_menu_is_left_alone(tray: Tray, clock: Clock, qtbot: QtBot) -> None:
    tray.menu.popup(QPoint(300, 300))
    qtbot.waitUntil(tray.menu.isVisible)
    before = tray.menu.actions()
    tray.show_picture(picture(report(LegState.UP, clock.now)))
    assert tray.menu.actions() == before
    tray.menu.close()


def test_a_message_is_shown_beside_the_icon(tray: Tray, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: _in_panel(tray))
    tray.tell("DATEV", "Die Notiz wurde nicht übernommen.")
    qtbot.waitUntil(lambda: "Die Notiz wurde nicht übernommen." in _labels(qtbot))


def _labels(qtbot: QtBot) -> list[str]:
    from PySide6.QtWidgets import QApplication, QLabel

    return [one.text() for one in QApplication.allWidgets() if isinstance(one, QLabel)]


def test_an_icon_without_a_panel_appears_with_the_panel() -> None:
    """In a process of its own, on a screen of its own: the panel is started by the test."""
    here = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.tray.panel_comes_later"],
        cwd=ROOT,
        env=here,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = running.communicate(timeout=50)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        said, _ = running.communicate()
    assert said.split() == ["hidden", "embedded", "back"]
