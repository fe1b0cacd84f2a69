"""Texts in the two languages of the demo, and which one the system asks for."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language the story can be told in."""

    GERMAN = "de"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; may hold places, as `str.format` has them."""

    de: str
    en: str

    def say(self, language: Language) -> str:
        """The text in a language."""
        return self.de if language is Language.GERMAN else self.en

    def fill(self, **places: Text | str | float) -> Text:
        """The text with its places filled, by texts or by what is the same in both languages."""
        return Text(self._filled(Language.GERMAN, places), self._filled(Language.ENGLISH, places))

    def _filled(self, language: Language, places: Mapping[str, Text | str | float]) -> str:
        said = {n: v.say(language) if isinstance(v, Text) else v for n, v in places.items()}
        return self.say(language).format(**said)


def same(text: str) -> Text:
    """A text that is the same in both languages: a name, a number."""
    return Text(text, text)


def wanted_language(asked: str | None) -> Language:
    """The language asked for, else the system's; German where the system names none."""
    if asked is not None:
        return Language(asked)
    if sys.platform == "win32":
        return language_of(locale.getlocale()[0] or "")
    # Asked directly: Python takes the locale that names no language (C.UTF-8) for English.
    names = (os.environ.get(variable, "") for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return language_of(next(filter(None, names), ""))


def language_of(name: str) -> Language:
    """The language for a locale's name, such as `de_AT`, `German_Germany` or `C`."""
    word = name.lower()
    german = word in ("", "c", "posix") or word.startswith(("de", "german", "c."))
    return Language.GERMAN if german else Language.ENGLISH
