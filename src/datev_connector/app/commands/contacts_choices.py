"""`contacts choices`, `choose` and `forget`: what people taught about numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import (
    local_iso,
    local_text,
    plural,
    print_json,
    print_table,
)
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.domain.contacts import Contact
    from datev_connector.domain.numbers import Number
    from datev_connector.store.choices import LearnedChoice
    from datev_connector.store.store import Store

SOURCES: Final = ("datev", "institution", "starface")


@click.command(short_help="Show or forget whom numbers were said to be.")
@click.option("--forget-all", is_flag=True, help="Forget every choice.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@common_options
@pass_session
def choices(session: Session, forget_all: bool, yes: bool, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Show whom people have chosen for numbers; such a choice answers where one would be asked."""
    if yes and not forget_all:
        raise click.UsageError("--yes goes with --forget-all.")
    with session.log("command"), session.store() as store:
        learned = store.choices.list()
        if forget_all:
            if learned and not yes:
                what = plural(len(learned), "learned choice")
                click.confirm(f"Forget {what}?", abort=True, err=True)
            _forget(session, store, [choice.e164 for choice in learned])
            found = []
        else:
            found = [(choice, store.contacts.contact(choice.ref)) for choice in learned]
    if forget_all:
        _tell_forgotten(learned, as_json=as_json)
    elif as_json:
        print_json([_choice_json(choice, contact) for choice, contact in found])
    elif found:
        headings = ("NUMBER", "NAME", "CLIENT", "SOURCE", "ID", "SINCE")
        print_table(headings, [_row(choice, contact) for choice, contact in found])
    else:
        say("Nothing was learned yet.")


@click.command(short_help="Say who calls from a number.")
@click.argument("number")
@click.argument("contact", metavar="ID")
@click.option(
    "--source",
    type=click.Choice(SOURCES),
    default="datev",
    show_default=True,
    help="Whose id it is.",
)
@json_option
@common_options
@pass_session
def choose(session: Session, number: str, contact: str, source: str, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Say that calls from NUMBER are the contact ID, as if it were chosen during a call.

    `contacts search` shows the ids.
    """
    from datev_connector.domain.contacts import ContactRef, Source
    from datev_connector.domain.effects import SaveChoice
    from datev_connector.store.choices import LearnedChoice

    e164 = _outside(session, number)
    ref = ContactRef(Source(source), contact)
    with session.log("command"), session.store() as store:
        found = store.contacts.contact(ref)
        if found is None:
            raise CommandFailed(
                f"There is no contact {contact!r} of the source {source}.",
                "`contacts search` shows the contacts with source and id.",
            )
        learned = LearnedChoice(e164=e164, ref=ref, at=session.now())
        store.commit([SaveChoice(at=learned.at, e164=e164, ref=ref)])
        stronger = _stronger(session, store, e164, found)
    if as_json:
        print_json(_choice_json(learned, found))
    elif stronger:
        click.echo(f"Learned for {_national(e164)}: {_who(found)}.")
        say(f"It does not count yet: {stronger} is the one contact that fits, and goes before.")
    else:
        click.echo(f"Calls from {_national(e164)} are {_who(found)} from now on.")


@click.command(short_help="Forget whom a number was said to be.")
@click.argument("number")
@json_option
@common_options
@pass_session
def forget(session: Session, number: str, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Forget whom people have chosen for NUMBER, in whatever way it is written."""
    e164 = _outside(session, number)
    with session.log("command"), session.store() as store:
        learned = store.choices.get(e164)
        if learned is not None:
            _forget(session, store, [e164])
    if learned is None:
        what = f"Nothing was learned of {_national(e164)}."
        raise CommandFailed(what, "`contacts choices` shows what was.")
    _tell_forgotten((learned,), as_json=as_json)


def _stronger(session: Session, store: Store, e164: str, chosen: Contact) -> str:
    """Return the name of whoever answers all the same; empty if the choice does."""
    from datev_connector.app import office
    from datev_connector.domain.choice import decide
    from datev_connector.domain.matching import find
    from datev_connector.domain.numbers import read_caller

    plan, rules = office.dial_plan(session.settings), office.contact_rules(session.settings)
    match = find(read_caller(e164, plan), store.contacts, plan)
    person = decide(match, "", rules, chosen.ref, chosen).person
    return "" if person is None or person.ref == chosen.ref else person.name


def _outside(session: Session, text: str) -> str:
    """Return the E.164 form of an outside number. Raises CommandFailed if it is none."""
    from datev_connector.app import office
    from datev_connector.app.commands.given_number import read_given

    number: Number = read_given(text, office.dial_plan(session.settings))
    if number.e164 is None:
        reason = number.reason if text.strip() else "is empty"
        raise CommandFailed(
            f"The number {text!r} {reason}.", "Choices are learned for outside numbers."
        )
    return number.e164


def _forget(session: Session, store: Store, numbers: list[str]) -> None:
    from datev_connector.domain.effects import SaveChoice

    store.commit([SaveChoice(at=session.now(), e164=e164, ref=None) for e164 in numbers])


def _tell_forgotten(learned: tuple[LearnedChoice, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"forgotten": [choice.e164 for choice in learned]})
    elif len(learned) == 1:
        click.echo(f"Forgotten: {_national(learned[0].e164)}.")
    else:
        click.echo(f"Forgotten: {plural(len(learned), 'choice')}.")


def _choice_json(choice: LearnedChoice, contact: Contact | None) -> dict[str, Any]:
    return {
        "e164": choice.e164,
        "number": _national(choice.e164),
        "id": choice.ref.id,
        "source": choice.ref.source.value,
        "since": local_iso(choice.at),
        "in_index": contact is not None,
        "name": contact.name if contact else None,
        "client_number": contact.client_number if contact else None,
        "active": contact.active if contact else None,
    }


def _row(choice: LearnedChoice, contact: Contact | None) -> tuple[str, ...]:
    ref = choice.ref
    name = _who(contact) if contact else "(no longer in the index)"
    client = contact.client_number if contact else ""
    since = local_text(choice.at)
    return _national(choice.e164), name, client, ref.source.value, ref.id, since


def _who(contact: Contact) -> str:
    return contact.name if contact.active else f"{contact.name} (no longer active)"


def _national(e164: str) -> str:
    from datev_connector.domain.numbers import national_format

    return national_format(e164)
