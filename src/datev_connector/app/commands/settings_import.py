"""`settings import`: takes over the settings file of the connector that was here before."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.failures import CommandFailed, SettingsInvalid
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import print_json, print_table

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.settings.original.report import Report


@click.command("import", short_help="Take over the settings of the earlier DATEV Connector.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would be taken over.")
@click.option("--last", is_flag=True, help="Show the report of the last time, and do nothing.")
@json_option
@common_options
@pass_session
def import_settings(
    session: Session,
    file: Path | None,
    *,
    dry_run: bool,
    last: bool,
    as_json: bool,
) -> None:
    """Take over FILE, the user.config of the DATEV Connector that was here before.

    What your own settings say already stays. Without FILE it is looked for where that program has
    kept it; passwords are never taken over.
    """
    report = _last(session) if last else _imported(session, file, dry_run=dry_run)
    if as_json:
        print_json(report.as_json())
        return
    rows = [
        (row["name"], row["option"] or "-", row["words"]) for row in report.as_json()["settings"]
    ]
    click.echo(report.summary)
    if rows:
        click.echo()
        print_table(("SETTING", "HERE", "WHAT BECAME OF IT"), rows)
    if dry_run:
        click.echo("\nNothing was changed.")


def _last(session: Session) -> Report:
    from datev_connector.app.settings.original.report import kept_report

    report = kept_report(session.profile)
    if report is None:
        raise CommandFailed("Nothing was taken over so far.", "Name a file: settings import FILE.")
    return report


def _imported(session: Session, file: Path | None, *, dry_run: bool) -> Report:
    from datev_connector.app.settings import SettingsError
    from datev_connector.app.settings.original.reading import NotReadable
    from datev_connector.app.settings.original.report import keep_report
    from datev_connector.app.settings.original.taking_over import take_over
    from datev_connector.app.settings.saving import NotUsable
    from datev_connector.app.settings.writing import CannotEdit

    named = file or _found()
    try:
        report = take_over(named, session.shelf, session.now(), dry_run=dry_run)
    except NotReadable as fault:
        raise CommandFailed(f"{named}: {fault.text}.", "Nothing was changed.") from fault
    except SettingsError as fault:
        raise SettingsInvalid(fault.problems) from fault
    except (NotUsable, CannotEdit) as fault:
        what = f"{session.profile.settings_file} cannot be changed: {fault}."
        raise CommandFailed(what, "Enter the values by hand.") from fault
    if not dry_run:
        session.profile.prepare()
        keep_report(session.profile, report)
    return report


def _found() -> Path:
    from datev_connector.app.settings.original.places import original_files

    file = next(original_files(os.environ), None)
    if file is None:
        raise CommandFailed(
            "No settings of the earlier DATEV Connector were found.", "Name the file."
        )
    return file
