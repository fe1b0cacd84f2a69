"""`run`: opens the profile, wires the rooms and keeps the connector going until told to stop."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.running.console import Console
from datev_connector.app.running.instance import AlreadyRunning, only_instance
from datev_connector.app.running.stopping import stop_on_signals
from datev_connector.app.running.wiring import Connector
from datev_connector.app.secrets import SecretKind
from datev_connector.domain.effects import TellUser
from datev_connector.engine import News

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.store.store import Store

GARBAGE_THRESHOLD = 20_000
"""New objects before the collector looks for circles; a call makes some hundred."""


def run_command(session: Session, *, headless: bool) -> int:
    """Run the connector of the session's profile; return the exit code."""
    if not headless:
        raise CommandFailed(
            "This version has no windows yet.",
            "Start it with --headless: events come on standard output, commands go to its input.",
        )
    session.profile.prepare()
    try:
        with only_instance(session.profile.lock_file, session.now()), session.store() as store:
            return asyncio.run(_run(session, store))
    except AlreadyRunning as other:
        raise CommandFailed(f"The connector does not start: {other}.") from other
    except KeyboardInterrupt:
        return 0


async def _run(session: Session, store: Store) -> int:
    console = Console(descriptor=sys.stdout.fileno(), now=session.now)
    try:
        await _connect(session, store, console)
    finally:
        console.close()
    return 0


async def _connect(session: Session, store: Store, console: Console) -> None:
    section = session.settings.starface
    password = session.secret(SecretKind.STARFACE_PASSWORD, host=section.host, login=section.login)
    if not password.found:
        console.tell(News(session.now(), TellUser(f"No password: {password.reason}")))
    client = session.secret(SecretKind.CLIENT_SECRET, host=section.host, login=section.login)
    connector = Connector(
        profile=session.profile,
        settings=session.settings,
        store=store,
        password=password.value,
        client_secret=client.value,
        datev_password=session.datev_password(),
        now=session.now,
        listener=console.tell,
    )
    # What is there by now stays to the end: the collector need not look at it for each call, nor
    # as often as for a program that makes much and soon forgets it.
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    async with asyncio.TaskGroup() as group:
        commands = group.create_task(
            console.obey(connector.engine, store.contacts.contact), name="commands"
        )
        with stop_on_signals(console.quit):
            await connector.run_until(console.quit)
        commands.cancel()
