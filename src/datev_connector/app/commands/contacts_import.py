"""`contacts import`: contacts from a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.index_loading import Loaded, load_all, tell_loaded
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import print_json
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.contact_files import ContactFile, Hint, Refusal

SHOWN_REMARKS = 20
"""A person reads no more; --json has them all."""


@click.command("import")
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
    # Settings that cannot be used end the command before the minutes that a large file takes.
    _ = session.settings
    if sys.stderr.isatty():
        say(f"Reading {file} ...")
    found = _read(file, source)
    loaded = _load(session, file, found) if found.contacts else {}
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


def _load(session: Session, file: Path, found: ContactFile) -> Loaded:
    from datev_connector.app.contact_files import ContactFileError

    try:
        with session.log("command"), session.store() as store:
            return load_all(session, store, found.contacts)
    except ContactFileError as fault:
        raise CommandFailed(f"{file}: {fault}.", "What was there before stays.") from fault


def _import_json(file: Path, found: ContactFile, loaded: Loaded) -> dict[str, Any]:
    return {
        "file": str(file),
        "imported": loaded,
        "refused": [_remark_json(refusal) for refusal in found.refused],
        "hints": [_remark_json(hint) for hint in found.hints],
        "unused_columns": list(found.unused_columns),
    }


def _remark_json(remark: Hint | Refusal) -> dict[str, Any]:
    return {"line": remark.line, "field": remark.field, "reason": remark.reason}


def _tell_import(found: ContactFile, loaded: Loaded) -> None:
    tell_loaded(loaded)
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
