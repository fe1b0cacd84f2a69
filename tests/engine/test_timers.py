"""Time in the engine: what the desk asks to be woken for, and what takes too long.

Nobody sleeps here: what happened long ago is due at once, and the clock is the test's.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from datev_connector.domain import inputs
from datev_connector.domain.calls import Outcome, PbxState
from datev_connector.domain.effects import CallChanged, DialReported, TellUser
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.rules import CallRules
from datev_connector.engine import NoteKept, engine, pbx_requests
from datev_connector.engine.keeper import SAVE_AGAIN
from tests.engine.house import NOBODY, PATIENCE_S, House, full_disk, house, now

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO = timedelta(minutes=1)
SOON = timedelta(hours=1)


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


async def begun(inside: House) -> None:
    """Wait until the engine has taken up the work of the last run, and bring the PBX up."""
    await inside.wait_leg(Leg.DATEV, LegState.DOWN)
    inside.pbx_up()


async def told(inside: House, pbx_call: str) -> datetime:
    """Return when a call was told to the outside, once it was."""
    async with asyncio.timeout(PATIENCE_S):
        count = 1
        while (await inside.wait_for(CallChanged, count)).call.pbx_call != pbx_call:
            count += 1
    return next(
        news.at
        for news in inside.news
        if isinstance(news.matter, CallChanged) and news.matter.call.pbx_call == pbx_call
    )


async def test_the_desk_is_woken_when_it_wants_to_be(tmp_path: Path) -> None:
    async with house(tmp_path, NOBODY) as inside:
        await begun(inside)
        inside.sight(PbxState.RINGING, "anonymous", at=now() - LONG_AGO)
        assert not inside.of(CallChanged)
        await told(inside, "anonymous")


@pytest.mark.parametrize("order", [("due", "later"), ("later", "due")])
async def test_the_earliest_of_several_times_counts(tmp_path: Path, order: tuple[str, str]) -> None:
    async with house(tmp_path, NOBODY) as inside:
        await begun(inside)
        for pbx_call in order:
            at = now() - LONG_AGO if pbx_call == "due" else now() + SOON
            inside.sight(PbxState.RINGING, pbx_call, at=at)
        await told(inside, "due")


async def test_a_timer_that_fires_a_little_early_has_come(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, NOBODY, clock=clock) as inside:
        await begun(inside)
        rang_at = clock.time
        clock.time += timedelta(milliseconds=500)
        inside.sight(PbxState.RINGING, "anonymous", at=rang_at)
        clock.time -= timedelta(milliseconds=15)
        assert await told(inside, "anonymous") == rang_at + timedelta(milliseconds=500)


async def test_a_clock_put_back_is_believed(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, NOBODY, clock=clock) as inside:
        await begun(inside)
        inside.sight(PbxState.RINGING, "anonymous", at=clock.time - LONG_AGO)
        clock.time -= timedelta(hours=5)
        assert await told(inside, "anonymous") == clock.time


async def test_the_desk_hears_of_the_time_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "HEARTBEAT", timedelta(milliseconds=5))
    async with house(tmp_path, NOBODY) as inside:
        await begun(inside)
        inside.ring()
        inside.sight(PbxState.CONNECTED)
        inside.pbx_up(up=False)
        inside.engine.feed(inputs.Ticked(at=now()))
        assert all(changed.call.active for changed in inside.of(CallChanged))
        monkeypatch.setattr(inside.engine, "_now", lambda: now() + timedelta(hours=2))
        ended = await inside.wait_for(CallChanged, 3)
        assert ended.call.outcome is Outcome.ANSWERED


async def test_what_could_not_be_saved_is_saved_without_another_event(tmp_path: Path) -> None:
    async with house(tmp_path, NOBODY, CallRules()) as inside:
        await begun(inside)
        inside.ring()
        call = inside.of(CallChanged)[0].call
        long_ago = now() - 2 * SAVE_AGAIN
        with full_disk(inside.store):
            for note in ("x" * 1999, "y" * 2000):
                inside.engine.feed(inputs.NoteTyped(at=long_ago, call=call.call, text=note))
            for count in range(40):
                inside.sight(PbxState.RINGING, f"f{count}", caller_number="23", at=long_ago)
            assert inside.engine.legs[Leg.STORE].state is LegState.DOWN
        await inside.wait_leg(Leg.STORE, LegState.UP)
        await inside.wait_for(NoteKept)
        stored = inside.store.call(call.call)
        assert stored is not None
        assert stored.note == "y" * 2000


async def test_a_pbx_that_hangs_is_waited_for_no_longer_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pbx_requests, "PBX_ANSWER_S", 0.01)
    monkeypatch.setattr(pbx_requests, "OUTCOME_S", 0.01)
    async with house(tmp_path, NOBODY, CallRules()) as inside:
        await begun(inside)
        inside.pbx.hangs = True
        inside.engine.feed(inputs.DialRequested(at=now(), number="0721 555112"))
        refused = await inside.wait_for(DialReported, 2)
        assert "in time" in (refused.refused or "")
        inside.ring()
        call = inside.of(CallChanged)[-1].call
        told_before = len(inside.of(TellUser))
        inside.engine.feed(inputs.HangUpPressed(at=now(), call=call.call))
        assert "telephone" in (await inside.wait_for(TellUser, told_before + 1)).text
        told_before = len(inside.of(CallChanged))
        inside.sight(PbxState.HANGUP)
        ended = await inside.wait_for(CallChanged, told_before + 1)
        assert ended.call.outcome is Outcome.MISSED
