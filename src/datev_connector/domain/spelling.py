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
from typing import Final

from datev_connector.domain.grouping import SEPARATOR, Written, numbers_of

MAX_TEXT: Final = 160
"""Longer text is no number with a note; DATEV's own fields hold 60 characters."""

_BREAK: Final = re.compile(
    r"[;,|\n\r&]|\.{2,}|(?<![^\W\d_])(?:oder|od|und|o|u|or|and|bzw)\b\.?", re.IGNORECASE
)
_RUN: Final = re.compile(r"[+(]*[ ]?\d[\d\s()/.+|-]*")
_ZERO_AFTER_CODE: Final = re.compile(r"(\+\s*|\b00\s?)(\d{1,3})[\s./-]*\(\s*0\s*\)")
_ITALIAN_ZERO: Final = re.compile(r"((?:\+|\b00)\s?39)[\s./-]*\(\s*0\s*\)(?![\s/-]*3)")
"""Italy's zero is part of the number, and dialled from abroad too; mobiles begin with 3."""
_ZERO_AFTER_BARE_CODE: Final = re.compile(r"^(\D*)([1-9]\d{0,2})[\s./-]*\(\s*0\s*\)")
_BRACKETED_ZERO: Final = re.compile(r"\(\s*0\s*\)")
_ENUMERATION: Final = re.compile(r"(?:^\s*|(?<=\d\d\d\s))\d[.):]+\s+(?=[+0(])")
# "Handy 2 0171 ...", "Kaiserstr. 12 0721 ..."; not what may be the code of a country or of mobiles,
# without its plus or zero.
_LABEL_DIGITS: Final = re.compile(
    r"(?<=[^\W\d_])(\.?[ ]?)(?!4[139]\b|1[567]\d\b)[1-9]\d{0,3}[.):]*[ ]+(?=\+|\(?0[1-9]|00[1-9])"
)
_DATE: Final = re.compile(
    r"\D*(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:19|20)?\d\d)?\D*"
)
_LATER_DATE: Final = re.compile(
    r"(\d[\s/-]+\d{4,}\s+)(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:19|20)?\d\d)?(?!\S)"
)
"""A date behind a number that is complete without it; digits in pairs may look like one."""
_HOURS: Final = re.compile(
    r"\b\d{1,2}(?:[.:]\d\d)?(?:\s*(?:-|bis|und|u\.)\s*\d{1,2}(?:[.:]\d\d)?)?\s*(?:Uhr|h)\b"
    r"|(?<=\d)\s+\(\s*\d{1,2}\s*-\s*\d{1,2}\s*\)"
    r"|\b\d{1,2}:\d\d(?:\s*(?:-|bis)\s*\d{1,2}:\d\d)?\b(?![\s/-]*\d)",
    re.IGNORECASE,
)
_PRICE: Final = re.compile(r"\b\d{1,3}(?:[.,]\d\d?)?\s*(?:ct\b|cents?\b|eur|\u20ac)", re.IGNORECASE)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d\d(?:\s?[\dA-Z]{4}){3,7}(?:\s?[\dA-Z]{1,4})?\b")
_DIRECT_LINE: Final = re.compile(
    r"(?<=[\d)])[\s,(/-]*\b(?:DW|Durchw(?:ahl)?)\b[.:]*[\s-]*(\d{1,5})\b", re.IGNORECASE
)
# What stands for a digit or between digits where a hand has slipped.
_LETTER_ZERO: Final = re.compile(r"(?<!\w)O(?=[1-9]\d{1,4}[\s/)-])|(?<=\d)O(?=\d)", re.IGNORECASE)
_LETTER_ONE: Final = re.compile(r"(?<=\d)[lI](?=\d)")
_ODD_SEPARATOR: Final = re.compile(
    r"(?<=\d)\s?[_~'\u2019\u00b4`\u00b7\u2022\u2219\u2027]\s?(?=\d)|(?<=\b0\d\d)[:=*](?=\d)"
    r"|(?<=\b0\d\d\d)[:=*](?=\d)|(?<=\b0\d\d\d\d)[:=*](?=\d)"
)
_HEAD_WORD: Final = re.compile(
    r"(\b(?:\u00fcber|ueber|via|nicht|keine?|ohne|statt|sonst)\s+(?:die\s|der\s|in\s)?\s*)?"
    r"\b(?:(?:telefon)?zentrale|zentr|vermittlung|sammel(?:nummer|nr|ruf|anschluss)|stammnummer"
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


def tidy(text: str) -> str:
    """Return text with all digits, dashes, blanks and brackets in their plain ASCII form."""
    if not text.isascii():
        text = "".join(map(_plain, unicodedata.normalize("NFKC", text)))
    return text.translate(str.maketrans("[]{}<>\t\v\f", "()()()   ")).strip()


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
    """Tell whether a text calls its number a head number: `Zentrale`, but not `nicht Zentrale`."""
    return any(not found[1] for found in _HEAD_WORD.finditer(text))


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
    plain = _plain_zeros(_without_slips(_VANITY.sub(_dial_letters, tidy(text))))
    runs = [list(numbers_of(run)) for run in _runs(plain)]
    full = [number for run in runs for number in run if number.is_full]
    chosen = full or (runs[0] if runs else [])
    marked = (head or marks_head(plain)) and len(chosen) == 1
    return tuple(dict.fromkeys(number.written(marked=marked) for number in chosen))


def _dial_letters(found: re.Match[str]) -> str:
    return found[1] + found[2].translate(_KEYPAD)


def _without_slips(text: str) -> str:
    text = _ODD_SEPARATOR.sub(" ", _IBAN.sub(":", text.replace("&nbsp;", " ")))
    return _LETTER_ONE.sub("1", _LETTER_ZERO.sub("0", text))


def _plain_zeros(text: str) -> str:
    """Settle every `(0)`: nothing behind a country code, a zero elsewhere."""
    if "(" not in text:
        return text
    text = _ZERO_AFTER_CODE.sub(r"\1\2 ", _ITALIAN_ZERO.sub(r"\1 0", text))
    text = _ZERO_AFTER_BARE_CODE.sub(r"\1+\2 ", text)
    return _BRACKETED_ZERO.sub("0", text)


def _runs(text: str) -> Iterator[str]:
    text = _LABEL_DIGITS.sub(r"\1:", _ENUMERATION.sub(SEPARATOR, _without_notes(text)))
    text = _DIRECT_LINE.sub(r"/-\1", text)
    for found in _RUN.finditer(_BREAK.sub(SEPARATOR, text)):
        if not _DATE.fullmatch(found[0]):
            yield found[0]


def _without_notes(text: str) -> str:
    # Most fields have none of them, and looking for them everywhere takes a while.
    if not text.isascii() or any(map(str.isalpha, text)):
        text = _PRICE.sub(":", text)
    if text.count(".") > 1:
        text = _LATER_DATE.sub(r"\1:", text)
    return _HOURS.sub(":", text)
