from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.shortcut.keys import (
    LONGEST,
    NAMED_KEYS,
    Modifier,
    NoShortcut,
    Shortcut,
    read_shortcut,
    shown_shortcut,
)
from datev_connector.texts.language import Language, Tongue


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("Ctrl+Shift+F10", "Ctrl+Shift+F10"),
        ("shift + ctrl + f10", "Ctrl+Shift+F10"),
        ("Strg+Umschalt+F10", "Ctrl+Shift+F10"),
        ("win+w", "Win+W"),
        ("Alt+Leertaste", "Alt+Space"),
        ("Ctrl+Bildauf", "Ctrl+PageUp"),
        ("Ctrl+Alt+F9", "Ctrl+Alt+F9"),
        ("F13", "F13"),
        ("Shift+F24", "Shift+F24"),
    ],
)
def test_shortcuts_are_read_as_people_write_them(text: str, usual: str) -> None:
    assert read_shortcut(text).text == usual
    assert read_shortcut(usual) == read_shortcut(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "key combination"),
        ("Ctrl", "key combination"),
        ("Ctrl+", "key combination"),
        ("+F10", "key combination"),
        ("Ctrl++F10", "key combination"),
        ("Hyper+F10", "key combination"),
        ("Ctrl+F25", "key combination"),
        ("Ctrl+Ü", "key combination"),
        ("Ctrl+A+B", "key combination"),
        ("Ctrl+" * LONGEST + "F10", "key combination"),
        ("F10", "Ctrl, Alt or Win"),
        ("Shift+A", "Ctrl, Alt or Win"),
        ("Ctrl+Alt+W", "AltGr"),
        ("Strg+Alt+Umschalt+7", "AltGr"),
    ],
)
def test_what_is_no_shortcut_or_in_the_way_says_why(text: str, fault: str) -> None:
    with pytest.raises(NoShortcut, match=fault):
        read_shortcut(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        shortcut = read_shortcut(text)
    except NoShortcut as fault:
        assert fault.text
    else:
        assert read_shortcut(shortcut.text) == shortcut


def test_modifiers_are_written_in_one_order() -> None:
    assert Shortcut(modifiers=frozenset(Modifier), key="F1").text == "Ctrl+Alt+Shift+Win+F1"


@pytest.mark.parametrize("tongue", Tongue)
@pytest.mark.parametrize(
    "text", ["Ctrl+Shift+F10", "Win+W", *(f"Ctrl+{key}" for key in NAMED_KEYS)]
)
def test_what_is_shown_is_read_again_as_the_same(text: str, tongue: Tongue) -> None:
    assert read_shortcut(shown_shortcut(text, Language.of(tongue))).text == text


def test_keys_are_called_as_on_the_keyboard_of_the_person() -> None:
    assert shown_shortcut("Ctrl+Shift+F10", Language.of(Tongue.GERMAN)) == "Strg+Umschalt+F10"
    assert shown_shortcut("Alt+Home", Language.of(Tongue.GERMAN)) == "Alt+Pos1"
    assert shown_shortcut("Alt+Home", Language.of(Tongue.ENGLISH)) == "Alt+Home"


def test_what_is_no_shortcut_is_shown_as_it_is() -> None:
    assert shown_shortcut("F10 oder so", Language.of(Tongue.GERMAN)) == "F10 oder so"
