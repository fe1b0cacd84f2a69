"""Writes a support bundle of a running connector, for whoever asks by the stream."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from datev_connector.app.commands.session import Session
    from datev_connector.app.running.wiring import Connector
    from datev_connector.store.store import Store


async def write_bundle_of(session: Session, store: Store, connector: Connector, file: Path) -> None:
    """Write it beside the calls, into a file that is not there yet. Raises OSError.

    No examination is made for it. What packs it is loaded when it is first wanted.
    """
    from datev_connector.app.support_bundle.bundle import write_bundle
    from datev_connector.app.support_bundle.gathered import gathering

    gathered = gathering(
        store,
        connector.engine,
        profile=session.profile,
        loaded=session.loaded,
        findings=(),
        now=session.now,
    )
    secrets = connector.passwords.all
    await asyncio.to_thread(lambda: write_bundle(file, gathered(secrets)))
