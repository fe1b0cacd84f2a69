"""What must be true of every window in every state, in both languages and at several scales."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QRadioButton, QWidget

from datev_connector.desktop.look.look import Look
from datev_connector.texts.language import Language, Tongue
from tests.desktop.audit import faults, stops_in_order
from tests.desktop.gallery import components, scenes_of, ties_of_the_screen
from tests.desktop.screen import bare_screen

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("tongue", list(Tongue))
@pytest.mark.parametrize("component", components())
def test_no_window_has_a_fault(look: Look, component: str, tongue: Tongue) -> None:
    screen = QGuiApplication.primaryScreen()  # as long as this is kept, so are its ties
    found = [
        f"{name}: {fault}"
        for name, window in scenes_of(component, look, Language.of(tongue))
        for fault in [*faults(window), *ties_of_the_screen()]
    ]
    assert found == []
    assert screen in QGuiApplication.screens()


@pytest.mark.parametrize("component", components())
def test_the_tab_key_reaches_everything(look: Look, german: Language, component: str) -> None:
    for name, window in scenes_of(component, look, german):
        if isinstance(window, QMenu):
            continue
        wanted = stops_in_order(window)
        missed = set(wanted) - _visited(window, len(wanted))
        assert {one.accessibleName() for one in missed if not _answered_together(one)} == set(), (
            name
        )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("setting", ["de-light-200", "en-dark-200"])
def test_no_window_has_a_fault_on_a_fine_screen(tmp_path: Path, setting: str) -> None:
    with bare_screen("3840x2160x24") as display:
        environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": "2",
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.desktop.pictures", setting, str(tmp_path)],
            env=environment,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(tmp_path.glob("*.png"))) > len(components())


def _visited(window: QWidget, stops: int) -> set[QWidget]:
    """Press the tab key often enough to come around."""
    window.activateWindow()
    seen = set[QWidget]()
    for _ in range(stops + 2):
        inside: QWidget | None = window.focusWidget()
        at = window if inside is None else inside
        seen.add(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
        QApplication.processEvents()
    return seen


def _answered_together(widget: QWidget) -> bool:
    """Of choices that exclude each other one is a stop; arrows lead to the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return isinstance(widget, QRadioButton) or (group is not None and group.exclusive())
