"""The connector's STARFACE room as the application runs it, with nothing behind it but a clock."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import perf_counter_ns
from typing import Any

from benchmarks.orders import serve
from benchmarks.xmpp.office import DOMAIN, NO_CALL, PASSWORD, PAUSE_S
from datev_connector.domain.calls import PbxState
from datev_connector.domain.inputs import CallSighted, Input, LegChanged
from datev_connector.domain.legs import LegState
from datev_connector.starface.adapter import StarfacePbx
from datev_connector.starface.commands import Transport
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.pacing import Pace, Pacing
from tests.network.certificates import Pins

NEVER_S = (86_400.0, 86_400.0)
LOOK_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPacing(Pacing):
    """Tells when a pause will be over. Every session counts as one that lasted."""

    settled_s: float = 0.0
    pauses: list[int] = field(default_factory=list)

    def pause_s(self, pace: Pace, failures: int, chance: float) -> float:
        """As ever."""
        pause_s = super(ToldPacing, self).pause_s(pace, failures, chance)
        self.pauses.append(perf_counter_ns() + round(pause_s * 1e9))
        return pause_s


class Party:
    """What may be ordered."""

    def __init__(self, options: StarfaceOptions) -> None:
        assert isinstance(options.pacing, ToldPacing)
        self._pauses = options.pacing.pauses
        self._arrivals: list[tuple[str, int]] = []
        self._legs: list[tuple[LegState, int]] = []
        self._news = asyncio.Event()
        self.pbx = StarfacePbx(
            options,
            PASSWORD,
            pins=Pins(),
            emit=self._take,
            now=lambda: datetime.now(UTC),
            jitter=random.random,
        )

    async def ready(self) -> dict[str, int]:
        """Wait until calls are reported; since when, and when the last pause was over."""
        since_ns = await self._until(LegState.UP)
        return {"ready": since_ns, "pause": self._pauses[-1] if self._pauses else 0}

    async def lost(self) -> int:
        """Wait until calls are not reported any more; since when."""
        return await self._until(LegState.DOWN)

    async def gap(self) -> dict[str, int]:
        """Wait until calls are reported again; since when they were not, and how long."""
        await self._until_found(lambda: bool(self._gaps()))
        down_ns, up_ns = self._gaps()[0]
        return {"down": down_ns, "gap": up_ns - down_ns}

    async def sign_in(self) -> int:
        """Sign in now, whatever the pause; the nanoseconds that it took."""
        begun_ns = perf_counter_ns()
        self.pbx.retry_now()
        return await self._until(LegState.UP) - begun_ns

    async def climb(self) -> None:
        """Have XMPP in use."""
        while self.pbx.standing.transport is not Transport.XMPP:
            self.pbx.retry_now()
            await asyncio.sleep(LOOK_S)
        self._legs.clear()

    async def requests(self, count: int) -> list[int]:
        """Ask so often; the nanoseconds that each answer took."""
        return [await self._request() for _ in range(count)]

    async def arrivals(self) -> list[tuple[str, int]]:
        """The calls that rang since this was ordered last, and when that was known."""
        told, self._arrivals = self._arrivals, []
        return told

    async def _request(self) -> int:
        begun_ns = perf_counter_ns()
        answer = await self.pbx.hang_up(NO_CALL)
        took_ns = perf_counter_ns() - begun_ns
        assert answer is False, answer
        assert self.pbx.standing.transport is Transport.XMPP
        await asyncio.sleep(PAUSE_S)
        return took_ns

    def _take(self, news: Input) -> None:
        now_ns = perf_counter_ns()
        match news:
            case CallSighted(state=PbxState.RINGING):
                self._arrivals.append((news.pbx_call, now_ns))
            case LegChanged(report=report):
                self._legs.append((report.state, now_ns))
                self._news.set()
            case _:
                pass

    def _gaps(self) -> list[tuple[int, int]]:
        """From when to when calls were not reported, since XMPP was in use."""
        downs = [at_ns for state, at_ns in self._legs if state is LegState.DOWN][:1]
        ups = [at_ns for state, at_ns in self._legs if state is LegState.UP]
        return [(down_ns, up_ns) for down_ns in downs for up_ns in ups if up_ns > down_ns]

    async def _until(self, state: LegState) -> int:
        await self._until_found(lambda: bool(self._legs) and self._legs[-1][0] is state)
        return self._legs[-1][1]

    async def _until_found(self, found: Callable[[], bool]) -> None:
        while not found():
            self._news.clear()
            await self._news.wait()


def _options(told: dict[str, Any]) -> StarfaceOptions:
    pacing = ToldPacing()
    if told.pop("patient"):
        pacing = replace(pacing, quick_s=NEVER_S)
    return StarfaceOptions(host="127.0.0.1", xmpp_domain=DOMAIN, pacing=pacing, **told)


async def main(told: str) -> None:
    """Run until standard input ends."""
    party = Party(_options(json.loads(told)))
    running = asyncio.get_running_loop().create_task(party.pbx.run())
    orders = (
        *(party.ready, party.lost, party.gap, party.sign_in, party.climb),
        *(party.requests, party.arrivals),
    )
    await serve({order.__name__: order for order in orders})
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
