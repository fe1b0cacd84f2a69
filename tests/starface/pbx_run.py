"""Runs the adapter against a simulated PBX on real sockets, and collects what it tells."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from datev_connector.domain.calls import PbxState
from datev_connector.domain.inputs import CallSighted, Input, LegChanged
from datev_connector.domain.legs import LegReport, LegState
from datev_connector.simulators.starface import StarfaceSimulator
from datev_connector.starface.adapter import StarfacePbx
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.pacing import Pacing
from tests.network.certificates import Pins

WAIT_S = 15.0
SWIFT = Pacing(
    keep_alive_s=0.3,
    slow_poll_s=0.2,
    fast_poll_s=0.05,
    quick_s=(0.05, 0.2),
    careful_s=(0.2, 0.4),
    refused_s=(3600.0, 7200.0),
    climb_s=(0.2, 0.8),
)
RECALL_PAUSES_S = (0.0, 0.6, 1.0, 2.0)
Found = TypeVar("Found")


class Engine:
    """Stands where the engine does: keeps every input and lets tests wait for one."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self._arrived = asyncio.Event()

    def emit(self, news: Input) -> None:
        self.inputs.append(news)
        self._arrived.set()

    @property
    def legs(self) -> list[LegReport]:
        return [news.report for news in self.inputs if isinstance(news, LegChanged)]

    @property
    def sightings(self) -> list[CallSighted]:
        return [news for news in self.inputs if isinstance(news, CallSighted)]

    @property
    def states(self) -> list[PbxState]:
        return [sighted.state for sighted in self.sightings]

    async def wait_until(self, found: Callable[[], Found | None]) -> Found:
        """What `found` finds, looked for again with every input."""
        async with asyncio.timeout(WAIT_S):
            while not (value := found()):
                self._arrived.clear()
                await self._arrived.wait()
        return value

    async def leg(self, state: LegState, *, after: int = 0) -> LegReport:
        """The first report of this state, not counting that many reports of any state."""
        return await self.wait_until(
            lambda: next((leg for leg in self.legs[after:] if leg.state is state), None)
        )

    async def sighted(self, state: PbxState) -> CallSighted:
        return await self.wait_until(
            lambda: next((seen for seen in self.sightings if seen.state is state), None)
        )


class Running:
    """An adapter that runs, with its engine."""

    def __init__(self, pbx: StarfacePbx, engine: Engine) -> None:
        self.pbx = pbx
        self.engine = engine


def options_for(simulator: StarfaceSimulator, **settings: Any) -> StarfaceOptions:
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "https_port": simulator.port,
        "login": "0123",
        "encrypted": simulator.config.encrypted,
        "pacing": SWIFT,
        "times": HttpTimes(connect_s=5.0, answer_s=5.0),
    }
    return StarfaceOptions(**(given | settings))


@contextlib.asynccontextmanager
async def running(
    simulator: StarfaceSimulator,
    *,
    password: str = "Pass123",
    pins: Pins | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    **settings: Any,
) -> AsyncIterator[Running]:
    engine = Engine()
    pbx = StarfacePbx(
        options_for(simulator, **settings),
        password,
        pins=pins or Pins(),
        emit=engine.emit,
        now=now,
        jitter=lambda: 0.0,
    )
    pbx._list._recall_pauses_s = RECALL_PAUSES_S
    task = asyncio.get_running_loop().create_task(pbx.run())
    try:
        yield Running(pbx, engine)
    finally:
        task.cancel()
        await asyncio.wait({task})
