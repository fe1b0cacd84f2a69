"""The ways to DATEV's master data, and which one is gone on this machine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from datev_connector.app.office import connect_options, dial_plan, sdd_options
from datev_connector.app.running.master_data_refresh import MasterDataWay, Rhythm
from datev_connector.app.settings import ContactSource, Settings
from datev_connector.datev.master_data.connect.adapter import DatevConnect
from datev_connector.datev.master_data.freshness import Grade, Outcome, Progress
from datev_connector.datev.master_data.sdd.adapter import SddReader, Tally
from datev_connector.datev.master_data.sdd.installation import is_datev_installed
from datev_connector.datev.master_data.sdd.troubles import NO_CONTACTS
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace, Trouble
from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.network.tls import PinStore
    from datev_connector.store.contacts import Contacts

NOT_FOUND: Final = Trouble(
    code="nothing-found",
    reason=worded("Neither DATEV's master data service nor DATEVconnect is on this machine."),
    mender=Mender.DATEV_ADMIN,
    remedy=worded("Say where DATEVconnect is (datev.connect_url), or use contacts import FILE."),
    pace=Pace.LASTING,
)
NOT_WANTED: Final = Trouble(
    code="not-wanted",
    reason=worded('The setting datev.contacts is "none": master data are not read from DATEV.'),
    mender=Mender.USER,
    remedy=worded("Use contacts import FILE, or set datev.contacts."),
    pace=Pace.LASTING,
)
DIAL_PLAN_LIMIT_S: Final = 600.0
DIAL_PLAN_LOOK_S: Final = 1.0
SDD_EVERY: Final = timedelta(hours=4)
"""The master data service tells no changes: everything is read each time."""
SDD_STEP: Final = 10
"""Contacts written in one go beside calls: a few milliseconds."""
NOBODY_THERE: Final = frozenset({"name-unknown", "refused-connection", "unreachable"})
"""What DATEVconnect's troubles are where there is none."""


class ConnectWay:
    """DATEVconnect: what has changed, the whole list, or everything."""

    name = "DATEVconnect"

    def __init__(
        self,
        connect: DatevConnect,
        contacts: Contacts,
        plan: DialPlan,
        *,
        rhythm: Rhythm,
        expected: bool,
    ) -> None:
        """`expected`: somebody has said that it is there."""
        self.rhythm = rhythm
        self._connect = connect
        self._contacts = contacts
        self._plan = plan
        self._expected = expected

    async def refresh(self, grade: Grade, tell: Callable[[Progress], None]) -> Outcome:
        """Bring the index up to date. Raises MasterDataTrouble."""
        await self._dial_plan_applied()
        try:
            return await self._connect.refresh(self._contacts, self._plan, grade, tell)
        except MasterDataTrouble as failed:
            if not self._expected and failed.trouble.code in NOBODY_THERE:
                raise MasterDataTrouble(NOT_FOUND) from failed
            raise

    async def _dial_plan_applied(self) -> None:
        """Wait until keys fit a changed dial plan: until then nothing can be compared.

        Whoever runs this one makes them fit at the same time; if that takes too long, everything is
        fetched anew.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DIAL_PLAN_LIMIT_S):
                # No event tells it: the keys may be another process's work.
                while self._contacts.outdated(self._plan):  # noqa: ASYNC110
                    await asyncio.sleep(DIAL_PLAN_LOOK_S)

    async def close(self) -> None:
        """Close every connection."""
        await self._connect.close()


class SddWay:
    """DATEV's master data service: everything, each time; institutions as well."""

    name = worded("DATEV's master data service")
    rhythm = Rhythm(changed=SDD_EVERY, compared=None, anew=None)

    def __init__(
        self,
        reader: SddReader,
        contacts: Contacts,
        plan: DialPlan,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._reader = reader
        self._contacts = contacts
        self._plan = plan
        self._now = now

    async def refresh(self, grade: Grade, tell: Callable[[Progress], None]) -> Outcome:
        """Bring the index up to date. Raises MasterDataTrouble.

        Addressees and institutions are read independently: what can be read of the two is kept.
        """
        fetched = left_out = 0
        failed: MasterDataTrouble | None = None
        for source in (Source.DATEV, Source.INSTITUTION):
            try:
                tally = await self._load(source, fetched, tell)
            except MasterDataTrouble as failure:
                # An office may know no institutions; one without addressees lacks a right.
                if source is Source.DATEV or failure.trouble.code != NO_CONTACTS.code:
                    failed = failure
            else:
                fetched += tally.contacts
                left_out += tally.left_out
        if failed is not None:
            raise failed
        return Outcome(grade=Grade.ANEW, fetched=fetched, left_out=left_out)

    async def _load(self, source: Source, before: int, tell: Callable[[Progress], None]) -> Tally:
        return await self._reader.load(
            source,
            lambda: self._contacts.load(source, self._plan, self._now(), chunk=SDD_STEP),
            lambda done: tell(Progress(done=before + done)),
        )

    async def close(self) -> None:
        """Nothing is left open."""


class MasterDataWays:
    """All ways there are, as the settings have them."""

    def __init__(
        self,
        settings: Settings,
        *,
        password: str,
        contacts: Contacts,
        pins: PinStore,
        now: Callable[[], datetime],
    ) -> None:
        """`password` is that of `connect_user`; empty where there is none."""
        self._settings = settings
        self._password = password
        self._contacts = contacts
        self._plan = dial_plan(settings)
        self._pins = pins
        self._now = now

    def choose(self) -> MasterDataWay | Trouble:
        """Return the way to go now; DATEV may have been installed since the last time."""
        match self._settings.datev.contacts:
            case ContactSource.NONE:
                return NOT_WANTED
            case ContactSource.SDD:
                return self._sdd()
            case ContactSource.DATEVCONNECT:
                return self._connect(expected=True)
            case ContactSource.AUTO:
                return self._what_is_there()

    def _what_is_there(self) -> MasterDataWay:
        if is_datev_installed():
            way = self._sdd()
            if not isinstance(way, Trouble):
                return way
        return self._connect(expected=bool(self._settings.datev.connect_user))

    def _sdd(self) -> MasterDataWay | Trouble:
        reader = SddReader(sdd_options(self._settings))
        why_not = reader.available()
        if why_not is not None:
            return why_not
        return SddWay(reader, self._contacts, self._plan, now=self._now)

    def _connect(self, *, expected: bool) -> ConnectWay:
        options = connect_options(self._settings)
        connect = DatevConnect(options, self._password, pins=self._pins, now=self._now)
        days = self._settings.datev.contacts_reload_days
        rhythm = Rhythm(
            changed=timedelta(minutes=self._settings.datev.contacts_refresh_minutes),
            anew=timedelta(days=days) if days else None,
        )
        return ConnectWay(connect, self._contacts, self._plan, rhythm=rhythm, expected=expected)
