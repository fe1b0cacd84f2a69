"""The link with a real apartment, and the process on the other side of COM."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from datev_connector.datev.com import type_library
from datev_connector.datev.com.apartment import abi, running_objects
from datev_connector.datev.com.ids import CLSID_BUDDY
from datev_connector.datev.com.link import ComLink
from datev_connector.datev.com.times import ComTimes
from datev_connector.domain.inputs import DatevAnsweredLate, Input, LegChanged
from datev_connector.domain.legs import LegReport, LegState
from datev_connector.domain.record import (
    CallRecord,
    CtiDirection,
    CtiState,
    Delivery,
    DialAnswer,
    DialWish,
)
from tests.windows.conftest import StartProcess
from tests.windows.windows_process import WindowsProcess

NOON: Final = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
LIMIT_S: Final = 30
QUICK: Final = ComTimes(away_s=0.05, there_s=0.2, busy_pauses_s=(0.01, 0.02))
TYPE_LIBRARY: Final = str(Path(__file__).parents[2] / "build" / "type-library" / "datev_cti.tlb")
COUNTERPART: Final = str(Path(__file__).with_name("com_counterpart.py"))


@pytest.fixture(autouse=True)
def interfaces() -> Iterator[None]:
    """Registers the type library, as the installer does it; for modules that import this."""
    type_library.register(TYPE_LIBRARY)
    yield
    type_library.unregister()


def record(call_id: str = "c-1", *, note: str = "") -> CallRecord:
    return CallRecord(
        call_id=call_id,
        sync_id="s-1",
        direction=CtiDirection.INCOMING,
        begin=NOON,
        end=NOON,
        state=CtiState.OFFERED,
        contact_name="Müller & Söhne 😀",
        contact_id="id-1",
        data_source="DATEV_Adressaten",
        number="+49 721 1234",
        note=note,
    )


async def buddies() -> int:
    """How many telephony programs are in the Running Object Table."""

    def count() -> int:
        multithreaded = 0
        abi.co_initialize(None, multithreaded)
        try:
            return running_objects.entries(CLSID_BUDDY)
        finally:
            abi.co_uninitialize()

    return await asyncio.to_thread(count)


async def until(ready: Callable[[], bool]) -> None:
    """Wait for what another process or thread brings about."""
    async with asyncio.timeout(LIMIT_S):
        while not ready():  # noqa: ASYNC110 - nobody over there can set an event of ours
            await asyncio.sleep(0.01)


class Counterpart:
    """Gives orders to the process, and reads what it says without stopping the loop."""

    def __init__(self, process: WindowsProcess) -> None:
        self.process = process

    async def order(self, what: str, *arguments: Any) -> None:
        """An order that is not answered."""
        self.process.tell(json.dumps([what, *arguments]))

    async def ask(self, what: str, *arguments: Any) -> dict[str, Any]:
        """An order and its answer."""
        await self.order(what, *arguments)
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        heard: dict[str, Any] = json.loads(await asyncio.to_thread(self.process.line))
        return heard


async def counterpart(start: StartProcess) -> Counterpart:
    other = Counterpart(start("-X", "utf8", COUNTERPART))
    assert await other.hear() == {"ready": True}
    return other


class House:
    """A link, what it reported, and a desk that answers `Dial`."""

    def __init__(self, times: ComTimes = QUICK) -> None:
        self.reports: list[LegReport] = []
        self.late: list[tuple[Delivery, LegState]] = []
        """What came late, and how DATEV was doing then."""
        self.dialled: list[DialWish] = []
        self.dropped: list[str] = []
        self.answer: Callable[[], DialAnswer] = lambda: DialAnswer(
            hresult=0, call_id=f"call-{len(self.dialled)}"
        )
        self.link = ComLink(
            emit=self._emit,
            on_dial=self._dial,
            on_drop=self.dropped.append,
            now=lambda: datetime.now(UTC),
            local_zone=UTC,
            times=times,
        )

    async def until(self, words: str) -> LegReport:
        """Wait until the last report has these words in its reason."""
        await self.wait(lambda: bool(self.reports) and words in self.reports[-1].reason)
        return self.reports[-1]

    async def wait(self, ready: Callable[[], bool]) -> None:
        await until(ready)

    def _emit(self, news: Input) -> None:
        match news:
            case LegChanged(report=report):
                self.reports.append(report)
            case DatevAnsweredLate(delivery=delivery):
                self.late.append((delivery, self.reports[-1].state))
            case _:
                raise AssertionError(news)

    def _dial(self, wish: DialWish) -> DialAnswer:
        self.dialled.append(wish)
        return self.answer()


@asynccontextmanager
async def running(house: House) -> AsyncIterator[House]:
    task = asyncio.get_running_loop().create_task(house.link.run())
    try:
        await house.wait(lambda: bool(house.reports))
        yield house
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
