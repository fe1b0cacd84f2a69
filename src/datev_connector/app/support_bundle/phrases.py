"""Finds words that follow each other, whatever stands between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from datev_connector.app.readings import Span

TELLING_WORDS = 3
TELLING_LETTERS = 10
"""So many words in a row that have so many letters tell which note they come from."""

Phrase = tuple[str, ...]


class Phrases:
    """Those that are looked for; their number does not matter."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """Each has a word at least; words are spelt as those of the text will be."""
        self._by_first = defaultdict[str, set[Phrase]](set)
        for phrase in phrases:
            self._by_first[phrase[0]].add(phrase)

    def found(self, words: Sequence[tuple[str, Span]]) -> Iterator[Span]:
        """Where they stand among all words of a text."""
        for place, (word, (start, _)) in enumerate(words):
            for phrase in self._by_first.get(word, ()):
                there = words[place : place + len(phrase)]
                if tuple(each for each, _ in there) == phrase:
                    yield start, there[-1][1][1]


def telling_parts(words: Sequence[str]) -> Iterator[Phrase]:
    """The parts of a text that tell that they are its own: one from each word on."""
    for start in range(len(words) - TELLING_WORDS + 1):
        for end in range(start + TELLING_WORDS, len(words) + 1):
            if sum(map(len, words[start:end])) >= TELLING_LETTERS:
                yield tuple(words[start:end])
                break
