"""`diagnose`: probe every leg."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.later import outcome_of
from datev_connector.app.commands.options import (
    common_options,
    json_option,
    language_option,
    pass_session,
)
from datev_connector.app.commands.output_file import make_sure_of
from datev_connector.domain.legs import Mender

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session

LONGEST_WAIT_S = 3600


@click.command(short_help="Probe every connection.")
@click.option(
    "--events",
    "events_s",
    type=click.IntRange(1, LONGEST_WAIT_S),
    metavar="SECONDS",
    help="Wait so long for an event of the PBX, while you call.",
)
@click.option(
    "--capture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Note in FILE what PBX and DATEV answered, as forms without names, numbers and secrets. "
    "With --events: all events of that time.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there already.")
@click.option(
    "--for",
    "mender",
    type=click.Choice([one.value for one in Mender if one is not Mender.NOBODY]),
    help="Print only what this person has to mend, as a text to be sent.",
)
@language_option
@json_option
@common_options
@pass_session
@click.pass_context
def diagnose(
    context: click.Context,
    session: Session,
    *,
    as_json: bool,
    events_s: int | None,
    capture: Path | None,
    force: bool,
    mender: str | None,
    language: str | None,
) -> None:
    """Probe every connection, one after another, and say what is broken and who can mend it."""
    if capture is not None:
        make_sure_of(capture, force=force)
    session.mends_policies = True  # they have a finding of their own
    session.loaded  # noqa: B018 -- invalid settings end the command before anything is probed
    with session.log("command"):
        context.exit(
            outcome_of(
                "diagnosis",
                "diagnose_command",
                session,
                as_json=as_json,
                events_s=events_s,
                capture=capture,
                mender=None if mender is None else Mender(mender),
                language=language,
            )
        )
