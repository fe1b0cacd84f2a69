"""The composition root: the only place that knows every concrete class."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING

from datev_connector.app import office, retry_request
from datev_connector.app.running.address_refresh import AddressRefresh
from datev_connector.app.running.contact_legs import contact_reports
from datev_connector.app.running.diary_shelf import StoredDiary
from datev_connector.app.running.herald import Herald
from datev_connector.app.running.master_data_refresh import MasterDataRefresh
from datev_connector.app.running.master_data_ways import MasterDataWays
from datev_connector.app.running.record import log_of
from datev_connector.app.running.standing import LastStanding, StandingFile, unwatched_since
from datev_connector.app.running.trusted import StoredPins
from datev_connector.app.settings import ContactSource, DatevLink
from datev_connector.datev.absent import NoDatev
from datev_connector.datev.link import SimulatorLink
from datev_connector.domain import inputs
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.engine import Engine
from datev_connector.starface.adapter import StarfacePbx
from datev_connector.starface.address_book.book import read_address_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from datev_connector.app.folders import Profile
    from datev_connector.app.settings import Settings
    from datev_connector.engine.news import News
    from datev_connector.engine.ports import Datev
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
        client_secret: str,
        datev_password: str,
        now: Callable[[], datetime],
        listener: Callable[[News], None],
    ) -> None:
        """Wires everything; nothing is connected yet, and the store is handed in open.

        `client_secret` is that of OAuth, `datev_password` that of the user of DATEVconnect; each
        is empty where there is none.
        """
        self._profile = profile
        self._store = store
        self._now = now
        plan = office.dial_plan(settings)
        station, run = store.begin_run()
        desk = CallDesk(
            rules=office.call_rules(settings), plan=plan, ids=IdSequence(station=station, run=run)
        )

        self._herald = Herald(listener, log_of, self._watch_legs)
        self.engine = Engine(
            desk=desk,
            memory=store,
            index=store.contacts,
            plan=plan,
            now=now,
            listener=self._herald.tell,
        )
        self._plan = plan
        self._pbx = self._starface(settings, password, client_secret)
        self._refresh = self._address_refresh()
        self._master_data = self._master_data_refresh(settings, datev_password)
        self._datev = self._datev_link(settings)
        self._standing_file = StandingFile(profile, look=self._standing)

    async def run_until(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. A fault that no room can handle ends the program with it."""
        self._report_contacts()
        async with asyncio.TaskGroup() as group:
            running = [
                group.create_task(self.engine.run(self._pbx, self._datev), name="engine"),
                group.create_task(self._keep_house(), name="housekeeping"),
                group.create_task(self._refresh.run(), name="address book"),
                group.create_task(self._standing_file.keep(), name="standing"),
            ]
            if self._master_data is not None:
                running.append(group.create_task(self._master_data.run(), name="master data"))
            await stop.wait()
            for task in running:
                task.cancel()
        self._herald.tell_now()

    def _standing(self) -> LastStanding:
        return LastStanding(
            at=self._now(),
            legs=tuple(self.engine.legs.values()),
            starface=self._pbx.standing,
        )

    def _report_contacts(self) -> None:
        """Tell how the contact legs are doing; another process may have filled the index."""
        sources = self._store.contacts.sources()
        fresh = None if self._master_data is None else self._master_data.state
        for report in contact_reports(sources, self._now(), self._refresh.state, fresh):
            if not report.says_the_same(self.engine.legs.get(report.leg)):
                self.engine.feed(inputs.LegChanged(at=report.since, report=report))

    async def _reindex(self) -> None:
        """Make the index fit a changed dial plan; until that is done the old one answers."""
        if self._store.contacts.outdated(self._plan):
            _log.info("the dial plan has changed: the contact index is made anew")
            for _ in self._store.contacts.reindexing(self._plan):
                await asyncio.sleep(0)

    async def _keep_house(self) -> None:
        while True:
            more = False
            try:
                await self._reindex()
                self._report_contacts()
                if retry_request.take(self._profile):
                    self.engine.feed(inputs.OutboxRetried(at=self._now()))
                more = self._store.tidy()
            except OSError as fault:
                # A full disk or a busy store is reported where calls are saved.
                _log.warning("housekeeping waits: %s", fault)
            await asyncio.sleep(TIDY_PAUSE_S if more else HOUSEKEEPING_S)

    def _watch_legs(self, news: News) -> None:
        report = news.matter
        if not isinstance(report, LegReport):
            return
        there = report.state is not LegState.DOWN
        if report.leg is Leg.STARFACE:
            self._refresh.pbx_is_there(there)
        elif report.leg is Leg.DATEV and there and self._master_data is not None:
            self._master_data.datev_is_there()

    def _master_data_refresh(self, settings: Settings, password: str) -> MasterDataRefresh | None:
        """None where the settings want no master data."""
        if settings.datev.contacts is ContactSource.NONE:
            return None
        ways = MasterDataWays(
            settings,
            password=password,
            contacts=self._store.contacts,
            pins=StoredPins(self._store.pins),
            now=self._now,
        )
        return MasterDataRefresh(
            ways.choose,
            StoredDiary(self._store),
            now=self._now,
            jitter=random.random,
            changed=self._report_contacts,
        )

    def _address_refresh(self) -> AddressRefresh:
        return AddressRefresh(
            lambda progress: read_address_book(self._pbx.credentials, progress=progress),
            self._store.contacts,
            self._plan,
            now=self._now,
            jitter=random.random,
            learned=lambda extensions: self.engine.feed(
                inputs.AccountsLearned(at=self._now(), accounts=extensions)
            ),
            changed=self._report_contacts,
        )

    def _starface(self, settings: Settings, password: str, client_secret: str) -> StarfacePbx:
        pbx = StarfacePbx(
            office.starface_options(settings),
            password,
            client_secret=client_secret,
            pins=StoredPins(self._store.pins),
            emit=self.engine.feed,
            now=self._now,
            jitter=random.random,
        )
        since = unwatched_since(self._profile, self._now())
        if since is not None:
            pbx.unwatched_since(since)
        return pbx

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
