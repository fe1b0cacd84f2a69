"""`run`: the connector itself."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.failures import SettingsInvalid
from datev_connector.app.commands.later import outcome_of
from datev_connector.app.commands.options import common_options, pass_session
from datev_connector.app.commands.session import say
from datev_connector.app.windows.without_console import told_without_console

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
@click.option(
    "--at-sign-in",
    is_flag=True,
    help="As Windows starts it: only if the settings say so, after the delay that they name, and "
    "without coming to the front where it runs already.",
)
@click.option(
    "--after-update",
    is_flag=True,
    help="As the installer starts it: only if `quit --for-update` has ended it.",
)
@common_options
@pass_session
@click.pass_context
def run(
    context: click.Context,
    session: Session,
    link: str,
    *,
    headless: bool,
    stream: bool,
    at_sign_in: bool,
    after_update: bool,
) -> None:
    """Run the connector; a LINK (tel:, callto:) is offered for dialling.

    Where it runs already, the running one takes the link, or comes to the front.
    """
    session.mends_policies = True  # the office works on; an administrator mends it
    with nullcontext() if headless else told_without_console():
        _take_over(session, aloud=headless)
        if at_sign_in and not _sign_in_start(session):
            return
        if after_update and not _ended_for_update(session):
            return
        if headless:
            context.exit(_without_windows(session))
        gives_way = at_sign_in or after_update
        context.exit(_with_windows(session, stream=stream, link=link, gives_way=gives_way))


def _with_windows(session: Session, *, stream: bool, link: str, gives_way: bool) -> int:
    with _noted(session):
        run_windows = ("windows.launch", "run_windows")
        return outcome_of(*run_windows, session, stream=stream, link=link, gives_way=gives_way)


def _without_windows(session: Session) -> int:
    from datev_connector.app.settings import missing_for_run

    missing = missing_for_run(session.settings, source=str(session.profile.settings_file))
    if missing:
        raise SettingsInvalid(missing)
    with _noted(session):
        return outcome_of("run", "run_command", session)


def _take_over(session: Session, *, aloud: bool) -> None:
    """Take over the settings of the connector that was here before; windows tell by themselves."""
    session.take_over_settings()
    report = session.taken_over
    if report is None:
        return
    from datev_connector.app.settings.original.taking_over import log_report

    with session.log("connector"):
        log_report(report)
    for line in report.lines() if aloud else ():
        say(line)


@contextmanager
def _noted(session: Session) -> Iterator[None]:
    """Write the log meanwhile, and have a crash leave its trace beside it."""
    from datev_connector.app.crashes import crashes_noted
    from datev_connector.app.signpost import put_up

    logs = session.profile.logs_folder
    with session.followed_log("connector"), crashes_noted(logs) as keep_small:
        if session.level_watch is not None:
            session.level_watch.beside = keep_small
        if session.is_usual:
            put_up(logs, os.environ)
        yield


def _sign_in_start(session: Session) -> bool:
    """Wait as the settings want it; tell whether they want the program at all."""
    try:
        general = session.settings.general
    except SettingsInvalid:
        return True  # the windows tell what is wrong with them
    if general.start_with_windows:
        time.sleep(general.start_delay_s)
    return general.start_with_windows


def _ended_for_update(session: Session) -> bool:
    from datev_connector.app.windows.quitting import ended_for_update

    return ended_for_update(session.profile)
