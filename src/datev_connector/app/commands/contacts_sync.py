"""`contacts sync`: contacts from the PBX and from DATEV."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.index_loading import Loaded, load_all, tell_loaded
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import plural, print_json
from datev_connector.app.commands.session import say

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.store.store import Store

PLACES = ("starface", "datev")
KEPT = "What could not be read stays as it was."


@dataclass(slots=True)
class Result:
    """What came of all that was wanted."""

    fetched: Loaded = field(default_factory=dict)
    left_out: int = 0
    hints: list[str] = field(default_factory=list)
    not_fetched: dict[str, str] = field(default_factory=dict)
    """By place: why there was nothing to fetch, or why it failed."""
    failed: bool = False


@click.command(short_help="Fetch contacts from the PBX and from DATEV.")
@click.option(
    "--from",
    "wanted",
    type=click.Choice(["all", *PLACES]),
    default="all",
    show_default=True,
    help="Whose contacts.",
)
@click.option(
    "--anew", is_flag=True, help="Fetch everything from DATEV, not only what has changed."
)
@json_option
@common_options
@pass_session
def sync(session: Session, wanted: str, anew: bool, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Fetch the address book of the STARFACE PBX and the master data of DATEV.

    What is fetched takes the place of the old contacts of its source once it is there as a whole;
    until then, and if anything goes wrong, the old ones stay. A running connector does the same by
    itself. From DATEVconnect only what has changed is fetched, unless --anew is given; a fetch that
    broke off is gone on with.
    """
    result = Result()
    with session.log("command"), session.store() as store:
        if wanted != "datev":
            _from_pbx(session, store, result)
        if wanted != "starface":
            _from_datev(session, store, result, anew=anew)
        while store.contacts.sweep():
            pass
    if as_json:
        print_json(_as_json(result))
    else:
        _tell(result)
    if result.failed:
        reasons = " ".join(f"{place}: {reason}" for place, reason in result.not_fetched.items())
        raise CommandFailed(f"{reasons} {KEPT}")


def _from_pbx(session: Session, store: Store, result: Result) -> None:
    from datev_connector.app.commands.pbx_fetching import fetch_address_book
    from datev_connector.domain.contacts import Source

    try:
        book = fetch_address_book(session, store)
        if not book.contacts:
            raise CommandFailed("The PBX shows this user no contacts.")
    except CommandFailed as failed:
        result.failed = True
        result.not_fetched["starface"] = failed.message
        return
    result.fetched |= load_all(session, store, {Source.STARFACE: book.contacts})
    result.left_out += book.left_out
    if book.left_out:
        entries = plural(book.left_out, "entry")
        result.hints.append(f"Left out: {entries} without a name or a usable id.")


def _from_datev(session: Session, store: Store, result: Result, *, anew: bool) -> None:
    from datev_connector.app.commands.datev_fetching import fetch_master_data, held
    from datev_connector.app.running.master_data_ways import NOT_FOUND, NOT_WANTED
    from datev_connector.datev.master_data.trouble import MasterDataTrouble

    before = held(store)
    try:
        way, outcome = fetch_master_data(session, store, anew=anew)
    except MasterDataTrouble as failed:
        trouble = failed.trouble
        result.failed = result.failed or trouble not in (NOT_FOUND, NOT_WANTED)
        result.not_fetched["datev"] = f"{trouble.reason} {trouble.remedy}".strip()
        return
    after = held(store)
    result.fetched |= {
        source: counts | {"replaced": before.get(source, {}).get("contacts", 0)}
        for source, counts in after.items()
    }
    result.left_out += outcome.left_out
    read = f"{way}: {plural(outcome.fetched, 'contact')} read, {outcome.removed} removed"
    result.hints.append(f"{read} ({outcome.grade}).")
    if outcome.left_out:
        result.hints.append(f"Left out: {plural(outcome.left_out, 'addressee')} of DATEV.")
    if outcome.clients is not None:
        result.hints.append(f"The client numbers could not be read. {outcome.clients.reason}")


def _as_json(result: Result) -> dict[str, Any]:
    return {
        "fetched": result.fetched,
        "left_out": result.left_out,
        "not_fetched": result.not_fetched,
        "hints": result.hints,
    }


def _tell(result: Result) -> None:
    tell_loaded(result.fetched)
    for hint in result.hints:
        say(hint)
    if not result.failed:
        for place, reason in result.not_fetched.items():
            say(f"{place}: {reason}")
