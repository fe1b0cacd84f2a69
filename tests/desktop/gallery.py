"""All scenes of all windows: each component gives its own in `<component>/scenes.py`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import Shiboken

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.texts.language import Language
from tests.desktop.office import surroundings_for

HERE = Path(__file__).parent
NOON = datetime(2026, 11, 23, 13, 3, tzinfo=UTC)
SETTLED_MS = 300
"""Longer than what a window waits while somebody types."""


STILL_MS = 60
"""What looks the same for so long moves no more."""


def components() -> list[str]:
    """The names of all components that give scenes."""
    return sorted(file.parent.name for file in HERE.glob("*/scenes.py"))


def scenes_of(component: str, look: Look, language: Language) -> Iterator[tuple[str, QWidget]]:
    """Name and window, shown and painted; the window is gone when the next one is asked for."""
    surroundings = surroundings_for(look, language, lambda: NOON)
    for name, window in scenes_unseen(component, surroundings):
        show(window)
        yield _named(component, name), window
        window.hide()
        window.deleteLater()
        QCoreApplication.sendPostedEvents()


def scenes_unseen(component: str, surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    """Name and window, made, but not shown."""
    scenes = import_module(f"tests.desktop.{component}.scenes").scenes
    yield from scenes(surroundings)


def ties_of_the_screen() -> list[str]:
    """Who would take the screen along when Python throws it away; there must be nobody."""
    told = Shiboken.dump(QGuiApplication.primaryScreen())
    return [line for line in told.splitlines() if line.startswith("parent")]


def _named(component: str, name: str) -> str:
    """The name of a scene begins with that of its component."""
    begin = component.partition("_")[0]
    whole = name if name.startswith(f"{begin}-") else f"{begin}-{name}"
    return whole.replace("_", "-")


def show(window: QWidget) -> None:
    """Show a window, have it come to the front, and wait until nothing moves any more."""
    if isinstance(window, QMenu):
        window.popup(QPoint(40, 40))
    else:
        window.show()
        window.activateWindow()
    QTest.qWaitForWindowExposed(window)
    QTest.qWait(SETTLED_MS)
    before = QImage()
    for _ in range(50):  # a busy machine takes longer; what never rests is taken as it is
        now = window.grab().toImage()
        if now == before:
            break
        before = now
        QTest.qWait(STILL_MS)
