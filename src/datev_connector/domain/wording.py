"""Sentences for people that remember what they are made of.

Whoever finds something out words it in English, once. Windows say it in the language of the
person: a `Worded` text is an ordinary string that still holds its template and the values in it,
so that `texts.language` can look the template up in a catalogue and put the same values in.

A text put together from others (`f"{a} {b}"`) forgets both; `worded("{a} {b}", a=a, b=b)` does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self


class Worded(str):
    """An English sentence, its template and the values in it. Equal to the bare sentence."""

    __slots__ = ("template", "values")

    template: str
    """The sentence with places as `str.format` has them: what the catalogues know."""
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Self:
        """Fill the places. Raises KeyError if a value is missing."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template = template
        made.values = MappingProxyType(dict(values))
        return made

    def __str__(self) -> str:
        """Itself: so `str(error)` remembers as well."""
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, object]]]:
        """Copies and pickles remember as well."""
        return type(self), (self.template, dict(self.values))


def worded(template: str, /, **values: object) -> Worded:
    """Word a sentence; the template must be a literal, since catalogues are made from the source.

    Values may be `Worded` themselves. Without values the template is taken as it is, braces too.
    """
    return Worded(template, values)
