"""Sentences for people that remember what they are made of.

Whoever finds something out words it in English, once. Windows say it in the language of the
person: a `Worded` text is an ordinary string that still holds its template and the values in it,
so that `texts.language` can look the template up in a catalogue and put the same values in.

A text put together from others (`f"{a} {b}"`) forgets both; `worded("{a} {b}", a=a, b=b)` and
`joined(a, b)` do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Self

ENDS = (".", "!", "?")


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

    def filled(self, **values: object) -> Self:
        """The same sentence with these values, beside or instead of those that it has."""
        return type(self)(self.template, {**self.values, **values})

    def __str__(self) -> str:
        """Itself: `str` of an error that was raised with it remembers as well."""
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, object]]]:
        """Copies and pickles remember as well."""
        return type(self), (self.template, dict(self.values))


def worded(template: str, /, **values: object) -> Worded:
    """Word a sentence; the template must be a literal, since catalogues are made from the source.

    Values may be `Worded` themselves. Without values the template is taken as it is, braces too.
    """
    return Worded(template, values)


def counted(one: str, many: str, /, number: int, **values: object) -> Worded:
    """Word how many; both templates must be literals, and have the place `{number}`."""
    return Worded(one if number == 1 else many, {"number": number, **values})


def joined(*texts: str, between: str = " ") -> str:
    """One text of several; empty ones are left out. `between` is said in every language."""
    told = [text for text in texts if text]
    if len(told) == 1:
        return told[0]
    places = {f"part{number}": text for number, text in enumerate(told, 1)}
    return Worded(between.join(f"{{{name}}}" for name in places), places)


def sentence(text: str) -> str:
    """The text with a full stop at its end, so that another sentence may follow."""
    return text if not text or text.endswith(ENDS) else worded("{text}.", text=text)


def respelt(text: str, change: Callable[[str], str]) -> str:
    """The text with every bare text in it changed; templates stay, so that it can be told."""
    if not isinstance(text, Worded):
        return change(text)
    values = {
        name: respelt(value, change) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    return Worded(text.template, values)
