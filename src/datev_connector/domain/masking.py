"""Personal data as they may stand in a log: enough to tell two calls apart, not to tell who called.

A log call takes a `Masked` value (or one of the functions) instead of the clear text. The program's
log also has a safety net for what was forgotten; nobody relies on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

HIDDEN = "***"


def mask_number(number: str) -> str:
    """The last digits of a number: three of eight or more, two of six or seven, else none."""
    digits = [character for character in number if character.isdecimal()]
    if not number:
        return ""
    kept = 3 if len(digits) >= 8 else 2 if len(digits) >= 6 else 0
    return HIDDEN + "".join(digits[len(digits) - kept :])


LONGEST_LIKENESS = 40


def likeness(text: str) -> str:
    """What a text looks like: its letters all `x` and `X`, its digits all `d`; a long one cut."""
    shown = "".join(_alike(character) for character in text[:LONGEST_LIKENESS])
    return shown if len(text) <= LONGEST_LIKENESS else f"{shown}... ({len(text)} characters)"


def _alike(character: str) -> str:
    if character.isdigit():
        return "d"
    if character.isalpha():
        return "X" if character.isupper() else "x"
    return character if character.isascii() and character.isprintable() else "?"


def mask_name(name: str) -> str:
    """The first letter of a name, if the name has more than three."""
    bare = name.strip()
    if not bare:
        return ""
    return (bare[0] if len(bare) > 3 else "") + HIDDEN


def mask_note(note: str) -> str:
    """How long a note is."""
    return f"({len(note)} characters)" if note else ""


@dataclass(frozen=True, slots=True)
class Masked:
    """A clear text that shows itself masked, however it is printed.

    The log remembers the clear text of every `Masked` it was given and hides it wherever else it
    turns up.
    """

    clear: str = field(repr=False)
    form: Callable[[str], str] = field(default=mask_name, repr=False)

    def __str__(self) -> str:
        """The masked form."""
        return self.form(self.clear)

    def __repr__(self) -> str:
        """The masked form: a log of a value that holds this one stays masked, too."""
        return self.form(self.clear)

    def __format__(self, specification: str) -> str:
        """The masked form, aligned as asked for."""
        return format(self.form(self.clear), specification)
