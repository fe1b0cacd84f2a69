"""Versions as numbers between dots, and spans of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import total_ordering
from typing import Self

LONGEST = 200
"""Of a text in which a version is looked for."""
FOUND = re.compile(r"(?<![0-9A-Za-z.])[vV]?(\d{1,9}(?:\.\d{1,9}){0,5})(?!\d)")
BOUND = re.compile(r"(>=|<)\s*(\d{1,9}(?:\.\d{1,9}){0,5})")


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A version; 8, 8.0 and 8.0.0 are one and the same."""

    numbers: tuple[int, ...]
    text: str = field(default="")
    """As it was written."""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The version in a text such as `STARFACE 8.1.0.5`; None if there is none.

        Of several the one with the most numbers counts, then the first.
        """
        found = [match.group(1) for match in FOUND.finditer(text[:LONGEST])]
        best = max(found, key=lambda one: one.count("."), default="")
        return cls(tuple(map(int, best.split("."))), best) if best else None

    def begins_with(self, beginning: Version) -> bool:
        """Tell whether this is that version or one of its kind, as 10.0.2 is one of 10.0."""
        length = len(beginning.numbers)
        return self._filled(length)[:length] == beginning.numbers

    def __eq__(self, other: object) -> bool:
        return self._shortest == other._shortest if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Version) -> bool:
        return self._shortest < other._shortest

    def __hash__(self) -> int:
        return hash(self._shortest)

    def __str__(self) -> str:
        return self.text or ".".join(map(str, self.numbers))

    @property
    def _shortest(self) -> tuple[int, ...]:
        """Without zeros at the end."""
        numbers = self.numbers
        while numbers and not numbers[-1]:
            numbers = numbers[:-1]
        return numbers

    def _filled(self, length: int) -> tuple[int, ...]:
        return self.numbers + (0,) * (length - len(self.numbers))


@dataclass(frozen=True, slots=True)
class Span:
    """Versions from one on (included), up to another one (not included), or both."""

    since: Version | None = None
    before: Version | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """A span such as `>=6.4.2.19`, `<5` or `>=1, <2`. Raises ValueError."""
        ends: dict[str, Version] = {}
        for part in text.split(","):
            match = BOUND.fullmatch(part.strip())
            if match is None or match.group(1) in ends:
                raise ValueError(f"no span of versions: {text!r}")
            ends[match.group(1)] = Version(tuple(map(int, match.group(2).split("."))))
        span = cls(ends.get(">="), ends.get("<"))
        if span.since is not None and span.before is not None and span.since >= span.before:
            raise ValueError(f"a span that holds nothing: {text!r}")
        return span

    def __contains__(self, version: Version) -> bool:
        late_enough = self.since is None or version >= self.since
        return late_enough and (self.before is None or version < self.before)
