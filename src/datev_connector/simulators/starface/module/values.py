"""Values of variables, and how a PBX casts them.

What a struct brings is cast to the variable's type; what cannot be cast becomes nothing, a boolean
becomes false (as those tell who write modules).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

Value = str | float | bool | datetime | list[object] | dict[str, object] | None

_WORDS = {"true": True, "1": True, "false": False, "0": False}


def cast(value: object, kind: str) -> Value:
    """The value as a variable of that type holds it."""
    if kind in _CASTS:
        return _CASTS[kind](value)
    return _as_it_is(value)


def text_of(value: object) -> str:
    """A value as the log shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _string(value: object) -> Value:
    return None if value is None else text_of(value)


def _number(value: object) -> Value:
    try:
        return None if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _boolean(value: object) -> Value:
    if isinstance(value, bool):
        return value
    return _WORDS.get(text_of(value).strip().lower(), False)


def _list(value: object) -> Value:
    return list(value) if isinstance(value, list) else None


def _map(value: object) -> Value:
    return {str(k): v for k, v in value.items()} if isinstance(value, Mapping) else None


def _as_it_is(value: object) -> Value:
    if isinstance(value, str | bool | float | datetime):
        return value
    if isinstance(value, int):
        return float(value)
    return _list(value) if isinstance(value, list) else _map(value)


_CASTS: dict[str, Callable[[object], Value]] = {
    "STRING": _string,
    "NUMBER": _number,
    "BOOLEAN": _boolean,
    "LIST": _list,
    "MAP": _map,
}
