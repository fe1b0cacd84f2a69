"""`selftest`: whether this installation works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.later import outcome_of
from datev_connector.app.commands.options import common_options, json_option, pass_session

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session


@click.command(short_help="Prove that this installation works.")
@click.option(
    "--offscreen", is_flag=True, help="Draw the window into memory, for want of a screen."
)
@json_option
@common_options
@pass_session
@click.pass_context
def selftest(
    context: click.Context,
    session: Session,
    as_json: bool,  # noqa: FBT001 -- click's way
    offscreen: bool,  # noqa: FBT001 -- click's way
) -> None:
    """Prove that every part of this installation works; no profile and no server is touched.

    Ends with 1 if a part is missing or damaged. For connections there is `diagnose`.
    """
    context.exit(
        outcome_of(
            "selftest", "selftest_command", now=session.now(), as_json=as_json, offscreen=offscreen
        )
    )
