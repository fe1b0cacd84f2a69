"""What the module in the PBX answers, as values; pure.

Each entry point answers with a struct. A number of the module travels as a double, a boolean as a
boolean, a text as a string (STARFACE, XML-RPC of module entry points); other spellings of the same
value are taken as well, everything else is `Unexpected`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from datev_connector.domain.wording import worded
from datev_connector.starface.wire.xmlrpc import Value

HIGHEST_VERSION = 2**31 - 1
WHOLE = re.compile(r"\s*([0-9]{1,10})(?:\.0{1,10})?\s*")


class LogLevel(StrEnum):
    """How much is written into the log of a configuration; each includes those before it."""

    ERROR = "ERROR"
    WARN = "WARN"
    INFO = "INFO"
    DEBUG = "DEBUG"
    TRACE = "TRACE"

    def includes(self, level: LogLevel) -> bool:
        """Tell whether at this setting something of that level is written."""
        order = tuple(LogLevel)
        return order.index(level) <= order.index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleInfo:
    """What the module says about itself."""

    version: int
    licence: str = field(repr=False)
    """The text in its tab "Lizenz"; empty where none was entered."""
    log_level: LogLevel
    """Down to which level connectors are to report into its log."""


class Unexpected(ValueError):
    """An answer that is not what the entry point promises; says what of it, not what it holds."""


def read_info(value: Value) -> ModuleInfo:
    """Read the answer of `getInfo`. Raises Unexpected."""
    members = _members(value)
    return ModuleInfo(
        version=_version(members),
        licence=_text(members, "licence"),
        log_level=_level(_text(members, "logLevel")),
    )


def read_ok(value: Value) -> None:
    """Read the answer of `ping` and `report`. Raises Unexpected unless it says yes."""
    told = _member(_members(value), "ok")
    spelt = told.strip().lower() if isinstance(told, str) else told
    if spelt not in (True, "true", "1"):
        raise Unexpected(worded('"{member}" is not true', member="ok"))


def _members(value: Value) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise Unexpected(worded("no struct"))
    return value


def _member(members: Mapping[str, Value], name: str) -> Value:
    if name not in members:
        raise Unexpected(worded('"{member}" is missing', member=name))
    return members[name]


def _version(members: Mapping[str, Value]) -> int:
    told = _member(members, "moduleVersion")
    version: int | None = None
    match told:
        case bool():
            pass
        case int():
            version = told
        case float() if told.is_integer():
            version = int(told)
        case str() if found := WHOLE.fullmatch(told):
            version = int(found[1])
        case _:
            pass
    if version is None or not 0 < version <= HIGHEST_VERSION:
        raise Unexpected(worded('"{member}" is no version', member="moduleVersion"))
    return version


def _text(members: Mapping[str, Value], name: str) -> str:
    """A field that was never filled in may come as nil, or be left out."""
    told = members.get(name)
    if told is None:
        return ""
    if not isinstance(told, str):
        raise Unexpected(worded('"{member}" is no text', member=name))
    return told


def _level(told: str) -> LogLevel:
    """An unknown level lets least through: it must not keep the rest from being read."""
    try:
        return LogLevel(told.strip().upper())
    except ValueError:
        return LogLevel.ERROR
