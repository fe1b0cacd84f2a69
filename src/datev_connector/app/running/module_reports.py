"""Has the module in the PBX write into its log what this connector sees; a few lines, slowly.

Lines wait until the module answers and the PBX is signed in to. What the module does not take is
tried again later, or dropped where it never will be.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datev_connector import __version__
from datev_connector.app.running.module_lines import LegLines, Line, WaitingLines
from datev_connector.domain.legs import Leg, LegState
from datev_connector.starface.module.answers import LogLevel
from datev_connector.starface.module.trouble import ModuleTrouble, ModuleTroubleKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from datev_connector.domain.legs import LegReport
    from datev_connector.starface.module.answers import ModuleInfo
    from datev_connector.starface.module.calling import Module

GONE = frozenset({ModuleTroubleKind.MISSING, ModuleTroubleKind.UNREACHABLE})
DOUBLINGS = 8

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTimes:
    """How fast, in seconds."""

    every_s: float = 5.0
    """Between two lines; a hundred connectors make twenty requests a second of it."""
    limit_s: float = 60.0
    """For one line."""


USUAL = ReportTimes()


class ModuleReports:
    """Runs beside the watch over the module, which says whether it answers."""

    def __init__(
        self,
        module: Callable[[], Module],
        *,
        missed: Callable[[], None],
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        times: ReportTimes = USUAL,
    ) -> None:
        """`module` makes a way to it, `missed` is called if the PBX has it no more."""
        self._module = module
        self._missed = missed
        self._now = now
        self._jitter = jitter
        self._times = times
        self._there = False
        self._level: LogLevel | None = None
        """Down to which level lines are wanted; None: the module does not answer."""
        self._introduced = False
        self._at_first: dict[Leg, tuple[LegState, Line]] = {}
        """What each leg said last before the module was found."""
        self._leg_lines = LegLines()
        self._lines = WaitingLines()
        self._news = asyncio.Event()

    # --- what it is told ----------------------------------------------------------------------

    def pbx_is_there(self, there: bool) -> None:  # noqa: FBT001 - the only thing it is told
        """Tell whether the PBX is signed in to."""
        self._there = there
        self._news.set()

    def module_answers(self, info: ModuleInfo) -> None:
        """The module is there."""
        self._level = info.log_level
        if not self._introduced:
            self._introduce(info)
        self._news.set()

    def module_is_away(self) -> None:
        """It may be asked again when it answers."""
        self._level = None

    def leg_told(self, report: LegReport) -> None:
        """A leg has something to say.

        Not the module itself: what keeps it from answering would never get there.
        """
        if report.leg is Leg.MODULE:
            return
        line = self._leg_lines.line(report, self._now())
        if self._introduced:
            self.add((line,))
        else:
            self._at_first[report.leg] = report.state, line

    def add(self, lines: Iterable[Line]) -> None:
        """Have lines written, if the log wants them."""
        for line in lines:
            self._lines.add(line)
        self._news.set()

    # --- telling ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Tell until cancelled."""
        unwanted = 0
        while True:
            line = await self._next_line()
            unwanted = 0 if await self._is_taken(line) else unwanted + 1
            pause_s = self._times.every_s * 2.0 ** min(unwanted, DOUBLINGS)
            await asyncio.sleep(pause_s * (1 + self._jitter() / 4))

    def _introduce(self, info: ModuleInfo) -> None:
        """Say that we are there, and what is not in order by now; how it came to that is long."""
        self._introduced = True
        text = f"connector {__version__} has found the module, version {info.version}"
        self._lines.add(Line(level=LogLevel.INFO, at=self._now(), text=text))
        for state, line in self._at_first.values():
            if state is not LegState.UP:
                self._lines.add(line)
        self._at_first.clear()

    async def _next_line(self) -> Line:
        while True:
            self._news.clear()
            if self._level is not None and self._there:
                line = self._lines.take(self._level)
                if line is not None:
                    return line
            await self._news.wait()

    async def _is_taken(self, line: Line) -> bool:
        """Tell whether the module took the line; one that it may take later waits again."""
        try:
            async with asyncio.timeout(self._times.limit_s), self._module() as module:
                await module.report(line.level, line.told)
        except ModuleTrouble as failed:
            self._not_taken(line, failed)
            return False
        except TimeoutError:
            self._lines.put_back(line)
            return False
        except Exception:  # noqa: BLE001 - the border of the task: calls go on without the log
            _log.exception("a line for the module could not be sent")
            return False
        return True

    def _not_taken(self, line: Line, failed: ModuleTrouble) -> None:
        _log.info("the module takes no reports: %s", failed)
        if failed.kind in GONE:
            self._lines.put_back(line)
        if failed.kind is not ModuleTroubleKind.BAD_ANSWER:
            self.module_is_away()  # the next look tells whether it may be asked again
        if failed.kind is ModuleTroubleKind.MISSING:
            self._missed()
