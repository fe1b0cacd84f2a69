"""The composition root: the only place that knows every concrete class."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from datev_connector.app import office
from datev_connector.app.requests_by_file import Request
from datev_connector.app.running import following
from datev_connector.app.running.address_refresh import AddressRefresh
from datev_connector.app.running.changeover import Changeover
from datev_connector.app.running.contact_legs import contact_reports
from datev_connector.app.running.datev_links import datev_link
from datev_connector.app.running.diary_shelf import StoredDiary
from datev_connector.app.running.following import Terms
from datev_connector.app.running.herald import Herald
from datev_connector.app.running.housekeeping import Housekeeping
from datev_connector.app.running.in_use import DatevInUse, InUse, PbxInUse
from datev_connector.app.running.licence_gate import LicenceGate
from datev_connector.app.running.master_data_refresh import MasterDataRefresh, NoMasterData
from datev_connector.app.running.master_data_ways import MasterDataWays
from datev_connector.app.running.module_watch import ModuleWatch
from datev_connector.app.running.pbx_version import PbxVersion
from datev_connector.app.running.record import log_of
from datev_connector.app.running.standing import LastStanding, StandingFile, unwatched_since
from datev_connector.app.running.tracing import UCI_TRACE
from datev_connector.app.running.trusted import StoredPins
from datev_connector.app.secrets import Passwords
from datev_connector.app.settings import ContactSource
from datev_connector.domain import inputs
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.wording import worded
from datev_connector.engine import Engine
from datev_connector.starface.absent import UnlicensedPbx, UnsetPbx
from datev_connector.starface.adapter import StarfacePbx
from datev_connector.starface.address_book.book import read_address_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from datev_connector.app.folders import Profile
    from datev_connector.app.level_watch import LevelWatch
    from datev_connector.app.licence.keeper import LicenceKeeper
    from datev_connector.app.running.module_lines import Line
    from datev_connector.app.settings import Settings
    from datev_connector.engine.news import News
    from datev_connector.engine.ports import Datev
    from datev_connector.store.store import Store


class Connector:
    """One running connector: built from settings, run until stopped."""

    def __init__(  # noqa: PLR0913 -- what it is put together of
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
        log: LevelWatch | None = None,
    ) -> None:
        """Wires everything; nothing is connected yet, and the store is handed in open.

        `client_secret` is that of OAuth, `datev_password` that of the user of DATEVconnect; each
        is empty where there is none. `log` has the log follow the settings meanwhile.
        """
        self.log = log
        self._store = store
        self._now = now
        passwords = Passwords(starface=password, client_secret=client_secret, datev=datev_password)
        self._terms = Terms(settings=settings, passwords=passwords)
        self._plan = office.dial_plan(settings)
        station, run = store.begin_run()
        desk = CallDesk(
            rules=office.call_rules(settings),
            plan=self._plan,
            ids=IdSequence(station=station, run=run),
        )

        self._herald = Herald(listener, log_of, self._watch_legs)
        self.engine = Engine(
            desk=desk,
            memory=store,
            index=store.contacts,
            plan=self._plan,
            now=now,
            listener=self._herald.tell,
        )
        self._gate = LicenceGate(
            profile,
            store,
            lambda: self._terms.settings,
            feed=self.engine.feed,
            turn=self._follow_licence,
            now=now,
        )
        pbx = self._starface()
        self._gate.look_up_since(pbx, unwatched_since(profile, now()))
        self._pbx, self._pbx_terms = PbxInUse(pbx), self._terms
        self._pbx_signs_in = self._gate.serves
        self._version = PbxVersion(lambda: self._pbx.adapter.server_version())  # noqa: PLW0108 - the one in use then
        self._refresh = InUse(self._address_refresh())
        self._module = self._module_watch()
        self._module.stand_alone(self._gate.wants_module)
        self._master_data = InUse(self._master_data_refresh())
        self._datev, self._datev_terms = DatevInUse(self._datev_link()), self._terms
        self._changeover = Changeover(self._may_be_cut)
        self._house = Housekeeping(
            profile,
            store,
            plan=lambda: self._plan,
            look=self._report_contacts,
            errands={
                Request.LOOK_AT_MODULE: self._module.look_thoroughly,
                Request.RETRY: lambda: self.engine.feed(inputs.OutboxRetried(at=now())),
            },
        )
        self._standing_file = StandingFile(profile, look=self._standing)

    async def run_until(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. A fault that no room can handle ends the program with it."""
        self._report_contacts()
        async with asyncio.TaskGroup() as group:
            running = [
                group.create_task(self.engine.run(self._pbx, self._datev), name="engine"),
                group.create_task(self._house.run(), name="housekeeping"),
                group.create_task(self._version.run(), name="version"),
                group.create_task(self._refresh.run(), name="address book"),
                group.create_task(self._module.run(), name="module"),
                group.create_task(self._gate.run(), name="licence"),
                group.create_task(self._master_data.run(), name="master data"),
                group.create_task(self._changeover.run(), name="changeover"),
                group.create_task(self._standing_file.keep(), name="standing"),
            ]
            if self.log is not None:
                running.append(group.create_task(self.log.run(), name="log level"))
            await stop.wait()
            for task in running:
                task.cancel()
        self._herald.tell_now()

    @property
    def passwords(self) -> Passwords:
        """The secrets that it goes by."""
        return self._terms.passwords

    @property
    def licence(self) -> LicenceKeeper:
        """What is known of the licence."""
        return self._gate.keeper

    def retry_now(self) -> None:
        """Sign in at the PBX again now, whatever the pause."""
        self._pbx.retry_now()
        self._module.look_now()

    def report(self, lines: Iterable[Line]) -> None:
        """Have the module in the PBX write these into its log, if it wants them."""
        self._module.reports.add(lines)

    def connect_anew(self, leg: Leg) -> None:
        """Make the connection of a leg anew now: a person has mended what kept it from working."""
        if leg is Leg.CONTACTS_DATEV:
            self._master_data.replace(self._master_data_refresh())
        else:
            self.retry_now()

    # --- other settings ---------------------------------------------------------------------

    def follow(self, settings: Settings, passwords: Passwords) -> tuple[str, ...]:
        """Go by these from now on; return what a person should know of that. Call it on the loop.

        What is cut by it waits until no call lives, unless it is down anyway.
        """
        before, wanted = self._terms, Terms(settings=settings, passwords=passwords)
        self._terms = wanted
        if self.log is not None:
            self.log.settings_changed()
        if not following.same_rules(before, wanted):
            self._follow_rules()
        if not following.same_master_data(before, wanted):
            self._read_master_data_anew(before)
        self._module.is_called(settings.starface.module_name)
        self._gate.keeper.settings_changed()
        self._follow_module()
        remarks = []
        if not self._follow_pbx():
            remarks.append(
                worded("The connection to the PBX is made anew when the last call is over.")
            )
        if following.same_link(self._datev_terms, wanted):
            self._changeover.forget(Leg.DATEV)
        elif not self._changeover.do(Leg.DATEV, self._reconnect_datev):
            remarks.append(
                worded("The connection to DATEV is made anew when the last call is over.")
            )
        return tuple(remarks)

    def _follow_pbx(self) -> bool:
        """Have the PBX connected as is wanted now; False: as soon as no call lives."""
        same = self._gate.serves is self._pbx_signs_in
        if same and following.same_pbx(self._pbx_terms, self._terms):
            self._changeover.forget(Leg.STARFACE)
            return True
        return self._changeover.do(Leg.STARFACE, self._reconnect_pbx)

    def _follow_licence(self) -> None:
        self._follow_module()
        self._follow_pbx()

    def _follow_module(self) -> None:
        same = following.same_sign_in(self._pbx_terms, self._terms)
        refusal = self._pbx.newest.refusal if same else None
        self._module.stand_alone(self._gate.wants_module, refusal)

    def _follow_rules(self) -> None:
        settings = self._terms.settings
        self._plan = office.dial_plan(settings)
        self._refresh.newest.read_by(self._plan)
        rules = office.call_rules(settings)
        self.engine.feed(inputs.RulesChanged(at=self._now(), rules=rules, plan=self._plan))
        self._house.at_once()

    def _read_master_data_anew(self, before: Terms) -> None:
        refusal, new = self._master_data.newest.refusal, self._master_data_refresh()
        same = following.same_sign_on(before, self._terms)
        if refusal is not None and same and isinstance(new, MasterDataRefresh):
            new.refused_before(refusal)
        self._master_data.replace(new)

    def _may_be_cut(self, leg: Leg) -> bool:
        report = self.engine.legs.get(leg)
        return report is None or report.state is LegState.DOWN or self.engine.at_rest

    def _reconnect_pbx(self) -> None:
        before, self._pbx_terms = self._pbx_terms, self._terms
        old, new = self._pbx.newest, self._starface()
        if following.same_user(before, self._terms):
            self._gate.look_up_since(new, old.standing.watched_until)
        refusal = old.refusal if self._pbx_signs_in else self._module.refusal
        if refusal is not None and following.same_sign_in(before, self._terms):
            new.refused_before(refusal)
        if not following.same_sign_in(before, self._terms):
            self._module.begin_anew()
        self._cut(Leg.STARFACE, self._why_another_pbx())
        self._pbx.replace(new)
        self._pbx_signs_in = self._gate.serves
        self._refresh.replace(self._address_refresh())

    def _why_another_pbx(self) -> str:
        if self._gate.serves is self._pbx_signs_in:
            return worded("The settings of the connection to STARFACE have changed.")
        if self._gate.serves:
            return worded("The licence allows it now: the connector signs in to STARFACE.")
        return UnlicensedPbx.absence.reason

    def _reconnect_datev(self) -> None:
        self._datev_terms = self._terms
        self._cut(Leg.DATEV, worded("The settings of the connection to DATEV have changed."))
        self._datev.replace(self._datev_link())

    def _cut(self, leg: Leg, reason: str) -> None:
        """What hung on the leg is to know that it will be another one."""
        at = self._now()
        report = LegReport(leg=leg, state=LegState.DOWN, since=at, reason=reason)
        self.engine.feed(inputs.LegChanged(at=at, report=report))

    # --- beside the calls -------------------------------------------------------------------

    def _standing(self) -> LastStanding:
        return LastStanding(
            at=self._now(),
            legs=tuple(self.engine.legs.values()),
            starface=self._pbx.newest.standing,
            pbx_version=self._version.text,
            module_looked_at=self._module.looked_at,
        )

    def _report_contacts(self) -> None:
        """Tell how the contact legs are doing; another process may have filled the index."""
        sources = self._store.contacts.sources()
        fresh, book = self._master_data.newest.state, self._refresh.newest.state
        for report in contact_reports(sources, self._now(), book, fresh):
            if not report.says_the_same(self.engine.legs.get(report.leg)):
                self.engine.feed(inputs.LegChanged(at=report.since, report=report))

    def _watch_legs(self, news: News) -> None:
        report = news.matter
        if not isinstance(report, LegReport):
            return
        there = report.state is not LegState.DOWN
        self._module.reports.leg_told(report)
        if report.leg is Leg.STARFACE:
            self._gate.pbx_is_there(there)
            self._version.pbx_is_there(there)
            self._refresh.newest.pbx_is_there(there)
            self._module.pbx_is_there(there)
        elif report.leg is Leg.DATEV and there:
            self._master_data.newest.datev_is_there()

    # --- the parts --------------------------------------------------------------------------

    def _master_data_refresh(self) -> MasterDataRefresh | NoMasterData:
        settings = self._terms.settings
        if settings.datev.contacts is ContactSource.NONE:
            return NoMasterData()
        ways = MasterDataWays(
            settings,
            password=self._terms.passwords.datev,
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
            lambda progress: read_address_book(self._pbx.adapter.credentials, progress=progress),
            self._store.contacts,
            self._plan,
            now=self._now,
            jitter=random.random,
            learned=lambda extensions: self.engine.feed(
                inputs.AccountsLearned(at=self._now(), accounts=extensions)
            ),
            changed=self._report_contacts,
        )

    def _module_watch(self) -> ModuleWatch:
        def tell(report: LegReport) -> None:
            self.engine.feed(inputs.LegChanged(at=self._now(), report=report))

        return ModuleWatch(
            lambda: self._pbx.newest.credentials,
            name=self._terms.settings.starface.module_name,
            tell=tell,
            take_licence=self._gate.keeper.take,
            now=self._now,
            jitter=random.random,
        )

    def _starface(self) -> StarfacePbx:
        passwords, section = self._terms.passwords, self._terms.settings.starface
        kind: type[StarfacePbx] = StarfacePbx if self._gate.serves else UnlicensedPbx
        if not (section.host and section.login):
            kind = UnsetPbx
        return kind(
            office.starface_options(self._terms.settings),
            passwords.starface,
            client_secret=passwords.client_secret,
            pins=StoredPins(self._store.pins),
            emit=self.engine.feed,
            now=self._now,
            jitter=random.random,
            overhears=UCI_TRACE,
        )

    def _datev_link(self) -> Datev:
        return datev_link(self._terms.settings, self.engine, self._now)
