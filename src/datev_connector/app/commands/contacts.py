"""`contacts`: fill and search the contact index."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datev_connector.app.commands.failures import CommandFailed, SettingsInvalid
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import (
    plural,
    print_json,
    print_table,
    progress_line,
    with_progress,
)
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.contact_files import ContactFile, Hint, Refusal
    from datev_connector.app.settings import Settings
    from datev_connector.domain.contacts import Contact, Source
    from datev_connector.starface.address_book.book import AddressBook
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
            loaded = _load(session, store, settings, found.contacts)
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
    session: Session,
    store: Store,
    settings: Settings,
    contacts: Mapping[Source, Sequence[Contact]],
) -> dict[str, dict[str, int]]:
    from datev_connector.app import office

    plan = office.dial_plan(settings)
    before = {state.source: state.contacts for state in store.contacts.sources()}
    loaded = {}
    for source, people in contacts.items():
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
    _tell_loaded(loaded)
    if found.unused_columns:
        say(f"Columns that mean nothing here: {', '.join(found.unused_columns)}")
    _tell_remarks("Left out", found.refused)
    _tell_remarks("Taken, but look", found.hints)


def _tell_loaded(loaded: dict[str, dict[str, int]]) -> None:
    for source, counts in loaded.items():
        people, numbers = plural(counts["contacts"], "contact"), plural(counts["numbers"], "number")
        replaced = counts["replaced"]
        instead = f", in place of {plural(replaced, 'contact')}" if replaced else ""
        click.echo(f"{source}: {people} with {numbers}{instead}")


def _tell_remarks(heading: str, remarks: Sequence[Hint | Refusal]) -> None:
    if remarks:
        say(f"{heading} ({len(remarks)}):")
    for remark in remarks[:SHOWN_REMARKS]:
        say(f"  {remark}")
    if len(remarks) > SHOWN_REMARKS:
        say(f"  and {len(remarks) - SHOWN_REMARKS} more; --json names them all")


# --- sync -----------------------------------------------------------------------------------------

NO_DATEV = (
    "This version cannot fetch contacts from DATEV yet: export them and use contacts import FILE."
)


@contacts.command(short_help="Fetch the address book of the PBX.")
@json_option
@common_options
@pass_session
def sync(session: Session, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Fetch the address book of the STARFACE PBX into the contact index.

    It takes the place of all contacts of the source `starface` once it is there as a whole; until
    then, and if anything goes wrong, the old ones stay. A running connector does the same by itself
    every few hours. Contacts of DATEV cannot be fetched yet.
    """
    settings = session.settings
    with session.log("command"), session.store() as store:
        book = _fetch(session, store)
        if not book.contacts:
            raise CommandFailed("The PBX shows this user no contacts.", "Nothing was replaced.")
        from datev_connector.domain.contacts import Source

        loaded = _load(session, store, settings, {Source.STARFACE: book.contacts})
    if as_json:
        result = {"fetched": loaded, "left_out": book.left_out, "not_fetched": {"datev": NO_DATEV}}
        print_json(result)
        return
    _tell_loaded(loaded)
    if book.left_out:
        say(f"Left out: {plural(book.left_out, 'entry')} without a name or a usable id.")
    say(f"datev: {NO_DATEV}")


def _fetch(session: Session, store: Store) -> AddressBook:
    """Read the address book of the PBX. Raises CommandFailed."""
    import asyncio

    from datev_connector.app import office
    from datev_connector.app.running.trusted import StoredPins
    from datev_connector.app.secrets import SecretKind
    from datev_connector.app.settings import missing_for_run
    from datev_connector.starface.address_book.book import read_address_book
    from datev_connector.starface.sign_in.credentials import Credentials
    from datev_connector.starface.trouble import LinkTrouble

    found = missing_for_run(session.settings, source=str(session.profile.settings_file))
    missing = [problem for problem in found if problem.key.startswith("starface.")]
    if missing:
        raise SettingsInvalid(missing)
    section = session.settings.starface
    password, client = (
        session.secret(kind, host=section.host, login=section.login)
        for kind in (SecretKind.STARFACE_PASSWORD, SecretKind.CLIENT_SECRET)
    )
    if not password.found:
        raise CommandFailed(f"No password: {password.reason}.", "Nothing was replaced.")

    async def read() -> AddressBook:
        credentials = Credentials(
            office.starface_options(session.settings),
            password.value,
            client_secret=client.value,
            pins=StoredPins(store.pins),
            now=session.now,
        )
        with progress_line() as line:
            try:
                return await read_address_book(
                    credentials,
                    progress=lambda page, of, contacts: line.show(
                        f"Reading page {page} of {of}: {plural(contacts, 'contact')}"
                    ),
                )
            finally:
                await credentials.close()

    try:
        return asyncio.run(read())
    except LinkTrouble as failed:
        told = failed.trouble.complaint
        raise CommandFailed(told.reason, f"{told.remedy} Nothing was replaced.".strip()) from failed


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
