"""The ladder over real lines: the simulated PBX with its doors for HTTPS and XMPP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from datev_connector.domain.calls import Outcome, PbxState
from datev_connector.domain.inputs import CallListRead, PictureTaken
from datev_connector.domain.legs import LegReport, LegState
from datev_connector.simulators.starface import (
    AuthMode,
    FaultKind,
    Manners,
    StarfaceConfig,
    StarfaceSimulator,
    XmppConfig,
)
from datev_connector.starface.commands import Transport
from datev_connector.starface.trouble import TroubleKind
from tests.starface.pbx_run import SWIFT, WAIT_S, Running, running

ADA = "004972112345"
UP_XMPP = "Signed in over XMPP; STARFACE reports calls as they happen."
UP_HTTPS = "Signed in over HTTPS; STARFACE reports calls as they happen."


def pbx(**settings: Any) -> StarfaceSimulator:
    usual = StarfaceConfig(zone="UTC", xmpp=XmppConfig())
    return StarfaceSimulator(replace(usual, **settings))


@asynccontextmanager
async def connected(simulator: StarfaceSimulator, **settings: Any) -> AsyncIterator[Running]:
    given: dict[str, Any] = {"xmpp_port": simulator.xmpp_port, **settings}
    async with running(simulator, **given) as run:
        yield run


async def told(run: Running, reason: str, *, after: int = 0) -> LegReport:
    return await run.engine.wait_until(
        lambda: next((leg for leg in run.engine.legs[after:] if leg.reason == reason), None)
    )


class Watch(logging.Handler):
    """Wakes a test whenever the runner logs that something went wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.logged = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        del record
        self.logged.set()


@contextmanager
def watching() -> Iterator[Watch]:
    watch, log = Watch(), logging.getLogger("datev_connector.starface.runner")
    level = log.level
    log.addHandler(watch)
    log.setLevel(logging.INFO)
    try:
        yield watch
    finally:
        log.setLevel(level)
        log.removeHandler(watch)


async def barred(run: Running, kind: TroubleKind, watch: Watch) -> None:
    """Wait until this keeps the better way from being used."""
    async with asyncio.timeout(WAIT_S):
        while (found := run.pbx.standing.barred) is None or found.kind is not kind:
            watch.logged.clear()
            await watch.logged.wait()
            await asyncio.sleep(0)


async def test_the_best_way_is_in_use_after_both_have_signed_in() -> None:
    async with pbx() as simulator, connected(simulator) as run:
        await told(run, UP_XMPP)
        assert [leg.state for leg in run.engine.legs] == [
            LegState.DOWN,
            LegState.UP,
            LegState.UP,
        ]
        assert run.pbx.standing.transport is Transport.XMPP
        call = simulator.pbx.incoming("0123", ADA, "Ada Byron")
        call.ring()
        await run.engine.sighted(PbxState.RINGING)
        call.answer()
        call.hangup()
        await run.engine.sighted(PbxState.HANGUP)


async def test_a_call_can_be_placed_and_ended_over_xmpp() -> None:
    async with pbx() as simulator, connected(simulator, transport="xmpp") as run:
        await told(run, UP_XMPP)
        ours = str(uuid4())
        assert await run.pbx.place_call("004972199999", ours) == ours
        placed = await simulator.pbx.dialled()
        assert placed.call_id == ours
        assert await run.pbx.hang_up(ours)


async def test_a_call_in_progress_survives_the_fall_and_the_climb() -> None:
    async with pbx() as simulator, connected(simulator) as run:
        await told(run, UP_XMPP)
        call = simulator.pbx.incoming("0123", ADA)
        call.ring()
        call.answer()
        await run.engine.sighted(PbxState.CONNECTED)
        before = len(run.engine.legs)
        await simulator.drop_xmpp()
        await told(run, UP_HTTPS, after=before)
        await told(run, UP_XMPP, after=before)
        call.hangup()
        seen = await run.engine.sighted(PbxState.HANGUP)
        assert seen.pbx_call == call.call_id


async def test_a_call_that_falls_between_two_ways_is_reported_with_its_outcome() -> None:
    async with pbx() as simulator, connected(simulator, transport="xmpp") as run:
        await told(run, UP_XMPP)
        before = len(run.engine.legs)
        down = asyncio.get_running_loop().create_task(simulator.restart_xmpp(down_s=0.5))
        await run.engine.leg(LegState.DOWN, after=before)
        call = simulator.pbx.incoming("0123", ADA)
        call.ring()
        call.hangup()
        await down
        await told(run, UP_XMPP, after=before)
        found = await run.engine.wait_until(
            lambda: next(
                (n for n in run.engine.inputs if isinstance(n, CallListRead) and n.calls), None
            )
        )
        assert [(c.number, c.outcome) for c in found.calls] == [(ADA, Outcome.MISSED)]


async def test_without_https_xmpp_signs_in_alone() -> None:
    async with pbx() as simulator, connected(simulator, https_port=9) as run:
        await told(run, UP_XMPP)
        assert run.pbx.standing.transport is Transport.XMPP


async def test_without_xmpp_https_stays() -> None:
    async with pbx(xmpp=None) as simulator, running(simulator, xmpp_port=9) as run:
        with watching() as watch:
            await told(run, UP_HTTPS)
            await barred(run, TroubleKind.REFUSED_CONNECTION, watch)
        assert run.engine.legs[-1].state is LegState.UP


async def test_without_events_over_xmpp_the_callback_is_used_and_without_that_polling() -> None:
    async with pbx() as simulator, connected(simulator) as run:
        await told(run, UP_XMPP)
        before = len(run.engine.legs)
        simulator.behaviour.deliver_events = False
        call = simulator.pbx.incoming("0123", ADA)
        call.ring()
        await told(run, UP_HTTPS, after=before)
        call.answer()
        await run.engine.sighted(PbxState.CONNECTED)
        polled = await run.engine.leg(LegState.DEGRADED)
        assert "events do not reach this computer" in polled.reason
        standing = run.pbx.standing
        assert (standing.transport, standing.polling) == (Transport.HTTPS, True)
        assert standing.barred is not None
        assert standing.barred.kind is TroubleKind.EVENTS_LOST
        call.hangup()
        hung_up = len(run.engine.inputs)
        await run.engine.wait_until(
            lambda: [
                news
                for news in run.engine.inputs[hung_up:]
                if isinstance(news, PictureTaken) and not news.alive
            ]
        )


async def test_a_wrong_password_is_tried_once_at_one_door() -> None:
    async with pbx() as simulator, connected(simulator, password="wrong") as run:
        await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
        assert "login or password" in run.engine.legs[-1].reason
        attempts = simulator.accounts.attempts("0123")
        assert (attempts.bad, attempts.good) == (1, 0)


async def test_a_password_that_xmpp_refuses_leaves_https_alone() -> None:
    modes, door = frozenset({AuthMode.ACTIVE_DIRECTORY}), XmppConfig(directory_users=False)
    async with (
        pbx(auth_modes=modes, xmpp=door) as simulator,
        connected(simulator) as run,
    ):
        with watching() as watch:
            await told(run, UP_HTTPS)
            await barred(run, TroubleKind.SIGN_IN_REFUSED, watch)
        assert run.engine.legs[-1].state is LegState.UP


@pytest.mark.parametrize("events", ["callback", "polling"])
async def test_who_chose_the_events_of_https_keeps_https(events: str) -> None:
    async with pbx() as simulator, connected(simulator, events=events) as run:
        await run.engine.leg(LegState.UP)
        assert run.pbx.standing.transport is Transport.HTTPS
        assert run.pbx.standing.polling is (events == "polling")
        assert simulator.accounts.attempts("0123").good == 1


async def test_what_is_asked_over_a_way_that_is_left_is_answered() -> None:
    async with pbx() as simulator:
        assert simulator.xmpp.server is not None
        simulator.xmpp.server.manners = Manners.CLOSES
        async with connected(simulator, pacing=replace(SWIFT, climb_s=(3600.0, 3600.0))) as run:
            await told(run, UP_HTTPS)
            ours = str(uuid4())
            slow = simulator.faults.add(FaultKind.SLOW, method="*.placeCallWithPhone", delay_s=2.0)
            dialling = asyncio.get_running_loop().create_task(
                run.pbx.place_call("004972199999", ours)
            )
            await simulator.pbx.dialled()
            assert slow.struck == 1
            simulator.xmpp.server.manners = Manners.PROPER
            run.pbx.retry_now()
            await told(run, UP_XMPP)
            assert await dialling == ours
