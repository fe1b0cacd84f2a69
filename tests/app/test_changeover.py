"""Connections are exchanged when that cuts no call."""

from __future__ import annotations

import asyncio

import pytest

from datev_connector.app.running import changeover
from datev_connector.app.running.changeover import Changeover
from datev_connector.domain.legs import Leg


class Office:
    """Legs that may be cut or not, and what was done."""

    def __init__(self) -> None:
        self.free: set[Leg] = set()
        self.done: list[str] = []
        self.something = asyncio.Event()
        self.changeover = Changeover(lambda leg: leg in self.free)

    def do(self, leg: Leg, name: str) -> bool:
        def work() -> None:
            self.done.append(name)
            self.something.set()

        return self.changeover.do(leg, work)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(changeover, "LOOK_S", 0.001)
    return Office()


async def test_what_may_be_cut_is_exchanged_at_once(office: Office) -> None:
    office.free = {Leg.STARFACE}
    assert office.do(Leg.STARFACE, "pbx")
    assert not office.do(Leg.DATEV, "datev")
    assert office.done == ["pbx"]


async def test_the_last_wish_for_a_leg_is_done_in_its_time(office: Office) -> None:
    office.do(Leg.STARFACE, "first")
    office.do(Leg.DATEV, "datev")
    office.do(Leg.STARFACE, "second")
    running = asyncio.get_running_loop().create_task(office.changeover.run())
    for leg, done in ((Leg.STARFACE, ["second"]), (Leg.DATEV, ["second", "datev"])):
        office.something.clear()
        office.free.add(leg)
        await asyncio.wait_for(office.something.wait(), 10)
        assert office.done == done
    running.cancel()


async def test_what_is_not_wanted_any_more_is_not_done(office: Office) -> None:
    office.do(Leg.STARFACE, "pbx")
    office.changeover.forget(Leg.STARFACE)
    office.do(Leg.DATEV, "datev")
    office.free = {Leg.STARFACE, Leg.DATEV}
    running = asyncio.get_running_loop().create_task(office.changeover.run())
    await asyncio.wait_for(office.something.wait(), 10)
    assert office.done == ["datev"]
    running.cancel()


async def test_a_later_wish_that_is_done_at_once_replaces_one_that_waits(office: Office) -> None:
    office.do(Leg.STARFACE, "first")
    office.free = {Leg.STARFACE}
    assert office.do(Leg.STARFACE, "second")
    office.do(Leg.DATEV, "datev")
    office.free.add(Leg.DATEV)
    running = asyncio.get_running_loop().create_task(office.changeover.run())
    while "datev" not in office.done:
        office.something.clear()
        await asyncio.wait_for(office.something.wait(), 10)
    assert office.done == ["second", "datev"]
    running.cancel()
