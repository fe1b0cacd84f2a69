from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from datev_connector.domain.inputs import Input, LegChanged
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.starface.absent import UnsetPbx
from datev_connector.starface.options import StarfaceOptions
from tests.network.certificates import Pins

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_a_pbx_that_nobody_has_named_says_so_and_asks_nobody() -> None:
    seen, told = list[Input](), asyncio.Event()

    def emit(event: Input) -> None:
        seen.append(event)
        told.set()

    pbx = UnsetPbx(
        StarfaceOptions(host=""), "", pins=Pins(), emit=emit, now=lambda: NOON, jitter=lambda: 0.5
    )
    running = asyncio.get_running_loop().create_task(pbx.run())
    async with asyncio.timeout(20):
        await told.wait()
    pbx.retry_now()
    with pytest.raises(PlaceRefused, match="has not been set up yet"):
        await pbx.place_call("0721123", "1")
    assert not await pbx.hang_up("1")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [type(event) for event in seen] == [LegChanged]
    report = seen[0].report  # type: ignore[union-attr]
    assert (report.leg, report.state, report.mender) == (Leg.STARFACE, LegState.DOWN, Mender.USER)
    assert pbx.standing.transport is None
