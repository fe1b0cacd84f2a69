"""Turns any value of the domain into plain JSON and back, without knowing its class beforehand.

What is no plain text or number is an object with one key that says what it is; so a class that the
domain gets later travels as the others do.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from types import ModuleType
from typing import Any

from datev_connector.domain import (
    calls,
    contacts,
    dial_plan,
    effects,
    inputs,
    legs,
    matching,
    numbers,
    outbox,
    record,
    rules,
    seat,
)

_ROOMS = (
    *(calls, contacts, dial_plan, effects, inputs, legs),
    *(matching, numbers, outbox, record, rules, seat),
)


class Unreadable(ValueError):
    """What was read is no value that was written here."""


def as_plain(value: Any) -> Any:  # noqa: PLR0911 - one line a kind
    """Return the value as JSON holds it. Raises TypeError for what is no value of the domain."""
    if isinstance(value, Enum):
        return {f"{type(value).__name__}.": value.value}
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, frozenset):
        return {"set": sorted(as_plain(item) for item in value)}
    if isinstance(value, tuple):
        return [as_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and type(value).__name__ in _CLASSES:
        fields = {each.name: as_plain(getattr(value, each.name)) for each in _fields(value)}
        return {type(value).__name__: fields}
    raise TypeError(f"no way to write a value of type {type(value).__name__}")


def from_plain(plain: Any) -> Any:
    """Return the value. Raises Unreadable."""
    if isinstance(plain, list):
        return tuple(from_plain(item) for item in plain)
    if not isinstance(plain, dict):
        return plain
    if len(plain) != 1:
        raise Unreadable("an object must say what it is, and nothing else")
    ((name, inner),) = plain.items()
    try:
        return _made(name, inner)
    except (TypeError, ValueError, KeyError, AttributeError) as fault:
        raise Unreadable(f"{name} cannot be read: {type(fault).__name__}") from fault


def _made(name: str, inner: Any) -> Any:
    match name:
        case "time":
            return datetime.fromisoformat(inner)
        case "seconds":
            return timedelta(seconds=inner)
        case "set":
            return frozenset(from_plain(item) for item in inner)
        case _ if name.endswith("."):
            return _ENUMS[name.removesuffix(".")](inner)
        case _:
            return _CLASSES[name](**{key: from_plain(value) for key, value in inner.items()})


def _fields(value: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(value)


def _classes(rooms: tuple[ModuleType, ...]) -> Iterator[type[Any]]:
    """The classes that are at home in these modules."""
    for room in rooms:
        for _, kind in inspect.getmembers(room, inspect.isclass):
            if kind.__module__ == room.__name__:
                yield kind


_CLASSES = {kind.__name__: kind for kind in _classes(_ROOMS) if dataclasses.is_dataclass(kind)}
_ENUMS = {kind.__name__: kind for kind in _classes(_ROOMS) if issubclass(kind, Enum)}
