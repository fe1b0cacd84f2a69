"""Repeatable chance: the same seed, index and label always give the same pick."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

Entity = dict[str, Any]
T = TypeVar("T")
_BITS = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Seeded:
    """The chance of one generated thing. It can be asked in any order, even for one thing only."""

    seed: int
    index: int

    def number(self, label: str, below: int) -> int:
        """A number from 0 to `below` - 1; the mixing is that of SplitMix64."""
        mixed = _start(self.seed, label) + self.index * 0x9E3779B97F4A7C15 & _BITS
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _BITS
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _BITS
        return (mixed ^ mixed >> 31) % below

    def choice(self, label: str, among: Sequence[T]) -> T:
        """One of these."""
        return among[self.number(label, len(among))]

    def guid(self, label: str) -> str:
        """A GUID whose last group is the index, so that it leads back to its thing."""
        return f"{_first_groups(self.seed, label)}{self.index:012x}"


def index_of_guid(guid: str) -> int | None:
    """The index in a generated GUID, or None if it cannot be one."""
    try:
        return int(guid[-12:], 16)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _start(seed: int, label: str) -> int:
    return int.from_bytes(_digest(f"{seed}/{label}"), "big")


@lru_cache(maxsize=1024)
def _first_groups(seed: int, label: str) -> str:
    text = _digest(f"{seed}/{label}").hex()
    return f"{text[:8]}-{text[8:12]}-4{text[12:15]}-8{text[1:4]}-"


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()
