"""How a command ends when it cannot do what was asked for.

0  done
1  failed: `CommandFailed`, says what and what to do
2  wrong usage: click's own
3  configuration invalid: `SettingsInvalid`, names file, line and key of everything wrong
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class CommandFailed(click.ClickException):
    """What was asked for failed."""

    exit_code = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy


class SettingsInvalid(click.ClickException):
    """The configuration cannot be used."""

    exit_code = 3

    def __init__(self, problems: Iterable[object]) -> None:
        """Takes what names file, line, key and what is wrong (`settings.Problem`)."""
        self.problems = tuple(map(str, problems))
        super().__init__("\n".join(self.problems))

    def show(self, file: IO[Any] | None = None) -> None:
        """Write every problem on a line of its own."""
        click.echo("Error: the settings cannot be used:", file=file, err=file is None)
        for problem in self.problems:
            click.echo(f"  {problem}", file=file, err=file is None)


@contextmanager
def explained() -> Iterator[None]:
    """Turn the faults of the operating system into ends of the command."""
    try:
        yield
    except OSError as fault:
        if fault.errno == errno.EPIPE:  # whoever read our output has seen enough
            raise
        raise CommandFailed(in_words(fault)) from fault


def in_words(fault: OSError) -> str:
    """What the operating system refused, and about which file."""
    reason = fault.strerror or str(fault) or type(fault).__name__
    return f"{fault.filename}: {reason}." if fault.filename else f"{reason}."
