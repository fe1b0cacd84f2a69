"""Options that many commands share. The common ones may stand before or after the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from datev_connector.app.commands.session import Session

LOG_LEVELS = ("error", "warning", "info", "debug", "trace")

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def common_options(command: Decorated) -> Decorated:
    """Add --profile, --config and --log-level; what stands further right counts."""
    for option in (_LOG_LEVEL, _CONFIG, _PROFILE):
        command = option(command)
    return command


def json_option(command: Decorated) -> Decorated:
    """Add --json, passed to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def language_option(command: Decorated) -> Decorated:
    """Add --language, passed to the command as `language`."""
    return click.option(
        "--language",
        type=click.Choice(["de", "en"]),
        help="Of what is printed (default: general.language, then that of this system).",
    )(command)


def _remember(context: click.Context, option: click.Parameter, value: object) -> None:
    if value is not None and option.name is not None:
        setattr(context.find_root().ensure_object(Session), option.name, value)


_PROFILE = click.option(
    "--profile",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    expose_value=False,
    callback=_remember,
    help="Settings, store and logs of one user (default: your own folders).",
)
_CONFIG = click.option(
    "--config",
    "settings_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    expose_value=False,
    callback=_remember,
    help="The settings file to use.",
)
_LOG_LEVEL = click.option(
    "--log-level",
    type=click.Choice(LOG_LEVELS, case_sensitive=False),
    expose_value=False,
    callback=_remember,
    help="How much the log tells (default: info).",
)

pass_session = click.make_pass_decorator(Session, ensure=True)
