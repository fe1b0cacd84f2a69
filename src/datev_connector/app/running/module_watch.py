"""Looks after the module in the PBX: is it there, under the right name, and what does it hold.

    the PBX is signed in to --> getInfo --> leg `module`, and the licence text to whoever keeps it
                                   |
              missing: is there one under another name?   (seldom, slowly, a short list)

Calls do without the module, so nothing here is ever in their way. When it may be asked is decided
by `module_timetable`; an answer that is overtaken by something new counts for nothing.
"""

from __future__ import annotations

import asyncio
import logging
import math
from typing import TYPE_CHECKING

from datev_connector.app.running.address_refresh import OUR_FAULT
from datev_connector.app.running.module_reports import ModuleReports
from datev_connector.app.running.module_search import ModuleSearch
from datev_connector.app.running.module_timetable import USUAL, ModuleTimetable, WatchTimes
from datev_connector.app.versions import verdict_on
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.starface.module.calling import Module
from datev_connector.starface.module.trouble import ModuleTrouble, ModuleTroubleKind, of_link
from datev_connector.starface.module.verdict import UNWANTED, complaint_of
from datev_connector.starface.pacing import Pace
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from datev_connector.starface.module.answers import ModuleInfo
    from datev_connector.starface.sign_in.credentials import Credentials
    from datev_connector.starface.standing import Refusal

_log = logging.getLogger(__name__)


class _Overtaken(Exception):
    """Something is to be done at once, or what was asked is no longer the question."""


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
        self._times = times
        self._timetable = ModuleTimetable(times, jitter)
        self._search = ModuleSearch(times.search_s)
        self._news = 0
        """Counts what makes an answer that is on its way one to another question."""
        self._woken = asyncio.Event()
        self._said: LegReport | None = None
        self.reports = ModuleReports(self._module, missed=self._look_soon, now=now, jitter=jitter)
        """What goes into the module's log."""
        self._thorough = False
        self.looked_at: datetime | None = None
        """When the last thorough look was over, UTC; None: there was none."""

    # --- what it is told ----------------------------------------------------------------------

    def pbx_is_there(self, there: bool) -> None:  # noqa: FBT001 - the only thing it is told
        """Tell whether the PBX is signed in to, so that the password is right."""
        self.reports.pbx_is_there(there)
        if self._timetable.pbx_is_there(there, self._clock_s()):
            self._wake()

    def stand_alone(self, alone: bool, refusal: Refusal | None = None) -> None:  # noqa: FBT001 - as above
        """Tell whether nobody signs in at the PBX for want of a licence: then ask all the same.

        `refusal`: who signed in until now was refused, and so would we be.
        """
        if self._timetable.stand_alone(alone, refusal, self._clock_s()):
            self._wake()

    @property
    def refusal(self) -> Refusal | None:
        """What keeps the password from being shown by anybody now; None: nothing does."""
        return self._timetable.refusal(self._clock_s())

    def is_called(self, name: str) -> None:
        """Look for a configuration of this name from now on."""
        if name.strip() == self._name:
            return
        self._name = name.strip()
        self._search.forget()
        self._timetable.renamed(self._clock_s())
        self.reports.module_is_away()
        self._wake()

    def begin_anew(self) -> None:
        """It is another PBX, user or password: what was found out until now says nothing."""
        self._search.forget()
        self._timetable.begin_anew(self._clock_s())
        self._wake()

    def look_now(self) -> None:
        """Look at once, whatever was refused: the user wishes it."""
        self._timetable.wished(self._clock_s())
        self._wake()

    def look_thoroughly(self) -> None:
        """Look at once, and for other names as well: another program waits for `looked_at`.

        A refused password is not shown for that; the leg tells why.
        """
        if self._timetable.holds(self._clock_s()):
            self.looked_at = self._now()
            return
        self._thorough = True
        self._timetable.look_now(self._clock_s())
        self._wake()

    def _look_soon(self) -> None:
        self._timetable.look_soon(self._clock_s())
        self._wake()

    def _wake(self) -> None:
        self._news += 1
        self._woken.set()

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
            wait_s = self._timetable.wait_s(self._clock_s()) if self._name else math.inf
            if wait_s > 0:
                await self._rest(wait_s)
            else:
                await self._look()

    async def _rest(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(None if math.isinf(pause_s) else pause_s):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _look(self) -> None:
        """Ask the module once."""
        thorough, self._thorough = self._thorough, False
        news = self._news
        try:
            try:
                info = await self._asked()
            except ModuleTrouble as failed:
                self._still(news)
                await self._failed(failed, news, thorough=thorough)
            else:
                self._still(news)
                self._answered(info)
        except _Overtaken:
            _log.info("what the module was asked is no longer the question")
            self._thorough = self._thorough or thorough
            return
        except Exception:  # noqa: BLE001 - the border of the task: calls go on without the module
            _log.exception("the module in the PBX could not be asked")
            self.reports.module_is_away()
            self._timetable.failed(Pace.REFUSED, self._clock_s())
            self._complain(OUR_FAULT)
        if thorough:
            self.looked_at = self._now()

    def _still(self, news: int) -> None:
        """Go on only if nothing has happened since."""
        if news != self._news:
            raise _Overtaken

    async def _asked(self) -> ModuleInfo:
        try:
            async with asyncio.timeout(self._times.limit_s), self._module() as module:
                return await module.info()
        except TimeoutError as error:
            where = str(self._credentials().door.address)
            raise of_link(Trouble(kind=TroubleKind.SILENT, where=where)) from error

    def _answered(self, info: ModuleInfo) -> None:
        self._timetable.answered(self._clock_s())
        self._search.forget()
        self._take_licence(info.licence)
        self.reports.module_answers(info)
        self._say(*verdict_on(info))

    async def _failed(self, failed: ModuleTrouble, news: int, *, thorough: bool) -> None:
        self.reports.module_is_away()
        pace = failed.pace(accepted_before=self._timetable.there)
        refused = pace is Pace.REFUSED
        by = failed.at_the_door if refused else None
        self._timetable.failed(pace, self._clock_s(), by=by)
        self._complain(complaint_of(failed, self._name, self._search.near))
        # Each other name shows the password, so none is asked for with one that may be wrong.
        if failed.kind is ModuleTroubleKind.MISSING and not refused:
            await self._look_around(pace, news, thorough=thorough)
            self._complain(complaint_of(failed, self._name, self._search.near))

    async def _look_around(self, pace: Pace, news: int, *, thorough: bool) -> None:
        """Look for the module under other names, if that is due, until there is something new."""
        search = self._search
        # It may just be saved, or the PBX have just started: the next look tells.
        due = search.is_due(self._clock_s()) and self._timetable.fails_again(pace)
        if not (due or thorough or search.near):
            return
        try:
            async with self._module() as module:
                same = await search.look_again(module)
                if due or thorough or not same:
                    pause = None if thorough else self._between_guesses
                    await search.look(module, self._clock_s(), pause=pause)
        except _Overtaken:
            search.interrupted()
            raise
        except ModuleTrouble as trouble:
            _log.info("other names of the module: %s", trouble)
        self._still(news)

    async def _between_guesses(self) -> None:
        await self._rest(self._times.guess_s)
        if self._woken.is_set():
            raise _Overtaken

    def _module(self) -> Module:
        return Module(self._credentials(), self._name)

    def _clock_s(self) -> float:
        return asyncio.get_running_loop().time()

    # --- telling ------------------------------------------------------------------------------

    def _complain(self, complaint: Complaint) -> None:
        _log.info("module in the PBX: %s", complaint.reason)
        self._say(LegState.DEGRADED, complaint)

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
