"""Tests of windows run on a real screen with a real window manager."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.desktop import screen as screens

try:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from datev_connector.desktop.look.look import Look
    from datev_connector.desktop.look.theme import ThemeName
    from datev_connector.texts.language import Language, Tongue
except ImportError as fault:  # libraries of the system are missing
    pytest.skip(f"windows cannot be shown here: {fault}", allow_module_level=True)

PATIENCE_MS = 20_000
"""So long windows and their manager may take, on a machine that has more to do."""
for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitActive, QtBot.waitExposed):
    wait.__kwdefaults__ = {**(wait.__kwdefaults__ or {}), "timeout": PATIENCE_MS}


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """The name of a screen that is there for this run alone."""
    if screens.missing():
        pytest.skip(f"there is no virtual screen without {', '.join(screens.missing())}")
    with screens.virtual_screen() as display:
        before = {name: os.environ.get(name) for name in ("DISPLAY", "QT_QPA_PLATFORM")}
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        yield display
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@pytest.fixture(scope="session")
def qapp_args(screen: str) -> list[str]:
    """The application of pytest-qt is made on that screen."""
    return ["datev-connector"]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Look]:
    made = Look(qapp, ThemeName.LIGHT)
    yield made
    made.deleteLater()


@pytest.fixture(scope="session")
def german() -> Language:
    return Language.of(Tongue.GERMAN)


@pytest.fixture(scope="session")
def english() -> Language:
    return Language.of(Tongue.ENGLISH)


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
