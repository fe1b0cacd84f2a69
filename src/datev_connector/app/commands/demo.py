"""`demo`: a working day between two simulators and the real connector."""

from __future__ import annotations

import click

from datev_connector.app.commands.later import outcome_of
from datev_connector.app.commands.options import common_options

LEGS = ("starface", "datev", "journal", "contacts", "store")
"""What can be broken on purpose (`app.demo.sabotage`)."""


@click.command(short_help="Play a working day between simulators.")
@click.option("--headless", is_flag=True, help="Print the day as a story.")
@click.option("--language", type=click.Choice(("de", "en")), help="Default: the system's.")
@click.option("--no-pauses", is_flag=True, help="As fast as it goes, not to be read along.")
@click.option(
    "--sabotage",
    type=click.Choice(LEGS),
    help="Break this leg on purpose; the demo must then notice and fail.",
)
@common_options
@click.pass_context
def demo(
    context: click.Context,
    headless: bool,  # noqa: FBT001 -- click's way
    language: str | None,
    no_pauses: bool,  # noqa: FBT001 -- click's way
    sabotage: str | None,
) -> None:
    """Play a working day between a simulated STARFACE and a simulated DATEV.

    Everything is on this machine and made up; your own profile is not touched. Ends with 0 if
    DATEV holds exactly what was expected, with 1 on any difference.
    """
    played = outcome_of(
        "demo",
        "demo_command",
        headless=headless,
        language=language,
        pauses=not no_pauses,
        sabotage=sabotage,
    )
    context.exit(played)
