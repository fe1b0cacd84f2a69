"""Who stands in the Running Object Table: competitors, strangers, and nobody who is dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.domain.legs import LegState
from tests.windows.datev.com_house import com_house
from tests.windows.datev.standin import Datev


async def test_the_connector_stands_in_the_table_while_it_runs(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        assert (await datev.seen())["buddies"] == 1
    assert (await datev.seen())["buddies"] == 0


async def test_two_connectors_know_of_each_other_until_one_has_gone(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path / "one") as one:
        await one.up()
        async with com_house(tmp_path / "two") as two:
            await two.datev_is(LegState.DEGRADED)
            assert "Two telephony programs" in two.reason
            assert "python.exe" in two.reason
            await one.datev_is(LegState.DEGRADED)
            assert (await datev.seen())["buddies"] == 2
        await one.datev_is(LegState.UP)
        assert (await datev.seen())["buddies"] == 1
        await datev.is_content()


async def test_a_competitor_is_named_and_watched_until_it_goes(
    datev: Datev, tmp_path: Path
) -> None:
    await datev.do("compete")
    async with com_house(tmp_path) as inside:
        inside.pbx_up()
        await inside.datev_is(LegState.DEGRADED)
        assert "python.exe" in inside.reason
        await inside.a_call("p1")
        assert await datev.chains() == ["Offered Connected Finished"]

        await datev.do("compete", stop=True)
        await inside.datev_is(LegState.UP)
        assert (await datev.seen())["buddies"] == 1
        await datev.is_content()


async def test_a_competitor_that_comes_later_is_seen(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        assert (await datev.do("compete"))["hresult"] == 262631
        await inside.datev_is(LegState.DEGRADED)
        await datev.do("compete", stop=True)
        await inside.datev_is(LegState.UP)
        await datev.is_content()


@pytest.mark.parametrize("pose", ["stranger", "stone"])
async def test_what_is_not_datev_gets_nothing_and_is_seen_through(
    datev: Datev, tmp_path: Path, pose: str
) -> None:
    await datev.do("come-back", pose=pose)
    async with com_house(tmp_path) as inside:
        inside.pbx_up()
        await inside.datev_is(LegState.DOWN)
        assert "does not answer as DATEV does" in inside.reason
        inside.ring()
        inside.answer()
        inside.end()

        await datev.do("come-back", pose="datev")
        await inside.datev_is(LegState.UP)
        await datev.do("await", what="journal")
        await datev.is_content()
