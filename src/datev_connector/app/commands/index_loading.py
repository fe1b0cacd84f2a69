"""Puts whole sources of contacts into the index, with progress, and says what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypeAlias

import click

from datev_connector.app.commands.output import plural, with_progress

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.domain.contacts import Contact, Source
    from datev_connector.store.store import Store

Loaded: TypeAlias = dict[str, dict[str, int]]
"""By source: `contacts` and `numbers` of now, `replaced`: contacts of before."""


def load_all(
    session: Session, store: Store, contacts: Mapping[Source, Collection[Contact]]
) -> Loaded:
    """Put these contacts in the place of all others of their sources."""
    from datev_connector.app import office

    plan = office.dial_plan(session.settings)
    before = {state.source: state.contacts for state in store.contacts.sources()}
    loaded: Loaded = {}
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


def tell_loaded(loaded: Loaded) -> None:
    """Say how many contacts there are now."""
    for source, counts in loaded.items():
        people, numbers = plural(counts["contacts"], "contact"), plural(counts["numbers"], "number")
        replaced = counts["replaced"]
        instead = f", in place of {plural(replaced, 'contact')}" if replaced else ""
        click.echo(f"{source}: {people} with {numbers}{instead}")
