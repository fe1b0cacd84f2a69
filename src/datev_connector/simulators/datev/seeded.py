"""Repeatable chance: the same seed, index and label always give the same pick."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seeded:
    """The chance of one generated thing. It can be asked in any order, even for one thing only."""

    seed: int
    index: int

    def number(self, label: str, below: int) -> int:
        """A number from 0 to `below` - 1."""
        return int.from_bytes(_digest(f"{self.seed}/{self.index}/{label}"), "big") % below

    def choice(self, label: str, among: Sequence[T]) -> T:
        """One of these."""
        return among[self.number(label, len(among))]

    def guid(self, label: str) -> str:
        """A GUID whose last group is the index, so that it leads back to its thing."""
        text = _digest(f"{self.seed}/{label}").hex()
        return f"{text[:8]}-{text[8:12]}-4{text[12:15]}-8{text[1:4]}-{self.index:012x}"


def index_of_guid(guid: str) -> int | None:
    """The index in a generated GUID, or None if it cannot be one."""
    try:
        return int(guid[-12:], 16)
    except ValueError:
        return None


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()
