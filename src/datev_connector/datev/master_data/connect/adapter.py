"""Master data over DATEVconnect: brings the index up to date, and looks around for the diagnosis.

A grade of freshness rises by itself where it could not be right:

    changed  -> compared   no mark that is understood, or DATEV's clock or contents went back, or
                           the lists of changes cannot be had
    any      -> anew       there is nothing yet

Each refresh opens its connections and closes them: between two of them lie minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from datev_connector.datev.master_data.connect.delta import Delta, NoDelta
from datev_connector.datev.master_data.connect.lane import Lane
from datev_connector.datev.master_data.connect.looking import (
    Sample,
    Seen,
    look_around,
    take_sample,
)
from datev_connector.datev.master_data.connect.mark import read_mark
from datev_connector.datev.master_data.connect.options import ConnectOptions
from datev_connector.datev.master_data.connect.troubles import Wrong, failed
from datev_connector.datev.master_data.connect.way import Way
from datev_connector.datev.master_data.connect.whole_load import WholeLoad
from datev_connector.datev.master_data.freshness import Grade, Outcome, Progress
from datev_connector.datev.master_data.index import Intake, MasterDataIndex
from datev_connector.domain.contacts import Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.network.tls import PinStore

_log = logging.getLogger(__name__)


class DatevConnect:
    """DATEVconnect as the settings describe it. Everything raises MasterDataTrouble."""

    def __init__(
        self,
        options: ConnectOptions,
        password: str,
        *,
        pins: PinStore,
        now: Callable[[], datetime],
    ) -> None:
        """`now` dates what is read (aware UTC); what has changed is told by DATEV's clock alone."""
        self._options = options
        self._way = Way(options, password, pins=pins, now=now)
        self._now = now
        self._closed = False
        self._under_way: set[asyncio.Timeout] = set()

    async def refresh(
        self,
        index: MasterDataIndex,
        plan: DialPlan,
        grade: Grade,
        progress: Callable[[Progress], None],
    ) -> Outcome:
        """Bring the index up to date, at least as thoroughly as asked; the rest is kept.

        What keeps client numbers from being read is told in the outcome and keeps nothing else.
        Errors of the index are passed on.
        """
        async with self._opened(self._options.lanes) as lanes:
            if index.revision(Source.DATEV, plan) is None:
                grade = Grade.ANEW
            if grade is Grade.CHANGED:
                try:
                    return await self._delta(lanes, index, plan, progress)
                except NoDelta as why:
                    _log.info("DATEVconnect: the whole list is compared, since %s", why)
                    grade = Grade.COMPARED
            intake, at = self._intake(index, plan, grade)
            return await WholeLoad(lanes, intake, progress).run(grade, at)

    async def look(self) -> Seen:
        """What DATEVconnect shows of itself, for a handful of small requests."""
        async with self._opened(1) as lanes:
            return await look_around(lanes[0])

    async def sample(self, resource: str) -> Sample:
        """Look at a few entries of a list. Raises MasterDataTrouble."""
        async with self._opened(1) as lanes:
            return await take_sample(lanes[0], resource)

    async def close(self) -> None:
        """End what is under way as broken off; nothing is asked any more."""
        self._closed = True
        now_s = asyncio.get_running_loop().time()
        for limit in self._under_way:
            if not limit.expired():
                limit.reschedule(now_s)

    async def _delta(
        self,
        lanes: Sequence[Lane],
        index: MasterDataIndex,
        plan: DialPlan,
        progress: Callable[[Progress], None],
    ) -> Outcome:
        revision = index.revision(Source.DATEV, plan)
        mark = None if revision is None else read_mark(revision.mark)
        if revision is None or mark is None:
            raise NoDelta("there is no mark to begin at")
        return await Delta(lanes, revision, mark, progress).run(self._now())

    def _intake(
        self, index: MasterDataIndex, plan: DialPlan, grade: Grade
    ) -> tuple[Intake, datetime]:
        """A load to go on with or to begin, and as of when it is complete."""
        now = self._now()
        intake = index.intake(Source.DATEV, plan, now, anew=grade is Grade.ANEW)
        begun = None if intake.listed is None else index.unfinished(Source.DATEV)
        return intake, begun or now

    @contextlib.asynccontextmanager
    async def _opened(self, lanes: int) -> AsyncIterator[Sequence[Lane]]:
        if self._closed:
            raise failed(Wrong.CLOSED)
        try:
            async with asyncio.timeout(None) as limit:
                self._under_way.add(limit)
                try:
                    async with self._way.lanes(lanes) as opened:
                        yield opened
                finally:
                    self._under_way.discard(limit)
        except TimeoutError as error:
            raise failed(Wrong.CLOSED) from error
