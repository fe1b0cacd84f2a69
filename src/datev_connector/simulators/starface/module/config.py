"""Which modules a PBX begins with, and how each is configured there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class LogLevel(StrEnum):
    """How much goes into the log of a configuration; each level includes those before it."""

    ERROR = "ERROR"
    """What a new configuration is set to."""

    WARN = "WARN"
    INFO = "INFO"
    DEBUG = "DEBUG"
    TRACE = "TRACE"

    def lets_pass(self, level: LogLevel) -> bool:
        """Whether an entry of that level is written down at this setting."""
        order = list(LogLevel)
        return order.index(level) <= order.index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleConfig:
    """A module, and one configuration of it (STARFACE: Admin, Module).

    `name` is a part of the entry points' full names, blanks and all.
    """

    archive: bytes = field(repr=False)
    name: str
    active: bool = True
    values: Mapping[str, str] = field(default_factory=dict)
    """What stands in the fields of its tabs, by the name of the variable; the rest is as usual."""

    log_level: LogLevel = LogLevel.ERROR
