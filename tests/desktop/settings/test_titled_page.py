"""How much of a page there is to scroll."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from datev_connector.desktop.assistant.steps import StepName
from datev_connector.desktop.look.look import MARGIN, SECTION_GAP, Look
from datev_connector.desktop.settings.pages import PageName
from datev_connector.desktop.settings.titled_page import TitledPage
from datev_connector.texts.language import Language
from tests.desktop.assistant.scenes import assistant_at
from tests.desktop.office import surroundings_for
from tests.desktop.settings.forms import form_with
from tests.desktop.settings.scenes import settings_window

WORDS = (QLabel, QAbstractButton, QLineEdit)


def inside_of(page: TitledPage) -> QWidget:
    """What is scrolled."""
    inside = page.widget()
    assert inside is not None
    return inside


def shown_on(page: TitledPage) -> Iterator[QWidget]:
    """The widgets that a person sees on a page."""
    inside = inside_of(page)
    spoken = (one for one in inside.findChildren(QWidget) if isinstance(one, WORDS))
    return (one for one in spoken if one.isVisibleTo(inside))


def lowest(page: TitledPage) -> int:
    """Where the last of them ends."""
    inside = inside_of(page)
    return max(one.mapTo(inside, one.rect().bottomLeft()).y() for one in shown_on(page))


def laid_out(page: TitledPage) -> TitledPage:
    """The page at its rest, after all that asked for another layout."""
    inside = inside_of(page).layout()
    assert inside is not None
    inside.invalidate()
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    page.resize(page.width() + 1, page.height())
    return page


@pytest.mark.parametrize("name", list(PageName))
def test_a_page_of_the_settings_scrolls_as_far_as_there_is_something(
    qtbot: QtBot, look: Look, german: Language, noon: datetime, name: PageName
) -> None:
    window = settings_window(surroundings_for(look, german, lambda: noon), form_with(), name)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    assert_ends_with_its_words(laid_out(window.pages[name]))


@pytest.mark.parametrize("name", [StepName.WELCOME, StepName.PBX, StepName.DATEV])
def test_so_does_a_step_of_the_assistant(
    qtbot: QtBot, look: Look, german: Language, noon: datetime, name: StepName
) -> None:
    window = assistant_at(surroundings_for(look, german, lambda: noon), name)
    qtbot.addWidget(window)
    qtbot.waitExposed(window)
    page = next(one for one in window.findChildren(TitledPage) if one.isVisibleTo(window))
    assert_ends_with_its_words(laid_out(page))


def assert_ends_with_its_words(page: TitledPage) -> None:
    """Nothing is cut off, and below the last words is no more than the margin of every page."""
    room, height = page.viewport().height(), inside_of(page).height()
    assert lowest(page) <= height
    assert height <= max(room, lowest(page) + MARGIN + SECTION_GAP + 4)
