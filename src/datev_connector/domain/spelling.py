"""How people in German offices write telephone numbers into a field, taken apart.

A field may hold labels, notes, several numbers, a bracketed zero, full-width digits, and
alternatives for the last digits (`12345-10/-11`). What comes out is, for each number, its
digits (with `+` where a country code is certain) and, where it is written as a company's
head number, how many of its last digits are not part of the company's stem.

Nothing here knows a numbering plan; German writing habits decide alone (DIN 5008: a
hyphen stands before the direct line and nowhere else).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_TEXT: Final = 160
"""Longer text is no number with a note; DATEV's own fields hold 60 characters."""

_SHORTEST_FULL: Final = 6
"""From so many digits on, something that begins with 0 or + is a number of its own."""
_SHORTEST_NATIONAL: Final = 7
_SHORTEST_AFTER_BLANK: Final = 9
"""Between mere blanks only so long a rest begins a new number: groups may begin with 0."""
_SHORTEST_ALTERNATIVE: Final = 4
_LONGEST_ZEROS: Final = 4
_SHORTEST_BASE: Final = 3
_MOST_HYPHENS: Final = 2
_AREA_BASE_DIRECT: Final = 3

_SEPARATOR: Final = "|"
_BREAK: Final = re.compile(
    r"[;,|\n\r&]|(?<![^\W\d_])(?:oder|od|und|o|u|or|and|bzw)\b\.?", re.IGNORECASE
)
_RUN: Final = re.compile(r"[+(]*[ ]?\d[\d\s()/.+|-]*")
_GROUP: Final = re.compile(r"(\D*)(\d+)")
_ZERO_AFTER_CODE: Final = re.compile(r"(\+\s*|\b00\s?)(\d{1,3})[\s./-]*\(\s*0\s*\)")
_ZERO_AFTER_BARE_CODE: Final = re.compile(r"^(\D*)([1-9]\d{0,2})[\s./-]*\(\s*0\s*\)")
_BRACKETED_ZERO: Final = re.compile(r"\(\s*0\s*\)")
_ENUMERATION: Final = re.compile(r"^\s*\d[.):]\s+(?=[+0(])")
_DATE: Final = re.compile(
    r"\D*(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:19|20)?\d\d)?\D*"
)
_HOURS: Final = re.compile(
    r"\b\d{1,2}[.:]\d\d(?:\s*(?:-|bis)\s*\d{1,2}[.:]\d\d)?\s*(?:Uhr|h)\b", re.IGNORECASE
)
_HEAD_WORD: Final = re.compile(
    r"\b(?:(?:telefon)?zentrale|zentr|vermittlung|sammel(?:nummer|ruf|anschluss)|stammnummer"
    r"|switchboard)\b",
    re.IGNORECASE,
)
_VANITY: Final = re.compile(
    r"(?<!\d)((?:0|\+49|0049)[\s(0)]*(?:700|800|180\d|900)[\s/-]*)([A-Z]{4,12})\b"
)
# What most fields hold: an area code, a number, perhaps a direct line or the `-0` of a head number,
# and nothing else.
_ORDINARY: Final = re.compile(
    r"(?:0[1-9]\d{1,4}|\(0[1-9]\d{1,4}\)|\+49 ?[1-9]\d{1,4}) ?[/-]? ?"
    r"[1-9]\d{2,7}(?: ?- ?(?:[1-9]\d{0,4}|(0)))?"
)
_SEPARATORS: Final = str.maketrans("", "", " ()/-")
_KEYPAD: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_MINUS_SIGN: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One number found in a text."""

    digits: str
    """With `+` in front where a country code is certain; otherwise as dialled."""
    direct: tuple[int, ...] = ()
    """For a head number: how many last digits may lie behind the stem, best guess first."""


def tidy(text: str) -> str:
    """Return text with all digits, dashes, blanks and brackets in their plain ASCII form."""
    if not text.isascii():
        text = "".join(map(_plain, unicodedata.normalize("NFKC", text)))
    return text.translate(str.maketrans("[]{}\t\v\f", "()()   ")).strip()


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == _MINUS_SIGN:
        return "-"
    if category == "Cf":
        return ""
    return " " if category.startswith("Z") else character


def marks_head(text: str) -> bool:
    """Tell whether a text calls its number a head number (`Zentrale`)."""
    return _HEAD_WORD.search(text) is not None


def written_numbers(text: str, *, head: bool = False) -> tuple[Written, ...]:
    """Return the numbers that a text of at most `MAX_TEXT` characters holds, in its order.

    Numbers that say where they begin (with 0 or +) push aside all other digits, which are
    then notes: a floor, an extension, a customer's number. With `head` the text's only
    number is known to be a head number.
    """
    quick = None if head else quickly_written(text)
    return fully_written(text, head=head) if quick is None else (quick,)


def quickly_written(text: str) -> Written | None:
    """Return what `fully_written` would for ordinary German spellings, None for all others."""
    found = _ORDINARY.fullmatch(text) if text.isascii() else None
    if found is None:
        return None
    return Written(digits=text.translate(_SEPARATORS), direct=(1,) if found[1] else ())


def fully_written(text: str, *, head: bool = False) -> tuple[Written, ...]:
    """Do the work of `written_numbers` for any text."""
    plain = _plain_zeros(_VANITY.sub(_dial_letters, tidy(text)))
    runs = [list(_numbers_of(run)) for run in _runs(plain)]
    full = [number for run in runs for number in run if number.is_full]
    chosen = full or (runs[0] if runs else [])
    marked = (head or marks_head(plain)) and len(chosen) == 1
    return tuple(dict.fromkeys(number.written(marked=marked) for number in chosen))


def _dial_letters(found: re.Match[str]) -> str:
    return found[1] + found[2].translate(_KEYPAD)


def _plain_zeros(text: str) -> str:
    """Settle every `(0)`: nothing behind a country code, a zero elsewhere."""
    text = _ZERO_AFTER_CODE.sub(r"\1\2 ", text)
    text = _ZERO_AFTER_BARE_CODE.sub(r"\1+\2 ", text)
    return _BRACKETED_ZERO.sub("0", text)


def _runs(text: str) -> Iterator[str]:
    text = _HOURS.sub(":", _ENUMERATION.sub("", text))
    for found in _RUN.finditer(_BREAK.sub(_SEPARATOR, text)):
        if not _DATE.fullmatch(found[0]):
            yield found[0]


@dataclass(frozen=True, slots=True)
class _Group:
    before: str
    digits: str


@dataclass(frozen=True, slots=True)
class _Grouped:
    """A number as groups of digits, each with what stands before it."""

    groups: tuple[_Group, ...]

    @property
    def plus(self) -> bool:
        return "+" in self.groups[0].before

    @property
    def digits(self) -> str:
        return "".join(group.digits for group in self.groups)

    @property
    def last(self) -> _Group:
        return self.groups[-1]

    @property
    def is_full(self) -> bool:
        return (self.plus or self.digits.startswith("0")) and len(self.digits) >= _SHORTEST_FULL

    @property
    def national_length(self) -> int:
        """Count the digits as dialled within the country, a leading zero included."""
        if self.plus:
            return len(self.digits) - 1
        return len(self.digits) - (3 if self.digits.startswith("00") else 0)

    def joined(self, group: _Group) -> _Grouped:
        return _Grouped((*self.groups, group))

    def ending_in(self, digits: str) -> _Grouped:
        """Put other digits in the place of the last ones."""
        kept = self.last.digits[: -len(digits)]
        return _Grouped((*self.groups[:-1], _Group(self.last.before, kept + digits)))

    def written(self, *, marked: bool) -> Written:
        digits = self.digits
        if self.plus:
            # "+0049" and "+0721" both carry a plus too many.
            digits = digits if digits.startswith("0") else f"+{digits}"
        return Written(digits=digits, direct=self._direct(marked=marked))

    def _direct(self, *, marked: bool) -> tuple[int, ...]:
        if self._ends_in_zeros:
            return (len(self.last.digits),)
        if not marked:
            return ()
        ends_in_zero = self.last.digits.endswith("0")
        hyphens = sum("-" in group.before for group in self.groups)
        if ends_in_zero and "-" in self.last.before and hyphens <= _MOST_HYPHENS:
            return (len(self.last.digits), 1)
        return (1,) if ends_in_zero else (0,)

    @property
    def _ends_in_zeros(self) -> bool:
        if len(self.groups) == 1 or self.last.digits.strip("0"):
            return False
        if not self.last.before.strip():
            # "1234 0" is a head number, "12 34 00" and "12 34 0" are digits in pairs.
            return self.last.digits == "0" and len(self.groups[-2].digits) >= _SHORTEST_BASE
        return len(self.last.digits) <= _LONGEST_ZEROS


def _numbers_of(run: str) -> Iterator[_Grouped]:
    """Split a run of digits and separators where a new number begins."""
    groups = [_Group(*found.groups()) for found in _GROUP.finditer(run)]
    rest = sum(len(group.digits) for group in groups)
    current: _Grouped | None = None
    for group in groups:
        if current is None:
            current = _Grouped((group,))
        elif _begins(current, group, rest):
            yield current
            current = _Grouped((group,))
        elif (other := _alternative(current, group)) is not None:
            yield current
            current = other
        else:
            current = current.joined(group)
        rest -= len(group.digits)
    if current is not None:
        yield current


def _begins(current: _Grouped, group: _Group, rest: int) -> bool:
    """Tell whether a group is the start of another number."""
    length = current.national_length
    if length < _SHORTEST_FULL:
        return False
    if re.search(r"\+\s?$", group.before) and rest >= _SHORTEST_NATIONAL + 1:
        return True
    if group.digits.startswith("0"):
        wide = _SEPARATOR in group.before or "/" in group.before
        if wide and rest >= _SHORTEST_FULL:
            return True
        return length >= _SHORTEST_NATIONAL and rest >= _SHORTEST_AFTER_BLANK
    return _SEPARATOR in group.before and _alternative(current, group) is None


def _alternative(current: _Grouped, group: _Group) -> _Grouped | None:
    """Return the second number of `12345-10/11`, `12345-10/-11` and `12345/12346`."""
    length = current.national_length
    before = group.before.replace(" ", "").replace("+", "/").replace(_SEPARATOR, "/")
    if "/" not in before or length < _SHORTEST_NATIONAL or len(current.groups) == 1:
        return None
    if not group.digits.strip("0"):
        return None
    last = current.last
    hyphened = "-" in last.before
    if before.endswith("/-") and hyphened:
        return _Grouped((*current.groups[:-1], _Group(last.before, group.digits)))
    short = len(group.digits) < _SHORTEST_FULL
    if hyphened and short and len(current.groups) >= _AREA_BASE_DIRECT:
        return current.ending_in(group.digits)
    same_length = len(group.digits) == len(last.digits) >= _SHORTEST_ALTERNATIVE
    return current.ending_in(group.digits) if same_length else None
