"""`contacts`: fill and search the contact index."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import plural, print_json, print_table, with_progress
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.contact_files import ContactFile, Hint, Refusal
    from datev_connector.app.settings import Settings
    from datev_connector.domain.contacts import Contact
    from datev_connector.store.store import Store

SHOWN_REMARKS = 20
"""A person reads no more; --json has them all."""


@click.group()
@common_options
def contacts() -> None:
    """Fill and search the contact index."""


# --- import ---------------------------------------------------------------------------------------


@contacts.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source",
    type=click.Choice(["datev", "institution", "starface"]),
    default="starface",
    show_default=True,
    help="Whose contacts the vCards are; a CSV says so itself.",
)
@json_option
@common_options
@pass_session
def import_(session: Session, file: Path, source: str, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Take contacts from FILE, CSV or vCard.

    The contacts of every source that occurs in the file replace those that were there. Lines that
    cannot be used are reported and left out; if none can be used, nothing is replaced. What a CSV
    must look like stands in docs/contacts.md.
    """
    settings = session.settings
    if sys.stderr.isatty():
        say(f"Reading {file} ...")
    found = _read(file, source)
    if found.contacts:
        with session.log("command"), session.store() as store:
            loaded = _load(session, store, settings, found)
    else:
        loaded = {}
    if as_json:
        print_json(_import_json(file, found, loaded))
    else:
        _tell_import(found, loaded)
    if not loaded:
        raise CommandFailed(f"{file} holds no usable contact.", "Nothing was replaced.")


def _read(file: Path, source: str) -> ContactFile:
    from datev_connector.app.contact_files import ContactFileError, read_contact_file
    from datev_connector.domain.contacts import Source

    try:
        return read_contact_file(file, Source(source))
    except ContactFileError as fault:
        raise CommandFailed(f"{file}: {fault}.", "Nothing was replaced.") from fault


def _load(
    session: Session, store: Store, settings: Settings, found: ContactFile
) -> dict[str, dict[str, int]]:
    from datev_connector.app import office

    plan = office.dial_plan(settings)
    before = {state.source: state.contacts for state in store.contacts.sources()}
    loaded = {}
    for source, people in found.contacts.items():
        with store.contacts.load(source, plan, session.now()) as load:
            for contact in with_progress(people, len(people), f"Importing {source.value}"):
                load.add(contact)
        loaded[source.value] = {
            "contacts": load.contacts,
            "numbers": load.numbers,
            "replaced": before.get(source, 0),
        }
    while store.contacts.sweep():
        pass
    return loaded


def _import_json(
    file: Path, found: ContactFile, loaded: dict[str, dict[str, int]]
) -> dict[str, Any]:
    return {
        "file": str(file),
        "imported": loaded,
        "refused": [_remark_json(refusal) for refusal in found.refused],
        "hints": [_remark_json(hint) for hint in found.hints],
        "unused_columns": list(found.unused_columns),
    }


def _remark_json(remark: Hint | Refusal) -> dict[str, Any]:
    return {"line": remark.line, "field": remark.field, "reason": remark.reason}


def _tell_import(found: ContactFile, loaded: dict[str, dict[str, int]]) -> None:
    for source, counts in loaded.items():
        people, numbers = plural(counts["contacts"], "contact"), plural(counts["numbers"], "number")
        replaced = counts["replaced"]
        instead = f", in place of {plural(replaced, 'contact')}" if replaced else ""
        click.echo(f"{source}: {people} with {numbers}{instead}")
    if found.unused_columns:
        say(f"Columns that mean nothing here: {', '.join(found.unused_columns)}")
    _tell_remarks("Left out", found.refused)
    _tell_remarks("Taken, but look", found.hints)


def _tell_remarks(heading: str, remarks: Sequence[Hint | Refusal]) -> None:
    if remarks:
        say(f"{heading} ({len(remarks)}):")
    for remark in remarks[:SHOWN_REMARKS]:
        say(f"  {remark}")
    if len(remarks) > SHOWN_REMARKS:
        say(f"  and {len(remarks) - SHOWN_REMARKS} more; --json names them all")


# --- sync -----------------------------------------------------------------------------------------


@contacts.command(short_help="Fetch contacts (not in this version yet).")
@common_options
def sync() -> None:
    """Fetch contacts from DATEV and STARFACE: not in this version yet."""
    raise CommandFailed(
        "This version cannot fetch contacts yet.",
        "Export them and use: contacts import FILE.",
    )


# --- search ---------------------------------------------------------------------------------------


@contacts.command(short_help="Find contacts by name, client number or number.")
@click.argument("text")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@json_option
@common_options
@pass_session
def search(session: Session, text: str, limit: int, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Find contacts by the beginning of names, by client number, or by a part of a number."""
    if not text.strip():
        raise click.UsageError("Give some text to search for.")
    with session.log("command"), session.store() as store:
        found = store.contacts.search(text, limit)
    if as_json:
        print_json([_contact_json(contact) for contact in found])
    elif found:
        print_table(
            ("NAME", "CLIENT", "SOURCE", "ID", "NUMBERS"), [_contact_row(each) for each in found]
        )
    else:
        say("No contact fits.")


def _contact_json(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.ref.id,
        "source": contact.ref.source.value,
        "name": contact.name,
        "kind": contact.kind.value,
        "active": contact.active,
        "client_number": contact.client_number,
        "numbers": [
            {
                "number": number.number,
                "standardised": number.standardised,
                "medium": number.medium.value,
                "note": number.note,
                "main": number.main,
            }
            for number in contact.numbers
        ],
    }


def _contact_row(contact: Contact) -> tuple[str, ...]:
    numbers = [
        number.number + ("" if number.medium == "phone" else f" ({number.medium.value})")
        for number in contact.numbers
    ]
    name = contact.name if contact.active else f"{contact.name} (no longer active)"
    ref = contact.ref
    return name, contact.client_number, ref.source.value, ref.id, ", ".join(numbers)
