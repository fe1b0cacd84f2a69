"""`run`: the connector itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.failures import SettingsInvalid
from datev_connector.app.commands.later import outcome_of
from datev_connector.app.commands.options import common_options, pass_session

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session


@click.command()
@click.argument("link", default="", required=False)
@click.option(
    "--headless", is_flag=True, help="No window: events on standard output, commands on input."
)
@click.option(
    "--stream", is_flag=True, help="With windows: events and commands as well, as with --headless."
)
@common_options
@pass_session
@click.pass_context
def run(context: click.Context, session: Session, link: str, headless: bool, stream: bool) -> None:  # noqa: FBT001 -- click's way
    """Run the connector; a LINK (tel:, callto:) is offered for dialling.

    Where it runs already, the running one takes the link, or comes to the front.
    """
    if not headless:
        with session.log("connector"):
            context.exit(
                outcome_of("windows.launch", "run_windows", session, stream=stream, link=link)
            )
    from datev_connector.app.settings import missing_for_run

    missing = missing_for_run(session.settings, source=str(session.profile.settings_file))
    if missing:
        raise SettingsInvalid(missing)
    with session.log("connector"):
        context.exit(outcome_of("run", "run_command", session))
