"""The end of the program, however it comes: nothing typed is lost, and it does end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from datev_connector.app.commands.session import Session
from datev_connector.app.windows import start
from datev_connector.app.windows.start import WindowedProgram
from datev_connector.desktop.instance import OneInstance
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.engine.news import News
from datev_connector.store.store import Store


class Hanging(Session):
    """Its store does not open before it is told to: somebody has to unlock a keyring first."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.asked, self.unlocked = threading.Event(), threading.Event()

    def _open_store(self) -> Store:
        self.asked.set()
        self.unlocked.wait()
        return super()._open_store()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Hanging]:
    made = Hanging(tmp_path / "profile")
    yield made
    made.unlocked.set()


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OneInstance]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    made = OneInstance("ending")
    assert made.claim()
    yield made
    made.release()


def program_of(session: Session, instance: OneInstance, qapp: QApplication) -> WindowedProgram:
    return WindowedProgram(session, qapp, instance, stream=False, link="")


def when_asked(session: Hanging, act: object) -> None:
    def look() -> None:
        if session.asked.is_set():
            clock.stop()
            act()  # type: ignore[operator]

    clock = QTimer(interval=10, parent=QApplication.instance())
    clock.timeout.connect(look)
    clock.start()


def test_a_core_that_hangs_does_not_keep_the_program_from_ending(
    session: Hanging,
    instance: OneInstance,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(start, "LAST_S", 0.2)
    when_asked(session, lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert program_of(session, instance, qapp).run() == 1


def test_a_link_that_comes_while_the_profile_opens_is_offered(
    session: Hanging,
    instance: OneInstance,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = program_of(session, instance, qapp)

    def link() -> None:
        instance.dial_wanted.emit("tel:+4972112345")
        session.unlocked.set()

    def look() -> None:
        shown = [one for one in qapp.topLevelWidgets() if type(one).__name__ == "DialWindow"]
        if any(one.isVisible() for one in shown):
            offered.append(shown[0].field.text())  # type: ignore[attr-defined]
            clock.stop()
            program.end()
            open_still.extend(one for one in qapp.topLevelWidgets() if one.isVisible())

    offered: list[str] = []
    open_still: list[QWidget] = []
    when_asked(session, link)
    clock = QTimer(interval=10, parent=qapp)
    clock.timeout.connect(look)
    clock.start()
    assert program.run() == 0
    assert offered == ["+4972112345"]
    assert open_still == []


def test_windows_that_cannot_be_made_end_the_program_with_a_word(
    session: Hanging,
    instance: OneInstance,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: object) -> None:
        msg = "a window cannot be made"
        raise LookupError(msg)

    monkeypatch.setattr(start, "Shell", broken)
    session.unlocked.set()
    program = program_of(session, instance, qapp)

    def look() -> None:
        box = program._box
        if box is not None and box.isVisible():
            clock.stop()
            told.append(box.text())
            box.close()

    told: list[str] = []
    clock = QTimer(interval=10, parent=qapp)
    clock.timeout.connect(look)
    clock.start()
    assert program.run() == 1
    assert "LookupError" in told[0]


def store_down() -> News:
    at = datetime.now(UTC)
    report = LegReport(leg=Leg.STORE, state=LegState.DOWN, since=at, reason="full")
    return News(at, report)


@pytest.mark.parametrize("patience_s", [60.0, 0.0])
def test_what_cannot_be_saved_holds_a_person_back_once_but_no_system(
    session: Hanging,
    instance: OneInstance,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    patience_s: float,
) -> None:
    """Who quits again soon means it; much later it is another wish."""
    monkeypatch.setattr(start, "QUIT_AGAIN_S", patience_s)
    session.unlocked.set()
    program = program_of(session, instance, qapp)
    ends: list[bool] = []

    def look() -> None:
        if program._shell is not None:
            clock.stop()
            program._take(store_down())
            for _ in range(2):
                program.end()
                ends.append(program._ending)
            program.end_now()

    clock = QTimer(interval=10, parent=qapp)
    clock.timeout.connect(look)
    clock.start()
    assert program.run() == 0
    assert ends == [False, patience_s > 0]
