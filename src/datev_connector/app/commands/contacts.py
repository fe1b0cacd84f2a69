"""`contacts`: fill and search the contact index."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import plural, print_json, print_table, with_progress
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.contact_files import ContactFile
    from datev_connector.app.settings import Settings
    from datev_connector.domain.contacts import Contact
    from datev_connector.store.store import Store

SHOWN_REFUSALS = 20
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
def import_(session: Session, file: Path, source: str, as_json: bool) -> None:  # noqa: FBT001
    """Take contacts from FILE, CSV or vCard.

    The contacts of every source that occurs in the file replace those that were there. Lines that
    cannot be used are reported and left out; if none can be used, nothing is replaced.
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
    loaded = {}
    for source, people in found.contacts.items():
        with store.contacts.load(source, plan, session.now()) as load:
            for contact in with_progress(people, len(people), f"Importing {source.value}"):
                load.add(contact)
        loaded[source.value] = {"contacts": load.contacts, "numbers": load.numbers}
    while store.contacts.sweep():
        pass
    return loaded


def _import_json(
    file: Path, found: ContactFile, loaded: dict[str, dict[str, int]]
) -> dict[str, Any]:
    return {
        "file": str(file),
        "imported": loaded,
        "refused": [
            {"line": refusal.line, "field": refusal.field, "reason": refusal.reason}
            for refusal in found.refused
        ],
        "unused_columns": list(found.unused_columns),
    }


def _tell_import(found: ContactFile, loaded: dict[str, dict[str, int]]) -> None:
    for source, counts in loaded.items():
        people, numbers = plural(counts["contacts"], "contact"), plural(counts["numbers"], "number")
        click.echo(f"{source}: {people} with {numbers}")
    if found.unused_columns:
        say(f"Columns that mean nothing here: {', '.join(found.unused_columns)}")
    if found.refused:
        say(f"Left out ({len(found.refused)}):")
        for refusal in found.refused[:SHOWN_REFUSALS]:
            say(f"  {refusal}")
        if len(found.refused) > SHOWN_REFUSALS:
            say(f"  and {len(found.refused) - SHOWN_REFUSALS} more; --json names them all")


# --- sync -----------------------------------------------------------------------------------------


@contacts.command()
@common_options
@pass_session
def sync(session: Session) -> None:
    """Fetch contacts from DATEV and STARFACE."""
    settings = session.settings
    wanted = []
    if settings.datev.contacts != "none":
        wanted.append(f"DATEV master data (datev.contacts = {settings.datev.contacts.value})")
    if settings.starface.host:
        wanted.append(f"the address book of STARFACE at {settings.starface.host}")
    if not wanted:
        raise CommandFailed(
            "No source of contacts is configured.",
            "Set datev.contacts or starface.host, or use `contacts import FILE`.",
        )
    raise CommandFailed(
        f"Configured: {' and '.join(wanted)}; this version can reach none of them.",
        "Export the contacts there and use `contacts import FILE`.",
    )


# --- search ---------------------------------------------------------------------------------------


@contacts.command()
@click.argument("text")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@json_option
@common_options
@pass_session
def search(session: Session, text: str, limit: int, as_json: bool) -> None:  # noqa: FBT001
    """Find contacts by the beginning of names, by client number, or by a part of a number."""
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
