"""`settings show`: every effective value, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import print_json, print_table

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.settings import ShownSetting


@click.group()
@common_options
def settings() -> None:
    """What is set, and where."""


@settings.command()
@json_option
@common_options
@pass_session
def show(session: Session, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Show every effective value and where it comes from."""
    from datev_connector.app.settings import shown_settings

    rows = shown_settings(session.loaded)
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        print_table(("SETTING", "VALUE", "FROM"), [_row(row) for row in rows])
        click.echo(f"\nYour settings file: {session.profile.settings_file}")


def _row(row: ShownSetting) -> tuple[str, str, str]:
    place = row.origin
    if row.source != row.origin:
        place += f": {row.source}" + (f", line {row.line}" if row.line is not None else "")
    return f"{row.section}.{row.key}", row.toml, place + (" (locked)" if row.locked else "")
