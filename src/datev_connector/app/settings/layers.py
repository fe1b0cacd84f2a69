"""The places settings come from.

A layer is raw: names and values as they were found, and where each of them stands. Whether they
mean anything is decided in `load`. Reading a policy from its system's own place is the business of
whoever builds a layer with `policy_layer`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from datev_connector.app.settings.lines import key_lines
from datev_connector.app.settings.problems import Problem, SettingsError
from datev_connector.domain.wording import worded

LARGEST_FILE_BYTES = 100_000
"""A settings file has some hundred lines; what is so much larger is another file."""


class Origin(StrEnum):
    """Where a value comes from; the order is the precedence, strongest first."""

    MACHINE_POLICY = "machine policy"
    USER_POLICY = "user policy"
    USER_FILE = "user file"
    MACHINE_FILE = "machine file"
    BUILT_IN = "built-in"

    @property
    def is_policy(self) -> bool:
        """True if a user can't change what comes from here."""
        return self in {Origin.MACHINE_POLICY, Origin.USER_POLICY}


PRECEDENCE = tuple(Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands."""

    source: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Raw values from one place: section to key to value."""

    origin: Origin
    source: str
    values: Mapping[str, object]
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    unusable: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """What could not even be read as a value, and why; the empty path is the whole place."""

    def place(self, *path: str) -> Place:
        """Where a section or key stands; the nearest known line above it if it is not known."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return Place(source=self.source, line=self.lines[path[:length]])
        return Place(source=self.source)


def policy_layer(
    origin: Origin,
    source: str,
    values: Mapping[str, object],
    unusable: Mapping[tuple[str, ...], str] | None = None,
) -> Layer:
    """A layer that an administrator fixed; `source` names the policy for people."""
    if not origin.is_policy:
        message = f"{origin} is no policy"
        raise ValueError(message)
    return Layer(origin=origin, source=source, values=values, unusable=unusable or {})


def file_layer(origin: Origin, file: Path, *, must_exist: bool = False) -> Layer | None:
    """The layer of a settings file, or None if there is none.

    Raises `SettingsError` if the file can't be read, is no UTF-8, or is no TOML.
    """
    content = file_content(file, must_exist=must_exist)
    return None if content is None else layer_of(origin, file, content)


def layer_of(origin: Origin, file: Path, content: bytes) -> Layer:
    """The layer that a settings file with this content is. Raises `SettingsError` as above."""
    text = _decoded(file, content)
    return Layer(origin=origin, source=str(file), values=_parsed(file, text), lines=key_lines(text))


def file_content(file: Path, *, must_exist: bool = False) -> bytes | None:
    """What stands in a settings file, or None if there is none. Raises `SettingsError`."""
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
    except FileNotFoundError:
        if must_exist:
            raise _unusable(file, worded("there is no such file")) from None
        return None
    except OSError as fault:
        reason = fault.strerror or str(fault)
        text = worded("the file can't be read: {reason}", reason=reason)
        raise _unusable(file, text) from fault
    if len(content) > LARGEST_FILE_BYTES:
        raise _unusable(file, worded("the file is too large to hold settings"))
    return content


def _unusable(file: Path, message: str, line: int | None = None) -> SettingsError:
    return SettingsError([Problem(source=str(file), line=line, message=message)])


def _decoded(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        text = worded("the file is not in UTF-8; save it in that encoding")
        raise _unusable(file, text, line) from None


def _parsed(file: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        message, _, position = str(fault).partition(" (at ")
        found = re.match(r"line (\d+)", position)
        line = int(found.group(1)) if found else text.count("\n") + 1
        text = worded("this is no TOML: {fault}", fault=message.lower())
        raise _unusable(file, text, line) from None
    except RecursionError:
        raise _unusable(file, worded("this is no settings file: it is nested too deeply")) from None
