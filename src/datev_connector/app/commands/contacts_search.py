"""`contacts search`: who is in the contact index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import print_json, print_table
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.domain.contacts import Contact


@click.command(short_help="Find contacts by name, client number or number.")
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
        "client_state": contact.client_state.value,
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
