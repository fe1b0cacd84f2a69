"""What a script or a person at the console can have the stand-in do.

An action is a small frozen dataclass: its fields are its parameters, its docstring's first line
is its help, `perform` carries it out and returns lines to show.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields

from datev_connector.simulators.datev.simulator import DatevSimulator


class BadAction(ValueError):
    """The words name no action, or not what it needs."""


class Action(ABC):
    """One thing to do."""

    __slots__ = ()

    @abstractmethod
    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Do it. Raises ConnectorGone, TimeoutError, KeyError where it cannot be done."""


def build_action(kind: type[Action], values: Mapping[str, object]) -> Action:
    """Make an action from named values, converting text. Raises BadAction."""
    known = {field.name: field for field in parameters(kind)}
    unknown = sorted(values.keys() - known.keys())
    if unknown:
        raise BadAction(f"{unknown[0]!r} is no parameter; there is {', '.join(known) or 'none'}")
    missing = [n for n, field in known.items() if field.default is MISSING and n not in values]
    if missing:
        raise BadAction(f"{missing[0]!r} is missing")
    return kind(**{name: _converted(known[name], value) for name, value in values.items()})


def parameters(kind: type[Action]) -> tuple[Field[object], ...]:
    """The parameters of an action, in the order the console takes them."""
    return fields(kind)  # type: ignore[arg-type]


def _converted(field: Field[object], value: object) -> object:
    convert = _CONVERT[str(field.type)]
    try:
        return convert(value)
    except (ValueError, TypeError) as error:
        raise BadAction(f"{field.name!r} cannot be {value!r}; it is {field.type}") from error


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(value)


def _integer(value: object) -> int:
    if isinstance(value, str):
        return int(value, 0)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError(value)


def _number(value: object) -> float:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError(value)


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    word = str(value).lower()
    if word not in words:
        raise ValueError(word)
    return words[word]


_CONVERT: dict[str, Callable[[object], object]] = {
    "str": _text,
    "int": _integer,
    "float": _number,
    "bool": _truth,
}
