"""What can be wrong with settings, as values a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datev_connector.domain.wording import joined, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where, which key, and what is allowed instead."""

    source: str
    """The file, or the name of the policy."""
    line: int | None = None
    """Counted from 1; None where there are no lines."""
    key: str = ""
    """`section.key`, `section`, or empty if the whole source is meant."""
    message: str

    def __str__(self) -> str:
        """Source, line, key and message, as far as they are known."""
        where = [self.source]
        if self.line is not None:
            where.append(worded("line {line}", line=self.line))
        if self.key:
            where.append(self.key)
        return joined(joined(*where, between=", "), self.message, between=": ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint(Problem):
    """Something that was put right or has no effect; the settings are used all the same."""


class SettingsError(Exception):
    """The settings can't be used; `problems` holds everything that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Takes at least one problem."""
        self.problems = tuple(problems)
        super().__init__(joined(*map(str, self.problems), between="\n"))
