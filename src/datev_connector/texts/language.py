"""A language that the program speaks: sentences from its catalogue, English where there is none.

Sentences are collected from the source: the first argument of `say` and `worded`, the first two of
`count` and `counted`, must be literals (`scripts/texts.py`).
"""

from __future__ import annotations

import gettext
from enum import StrEnum
from importlib import resources
from typing import Self

from datev_connector.domain.wording import Worded


class Tongue(StrEnum):
    """The languages of the program."""

    GERMAN = "de"
    ENGLISH = "en"


class Language:
    """Says sentences in one tongue."""

    def __init__(self, tongue: Tongue, catalogue: gettext.NullTranslations) -> None:
        """Use `Language.of`."""
        self.tongue = tongue
        self._catalogue = catalogue

    @classmethod
    def of(cls, tongue: Tongue) -> Self:
        """Read the catalogue of a tongue; the source is English and needs none."""
        if tongue is Tongue.ENGLISH:
            return cls(tongue, gettext.NullTranslations())
        file = resources.files("datev_connector.texts") / "catalogue" / f"{tongue.value}.mo"
        with file.open("rb") as stream:
            return cls(tongue, gettext.GNUTranslations(stream))

    def say(self, template: str, /, **values: object) -> str:
        """Say a sentence of the catalogue, its places filled; without values braces stay."""
        said = self._catalogue.gettext(template) if template else ""
        return self._filled(said, values) if values else said

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Say how many; both forms have the place `{number}`."""
        said = self._catalogue.ngettext(one, many, number)
        return self._filled(said, {"number": self.whole(number), **values})

    def tell(self, text: str) -> str:
        """Say what another room has worded; a text that remembers nothing stays as it is."""
        if isinstance(text, Worded):
            template, values = text.template, text.values
            return self.say(template, **values) if values else self.say(template)
        return text

    def whole(self, number: int) -> str:
        """A whole number, thousands set apart as the tongue does."""
        separator = "." if self.tongue is Tongue.GERMAN else ","
        return f"{number:,}".replace(",", separator)

    def _filled(self, said: str, values: dict[str, object]) -> str:
        return said.format(**{name: self._put(name, value) for name, value in values.items()})

    def _put(self, name: str, value: object) -> object:
        """A value as the tongue writes it; of whole numbers only `number` is an amount."""
        if isinstance(value, str):
            return self.tell(value)
        if isinstance(value, float) and self.tongue is Tongue.GERMAN:
            return _Comma(value)
        return self.whole(value) if name == "number" and isinstance(value, int) else value


class _Comma(float):
    """A decimal number that is formatted with a comma."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace(".", ",")
