"""Probes of the module in the PBX: is it there, under the right name, active, and what it holds.

Each question shows the password, so none is asked unless this examination has just seen it taken.
Where nothing else is asked (`module check`), this is the one time that it is shown. A connector
that runs is asked to look itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

from datev_connector.app.diagnosis.aside import aside
from datev_connector.app.diagnosis.beside import is_stale, left_to_connector
from datev_connector.app.diagnosis.finding import (
    UNKNOWN,
    Observation,
    Step,
    left_out,
    leg_seen,
    well,
)
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx import NOT_BESIDE
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.app.requests_by_file import Request
from datev_connector.app.running.module_lines import Line, summary_lines
from datev_connector.app.running.standing import LastStanding, last_standing
from datev_connector.app.support_bundle.module_names import shown_name
from datev_connector.app.versions import verdict_on
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import counted, joined, sentence, worded
from datev_connector.starface.commands import Transport
from datev_connector.starface.module.answers import ModuleInfo
from datev_connector.starface.module.calling import Module
from datev_connector.starface.module.names import NearMiss
from datev_connector.starface.module.searching import near_misses
from datev_connector.starface.module.trouble import ModuleTrouble, ModuleTroubleKind
from datev_connector.starface.module.verdict import UNWANTED, complaint_of
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse

ASK_MODULE = worded("ask the module in the PBX for its version, its licence and its log level")
LOOK_AT_LICENCE = worded('see what stands in the tab "Lizenz" of the module')
REPORT = worded("have the module write into its log what was found")
NOTHING_TRIED = worded("nothing: the module is asked with the password of the user")
SEARCHING = 0.8
"""Part of the time limit that is for other names."""
WAITING = 1.5
"""So many time limits the running connector has to look; it sees our wish within some seconds."""
LOOK_AGAIN_S = 0.2


class ModuleProbes:
    """Asks the entry points that the connector asks."""

    def __init__(
        self, ground: Ground, notebook: Notebook, visit: PbxVisit, *, alone: bool = False
    ) -> None:
        """`alone`: nobody signs in before it, so that the first question shows the password."""
        self.near: tuple[NearMiss, ...] = ()
        """Configurations of the module under other names, where the right one is missing."""
        self._ground = ground
        self._notebook = notebook
        self._visit = visit
        self._alone = alone

    @property
    def name(self) -> str:
        """The name that the configuration should have; empty: no module is wanted."""
        return self._ground.settings.starface.module_name.strip()

    def probes(self) -> tuple[Probe, ...]:
        """In the order of asking."""
        needs = (Step.HTTP, Step.PASSWORD, Step.OPEN) if self._alone else ()
        return (
            self._probe(Step.MODULE, self.module, *needs, limits=2),
            self._probe(Step.MODULE_LICENCE, self.licence),
        )

    def log(self) -> tuple[Probe, ...]:
        """At the very end, when all else has been found."""
        return (self._probe(Step.MODULE_LOG, self.report),)

    def _probe(self, step: Step, ask: Ask, *needs: Step, limits: int = 1) -> Probe:
        limit_s = self._ground.limit_s * limits
        return Probe(leg=Leg.MODULE, step=step, ask=ask, needs=needs, limit_s=limit_s)

    # --- the questions ----------------------------------------------------------------------------

    async def module(self) -> Observation | None:
        """Whether the module answers under its name, and if not, whether it does under another."""
        if not self.name:
            return well(ASK_MODULE, worded("none"), UNWANTED.reason)
        instead = await self._instead()
        if instead is not None or not self._may_be_asked:
            return instead
        try:
            async with self._opened() as module:
                info = await module.info()
        except ModuleTrouble as failed:
            if failed.vague and self._alone:
                refused = await self._refused()
                if refused is not None:
                    return refused
            if failed.kind is ModuleTroubleKind.MISSING:
                await self._look_around()
            return self._missed(failed)
        self._notebook.module = info
        state, complaint = verdict_on(info)
        return Observation(
            state=state,
            tried=ASK_MODULE,
            found=_came_back(info, state),
            meaning=complaint.reason,
            mender=complaint.mender,
            remedy=complaint.remedy,
        )

    async def licence(self) -> Observation | None:
        """Whether there is a licence text in the module; what it is worth, others tell."""
        info = self._notebook.module
        if info is None:
            return None
        if info.licence.strip():
            return well(LOOK_AT_LICENCE, worded("The tab holds a text."))
        return Observation(
            state=LegState.DEGRADED,
            tried=LOOK_AT_LICENCE,
            found=worded("The tab is empty."),
            meaning=worded("The module holds no licence."),
            mender=Mender.PBX_ADMIN,
            remedy=worded(
                'Put the text of the licence into the tab "Lizenz" of the configuration and save '
                "it, unless the licence is in a file on this computer."
            ),
        )

    async def report(self) -> Observation | None:
        """Whether the module writes down what was found, for the administrator of the PBX."""
        if self._notebook.connector:
            return self._handed_on()
        info = self._notebook.module
        if info is None:
            return None
        lines = [line for line in self._lines() if info.log_level.includes(line.level)]
        if not lines:
            return well(REPORT, worded("Nothing was to be written at its log level."))
        try:
            async with self._opened() as module:
                for line in lines:
                    await module.report(line.level, line.told)
        except ModuleTrouble as failed:
            return self._missed(failed, tried=REPORT)
        return well(
            REPORT,
            counted("It took {number} line.", "It took {number} lines.", len(lines)),
        )

    def _handed_on(self) -> Observation | None:
        """The connector that runs reports it, if it is the one that asks."""
        standing, write_down = self._notebook.standing, self._ground.write_down
        leg = None if standing is None else standing.of(Leg.MODULE)
        if write_down is None or leg is None or leg.state is not LegState.UP:
            return None
        write_down(self._lines())
        return well(
            REPORT, worded("The connector has it written there, if its log level wants it.")
        )

    def _lines(self) -> tuple[Line, ...]:
        tried = [finding for finding in self._notebook.found if finding.found != UNKNOWN]
        told = (
            (f"{each.leg}, {each.step}", each.state, sentence(each.meaning or each.found))
            for each in tried
        )
        return summary_lines(told, self._ground.now())

    # --- whether to ask ---------------------------------------------------------------------------

    async def _instead(self) -> Observation | None:
        """What is said where the password must not be shown."""
        why_not = self._visit.why_not_again
        if why_not:
            return left_out(NOTHING_TRIED, why_not)
        if self._notebook.connector:
            return await self._told_by_connector()
        return None

    async def _told_by_connector(self) -> Observation:
        """What the running connector says of the module, once it has looked anew."""
        standing = self._notebook.standing
        if standing is None or is_stale(standing, self._ground.now()):
            tried: str = worded("nothing: a connector is running and asks the module")
            looked = True
        else:
            tried = worded("have the running connector ask the module")
            looked = await self._has_looked(standing)
        seen = left_to_connector(tried, NOT_BESIDE, Leg.MODULE, self._ground, self._notebook)
        return seen if looked else self._outdated(seen)

    def _outdated(self, seen: Observation) -> Observation:
        """What it said of the module before, if anything; it was to look now, and did not."""
        late = worded(
            "The running connector has not asked the module within {seconds:g} seconds: it is "
            "busy, or it hangs.",
            seconds=WAITING * self._ground.limit_s,
        )
        told = replace(seen, state=LegState.DEGRADED, meaning=joined(sentence(seen.meaning), late))
        if seen.mender is not Mender.NOBODY:
            return told
        remedy = worded("Try again in a minute; if it stays so, restart the connector.")
        return replace(told, mender=Mender.USER, remedy=remedy)

    @property
    def _may_be_asked(self) -> bool:
        return bool(self._notebook.password) and (self._alone or self._visit.accepted is not None)

    async def _has_looked(self, standing: LastStanding) -> bool:
        """Have the running connector look; tell whether it did in time, and note what it says."""
        begun, profile = self._ground.now(), self._ground.profile
        with contextlib.suppress(OSError, TimeoutError):
            Request.LOOK_AT_MODULE.ask(profile)
            async with asyncio.timeout(WAITING * self._ground.limit_s):
                while (standing.module_looked_at or begun) <= begun:
                    await asyncio.sleep(LOOK_AGAIN_S)
                    newest = await aside(lambda: last_standing(profile))
                    standing = newest or standing
        self._notebook.standing = standing
        return (standing.module_looked_at or begun) > begun

    # --- asking -----------------------------------------------------------------------------------

    def _opened(self) -> Module:
        heard = None if self._ground.capture is None else self._note
        return Module(self._visit.credentials, self.name, heard)

    def _note(self, call: MethodCall, answer: MethodResponse | Fault) -> None:
        """For a capture; a name that the office has thought of is its own."""
        name, _, entry = call.method.rpartition(".")
        shown = shown_name(name)
        if self._ground.capture is not None:
            told = MethodCall(method=f"{shown}.{entry}")
            self._ground.capture.answer(Transport.HTTPS, told, answer)

    async def _refused(self) -> Observation | None:
        """Sign in once: a search for other names would show a wrong password again and again."""
        attempt = self._visit.begin_https()
        report = await attempt.sign_in()
        return None if attempt.accepted else leg_seen(ASK_MODULE, report, found=attempt.came_back)

    async def _look_around(self) -> None:
        """What was found counts, also where the time is up or the PBX does not let us go on."""
        with contextlib.suppress(ModuleTrouble, TimeoutError):
            async with asyncio.timeout(SEARCHING * self._ground.limit_s), self._opened() as module:
                async for near in near_misses(module):
                    self.near = (*self.near, near)

    def _missed(self, failed: ModuleTrouble, tried: str = ASK_MODULE) -> Observation:
        complaint = complaint_of(failed, self.name, self.near)
        return Observation(
            state=LegState.DEGRADED,
            tried=tried,
            found=failed.came_back,
            meaning=complaint.reason,
            mender=complaint.mender,
            remedy=complaint.remedy,
        )


def _came_back(info: ModuleInfo, state: LegState) -> str:
    """What the module told; where all is well its version is told with what it means."""
    level = info.log_level.value
    if state is LegState.UP:
        return worded("log level {level}", level=level)
    return worded("version {version}, log level {level}", version=info.version, level=level)
