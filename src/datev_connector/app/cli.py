"""The command line `datev-connector`.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 configuration invalid (see commands/failures.py).
A command's module is imported when that command is asked for.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, TextIO

import click

from datev_connector import __version__
from datev_connector.app.commands.failures import explained
from datev_connector.app.commands.options import common_options

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "run": "run",
        "demo": "demo",
        "lookup": "lookup",
        "contacts": "contacts",
        "journal": "journal",
        "outbox": "outbox",
        "diagnose": "diagnose",
        "module": "module",
        "selftest": "selftest",
        "simulate": "simulate",
        "licence": "licence",
        "settings": "settings",
        "quit": "quitting",
        "setup": "setup",
    }
)
"""Command to module of `datev_connector.app.commands`, which holds it under its own name."""
HAS_THE_SAY: Final = "datev_connector.has_the_say"
"""Heard by the launcher of an installation, which tells by itself what ends a start before that.

A command has the say as soon as its module could be loaded.
"""


class LazyCommands(click.Group):
    """The commands by name; faults of the environment become plain sentences here."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of their importance."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(import_module(f"datev_connector.app.commands.{module}"), module)
        assert isinstance(command, click.Command)  # noqa: S101 -- the table above names commands
        sys.audit(HAS_THE_SAY)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with explained():
            return super().invoke(ctx)


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="datev-connector")
@common_options
def cli() -> None:
    """Show who calls on a STARFACE PBX, take notes, and hand calls and notes to DATEV."""


def main() -> None:
    """Run the command line and end the process."""
    for stream in (sys.stdout, sys.stderr):
        _prepare(stream)
    try:
        cli(prog_name="datev-connector", windows_expand_args=False)
    except SystemExit:  # with words, whatever it was
        sys.audit(HAS_THE_SAY)
        raise


def _prepare(stream: TextIO | None) -> None:
    """Have a stream take every name: one that a terminal cannot show must not end the program.

    Into a pipe or a file Windows would write by its old code page, which lacks most letters.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return
    stream.reconfigure(errors="replace")
    if sys.platform == "win32" and not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
        stream.reconfigure(encoding="utf-8")
