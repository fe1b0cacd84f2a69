"""Names under which a configuration of the module stands by mistake; pure.

A connector finds its module by the name of the configuration, letter by letter. STARFACE lets such
a name hold blanks, also at its ends, where nobody sees them. So where the right name is missing,
some others are worth asking for: few, since the PBX may log each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from datev_connector.domain.wording import joined, worded

STANDARD = "DATEVConnectorforSTARFACE"
_STANDARD_WORDS = ("DATEV", "Connector", "for", "STARFACE")
MOST_GUESSES = 40
MOST_LISTED = 8
MOST_COMPARED = 500
"""Of a list, letter by letter; a large office has some fifty configurations."""
LONGEST_NAME = 200
_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_NO_LETTERS = re.compile(r"[\W_]+")
_SUFFIXES = ("1", "2", " 1", " 2", " (1)", " (2)", "_1", " Test")
_SHORT = ("DATEV Connector", "DATEVConnector", "DATEV")


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A configuration of the module that answers, but under another name than it should."""

    name: str
    flaw: str
    """What is wrong with the name, in a few words."""


def tells_of_nobody(name: str) -> bool:
    """Tell whether a name is but a spelling of the usual one, and not of an office's making."""
    return _letters(name) == _letters(STANDARD)


def near_miss(name: str, wanted: str) -> NearMiss:
    """Say what keeps `name` from being the wanted one."""
    return NearMiss(name=name, flaw=flaw_of(name, wanted))


def flaw_of(name: str, wanted: str) -> str:
    """What is wrong with a name, in a few words; empty if it is the wanted one."""
    bare = name.strip()
    flaws: list[str] = []
    if bare != name and bare:
        flaws += _outer_blanks(name)
    if bare != wanted:
        flaws += _inner_flaws(bare, wanted)
    return joined(*flaws, between=", ")


def _outer_blanks(name: str) -> Iterator[str]:
    if name[0].isspace():
        yield worded("with a blank at its beginning")
    if name[-1].isspace():
        yield worded("with a blank at its end")


def _inner_flaws(bare: str, wanted: str) -> Iterator[str]:
    closed, other = "".join(bare.split()), "".join(wanted.split())
    if closed.casefold() == other.casefold():
        if bare.casefold() != wanted.casefold():
            yield worded("with blanks inside") if closed != bare else worded("without blanks")
        if closed != other:
            yield worded("in other upper and lower case")
    elif _letters(bare) == _letters(wanted):
        yield worded("with other signs between its words")
    elif bare.startswith(wanted):
        yield worded('with "{rest}" behind it', rest=bare[len(wanted) :].strip())
    else:
        yield worded("another configuration of the module")


def _letters(name: str) -> str:
    return _NO_LETTERS.sub("", name).casefold()


# --- what to ask for ------------------------------------------------------------------------------


def guesses(wanted: str) -> tuple[str, ...]:
    """Other names that are worth asking for, the likeliest first; `wanted` is not among them."""
    bare = wanted.strip()
    found = dict.fromkeys(_guessed(bare))
    return tuple(name for name in found if name != bare and name.strip())[:MOST_GUESSES]


def from_list(listed: Iterable[str], wanted: str) -> tuple[str, ...]:
    """Of the names that the PBX lists, those worth asking for, the likeliest first.

    A likely one is found in a list of any length. Of the others only the first are looked at, and
    none that nobody types: whoever compares them has calls to follow.
    """
    others = dict.fromkeys(name for name in listed if name != wanted)
    likely = {name: at for at, name in enumerate(guesses(wanted)) if name in others}
    typed = (name for name in others if len(name) <= LONGEST_NAME and name not in likely)
    letters = _letters(wanted)

    def order(name: str) -> tuple[bool, int, bool, str]:
        bare = _letters(name)
        return bare != letters, likely.get(name, MOST_GUESSES), letters not in bare, name

    looked_at = (*likely, *islice(typed, MOST_COMPARED))
    return tuple(sorted(looked_at, key=order)[:MOST_LISTED])


def _guessed(bare: str) -> Iterator[str]:
    words = _STANDARD_WORDS if bare == STANDARD else tuple(_WORDS.findall(bare))
    if bare != STANDARD:
        yield STANDARD
    yield f"{bare} "
    yield f" {bare}"
    yield " ".join(words)
    yield f"{' '.join(words)} "
    yield from _partly_spaced(words)
    for spelling in _spellings(words):
        yield "".join(spelling)
        yield " ".join(spelling)
    yield from (mark.join(words) for mark in "-_")
    yield from (f"{bare}{suffix}" for suffix in _SUFFIXES)
    yield from _SHORT


def _partly_spaced(words: tuple[str, ...]) -> Iterator[str]:
    """The words with some of the blanks between them."""
    if len(words) > len(_STANDARD_WORDS):
        return
    for places in range(1, (1 << max(len(words) - 1, 0)) - 1):
        yield "".join(
            word + (" " if places >> at & 1 else "") for at, word in enumerate(words)
        ).rstrip()


def _spellings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words in other upper and lower case."""
    capital = tuple(word[:1].upper() + word[1:] for word in words)
    tame = tuple(word.capitalize() if word.isupper() else word for word in words)
    yield capital
    yield (*capital[:-1], *(word.capitalize() for word in words[-1:]))
    yield tame
    yield tuple(word.capitalize() for word in words)
    yield tuple(word.lower() for word in words)
    yield tuple(word.upper() for word in words)
    yield (*words[:-1], *(word.capitalize() for word in words[-1:]))
    yield tuple(word if word.isupper() else word.lower() for word in words)
