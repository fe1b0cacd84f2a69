"""Makes texts comparable for the search: umlauts and their spellings, accents, case, digits.

`Müller`, `Mueller` and `Muller` fold to the same word, since people type all three. Folding turns
every beginning of a word into a beginning of the folded word, so that search while typing works.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

OTHER_LETTERS = {"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ð": "d"}
LETTERS = str.maketrans(
    OTHER_LETTERS
    | {
        letter: plain
        for plain, letters in {
            "a": "äáàâãå",
            "c": "ç",
            "e": "éèêë",
            "i": "íìîï",
            "n": "ñ",
            "o": "öóòôõ",
            "u": "üúùûû",
            "y": "ýÿ",
        }.items()
        for letter in letters
    }
)
"""Small letters of western Europe, which need not be taken apart to be known."""
NO_DIGITS = str.maketrans(dict.fromkeys(c for c in map(chr, range(128)) if not c.isdigit()))
SPELT_UMLAUT = re.compile("([aou])e")
WORD = re.compile(r"[^\W_]+")
COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:['’`´.&+/\-‐‑–][^\W_]++)+")
"""`O'Brien`, `Hübner-Vogt`, `G.m.b.H`: written together as well."""
INITIALS = re.compile(r"\b[^\W_](?:[ .]+[^\W_]\b)+")
DOTTED = re.compile(r"\b[^\W_](?:\.[^\W_]\b)+")
FIRST = "\N{SUPERSCRIPT ONE}"
"""Stands before the first word of a name, a second time: no folded text has this sign."""
NUMBER_ONLY = re.compile(r"[\d\s()+/.\-]+")
FRAGMENT_DIGITS = 3
"""Fewer digits than this are no useful part of a telephone number."""


def fold(text: str) -> str:
    """Return the form of `text` that is compared: words of plain letters and digits."""
    return " ".join(WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    plain = text.casefold()
    if not plain.isascii():
        plain = plain.translate(LETTERS)
        if not plain.isascii():
            plain = _taken_apart(plain)
    return SPELT_UMLAUT.sub(r"\1", plain)


def _taken_apart(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return plain.translate(LETTERS)


def searched(name: str, client_number: str) -> str:
    """Return all words by which a contact is found, the marked first one of its name in front."""
    plain = _plain(name)
    words = WORD.findall(plain)
    found = [FIRST + words[0], *words] if words else []
    for together in (COMPOUND, INITIALS):
        found += [_joined(each) for each in together.findall(plain)]
    found += fold(client_number).split()
    return " ".join(found)


def _joined(text: str) -> str:
    return SPELT_UMLAUT.sub(r"\1", "".join(WORD.findall(text)))


def digits_of(text: str) -> str:
    """Return the digits of a telephone number in ASCII, everything else left out."""
    if text.isascii():
        return text.translate(NO_DIGITS)
    return "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdigit())


@dataclass(frozen=True, slots=True)
class Query:
    """What a person typed, taken apart."""

    words: tuple[str, ...]
    """Folded beginnings of words; all must occur."""
    fragments: tuple[str, ...]
    """Parts of telephone numbers; each must occur in a number, or begin a word."""

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to search for."""
        return not self.words and not self.fragments


def parse(text: str) -> Query:
    """Take a search text apart. A text of nothing but digits and signs is one number."""
    text = unicodedata.normalize("NFKC", text)
    if NUMBER_ONLY.fullmatch(text) and len(digits_of(text)) >= FRAGMENT_DIGITS:
        return Query(words=(), fragments=(digits_of(text),))
    words = fold(DOTTED.sub(lambda found: _joined(found[0]), text)).split()
    is_fragment = [word.isdecimal() and len(word) >= FRAGMENT_DIGITS for word in words]
    return Query(
        words=tuple(word for word, number in zip(words, is_fragment, strict=True) if not number),
        fragments=tuple(
            digits_of(w) for w, number in zip(words, is_fragment, strict=True) if number
        ),
    )


def national(fragment: str) -> str:
    """Return the fragment as it occurs in an international number: without zeros dialled before."""
    return fragment.lstrip("0") or fragment


def begins(words: tuple[str, ...]) -> str:
    """Return the FTS5 expression for texts in which each of `words` begins a word."""
    return " AND ".join(f'"{word}"*' for word in words)


def trigrams(fragment: str) -> str:
    """Return the FTS5 expression for texts that hold all groups of three digits of `fragment`.

    A necessary condition only: the caller looks for the whole fragment in what is found.
    """
    groups = {fragment[start : start + 3] for start in range(len(fragment) - 2)}
    return " AND ".join(f'"{group}"' for group in sorted(groups))
