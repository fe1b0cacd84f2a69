"""The lines of the reader: a greeting, an object for each item, and an end that counts them.

Each is a JSON object; instead of the end there may be an error. Without one of these two nothing
that came before counts. See `docs/sdd.md`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PROTOCOL = 1
LONGEST = 200
"""Of a text about the reader or an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What the reader has found."""

    assembly: str
    """The path of DATEV's assembly."""
    version: str
    file_version: str


@dataclass(frozen=True, slots=True)
class Item:
    """An addressee or institution: texts as they stand in DATEV's XML, or null."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class End:
    """The list is complete; so many items it had."""

    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The list could not be read."""

    code: str
    type: str
    """The name of the .NET exception."""
    hresult: str
    message: str
    """In the words of DATEV or Windows: may hold anything, so it is not for logs."""


Line = Greeting | Item | End | Failure


class BadLine(Exception):
    """A line that the reader never writes; the text says why, without what it holds."""


def parse(line: bytes) -> Line:
    """Read one line. Raises BadLine."""
    try:
        value = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):  # nothing of the line may get into a log
        raise BadLine("a line that is no JSON") from None
    if not isinstance(value, dict):
        raise BadLine("a line that is no object")
    if "error" in value:
        return Failure(
            code=_text(value, "error"),
            type=_text(value, "type"),
            hresult=_text(value, "hresult"),
            message=_text(value, "message"),
        )
    if "end" in value:
        return _end(value["end"])
    if "protocol" in value:
        return _greeting(value)
    if "id" in value:
        return Item(value)
    raise BadLine("an object of an unknown sort")


def _greeting(value: Mapping[str, Any]) -> Greeting:
    if value["protocol"] != PROTOCOL or isinstance(value["protocol"], bool):
        raise BadLine("another version of the lines")
    return Greeting(
        assembly=_text(value, "assembly", longest=1000),
        version=_text(value, "version"),
        file_version=_text(value, "file_version"),
    )


def _end(items: Any) -> End:
    if not isinstance(items, int) or isinstance(items, bool) or items < 0:
        raise BadLine("an end without a count")
    return End(items)


def _text(value: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    """The text on one line; empty if it is missing or none."""
    given = value.get(name)
    shown = given if isinstance(given, str) else ""
    return "".join(letter if letter.isprintable() else " " for letter in shown)[:longest].strip()
