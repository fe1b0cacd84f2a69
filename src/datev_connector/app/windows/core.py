"""The core behind the windows: profile, store and connector, on the thread of the core."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.session import Session
from datev_connector.app.running.assembly import connector_of
from datev_connector.app.running.bundling import write_bundle_of
from datev_connector.app.running.console import Console
from datev_connector.app.running.instance import AlreadyRunning, only_instance
from datev_connector.app.running.wiring import Connector
from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.desktop.ports import Refused
from datev_connector.domain.wording import worded
from datev_connector.engine import News
from datev_connector.store.store import Store


@dataclass(frozen=True, slots=True)
class Opened:
    """What the ports of the windows stand on. Belongs to the thread of the core."""

    connector: Connector
    store: Store


class Core:
    """Opens the profile and runs its connector until told to stop."""

    def __init__(
        self,
        session: Session,
        tell: Callable[[News], None],
        *,
        stream: Callable[[], None] | None = None,
    ) -> None:
        """`tell` is called on the thread of the core.

        `stream`: events and commands as well; it is called, on that thread, when the program is to
        end. The end comes by `stop`: windows may still hold what was typed a moment ago.
        """
        self._session = session
        self._tell = tell
        self._stream = stream
        self._stop = asyncio.Event()  # one that is set before the thread runs counts as well
        self.thread = CoreThread(self._main)
        self.opened: Future[Opened] = Future()
        """Fails with `Refused` where the profile cannot be used."""

    def stop(self) -> None:
        """Begin the orderly end; whatever was handed over before is done first."""
        self.thread.do(self._stop.set)

    async def _main(self) -> None:
        session = self._session
        try:
            session.profile.prepare()
            with only_instance(session.profile.lock_file, session.now()), session.store() as store:
                await self._serve(store, self._stop)
        except AlreadyRunning as other:
            text = worded("The connector does not start: {reason}.", reason=str(other))
            self._cannot_open(Refused(text))
        except CommandFailed as fault:
            self._cannot_open(Refused(fault.what, fault.remedy))
        except OSError as fault:
            reason = fault.strerror or str(fault)
            text = worded("The profile folder cannot be used: {reason}.", reason=reason)
            self._cannot_open(Refused(text))

    def _cannot_open(self, refusal: Refused) -> None:
        if self.opened.done():
            raise refusal
        self.opened.set_exception(refusal)

    async def _serve(self, store: Store, stop: asyncio.Event) -> None:
        if self._stream is None:
            connector = connector_of(self._session, store, self._tell)
            self.opened.set_result(Opened(connector, store))
            await connector.run_until(stop)
            return
        console = Console(descriptor=sys.stdout.fileno(), now=self._session.now)
        try:
            await self._serve_both(console, self._stream, store, stop)
        finally:
            console.close()

    async def _serve_both(
        self, console: Console, ending: Callable[[], None], store: Store, stop: asyncio.Event
    ) -> None:
        def tell(news: News) -> None:
            console.tell(news)
            self._tell(news)

        connector = connector_of(self._session, store, tell)
        self.opened.set_result(Opened(connector, store))
        async with asyncio.TaskGroup() as group:
            commands = group.create_task(
                console.obey(
                    connector.engine,
                    store.contacts.contact,
                    connector.log,
                    partial(write_bundle_of, self._session, store, connector),
                ),
                name="commands",
            )
            waiting = group.create_task(_when_set(console.quit, ending), name="quit")
            await connector.run_until(stop)
            commands.cancel()
            waiting.cancel()


async def _when_set(event: asyncio.Event, act: Callable[[], None]) -> None:
    await event.wait()
    act()
