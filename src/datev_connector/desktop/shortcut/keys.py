"""Reads shortcuts as people write them: `Ctrl+Shift+F10`, `Strg+Umschalt+F10`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language

LONGEST: Final = 40
"""Characters."""


class Modifier(StrEnum):
    """What is held down beside the key, in the order in which it is written."""

    CTRL = "Ctrl"
    ALT = "Alt"
    SHIFT = "Shift"
    WIN = "Win"


class NoShortcut(ValueError):
    """A text is no shortcut, or one that would get in the way; `text` says what is wrong."""

    def __init__(self, text: str) -> None:
        """`text` may be `Worded`."""
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """Modifiers and a key."""

    modifiers: frozenset[Modifier]
    key: str
    """A letter, a digit, `F1` to `F24`, or one of `NAMED_KEYS`."""

    @property
    def text(self) -> str:
        """As `read_shortcut` takes it, always in the same form."""
        return "+".join([*(one for one in Modifier if one in self.modifiers), self.key])

    def shown(self, language: Language) -> str:
        """As the keys are called on the keyboards of those who speak `language`."""
        held = (_word(one.value, language) for one in Modifier if one in self.modifiers)
        return "+".join([*held, _word(self.key, language)])


NAMED_KEYS: Final = ("Space", "Insert", "Home", "End", "PageUp", "PageDown", "Pause")

_MODIFIERS: Final = {
    "ctrl": Modifier.CTRL,
    "control": Modifier.CTRL,
    "strg": Modifier.CTRL,
    "alt": Modifier.ALT,
    "shift": Modifier.SHIFT,
    "umschalt": Modifier.SHIFT,
    "win": Modifier.WIN,
    "windows": Modifier.WIN,
}
_GERMAN_KEYS: Final = {
    "leertaste": "Space",
    "einfg": "Insert",
    "pos1": "Home",
    "ende": "End",
    "bildauf": "PageUp",
    "bildab": "PageDown",
}
_FUNCTION_KEYS: Final = tuple(f"F{number}" for number in range(1, 25))
_FREE_KEYS: Final = _FUNCTION_KEYS[12:]
"""F13 to F24: on no usual keyboard, so nobody else means them."""
_CHARACTERS: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_KEYS: Final = {
    **{one.casefold(): one for one in (*_CHARACTERS, *_FUNCTION_KEYS, *NAMED_KEYS)},
    **_GERMAN_KEYS,
}


def read_shortcut(text: str) -> Shortcut:
    """Read a shortcut, upper case or lower, English or German. Raises NoShortcut."""
    *before, last = [part.strip().casefold() for part in text[: LONGEST + 1].split("+")]
    key, modifiers = _KEYS.get(last), [_MODIFIERS.get(one) for one in before]
    known = frozenset(one for one in modifiers if one is not None)
    if key is None or len(text) > LONGEST or len(known) < len(modifiers):
        raise NoShortcut(worded('must be a key combination, such as "Ctrl+Shift+F10", or empty'))
    _check(known, key)
    return Shortcut(modifiers=known, key=key)


def shown_shortcut(text: str, language: Language) -> str:
    """A shortcut in the words of a language; what is none is shown as it is."""
    try:
        return read_shortcut(text).shown(language)
    except NoShortcut:
        return text


def _word(key: str, language: Language) -> str:
    """What is printed on a key."""
    words = {
        "Ctrl": language.say("Ctrl"),
        "Shift": language.say("Shift"),
        "Space": language.say("Space"),
        "Insert": language.say("Insert"),
        "Home": language.say("Home"),
        "End": language.say("End"),
        "PageUp": language.say("PageUp"),
        "PageDown": language.say("PageDown"),
    }
    return words.get(key, key)


def _check(modifiers: frozenset[Modifier], key: str) -> None:
    if key in _FREE_KEYS:
        return
    if not modifiers - {Modifier.SHIFT}:
        raise NoShortcut(worded("must hold Ctrl, Alt or Win: other programs need the key itself"))
    if {Modifier.CTRL, Modifier.ALT} <= modifiers and key in _CHARACTERS:
        raise NoShortcut(
            worded("must not be Ctrl+Alt with a letter or digit: that is AltGr on German keyboards")
        )
