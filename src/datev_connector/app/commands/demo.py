"""`demo`: a working day between two simulators and the real connector."""

from __future__ import annotations

import click

from datev_connector.app.commands.later import outcome_of
from datev_connector.app.commands.options import common_options


@click.command(short_help="Play a working day between simulators.")
@click.option("--headless", is_flag=True, help="Print the day as a story.")
@click.option(
    "--sabotage", metavar="LEG", help="Break this leg on purpose; the demo must then fail."
)
@common_options
@click.pass_context
def demo(context: click.Context, headless: bool, sabotage: str | None) -> None:  # noqa: FBT001
    """Play a working day between a simulated STARFACE and a simulated DATEV."""
    context.exit(outcome_of("demo", "demo_command", headless=headless, sabotage=sabotage))
