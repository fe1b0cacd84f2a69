"""Hides what is known to be personal wherever it turns up in a text, however it is spelt.

The texts of a bundle are masked where they are made. This is the net below: it rather hides too
much than too little.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from datev_connector.app.masking import (
    BETWEEN_DIGITS,
    NUMBERS,
    mask_text,
    places_of,
    spellings_of_secret,
    without_owners,
)
from datev_connector.app.readings import Part, Span, everywhere, exchanged, packed, unpacked
from datev_connector.app.support_bundle.module_names import without_module_names
from datev_connector.app.support_bundle.phrases import Phrases, telling_parts
from datev_connector.domain.masking import HIDDEN

Known = TypeVar("Known")

SHORTEST_WORD = 4
"""Shorter words of names are parts of all sorts of texts."""
SHORTEST_NUMBER = 5
TELLING = 7
"""Last digits that tell whose number it is."""
SHORTEST_LINE = 6
"""Shorter lines of notes could be anything."""
MOST_REMEMBERED = 20_000
PIECE = 4000
"""Letters that are looked through in one go: some milliseconds."""
NOBODYS = frozenset(
    {"gmbh", "mbh", "gbr", "ohg", "ug", "kg", "ag", "co", "ev", "partg", "mbb", "und", "and"}
    | {"der", "die", "das", "von", "van", "zur", "firma", "herr", "frau", "kanzlei"}
    | {"steuerberater", "datev", "starface", "call", "connector", "name", "note"}
    | {"user", "benutzer", "admin", "administrator", "root"}
)
"""Words in names that tell of nobody, or that logs live on."""
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
"""Letters, with the accents that may follow them by themselves."""
_TOKEN = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
"""Letters and digits."""
_LEFT = re.compile(rf"(?:(?<![^\W_])\w)?{re.escape(HIDDEN)}\d{{0,3}}")
"""What masks leave of a name and of a number. Area code and time stand in the same bundle: of a
village's numbers ten have the same last digits, and one of them the same first letter."""
_FORMS: tuple[Literal["NFC"], Literal["NFD"]] = ("NFC", "NFD")
_DIGITS = re.compile(rf"\d(?:{BETWEEN_DIGITS}\d)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """Clear texts that must not be told."""

    secrets: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    """Logins and user names; also paths that hold such names."""
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


class KnownPersonal:
    """Made once for a bundle; `hide` then takes a time that grows with the text."""

    def __init__(self, personal: Personal) -> None:
        """Prepare to look for all of these."""
        self._secrets = frozenset(_secret_forms(personal.secrets))
        self._phrases = Phrases((*_of_notes(personal.notes), *_of_ids(personal.ids)))
        hosts = (form for host in personal.hosts for form in _forms_of_host(host))
        users = (part for user in personal.users for part in _parts_of_user(user))
        self._places = _either((*hosts, *users))
        self._words = frozenset(_words(personal.names))
        numbers = (*personal.numbers, *_numbers_in(personal.notes))
        self._ends = frozenset(_ends(numbers))
        self._lengths = sorted({len(end) for end in self._ends})
        self._spelt = _Remembered(folded)
        self._telling = _Remembered(self._tells)

    def hide(self, text: str) -> str:
        """Return the text without them."""
        text = exchanged(text, (*everywhere(text, self._found), *self._packed(text)))
        return _LEFT.sub(HIDDEN, mask_text(without_owners(without_module_names(text))))

    def hide_lines(self, text: str) -> str:
        """Return a long text without them, in pieces: other threads have their turn meanwhile."""
        return "".join(map(self.hide, _pieces(text)))

    def _packed(self, text: str) -> Iterator[Part]:
        for (start, end), token in packed(text):
            if self._telling[token]:
                yield start, end, HIDDEN

    def _tells(self, token: str) -> bool:
        """Tell whether something personal is packed in it."""
        return any(True for inner in unpacked(token) for _ in everywhere(inner, self._found))

    def _found(self, text: str) -> Iterator[Part]:
        for start, end in self._spans(text):
            yield start, end, HIDDEN

    def _spans(self, text: str) -> Iterator[Span]:
        for secret in self._secrets:
            yield from places_of(secret, text)
        if self._places is not None:
            yield from (found.span() for found in self._places.finditer(text))
        for found in _DIGITS.finditer(text):
            if self._is_known_number(found[0]):
                yield found.span()
        words = [(self._spelt[found[0]], found.span()) for found in _TOKEN.finditer(text)]
        yield from self._phrases.found(words)
        for found in _WORD.finditer(text):
            if self._spelt[found[0]] in self._words:
                yield found.span()

    def _is_known_number(self, text: str) -> bool:
        digits = "".join(filter(str.isdecimal, text))
        return any(
            digits[start : start + length] in self._ends
            for length in self._lengths
            for start in range(len(digits) - length + 1)
        )


class _Remembered(dict[str, Known]):
    """What is known of words: the same ones come again and again, and are looked at once."""

    def __init__(self, look: Callable[[str], Known]) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, word: str) -> Known:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[word] = known = self._look(word)
        return known


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


def _secret_forms(secrets: Iterable[str]) -> Iterator[str]:
    for secret in filter(None, secrets):
        yield from spellings_of_secret(secret)


def _of_notes(notes: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Their lines, and all parts of them that tell whose they are."""
    for note in notes:
        yield from telling_parts(_folded_words(note))
        for line in note.splitlines():
            words = _folded_words(line)
            if len(line.strip()) >= SHORTEST_LINE and set(words) - NOBODYS:
                yield words


def _of_ids(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    yield from filter(None, map(_folded_words, ids))


def _folded_words(text: str) -> tuple[str, ...]:
    return tuple(map(folded, _TOKEN.findall(text)))


def _forms_of_host(host: str) -> Iterator[str]:
    """Its name, its domain, and what that is called; as networks spell them, too."""
    above = host.partition(".")[2]
    of_a_domain = "." in above and not _is_address(host)
    for name in {host, above, above.split(".")[-2]} if of_a_domain else {host}:
        if folded(name) in NOBODYS:
            continue
        yield name
        try:
            yield name.encode("idna").decode("ascii")
        except UnicodeError:
            continue


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _parts_of_user(user: str) -> Iterator[str]:
    """A login, and user and domain in it; paths stay whole."""
    is_path = user.startswith(("/", "\\\\")) or user[1:2] == ":"
    parts = (user, *(() if is_path else re.split(r"[\\/@]", user)))
    yield from (part for part in parts if folded(part) not in NOBODYS)


def _either(texts: Iterable[str]) -> re.Pattern[str] | None:
    known = {
        unicodedata.normalize(form, text) for text in texts if len(text) > 2 for form in _FORMS
    }
    if not known:
        return None
    either = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])", re.IGNORECASE)


def _words(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        words = [word for word in _WORD.findall(name) if folded(word) not in NOBODYS]
        long = [word for word in words if len(word) >= SHORTEST_WORD]
        yield from map(folded, long or [word for word in words if len(word) > 1])


def _numbers_in(notes: Iterable[str]) -> Iterator[str]:
    """Account numbers and the like; not dates, which every line of a log has."""
    for note in notes:
        for run in _DIGITS.findall(note):
            read = NUMBERS.fullmatch(run)
            if read is None or read["number"] is not None:
                yield run


def _ends(numbers: Iterable[str]) -> Iterable[str]:
    for number in numbers:
        digits = "".join(filter(str.isdecimal, number))
        if len(digits) >= SHORTEST_NUMBER:
            yield digits[-TELLING:]


Hide = Callable[[str], str]
