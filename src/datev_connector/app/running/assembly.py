"""Makes the connector of a profile: what settings, keyring and store hold, put together."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from datev_connector.app.running.wiring import Connector
from datev_connector.app.secrets import SecretKind
from datev_connector.domain.effects import TellUser
from datev_connector.domain.wording import sentence, worded
from datev_connector.engine import News

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.store.store import Store

GARBAGE_THRESHOLD = 20_000
"""New objects before the collector looks for circles; a call makes some hundred."""


def connector_of(session: Session, store: Store, listener: Callable[[News], None]) -> Connector:
    """Wire the connector; `listener` hears on the loop what is missing, and all that happens."""
    section = session.settings.starface
    password = session.secret(SecretKind.STARFACE_PASSWORD, host=section.host, login=section.login)
    if section.host and section.login and not password.found:
        text = worded("No password: {reason}", reason=password.reason)
        listener(News(session.now(), TellUser(text)))
    for fault in session.loaded.faults:
        text = worded("A policy cannot be used: {fault}", fault=sentence(str(fault)))
        listener(News(session.now(), TellUser(text)))
    if store.set_aside is not None:
        text = worded(
            "The store was damaged; it was kept as {path} and a new one begun.",
            path=store.set_aside.path,
        )
        listener(News(session.now(), TellUser(text)))
    client = session.secret(SecretKind.CLIENT_SECRET, host=section.host, login=section.login)
    return Connector(
        profile=session.profile,
        settings=session.settings,
        store=store,
        password=password.value,
        client_secret=client.value,
        datev_password=session.datev_password(),
        now=session.now,
        listener=listener,
        log=session.level_watch,
    )


def settle_memory() -> None:
    """What is there by now stays to the end: the collector need not look at it for each call.

    Nor as often as for a program that makes much and soon forgets it. What the start has left over
    goes back to the system.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    give_back()


def give_back() -> None:
    """Have the allocator return what it does not need; other systems' do so by themselves."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another library than glibc
            ctypes.CDLL(None).malloc_trim(0)
