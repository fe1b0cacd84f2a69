"""Run by a test: a tray on a screen without panel, then with one, then with another one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.theme import ThemeName
from datev_connector.desktop.tray.tray import Tray
from datev_connector.texts.language import Language, Tongue
from tests.desktop.office import surroundings_for
from tests.desktop.screen import PANEL, bare_screen, program


def await_that(holds: Callable[[], bool]) -> None:
    """Run the loop until it holds."""
    application = QApplication.instance()
    assert application is not None
    looking = QTimer(interval=20)
    looking.timeout.connect(lambda: holds() and application.exit())
    looking.start()
    application.exec()
    looking.stop()


def main() -> int:
    with ExitStack() as running:
        display = running.enter_context(bare_screen())
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        there = {**os.environ}
        application = QApplication([])
        look = Look(application, ThemeName.LIGHT)
        now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        tray = Tray(surroundings_for(look, Language.of(Tongue.ENGLISH), lambda: now))
        await_that(lambda: not tray.icon.isVisible())
        print("hidden", flush=True)  # noqa: T201 - the test reads it
        with program(list(PANEL), env=there):
            await_that(lambda: tray.icon.isVisible() and embedded(there))
            print("embedded", flush=True)  # noqa: T201
        await_that(lambda: not embedded(there))
        with program(list(PANEL), env=there):
            await_that(lambda: embedded(there))
            print("back", flush=True)  # noqa: T201
        tray.icon.hide()
    return 0


def embedded(environment: dict[str, str]) -> bool:
    """Whether a window of ours lies in the panel, as the screen tells it."""
    tree = subprocess.run(
        ["xwininfo", "-root", "-tree"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = tree.splitlines()
    panel = next((i for i, line in enumerate(lines) if '"panel"' in line), None)
    if panel is None:
        return False
    depth = len(lines[panel]) - len(lines[panel].lstrip())
    for line in lines[panel + 1 :]:
        if line.strip() and len(line) - len(line.lstrip()) <= depth:
            return False
        if "panel_comes_later" in line:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
