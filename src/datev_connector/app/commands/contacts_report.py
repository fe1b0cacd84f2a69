"""`contacts report`: what to mend in DATEV, so that callers are known."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from datev_connector.app.commands.contacts_report_words import WORDS
from datev_connector.app.commands.index_keys import apply_dial_plan
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import (
    fitted,
    json_text,
    local_iso,
    local_text,
    plural,
    progress_line,
)
from datev_connector.app.commands.output_file import EXCEL, harmless, make_sure_of, written_whole
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.mending import Mending, Overview
    from datev_connector.domain.mending import Fault, Finding, Holder
    from datev_connector.store.contacts import SourceState
    from datev_connector.store.findings import Totals
    from datev_connector.store.store import Store

SHOWN: Final = 10
NAMED: Final = 3
"""So many of those who have a number in common are named on the terminal."""
CSV_COLUMNS: Final = (
    "fault",
    "client_number",
    "name",
    "number",
    "read_as",
    "reason",
    "contacts_with_it",
    "source",
    "id",
    "client_state",
    "to_do",
)


@click.command(short_help="What to mend in DATEV.")
@click.option("--all", "everything", is_flag=True, help="Show every finding, not the first only.")
@click.option(
    "--csv",
    "file",
    type=click.Path(path_type=Path),
    help="Write every finding to a file for Excel, one contact a line.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there already.")
@json_option
@common_options
@pass_session
def report(
    session: Session,
    everything: bool,  # noqa: FBT001 -- click's way
    file: Path | None,
    force: bool,  # noqa: FBT001 -- click's way
    as_json: bool,  # noqa: FBT001 -- click's way
) -> None:
    """Show what to mend in DATEV, so that callers are known: the most useful first.

    Only contacts of DATEV are looked at. What is mended there is seen here after the next
    `contacts sync`.
    """
    if file is not None and as_json:
        raise click.UsageError("Either --csv or --json, not both.")
    if file is not None:
        make_sure_of(file, force=force)
    with session.log("command"), session.store() as store:
        mending = _mending(session, store)
        with progress_line() as line:
            line.show("Looking at the contacts ...")
            overview = mending.overview(0 if as_json or file or everything else SHOWN)
            totals = store.findings.totals()
        states = [each for each in store.contacts.sources() if each.source.in_datev]
        if as_json:
            _print_json(mending, overview, totals, states)
        elif file is not None:
            with written_whole(file, EXCEL) as stream:
                count = _write_csv(stream, mending)
            say(f"{plural(count, 'line')} written to {file}.")
        else:
            _tell(mending, overview, totals, states, everything=everything)


def _mending(session: Session, store: Store) -> Mending:
    from datev_connector.app import office
    from datev_connector.app.mending import Mending
    from datev_connector.store.folding import fold

    plan = office.dial_plan(session.settings)
    apply_dial_plan(store, plan)
    return Mending(store.findings, store.contacts.contact, plan, fold)


# --- for people -----------------------------------------------------------------------------------


def _tell(
    mending: Mending,
    overview: Overview,
    totals: Totals,
    states: Iterable[SourceState],
    *,
    everything: bool,
) -> None:
    if not totals.contacts:
        say("There are no contacts of DATEV in the index: contacts sync or import brings them.")
        return
    for state in states:
        counted = f"{plural(state.contacts, 'contact')} with {plural(state.numbers, 'number')}"
        click.echo(f"{state.source.value}: {counted}, as of {local_text(state.loaded_at)}")
    if totals.without_number:
        have = "has" if totals.without_number == 1 else "have"
        click.echo(f"{plural(totals.without_number, 'contact')} {have} no number at all.")
    for fault, section in overview.sections.items():
        if section.count:
            _tell_heading(fault, section.count)
            found = mending.all_of(fault) if everything else section.first
            for finding in found:
                click.echo("  " + _line(finding).rstrip())
            if not everything and section.count > len(section.first):
                click.echo(f"  and {section.count - len(section.first)} more; --all shows them")
    _tell_end(overview)


def _tell_heading(fault: Fault, count: int) -> None:
    words = WORDS[fault]
    click.echo(f"\n{words.heading} ({count})")
    click.echo(f"  {words.effect}")
    click.echo(f"  In DATEV: {words.remedy}\n")


def _tell_end(overview: Overview) -> None:
    if not any(section.count for section in overview.sections.values()):
        click.echo("\nThere is nothing to mend.")
    if overview.rightly_shared:
        numbers = plural(overview.rightly_shared, "number")
        click.echo(
            f"\nNot listed: {numbers} that a family, a company and its people, or companies of "
            "one owner have in common."
        )


def _line(finding: Finding) -> str:
    if finding.fault.of_numbers_in_common:
        return f"{fitted(finding.number, 22)}  {len(finding.holders):>4}  {_names(finding.holders)}"
    (holder,) = finding.holders
    reason = f"{finding.reason}: {finding.number}" if finding.number else finding.reason
    client = holder.client_number or "-"
    number = f"{fitted(holder.number, 26)}  " if holder.number else ""
    return f"{fitted(client, 8)}  {fitted(holder.name, 34)}  {number}{reason}"


def _names(holders: tuple[Holder, ...]) -> str:
    named = ", ".join(_who(holder) for holder in holders[:NAMED])
    left = len(holders) - NAMED
    return f"{named} and {left} more" if left > 0 else named


def _who(holder: Holder) -> str:
    name = fitted(holder.name, 34).rstrip()
    place = holder.client_number or f"{holder.ref.source.value} {holder.ref.id}"
    return f"{name} ({fitted(place, 20).rstrip()})"


# --- for programs ---------------------------------------------------------------------------------


def _print_json(
    mending: Mending, overview: Overview, totals: Totals, states: Iterable[SourceState]
) -> None:
    head = {
        "as_of": {state.source.value: local_iso(state.loaded_at) for state in states},
        "contacts": totals.contacts,
        "numbers": totals.numbers,
        "without_number": totals.without_number,
        "rightly_shared": overview.rightly_shared,
        "counts": {fault.value: section.count for fault, section in overview.sections.items()},
    }
    click.echo(json_text(head)[:-1] + ', "findings": [', nl=False)
    separator = "\n"
    for finding in _everything(mending):
        click.echo(separator + json_text(_finding_json(finding)), nl=False)
        separator = ",\n"
    click.echo("\n]}")


def _everything(mending: Mending) -> Iterator[Finding]:
    for fault in WORDS:
        yield from mending.all_of(fault)


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "fault": finding.fault.value,
        "number": finding.number or None,
        "reason": finding.reason,
        "remedy": WORDS[finding.fault].remedy,
        "contacts": [
            {
                "id": holder.ref.id,
                "source": holder.ref.source.value,
                "name": holder.name,
                "client_number": holder.client_number,
                "client_state": holder.client_state.value,
                "number": holder.number or None,
            }
            for holder in finding.holders
        ],
    }


def _write_csv(stream: TextIO, mending: Mending) -> int:
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    count = 0
    for finding in _everything(mending):
        for holder in finding.holders:
            writer.writerow(_csv_row(finding, holder))
            count += 1
    return count


def _csv_row(finding: Finding, holder: Holder) -> tuple[str | int, ...]:
    words = WORDS[finding.fault]
    return (
        words.heading,
        harmless(holder.client_number),
        harmless(holder.name),
        harmless(holder.number),
        harmless(finding.number),
        finding.reason,
        len(finding.holders),
        holder.ref.source.value,
        harmless(holder.ref.id),
        holder.client_state.value,
        words.remedy,
    )
