"""Hides what is known to be personal wherever it turns up in a text, however it is spelt.

The texts of a bundle are masked where they are made. This is the net below: it rather hides too
much than too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from datev_connector.app.masking import mask_text, spellings_of_secret
from datev_connector.app.support_bundle.module_names import without_module_names
from datev_connector.domain.masking import HIDDEN

SHORTEST_WORD = 4
"""Shorter words of names are parts of all sorts of texts."""
SHORTEST_NUMBER = 5
TELLING = 7
"""Last digits that tell whose number it is."""
SHORTEST_LINE = 6
"""Shorter lines of notes could be anything."""
PIECE = 4000
"""Letters that are looked through in one go: some milliseconds."""
NOBODYS = frozenset(
    {"gmbh", "mbh", "gbr", "ohg", "ug", "kg", "ag", "co", "ev", "partg", "mbb", "und", "and"}
    | {"der", "die", "das", "von", "van", "zur", "firma", "herr", "frau", "kanzlei"}
    | {"steuerberater", "datev", "starface", "call", "connector", "name", "note"}
)
"""Words in names that tell of nobody, or that logs live on."""
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
"""Letters, with the accents that may follow them by themselves."""
_TOKEN = re.compile(r"\w+")
_ID = re.compile(r"[\w-]+")
_DIGITS = re.compile(r"\d(?:[ \t\u00a0/().\u2010-\u2015-]{0,3}\d)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """Clear texts that must not be told."""

    secrets: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    """Logins and user names; also paths that hold them."""
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


class KnownPersonal:
    """Made once for a bundle; `hide` then takes a time that grows with the text."""

    def __init__(self, personal: Personal) -> None:
        """Prepare to look for all of these."""
        self._secrets = _longest_first(_secret_forms(personal.secrets))
        self._notes = [
            (line, frozenset(_TOKEN.findall(line)))
            for line in _longest_first(_lines(personal.notes))
        ]
        self._places = _tokens(personal.hosts | personal.users)
        self._ids = personal.ids
        self._words = frozenset(_words(personal.names))
        self._ends = frozenset(_ends(personal.numbers))
        self._lengths = sorted({len(end) for end in self._ends})

    def hide(self, text: str) -> str:
        """Return the text without them."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = self._without_notes(text)
        text = _exchanged(self._places, text)
        text = _exchanged(_tokens(self._ids.intersection(_ID.findall(text))), text)
        text = _DIGITS.sub(self._number, text)
        # Of thousands of names a text has few, most often none: its own words are looked at.
        known = {word for word in set(_WORD.findall(text)) if folded(word) in self._words}
        if known:
            text = _WORD.sub(lambda found: HIDDEN if found[0] in known else found[0], text)
        return mask_text(without_module_names(text))

    def hide_lines(self, text: str) -> str:
        """Return a long text without them, in pieces: other threads have their turn meanwhile."""
        return "".join(map(self.hide, _pieces(text)))

    def _without_notes(self, text: str) -> str:
        there = set(_TOKEN.findall(text))
        for line, tokens in self._notes:
            if tokens <= there:
                text = text.replace(line, HIDDEN)
        return text

    def _number(self, found: re.Match[str]) -> str:
        digits = "".join(filter(str.isdecimal, found[0]))
        for length in self._lengths:
            for start in range(len(digits) - length + 1):
                if digits[start : start + length] in self._ends:
                    return HIDDEN
        return found[0]


def folded(word: str) -> str:
    """The word as all its spellings are: without case, accents, and umlauts written as two."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    for pair, letter in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("\u0131", "i")):
        plain = plain.replace(pair, letter)
    return plain


def _pieces(text: str) -> Iterator[str]:
    """Some lines at a time."""
    lines, size = list[str](), 0
    for line in text.splitlines(keepends=True):
        lines.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(lines)
            lines.clear()
            size = 0
    yield "".join(lines)


def _longest_first(texts: Iterable[str]) -> list[str]:
    """So that no part of a longer one is left."""
    return sorted(set(texts), key=len, reverse=True)


def _exchanged(pattern: re.Pattern[str] | None, text: str) -> str:
    return text if pattern is None else pattern.sub(HIDDEN, text)


def _secret_forms(secrets: Iterable[str]) -> Iterable[str]:
    for secret in filter(None, secrets):
        yield from spellings_of_secret(secret)


def _lines(notes: Iterable[str]) -> Iterable[str]:
    for note in notes:
        for line in note.splitlines():
            bare = line.strip()
            if len(bare) >= SHORTEST_LINE:
                yield from (bare, bare.encode("unicode_escape").decode("ascii"))


def _tokens(texts: Iterable[str]) -> re.Pattern[str] | None:
    known = sorted({text for text in texts if len(text) > 2}, key=len, reverse=True)
    if not known:
        return None
    either = "|".join(map(re.escape, known))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _words(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        words = [word for word in _WORD.findall(name) if folded(word) not in NOBODYS]
        long = [word for word in words if len(word) >= SHORTEST_WORD]
        yield from map(folded, long or [word for word in words if len(word) > 1])


def _ends(numbers: Iterable[str]) -> Iterable[str]:
    for number in numbers:
        digits = "".join(filter(str.isdecimal, number))
        if len(digits) >= SHORTEST_NUMBER:
            yield digits[-TELLING:]


Hide = Callable[[str], str]
