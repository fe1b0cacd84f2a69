"""`module`: the module in the PBX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.later import outcome_of
from datev_connector.app.commands.module_build import build
from datev_connector.app.commands.options import (
    common_options,
    json_option,
    language_option,
    pass_session,
)

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session


@click.group()
@common_options
def module() -> None:
    """The module in the PBX."""


module.add_command(build)


@module.command(short_help="Ask whether it is there, active and rightly named.")
@language_option
@json_option
@common_options
@pass_session
@click.pass_context
def check(context: click.Context, session: Session, *, as_json: bool, language: str | None) -> None:
    """Ask whether the module is there, active and rightly named, and what it holds.

    A configuration of the module that is nearly rightly named is named.
    """
    session.mends_policies = True  # they have a finding of their own
    session.loaded  # noqa: B018 -- invalid settings end the command before anything is asked
    with session.log("command"):
        context.exit(
            outcome_of(
                "diagnosis.module_check",
                "module_check_command",
                session,
                as_json=as_json,
                language=language,
            )
        )
