"""`journal`: calls and notes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from datev_connector.app.commands.call_fields import call_json
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import (
    local_text,
    plural,
    print_json,
    print_table,
    with_progress,
)
from datev_connector.app.commands.output_file import make_sure_of
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.domain.calls import Call

FILTERS: Final = ("all", "missed", "draft", "not-in-datev")
DATE_FORMATS: Final = ("%Y-%m-%d", "%d.%m.%Y")


@click.group()
@common_options
def journal() -> None:
    """Calls and notes."""


@journal.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@click.option("--only", type=click.Choice(FILTERS), default="all", show_default=True)
@json_option
@common_options
@pass_session
def list_(session: Session, limit: int, only: str, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Show the latest calls, newest first."""
    with session.log("command"), session.store() as store:
        from datev_connector.store import CallFilter

        found = store.calls.list(limit, only=CallFilter(only))
    _show(found, as_json=as_json)


@journal.command(short_help="Find calls by name, note or number.")
@click.argument("text")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@json_option
@common_options
@pass_session
def search(session: Session, text: str, limit: int, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Find calls by words of names and notes, or by a part of a number."""
    with session.log("command"), session.store() as store:
        found = store.calls.search(text, limit)
    _show(found, as_json=as_json)


@journal.command(short_help="Write all calls with their notes to a file.")
@click.argument("file", type=click.Path(path_type=Path), default="-")
@click.option(
    "--format", "form", type=click.Choice(["csv", "json"]), help="Default: by the file's name, CSV."
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there already.")
@common_options
@pass_session
def export(session: Session, file: Path, form: str | None, force: bool) -> None:  # noqa: FBT001 -- click's way
    """Write all calls with their notes to FILE, oldest first; `-` is standard output."""
    from datev_connector.app.commands import journal_export

    if str(file) != "-":
        make_sure_of(file, force=force)
    form = form or ("json" if file.suffix.lower() == ".json" else "csv")
    with session.log("command"), session.store() as store:
        calls = with_progress(store.calls.export(), None, "Exporting")
        if str(file) == "-":
            count = journal_export.to_stream(sys.stdout, calls, form)
        else:
            count = journal_export.to_file(file, calls, form)
    say(f"{plural(count, 'call')} exported.")


@journal.command()
@click.option("--before", metavar="DATE", help="Only calls before this day, as 2026-01-31.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@common_options
@pass_session
def erase(session: Session, before: str | None, yes: bool, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Erase calls and their notes for good.

    Kept are calls that still live, have an unsent note, or wait for DATEV.
    """
    limit = _day(before) if before is not None else session.now()
    which = f"all calls before {limit:%d.%m.%Y}" if before is not None else "ALL calls"
    if not yes:
        click.confirm(f"Erase {which} and their notes for good?", abort=True, err=True)
    with session.log("command"), session.store() as store:
        done = store.calls.erase_before(limit)
    if as_json:
        print_json({"erased": done.erased, "kept": done.kept})
        return
    click.echo(f"{plural(done.erased, 'call')} erased.")
    if done.kept:
        click.echo(f"{plural(done.kept, 'call')} kept: alive, with an unsent note, or for DATEV.")


def _day(text: str) -> datetime:
    """The beginning of a day on this machine's clock."""
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).astimezone()
        except ValueError:
            continue
        except OverflowError:
            break
    raise click.BadParameter(f"{text!r} is no day; write it as 2026-01-31", param_hint="--before")


# --- showing --------------------------------------------------------------------------------------


def _show(calls: Sequence[Call], *, as_json: bool) -> None:
    if as_json:
        print_json([call_json(call) for call in calls])
    elif calls:
        headings = ("BEGIN", "", "NUMBER", "NAME", "WHAT", "DATEV", "NOTE")
        print_table(headings, [_row(call) for call in calls])
    else:
        say("No calls.")


def _row(call: Call) -> tuple[str, ...]:
    what = call.outcome.value.replace("_", " ") if call.outcome else call.state.value
    note = call.note if len(call.note) <= 40 else call.note[:39] + "…"
    return (
        local_text(call.began_at),
        "in" if call.direction == "incoming" else "out",
        call.e164 or call.number or "withheld",
        call.name,
        what,
        local_text(call.in_datev_at) if call.in_datev_at else "",
        f"{note} (draft)" if call.is_draft else note,
    )
