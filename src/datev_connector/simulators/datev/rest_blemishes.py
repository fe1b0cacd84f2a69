"""Entries of master data that no decent DATEVconnect would hold: spoiled field by field.

A blemish lies on one field, on a field of every communication (`communications.note`), on all
fields (`*`) or on one field that differs from entry to entry (`?`). Which entries have it follows
from their ids alone, so that list and single answer agree and a test can be repeated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ALL_FIELDS = "*"
SOME_FIELD = "?"
LONG_TEXT = "Überlänge " * 1000
LONG_DIGITS = "123456789012345678901234567890"
WRONG_VALUES: tuple[Any, ...] = (7, "falsch", True, ["falsch"], {"value": "falsch"}, 1.5, [], {})

Path = tuple[str | int, ...]


class Blemish(StrEnum):
    """What is wrong with a field, or with a whole entry."""

    MISSING = "missing"
    NULL = "null"
    WRONG_TYPE = "wrong-type"
    LONG = "long"  # a text of 10,000 characters
    DIGITS = "digits"  # 30 digits; a number of 30 digits where a number belongs
    NO_OBJECT = "no-object"  # the entry is a number, a text, null or a list
    TWICE = "twice"  # the entry stands in the list two times


@dataclass(frozen=True, slots=True, kw_only=True)
class Blemished:
    """Which entries have which blemish.

    field: a name, `communications.<name>`, `*` for all or `?` for any one.
    ids: the entries meant; none: about one in `one_in` of all, always the same ones.
    """

    blemish: Blemish
    field: str = SOME_FIELD
    ids: frozenset[str] = frozenset()
    one_in: int = 1

    def lies_on(self, guid: str) -> bool:
        """Whether the entry with this id has it."""
        if self.ids:
            return guid in self.ids
        return _chance(guid, "one-in", self.one_in) == 0


def blemished(entity: Mapping[str, Any], blemishes: tuple[Blemished, ...]) -> list[Any]:
    """What stands in a list in place of the entity: usually one thing."""
    guid = str(entity.get("id"))
    entry: Any = _copy(entity)
    times = 1
    for each in blemishes:
        if not each.lies_on(guid):
            continue
        if each.blemish is Blemish.TWICE:
            times = 2
        elif each.blemish is Blemish.NO_OBJECT:
            entry = (7, "falsch", None, ["falsch"])[_chance(guid, "no-object", 4)]
        elif isinstance(entry, dict):
            _spoil(entry, each, guid)
    return [entry] * times


def _spoil(entry: dict[str, Any], each: Blemished, guid: str) -> None:
    paths = list(_paths(entry))
    if each.field == SOME_FIELD and paths:
        paths = [paths[_chance(guid, "field", len(paths))]]
    elif each.field != ALL_FIELDS:
        paths = [path for path in paths if _name(path) == each.field] or _absent(entry, each)
    for path in reversed(paths):  # what lies inside a list goes before the list itself
        _spoil_field(entry, path, each.blemish, guid)


def _absent(entry: Mapping[str, Any], each: Blemished) -> list[Path]:
    """A field that this entry lacks gets its blemish all the same, if that leaves a trace."""
    if each.blemish is Blemish.MISSING:
        return []
    first, _, inner = each.field.partition(".")
    if not inner:
        return [(first,)]
    return [(first, place, inner) for place in range(len(entry.get(first) or ()))]


def _spoil_field(entry: dict[str, Any], path: Path, blemish: Blemish, guid: str) -> None:
    *way, last = path
    holder: Any = entry
    for step in way:
        holder = holder[step]
    if blemish is Blemish.MISSING:
        holder.pop(last, None)
    elif blemish is Blemish.NULL:
        holder[last] = None
    elif blemish is Blemish.LONG:
        holder[last] = LONG_TEXT
    elif blemish is Blemish.DIGITS:
        number = isinstance(holder.get(last), int)
        holder[last] = int(LONG_DIGITS) if number else LONG_DIGITS
    else:
        others = [value for value in WRONG_VALUES if type(value) is not type(holder.get(last))]
        holder[last] = others[_chance(guid, _name(path), len(others))]


def _paths(entry: Mapping[str, Any]) -> Iterator[Path]:
    for name, value in entry.items():
        yield (name,)
        if isinstance(value, list):
            for place, inner in enumerate(value):
                yield from ((name, place, key) for key in inner)


def _name(path: Path) -> str:
    return ".".join(step for step in path if isinstance(step, str))


def _copy(entity: Mapping[str, Any]) -> dict[str, Any]:
    """The entity with dictionaries and lists of its own; nothing else in it can be changed."""
    return {
        name: [dict(inner) for inner in value] if isinstance(value, list) else value
        for name, value in entity.items()
    }


def _chance(guid: str, label: str, below: int) -> int:
    digest = hashlib.blake2b(f"{guid}/{label}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % below
