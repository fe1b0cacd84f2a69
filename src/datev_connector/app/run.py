"""`run`: opens the profile, wires the rooms and keeps the connector going until told to stop."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.running.assembly import connector_of, settle_memory
from datev_connector.app.running.bundling import write_bundle_of
from datev_connector.app.running.console import Console
from datev_connector.app.running.instance import AlreadyRunning, only_instance
from datev_connector.app.running.level_back import take_back_by_itself
from datev_connector.app.running.policy_following import PolicyFollowing
from datev_connector.app.running.policy_watch import PolicyWatch
from datev_connector.app.running.stopping import stop_on_signals

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.store.store import Store


def run_command(session: Session) -> int:
    """Run the connector of the session's profile without windows; return the exit code."""
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
    connector = connector_of(session, store, console.tell)
    take_back_by_itself(session)
    settle_memory()
    following = PolicyFollowing(session, connector, console.tell)
    watch = PolicyWatch(
        session.read_policies,
        following.changed,
        known=session.policies,
        file=session.profile.settings_file,
    )
    async with asyncio.TaskGroup() as group:
        policies = group.create_task(watch.run(), name="policies")
        commands = group.create_task(
            console.obey(
                connector.engine,
                store.contacts.contact,
                connector.log,
                partial(write_bundle_of, session, store, connector),
            ),
            name="commands",
        )
        with stop_on_signals(console.quit):
            await connector.run_until(console.quit)
        commands.cancel()
        policies.cancel()
