from __future__ import annotations

import ctypes
import sys

import pytest
from PySide6.QtWidgets import QApplication

from datev_connector.desktop.shortcut.keys import read_shortcut
from datev_connector.desktop.shortcut.shortcut import GlobalShortcut
from datev_connector.desktop.shortcut.windows import (
    HOTKEY_ID,
    WM_HOTKEY,
    HotkeyFilter,
    Message,
    modifier_bits,
    virtual_key,
)
from datev_connector.texts.language import Language


@pytest.mark.skipif(sys.platform == "win32", reason="there it can be had")
def test_where_it_cannot_be_had_it_says_so(qapp: QApplication, german: Language) -> None:
    shortcut = GlobalShortcut()
    refused = shortcut.use("Ctrl+Shift+F10")
    assert german.tell(refused).endswith("gibt es nur unter Windows.")
    assert shortcut.use("") == ""


def test_what_is_no_shortcut_is_refused_in_words(qapp: QApplication, german: Language) -> None:
    refused = german.tell(GlobalShortcut().use("Ctrl+Alt+W"))
    assert refused.startswith('"Ctrl+Alt+W" darf nicht aus Strg+Alt')


@pytest.mark.parametrize(
    ("text", "bits", "key"),
    [
        ("Ctrl+Shift+F10", 0x4006, 0x79),
        ("Ctrl+A", 0x4002, 0x41),
        ("Win+0", 0x4008, 0x30),
        ("Alt+F1", 0x4001, 0x70),
        ("F24", 0x4000, 0x87),
        ("Ctrl+Pause", 0x4002, 0x13),
    ],
)
def test_windows_is_told_modifiers_and_key(text: str, bits: int, key: int) -> None:
    shortcut = read_shortcut(text)
    assert (modifier_bits(shortcut), virtual_key(shortcut)) == (bits, key)


@pytest.mark.parametrize(
    ("kind", "message", "ident", "ours"),
    [
        (b"windows_dispatcher_MSG", WM_HOTKEY, HOTKEY_ID, True),
        (b"windows_generic_MSG", WM_HOTKEY, HOTKEY_ID, True),
        (b"windows_dispatcher_MSG", WM_HOTKEY, HOTKEY_ID + 1, False),
        (b"windows_dispatcher_MSG", WM_HOTKEY + 1, HOTKEY_ID, False),
        (b"xcb_generic_event_t", WM_HOTKEY, HOTKEY_ID, False),
    ],
)
def test_only_our_message_is_taken(kind: bytes, message: int, ident: int, ours: bool) -> None:
    heard = list[bool]()
    sent = Message(None, message, ident)
    answer = HotkeyFilter(lambda: heard.append(True)).nativeEventFilter(
        kind, ctypes.addressof(sent)
    )
    assert answer == (ours, 0)
    assert heard == [True] * ours
