"""`outbox`: what DATEV has not confirmed yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

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
    from datev_connector.domain.outbox import JournalEntry


@click.group()
@common_options
def outbox() -> None:
    """What DATEV has not confirmed yet."""


@outbox.command("list", short_help="Show the journal entries on their way to DATEV.")
@json_option
@common_options
@pass_session
def list_(session: Session, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Show the journal entries on their way to DATEV, in the order in which they go out."""
    with session.log("command"), session.store() as store:
        entries = store.outbox.open_entries()
    if as_json:
        print_json([_entry_json(entry) for entry in entries])
    elif entries:
        headings = ("NO", "MADE", "CALL BEGAN", "NUMBER", "NAME", "STATE", "TRIED", "NEXT TRY")
        print_table(headings, [_row(entry) for entry in entries])
    else:
        say("The outbox is empty: DATEV has confirmed everything.")


@outbox.command(short_help="Have everything tried again without delay.")
@json_option
@common_options
@pass_session
def retry(session: Session, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Have everything tried again without delay: by the running connector, or by the next one."""
    from datev_connector.app.requests_by_file import Request
    from datev_connector.app.running.instance import AlreadyRunning, only_instance

    with session.log("command"), session.store() as store:
        try:
            # A running connector has the entries in its hands: who else changed them could
            # undo a confirmation, and DATEV would get the entry twice.
            with only_instance(session.profile.lock_file, session.now()):
                entries = store.outbox.open_entries()
                for entry in entries:
                    if entry.not_before is not None:
                        store.outbox.save(replace(entry, not_before=None, changed_at=session.now()))
            running = False
        except AlreadyRunning:
            entries = store.outbox.open_entries()
            Request.RETRY.ask(session.profile)
            running = True
    if as_json:
        print_json({"entries": len(entries), "running": running})
        return
    who = "the running connector" if running else "the next start of the connector"
    entries_text = plural(len(entries), "entry")
    click.echo(f"{entries_text}: {who} tries at once." if entries else "The outbox is empty.")


def _entry_json(entry: JournalEntry) -> dict[str, Any]:
    record = entry.record
    return {
        "position": entry.position,
        "call": entry.call,
        "call_id": record.call_id,
        "state": entry.state.value,
        "attempts": entry.attempts,
        "hresult": entry.hresult,
        "created": local_iso(entry.created_at),
        "changed": local_iso(entry.changed_at),
        "not_before": local_iso(entry.not_before),
        "began": local_iso(record.begin),
        "ended": local_iso(record.end),
        "number": record.number,
        "name": record.contact_name,
        "contact": record.contact_id,
        "data_source": record.data_source,
        "note": record.note,
    }


def _row(entry: JournalEntry) -> tuple[str, ...]:
    record = entry.record
    code = f" (0x{entry.hresult & 0xFFFFFFFF:08X})" if entry.hresult else ""
    return (
        str(entry.position),
        local_text(entry.created_at),
        local_text(record.begin),
        record.number or "withheld",
        record.contact_name,
        entry.state.value + code,
        str(entry.attempts),
        local_text(entry.not_before) or "at once",
    )
