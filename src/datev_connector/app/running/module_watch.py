"""Looks after the module in the PBX: is it there, under the right name, and what does it hold.

    the PBX is signed in to --> getInfo --> leg `module`, and the licence text to whoever keeps it
                                   |
              missing: is there one under another name?   (seldom, slowly, a short list)

Calls do without the module, so nothing here is ever in their way. A password is on its way in each
request: nobody asks before another way has shown that it is right, or, where nobody else signs in,
more often than a refused one may be shown. Who signs in next is told of a refusal (`refusal`), and
tells of his own (`stand_alone`).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from datev_connector.app.running.address_refresh import OUR_FAULT
from datev_connector.app.running.module_reports import ModuleReports
from datev_connector.app.versions import verdict_on
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.starface.module.calling import Module
from datev_connector.starface.module.searching import near_misses
from datev_connector.starface.module.trouble import ModuleTrouble, ModuleTroubleKind, of_link
from datev_connector.starface.module.verdict import UNWANTED, complaint_of
from datev_connector.starface.pacing import Pace, Pacing
from datev_connector.starface.standing import Refusal
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from datev_connector.starface.module.answers import ModuleInfo
    from datev_connector.starface.module.names import NearMiss
    from datev_connector.starface.sign_in.credentials import Credentials

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTimes:
    """How often, in seconds."""

    soon_s: float = 2.0
    """After the PBX is there: calls go first, and the connectors of an office come one by one."""
    every_s: float = 15 * 60.0
    """While all is well: so late a changed licence or level is noticed at most."""
    alone_s: float = 60.0
    """While all is well but the licence: somebody may just be putting one there."""
    alone_looks: int = 60
    """After so many, those pauses grow twice as long, up to `every_s`."""
    pauses: Pacing = field(
        default_factory=lambda: Pacing(quick_s=(60.0, 1800.0), careful_s=(900.0, 4 * 3600.0))
    )
    """In trouble."""
    search_s: tuple[float, float] = (3600.0, 24 * 3600.0)
    """Between two searches for other names: at first, and at most."""
    guess_s: float = 1.0
    """Between two names of a search."""
    limit_s: float = 60.0
    """For one look."""


USUAL = WatchTimes()


class _Interrupted(Exception):
    """Something is to be done at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """The password was refused, and is not to be shown again before these times of the clock."""

    by: Trouble | None = None
    """None: it was not refused."""
    ask_s: float = 0.0
    """To the module."""
    sign_in_s: float = 0.0
    """By anybody else."""


class ModuleWatch:
    """Runs beside the engine, from start to end of the connector."""

    def __init__(
        self,
        credentials: Callable[[], Credentials],
        *,
        name: str,
        tell: Callable[[LegReport], None],
        take_licence: Callable[[str], None],
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        times: WatchTimes = USUAL,
    ) -> None:
        """`credentials` gives those in use; `name` is that of the configuration, empty: no module.

        `tell` hears of the leg, `take_licence` the text in the tab "Lizenz" each time it was read.
        `jitter` gives numbers in [0, 1): all the connectors of an office must not come at once.
        """
        self._credentials = credentials
        self._name = name.strip()
        self._tell = tell
        self._take_licence = take_licence
        self._now = now
        self._jitter = jitter
        self._times = times
        self._there = False
        self._alone = False
        self._alone_looks = 0
        self._held = _Held()
        self._woken = asyncio.Event()
        self._failures: dict[Pace, int] = dict.fromkeys(Pace, 0)
        self._said: LegReport | None = None
        self._near: tuple[NearMiss, ...] = ()
        self._searches = 0
        self._search_due_s = 0.0
        self.reports = ModuleReports(self._module, missed=self.look_now, now=now, jitter=jitter)
        """What goes into the module's log."""
        self._thorough = False
        self.looked_at: datetime | None = None
        """When the last thorough look was over, UTC; None: there was none."""

    # --- what it is told ----------------------------------------------------------------------

    def pbx_is_there(self, there: bool) -> None:  # noqa: FBT001 - the only thing it is told
        """Tell whether the PBX is signed in to, so that the password is right."""
        came = there and not self._there
        self._there = there
        self.reports.pbx_is_there(there)
        if came:
            self.look_now()

    def stand_alone(self, alone: bool, refusal: Refusal | None = None) -> None:  # noqa: FBT001 - as above
        """Tell whether nobody signs in at the PBX for want of a licence: then ask all the same.

        `refusal`: who signed in until now was refused, and so would we be.
        """
        begins = alone and not self._alone
        self._alone = alone
        if begins:
            if refusal is not None:
                until_s = self._clock_s() + refusal.pause_s
                self._held = _Held(by=refusal.trouble, ask_s=until_s, sign_in_s=until_s)
            self._alone_looks = 0
            self._woken.set()

    @property
    def refusal(self) -> Refusal | None:
        """What keeps the password from being shown by anybody now; None: nothing does."""
        pause_s = self._held.sign_in_s - self._clock_s()
        if self._held.by is None or pause_s <= 0:
            return None
        return Refusal(trouble=self._held.by, pause_s=pause_s)

    def is_called(self, name: str) -> None:
        """Look for a configuration of this name from now on."""
        if name.strip() == self._name:
            return
        self._name = name.strip()
        self._near, self._searches, self._search_due_s = (), 0, 0.0
        self.reports.module_is_away()
        self._woken.set()

    def look_now(self) -> None:
        """Look at once, whatever was refused.

        A person wishes it, a sign-in was taken just now, or another password, login or PBX is used.
        """
        self._held = _Held()
        self._alone_looks = 0
        self._woken.set()

    def look_thoroughly(self) -> None:
        """Look at once, and for other names as well: somebody waits for it."""
        self._thorough = True
        self.look_now()

    # --- looking ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Look and report until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_looking(), name="module")
            group.create_task(self.reports.run(), name="module log")

    async def _keep_looking(self) -> None:
        while True:
            self._woken.clear()
            if not self._name:
                self._say(LegState.UP, UNWANTED)
            if not (self._name and (self._there or self._alone)):
                await self._woken.wait()
                continue
            held_s = self._held.ask_s - self._clock_s()
            if held_s > 0:
                await self._rest(held_s)
                continue
            if not self._thorough:
                await asyncio.sleep(self._times.soon_s * (1 + self._jitter()))
            self._woken.clear()
            await self._rest(await self.look())

    async def _rest(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._woken.wait()
        except TimeoutError:
            return

    async def look(self) -> float:
        """Ask the module once; return how many seconds to wait before the next time."""
        thorough, self._thorough = self._thorough, False
        try:
            return await self._look(thorough=thorough)
        except Exception:  # noqa: BLE001 - the border of the task: calls go on without the module
            _log.exception("the module in the PBX could not be asked")
            self.reports.module_is_away()
            return self._paused(Pace.REFUSED, OUR_FAULT)
        finally:
            if thorough:
                self.looked_at = self._now()

    async def _look(self, *, thorough: bool) -> float:
        try:
            info = await self._asked()
        except ModuleTrouble as failed:
            return await self._failed(failed, thorough=thorough)
        self._take_licence(info.licence)
        self._answered(info)
        return self._every_s() * (1 + self._jitter() / 4)

    def _every_s(self) -> float:
        times = self._times
        if not self._alone:
            return times.every_s
        longer = 2.0 ** min(self._alone_looks // times.alone_looks, 10)
        self._alone_looks += 1
        return min(times.every_s, times.alone_s * longer)

    async def _asked(self) -> ModuleInfo:
        try:
            async with asyncio.timeout(self._times.limit_s), self._module() as module:
                return await module.info()
        except TimeoutError as error:
            where = str(self._credentials().door.address)
            raise of_link(Trouble(kind=TroubleKind.SILENT, where=where)) from error

    def _answered(self, info: ModuleInfo) -> None:
        self._failures = dict.fromkeys(Pace, 0)
        self._near, self._searches, self._search_due_s, self._held = (), 0, 0.0, _Held()
        self.reports.module_answers(info)
        self._say(*verdict_on(info))

    async def _failed(self, failed: ModuleTrouble, *, thorough: bool) -> float:
        self.reports.module_is_away()
        pace = failed.pace(accepted_before=self._there)
        pause_s = self._paused(pace, complaint_of(failed, self._name, self._near))
        refused = pace is Pace.REFUSED
        if refused:
            self._hold(failed, pause_s)
        # It may just be saved, or the PBX have just started: the next look tells. A search shows
        # the password many times, so never one that may be wrong.
        wanted = thorough or self._failures[pace] > 1
        if failed.kind is ModuleTroubleKind.MISSING and wanted and not refused:
            await self._search(failed, thorough=thorough)
        return pause_s

    def _hold(self, failed: ModuleTrouble, pause_s: float) -> None:
        """Who knocks at another door need not wait as long as the module makes us wait by now."""
        now_s = self._clock_s()
        first_s, _limit_s = self._times.pauses.refused_s
        self._held = _Held(
            by=failed.at_the_door, ask_s=now_s + pause_s, sign_in_s=now_s + min(pause_s, first_s)
        )

    async def _search(self, failed: ModuleTrouble, *, thorough: bool) -> None:
        """Look for the module under other names, if that is due, until there is something new."""
        name = self._name
        if self._clock_s() < self._search_due_s and not thorough:
            return
        pause = None if thorough else self._between_guesses
        first_s, most_s = self._times.search_s
        self._search_due_s = self._clock_s() + min(most_s, first_s * 2.0 ** min(self._searches, 10))
        self._searches += 1
        try:
            async with self._module() as module:
                self._near = await near_misses(module, pause=pause)
        except _Interrupted:
            self._search_due_s = 0.0
            return
        except ModuleTrouble as trouble:
            _log.info("other names of the module: %s", trouble)
            return
        self._say(LegState.DEGRADED, complaint_of(failed, name, self._near))

    def _module(self) -> Module:
        return Module(self._credentials(), self._name)

    def _clock_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def _between_guesses(self) -> None:
        await self._rest(self._times.guess_s)
        if self._woken.is_set():
            raise _Interrupted

    def _paused(self, pace: Pace, complaint: Complaint) -> float:
        _log.info("module in the PBX: %s", complaint.reason)
        self._failures[pace] += 1
        self._say(LegState.DEGRADED, complaint)
        return self._times.pauses.pause_s(pace, self._failures[pace], self._jitter())

    def _say(self, state: LegState, complaint: Complaint) -> None:
        before = self._said
        report = LegReport(
            leg=Leg.MODULE,
            state=state,
            since=before.since if before is not None and before.state is state else self._now(),
            reason=complaint.reason,
            mender=complaint.mender,
            remedy=complaint.remedy,
        )
        if not report.says_the_same(before):
            self._said = report
            self._tell(report)
