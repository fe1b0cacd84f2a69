"""DATEV ends and comes back: what it was told is not told twice, what it missed comes once."""

from __future__ import annotations

from pathlib import Path

from datev_connector.domain.legs import LegState
from datev_connector.domain.record import Delivery
from datev_connector.engine import DatevTold
from tests.windows.datev.com_house import ComHouse, com_house
from tests.windows.datev.standin import Datev


async def test_a_datev_killed_in_mid_call_finds_the_call_in_its_journal_once(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        inside.ring()
        inside.answer()
        await datev.do("await", what="calls")
        await inside.wait_for(DatevTold, 2)
        await datev.dies()
        await inside.datev_is(LegState.DOWN)
        inside.end()

        await datev.start()
        await datev.do("await", what="journal")
        await _another_call(inside)
        assert await _journalled(datev) == 1
        await datev.is_content()


async def test_a_datev_that_dies_before_it_takes_a_call_gets_it_once(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        await datev.do("die", nth=1, before=True)
        inside.ring()
        told = await inside.wait_for(DatevTold)
        assert told.delivery is Delivery.AWAY, "it had not read it"
        inside.answer()
        inside.end()
        await datev.is_dead()

        await datev.start()
        await datev.do("await", what="journal")
        await _another_call(inside)
        assert await _journalled(datev) == 1
        await datev.is_content()


async def test_a_datev_that_dies_with_a_journal_entry_in_hand_gets_the_same_one_again(
    datev: Datev, tmp_path: Path
) -> None:
    """It may have kept it or not: the entry comes under its old CallID, which is one entry."""
    async with com_house(tmp_path) as inside:
        await inside.up()
        await datev.do("go-away")
        await inside.datev_is(LegState.DOWN)
        inside.ring()
        inside.answer()
        inside.end()
        await datev.do("die", nth=1)
        await datev.do("come-back")
        await datev.is_dead()
        await inside.wait_for(DatevTold)

        recalled = await datev.start()
        assert recalled["recalled"] == 1
        await datev.event("told", method="NewJournal", outcome="repeated")
        assert await _journalled(datev) == 1
        await datev.is_content()


async def test_three_deaths_lose_and_double_nothing(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        for number in range(3):
            call = f"p{number}"
            inside.ring(call)
            await inside.wait_for(DatevTold, len(inside.of(DatevTold)) + 1)
            await datev.dies()
            await inside.datev_is(LegState.DOWN)
            inside.end(call)
            await datev.start()
            await datev.do("await", what="journal", count=number + 1)
            await inside.datev_is(LegState.UP)
        await _another_call(inside)
        assert await _journalled(datev) == 3
        await datev.is_content()


async def _another_call(inside: ComHouse) -> None:
    """Whatever was to be told before it has been told by then."""
    await inside.datev_is(LegState.UP)
    await inside.a_call("another", "004972199")
    assert [told.delivery for told in inside.of(DatevTold)][-3:] == [Delivery.CONFIRMED] * 3


async def _journalled(datev: Datev) -> int:
    return len((await datev.seen())["journal"])
