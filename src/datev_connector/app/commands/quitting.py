"""`quit`: the end of the program, from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.later import outcome_of
from datev_connector.app.commands.options import common_options, pass_session

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session


@click.command("quit", short_help="End the windows that are open.")
@click.option(
    "--limit",
    "limit_s",
    type=click.FloatRange(1, 3600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the end.",
)
@click.option("--for-update", is_flag=True, help="Have `run --after-update` open them again.")
@common_options
@pass_session
@click.pass_context
def quitting(
    context: click.Context,
    session: Session,
    limit_s: float,
    for_update: bool,  # noqa: FBT001 -- click's way
) -> None:
    """End the windows that are open in this session, in order, and wait until they have ended."""
    context.exit(
        outcome_of(
            "windows.quitting", "quit_windows", session, limit_s=limit_s, for_update=for_update
        )
    )
