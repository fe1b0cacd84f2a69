"""Calls that come and go while the line is cut are found in the call list, whoever reports."""

from __future__ import annotations

from datetime import timedelta

import pytest

from datev_connector.domain.calls import Outcome
from datev_connector.domain.inputs import CallListRead
from datev_connector.domain.legs import LegState
from datev_connector.simulators.starface import (
    FaultKind,
    PbxGroup,
    StarfaceConfig,
    StarfaceSimulator,
)
from tests.starface.pbx_run import Running, running

ADA, BOB, EVE = "004972112345", "004972154321", "004972199999"
GROUP = PbxGroup(group_id="g1", number="70", members=("0123", "0124"))


async def recalled(run: Running) -> CallListRead:
    return await run.engine.wait_until(
        lambda: next((news for news in run.engine.inputs if isinstance(news, CallListRead)), None)
    )


async def cut_for(run: Running, simulator: StarfaceSimulator) -> None:
    simulator.behaviour.deliver_events = False
    before = len(run.engine.legs)
    simulator.faults.add(FaultKind.DROP, times=None)
    await run.engine.leg(LegState.DOWN, after=before)


@pytest.mark.parametrize("lag_s", [0.0, 0.3])
async def test_every_kind_of_call_that_nobody_saw_is_in_the_list(lag_s: float) -> None:
    config = StarfaceConfig(groups=(GROUP,), call_list_lag_s=lag_s, zone="UTC")
    async with StarfaceSimulator(config) as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        await cut_for(run, simulator)
        missed = simulator.pbx.incoming("0123", ADA, "Ada Byron")
        missed.ring()
        missed.hangup()
        spoken = simulator.pbx.incoming("0123", BOB)
        spoken.ring()
        spoken.answer()
        spoken.hangup()
        taken = simulator.pbx.incoming("0123", EVE, group="g1")
        taken.ring()
        taken.answer(by="0124")
        taken.hangup()
        before = len(run.engine.legs)
        simulator.faults.clear()
        await run.engine.leg(LegState.UP, after=before)
        outcomes = {ADA: Outcome.MISSED, BOB: Outcome.ANSWERED, EVE: Outcome.ANSWERED_ELSEWHERE}
        found = await run.engine.wait_until(
            lambda: next(
                (
                    news
                    for news in run.engine.inputs
                    if isinstance(news, CallListRead) and len(news.calls) == len(outcomes)
                ),
                None,
            )
        )
        assert {call.number: call.outcome for call in found.calls} == outcomes
        assert found.since < found.until
        # The list names whole seconds.
        since = found.since - timedelta(seconds=1)
        assert all(since <= call.began_at <= found.until for call in found.calls)


async def test_a_list_that_cannot_be_read_at_first_is_asked_for_again() -> None:
    async with (
        StarfaceSimulator(StarfaceConfig(zone="UTC")) as simulator,
        running(simulator) as run,
    ):
        await run.engine.leg(LegState.UP)
        await cut_for(run, simulator)
        missed = simulator.pbx.incoming("0123", ADA)
        missed.ring()
        missed.hangup()
        simulator.faults.clear()
        simulator.faults.add(FaultKind.UCI_FAULT, method="*.getCallList", times=1)
        found = await recalled(run)
        assert [call.number for call in found.calls] == [ADA]


async def test_the_older_generation_has_no_list_to_read() -> None:
    config = StarfaceConfig(versions=frozenset({"v22"}))
    async with StarfaceSimulator(config) as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        await cut_for(run, simulator)
        before = len(run.engine.legs)
        simulator.faults.clear()
        await run.engine.leg(LegState.UP, after=before)
        assert not any("getCallList" in name for name in simulator.chronicle.request_counts)
