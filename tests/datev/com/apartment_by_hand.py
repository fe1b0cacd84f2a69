"""An apartment that is moved by hand: each test says what COM found, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from datev_connector.datev.com.attempt import Attempt
from datev_connector.datev.com.desk_window import DeskWindow
from datev_connector.datev.com.link import ComLink
from datev_connector.datev.com.seen import Seen, Sent
from datev_connector.datev.com.times import ComTimes
from datev_connector.domain.inputs import DatevAnsweredLate, Input, LegChanged
from datev_connector.domain.legs import LegReport
from datev_connector.domain.record import (
    CallRecord,
    CtiDirection,
    CtiState,
    DialAnswer,
    DialWish,
    Method,
)

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
LIMIT_S = 10
QUICK = ComTimes(
    answer_s=30, look_s=30, away_s=0.01, there_s=0.01, busy_pauses_s=(0.001, 0.002), recover_s=0.02
)
"""Pauses that nobody has to wait for; answers have all the time of the test."""


def record(call_id: str = "c-1") -> CallRecord:
    return CallRecord(
        call_id=call_id,
        direction=CtiDirection.INCOMING,
        begin=NOON,
        end=NOON,
        state=CtiState.OFFERED,
        number="+49 721 1234",
    )


@dataclass(slots=True)
class Sending:
    """A notification that the apartment was asked to send."""

    record: CallRecord
    attempt: Attempt
    future: Future[Sent]

    def ends(self, hresult: int) -> None:
        """DATEV's method was called and ended so."""
        assert self.attempt.begin()
        self.future.set_result(Sent(hresult=hresult, left=True))


class ApartmentByHand:
    """Finds what `seen` says at every look; sends nothing by itself."""

    def __init__(self, window: DeskWindow, left_behind: tuple[int, ...]) -> None:
        self.window = window
        self.left_behind = left_behind
        self.seen: Seen | None = Seen(datev=0)
        """None: a look never comes back."""
        self.looks: list[bool] = []
        self.unanswered: list[Future[Seen]] = []
        self.sendings: asyncio.Queue[Sending] = asyncio.Queue()
        self.has_left = False
        self.abandoned = False

    def look(self, *, deep: bool) -> Future[Seen]:
        self.looks.append(deep)
        future: Future[Seen] = Future()
        if self.seen is None:
            self.unanswered.append(future)
        else:
            future.set_result(self.seen)
        return future

    def send(self, method: Method, told: CallRecord, attempt: Attempt) -> Future[Sent]:
        assert method in Method
        sending = Sending(told, attempt, Future())
        self.sendings.put_nowait(sending)
        return sending.future

    def leave(self) -> Future[None]:
        self.has_left = True
        future: Future[None] = Future()
        future.set_result(None)
        return future

    def abandon(self) -> tuple[int, ...]:
        self.abandoned = True
        return (*self.left_behind, 7)

    async def asked_to_send(self) -> Sending:
        return await asyncio.wait_for(self.sendings.get(), LIMIT_S)


class House:
    """A link, the apartments that it opened, and what it reported."""

    def __init__(self, times: ComTimes = QUICK) -> None:
        self.apartments: list[ApartmentByHand] = []
        self.reports: list[LegReport] = []
        self.late: list[DatevAnsweredLate] = []
        self.reports_before_late: list[int] = []
        """How many reports there were when each of them came."""
        self.dialled: list[DialWish] = []
        self.dropped: list[str] = []
        self._news = asyncio.Event()
        self.link = ComLink(
            emit=self._emit,
            on_dial=self._dial,
            on_drop=self.dropped.append,
            now=lambda: NOON,
            local_zone=UTC,
            times=times,
            opening=self._open,
        )

    @property
    def apartment(self) -> ApartmentByHand:
        """The one that is in use."""
        return self.apartments[-1]

    async def until(self, words: str) -> LegReport:
        """Wait until the last report has these words in its reason."""
        return await self.wait(lambda: bool(self.reports) and words in self.reports[-1].reason)

    async def wait(self, ready: Callable[[], bool]) -> LegReport:
        async with asyncio.timeout(LIMIT_S):
            while not ready():
                self._news.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.01):
                        await self._news.wait()
        return self.reports[-1]

    def _open(self, window: DeskWindow, left_behind: tuple[int, ...]) -> ApartmentByHand:
        self.apartments.append(ApartmentByHand(window, left_behind))
        return self.apartment

    def _emit(self, news: Input) -> None:
        match news:
            case LegChanged(report=report):
                self.reports.append(report)
            case DatevAnsweredLate():
                self.late.append(news)
                self.reports_before_late.append(len(self.reports))
            case _:
                raise AssertionError(news)
        self._news.set()

    def _dial(self, wish: DialWish) -> DialAnswer:
        self.dialled.append(wish)
        return DialAnswer(hresult=0, call_id=f"dialled-{len(self.dialled)}")


@asynccontextmanager
async def running(house: House) -> AsyncIterator[House]:
    """The link runs; at the end it is cancelled as the engine does it."""
    task = asyncio.get_running_loop().create_task(house.link.run())
    try:
        await house.wait(lambda: bool(house.reports))
        yield house
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
