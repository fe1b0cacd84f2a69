"""The composition root: the only place that knows every concrete class."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING

from datev_connector.app import office, retry_request
from datev_connector.app.running.contact_legs import contact_reports
from datev_connector.app.running.record import log_of
from datev_connector.app.running.trusted import StoredPins
from datev_connector.app.settings import DatevLink
from datev_connector.datev.absent import NoDatev
from datev_connector.datev.link import SimulatorLink
from datev_connector.domain import inputs
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.rules import CallRules
from datev_connector.engine import Engine
from datev_connector.starface.adapter import StarfacePbx
from datev_connector.starface.options import StarfaceOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from datev_connector.app.folders import Profile
    from datev_connector.app.settings import Settings
    from datev_connector.engine.news import News
    from datev_connector.engine.ports import Datev, Pbx
    from datev_connector.store.store import Store

HOUSEKEEPING_S = 5.0
"""How often requests from other processes are looked for and the store is tidied."""
TIDY_PAUSE_S = 0.05
"""Between two pieces of tidying, so that a call is never kept waiting."""

_log = logging.getLogger(__name__)


class Connector:
    """One running connector: built from settings, run until stopped."""

    def __init__(
        self,
        *,
        profile: Profile,
        settings: Settings,
        store: Store,
        password: str,
        now: Callable[[], datetime],
        listener: Callable[[News], None],
    ) -> None:
        """Wires everything; nothing is connected yet, and the store is handed in open."""
        self._profile = profile
        self._store = store
        self._now = now
        plan = office.dial_plan(settings)
        station, run = store.begin_run()
        desk = CallDesk(
            rules=call_rules(settings), plan=plan, ids=IdSequence(station=station, run=run)
        )

        def tell(news: News) -> None:
            log_of(news)
            listener(news)

        self.engine = Engine(
            desk=desk, memory=store, index=store.contacts, plan=plan, now=now, listener=tell
        )
        self._plan = plan
        self._pbx = self._starface(settings, password)
        self._datev = self._datev_link(settings)

    async def run_until(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. A fault that no room can handle ends the program with it."""
        self._reindex()
        for report in contact_reports(self._store.contacts.sources(), self._now()):
            self.engine.feed(inputs.LegChanged(at=report.since, report=report))
        async with asyncio.TaskGroup() as group:
            running = [
                group.create_task(self.engine.run(self._pbx, self._datev), name="engine"),
                group.create_task(self._keep_house(), name="housekeeping"),
            ]
            await stop.wait()
            for task in running:
                task.cancel()

    def _reindex(self) -> None:
        if self._store.contacts.outdated(self._plan):
            _log.info("the dial plan has changed: the contact index is made anew")
            for _ in self._store.contacts.reindexing(self._plan):
                pass

    async def _keep_house(self) -> None:
        while True:
            more = False
            try:
                if retry_request.take(self._profile):
                    self.engine.feed(inputs.OutboxRetried(at=self._now()))
                more = self._store.tidy()
            except OSError as fault:
                # A full disk or a busy store is reported where calls are saved.
                _log.warning("housekeeping waits: %s", fault)
            await asyncio.sleep(TIDY_PAUSE_S if more else HOUSEKEEPING_S)

    def _starface(self, settings: Settings, password: str) -> Pbx:
        section = settings.starface
        options = StarfaceOptions(
            host=section.host,
            https_port=section.https_port,
            login=section.login,
            encrypted=section.encrypted,
            verify_certificate=section.verify_certificate.value,
            transport=section.transport.value,
            events=section.events.value,
            callback_host=section.callback_host,
            callback_port=section.callback_port,
            uci_version=section.uci_version.value,
            sign_in=section.sign_in.value,
        )
        return StarfacePbx(
            options,
            password,
            pins=StoredPins(self._store.pins),
            emit=self.engine.feed,
            now=self._now,
            jitter=random.random,
        )

    def _datev_link(self, settings: Settings) -> Datev:
        if settings.datev.link is not DatevLink.SIMULATOR:
            return NoDatev(emit=self.engine.feed, now=self._now)
        return SimulatorLink(
            settings.datev.simulator_address,
            emit=self.engine.feed,
            on_dial=self.engine.dial_from_datev,
            on_drop=self.engine.drop_from_datev,
            now=self._now,
            local_zone=None,
        )


def call_rules(settings: Settings) -> CallRules:
    """Return the section `[calls]` in the domain's terms."""
    section = settings.calls
    return CallRules(
        transfer_automatically=section.transfer_automatically,
        only_datev_matches=section.only_datev_matches,
        skip_internal=section.skip_internal,
        only_answered=section.only_answered,
        open_window=section.open_window,
        hide_internal=section.hide_internal,
        prefer_datev=section.prefer_datev,
        first_best_contact=section.first_best_contact,
        close_after_call=section.close_after_call,
    )
