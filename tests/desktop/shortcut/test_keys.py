from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.shortcut.keys import (
    LONGEST,
    Modifier,
    NoShortcut,
    Shortcut,
    read_shortcut,
)


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
