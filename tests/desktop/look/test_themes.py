"""Every pair of colours that can meet can be told apart, in every theme."""

from __future__ import annotations

from typing import TypeAlias

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from datev_connector.desktop.look.contrast import SHAPE, TEXT, contrast, ink_on, mixed, readable
from datev_connector.desktop.look.palette import palette_of, theme_of
from datev_connector.desktop.look.theme import THEMES, Theme, ThemeName

GROUNDS = ("window", "base", "alternate")
WORDS = ("text", "subdued", "link", "good", "warning", "bad")
SHAPES = ("border", "accent", "good", "warning", "bad", "text", "subdued")
ON_BAND = ("on_band", "subdued_on_band", "good", "warning", "bad", "link")

Role: TypeAlias = QPalette.ColorRole
Group: TypeAlias = QPalette.ColorGroup
WRITTEN = [
    (Role.WindowText, Role.Window),
    (Role.Text, Role.Base),
    (Role.Text, Role.AlternateBase),
    (Role.PlaceholderText, Role.Base),
    (Role.ButtonText, Role.Button),
    (Role.HighlightedText, Role.Highlight),
    (Role.Link, Role.Window),
    (Role.Link, Role.Base),
    (Role.LinkVisited, Role.Window),
    (Role.ToolTipText, Role.ToolTipBase),
]

CONTRAST_THEMES = {
    "aquatic": ("#202020", "#ffffff", "#8ee3f0", "#263b50", "#75e9fc"),
    "desert": ("#fffaef", "#3d3d3d", "#903909", "#fff5e3", "#1c5e75"),
    "dusk": ("#2d3236", "#ffffff", "#a1bfde", "#212d3b", "#70ebde"),
    "night sky": ("#000000", "#ffffff", "#d6b4fd", "#2b2b2b", "#8080ff"),
    "own": ("#7f7f7f", "#000000", "#000000", "#ffffff", "#7f7f80"),
}
"""Window, text, selection, text of the selection, links: those of Windows, and a poor one."""


def value(theme: Theme, name: str) -> str:
    return str(getattr(theme, name))


@pytest.fixture(params=THEMES.values(), ids=lambda theme: theme.name)
def theme(request: pytest.FixtureRequest) -> Theme:
    assert isinstance(request.param, Theme)
    return request.param


def test_there_is_a_theme_for_every_name() -> None:
    assert set(THEMES) == set(ThemeName)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_words_can_be_read(theme: Theme, word: str, ground: str) -> None:
    assert contrast(value(theme, word), value(theme, ground)) >= TEXT


@pytest.mark.parametrize("word", ON_BAND)
def test_words_can_be_read_on_the_band(theme: Theme, word: str) -> None:
    assert contrast(value(theme, word), theme.band) >= TEXT


def test_what_is_selected_or_to_be_pressed_can_be_read(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= TEXT


@pytest.mark.parametrize("ground", [*GROUNDS, "band"])
@pytest.mark.parametrize("shape", SHAPES)
def test_lines_and_symbols_can_be_seen(theme: Theme, shape: str, ground: str) -> None:
    assert contrast(value(theme, shape), value(theme, ground)) >= SHAPE


@pytest.mark.parametrize("shape", SHAPES)
def test_marks_in_symbols_can_be_seen(theme: Theme, shape: str) -> None:
    colour = value(theme, shape)
    assert contrast(ink_on(colour), colour) >= TEXT


def test_a_focus_ring_differs_from_the_usual_line(theme: Theme) -> None:
    assert theme.accent != theme.border


@pytest.mark.parametrize("share", [0.07, 0.16])
def test_a_button_can_be_read_under_the_mouse(theme: Theme, share: float) -> None:
    assert contrast(theme.text, mixed(theme.base, theme.text, share)) >= TEXT
    assert contrast(theme.on_accent, mixed(theme.accent, theme.on_accent, share)) >= TEXT


@pytest.mark.parametrize("group", [Group.Active, Group.Inactive, Group.Disabled])
@pytest.mark.parametrize(("ink", "ground"), WRITTEN)
def test_the_palette_can_be_read_also_where_nothing_can_be_entered(
    theme: Theme, group: Group, ink: Role, ground: Role
) -> None:
    palette = palette_of(theme)
    pair = palette.color(group, ink).name(), palette.color(group, ground).name()
    assert contrast(*pair) >= TEXT


@pytest.mark.parametrize("name", CONTRAST_THEMES)
def test_a_system_s_contrast_theme_is_taken_as_it_is(qapp: QApplication, name: str) -> None:
    window, text, selected, on_selected, link = CONTRAST_THEMES[name]
    palette = QPalette()
    for role, colour in (
        (Role.Window, window),
        (Role.Base, window),
        (Role.WindowText, text),
        (Role.Highlight, selected),
        (Role.HighlightedText, on_selected),
        (Role.Link, link),
    ):
        palette.setColor(role, QColor(colour))
    theme = theme_of(palette)
    assert (theme.window, theme.text) == (window, text)
    assert (theme.accent, theme.on_accent) == (selected, on_selected)
    for word in WORDS:
        assert value(theme, word) == text or contrast(value(theme, word), window) >= TEXT


def test_contrast_is_measured_as_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.0, abs=0.01)
    assert contrast("#0a0a0a", "#0a0a0a") == 1.0


def test_ink_can_be_read_on_every_grey() -> None:
    greys = [f"#{grey:02x}{grey:02x}{grey:02x}" for grey in range(256)]
    assert all(contrast(ink_on(grey), grey) >= TEXT for grey in greys)


def test_colours_are_mixed_by_shares() -> None:
    assert mixed("#000000", "#ffffff", 0.0) == "#000000"
    assert mixed("#000000", "#ff8000", 0.5) == "#804000"
    assert mixed("#102030", "#ffffff", 1.0) == "#ffffff"


def test_a_colour_that_cannot_be_read_gives_way() -> None:
    assert readable("#777777", ("#ffffff",), "#000000") == "#000000"
    assert readable("#777777", ("#ffffff",), "#000000", SHAPE) == "#777777"
