"""A DATEV that hangs, is busy, or fails: the connector goes on, and tells what is the matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.domain.legs import LegState
from datev_connector.domain.record import Delivery, Method
from datev_connector.engine import DatevTold
from tests.windows.datev.com_house import SWIFT, com_house
from tests.windows.datev.standin import Datev

REJECTED = 0x80010001
RETRY_LATER = 0x8001010A
SERVER_FAULT = 0x80010105
EXCEPTION = 0x80020009
FAILED = 0x80004005
"""What the exception says of itself."""


async def test_a_datev_that_hangs_in_a_call_does_not_stop_the_connector(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path, SWIFT) as inside:
        await inside.up()
        await datev.do("hang")
        inside.ring()
        await datev.event("hangs")
        told = await inside.wait_for(DatevTold)
        assert told.delivery in {Delivery.AWAY, Delivery.OVERDUE}
        await inside.datev_is(LegState.DOWN)
        assert "hangs" in inside.reason
        inside.answer()
        inside.end()

        await datev.do("mend")
        await inside.datev_is(LegState.UP)
        await datev.do("await", what="journal")
        assert await datev.chains() == [], "it could not take late what it had not read"
        await datev.is_content()


async def test_a_datev_that_hangs_when_it_has_read_hears_how_the_call_ended(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path, SWIFT) as inside:
        await inside.up()
        await datev.do("hang", after=True)
        inside.ring()
        await datev.event("hangs")
        told = await inside.wait_for(DatevTold)
        assert told.delivery is Delivery.OVERDUE
        inside.answer()
        inside.end()

        await datev.do("mend")
        await datev.do("await", what="ended")
        assert await datev.chains() == ["Offered Connected Finished"]
        assert (await datev.seen())["journal"] == []
        await datev.is_content()


async def test_the_other_calls_of_a_datev_that_hung_are_told_to_their_end(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path, SWIFT) as inside:
        await inside.up()
        inside.ring("p0", "004972155")
        inside.answer("p0")
        await inside.wait_for(DatevTold, 2)
        await datev.do("hang")
        inside.ring("p1")
        await datev.event("hangs")
        await inside.datev_is(LegState.DOWN)
        inside.end("p0")
        inside.end("p1")

        await datev.do("mend")
        await datev.do("await", what="ended")
        await datev.do("await", what="journal")
        assert await datev.chains() == ["Offered Connected Finished"]
        await datev.is_content()


async def test_a_datev_that_stands_still_is_not_waited_for(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path, SWIFT) as inside:
        await inside.up()
        datev.order("freeze")
        await datev.event("hangs")
        inside.ring()
        told = await inside.wait_for(DatevTold)
        assert told.delivery is not Delivery.CONFIRMED
        inside.answer()
        inside.end()
        await inside.datev_is(LegState.DOWN)

        await datev.do("mend")
        await datev.do("await", what="journal")
        await inside.datev_is(LegState.UP)
        await datev.is_content()


@pytest.mark.parametrize("how", ["rejected", "retry-later"])
async def test_a_busy_datev_is_asked_again_and_hears_everything(
    datev: Datev, tmp_path: Path, how: str
) -> None:
    """Wine lets a call in that is to come later; there only the rejected one comes again."""
    async with com_house(tmp_path) as inside:
        await inside.up()
        await datev.do("turn-away", how=how, times=2)
        await inside.a_call("p1")
        for _ in range(2):
            await datev.event("turned-away", how=how)
        assert [told.delivery for told in inside.of(DatevTold)] == [Delivery.CONFIRMED] * 3
        assert await datev.chains() == ["Offered Connected Finished"]
        await datev.is_content()


@pytest.mark.parametrize("code", [REJECTED, RETRY_LATER])
async def test_a_method_that_says_it_is_busy_is_called_again(
    datev: Datev, tmp_path: Path, code: int
) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        await datev.do("reject", code=code, times=2)
        await inside.a_call("p1")
        assert [told.delivery for told in inside.of(DatevTold)] == [Delivery.CONFIRMED] * 3
        assert await datev.chains() == ["Offered Connected Finished"]
        await datev.is_content()


async def test_a_datev_that_stays_busy_gets_the_call_when_it_is_not(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path, SWIFT) as inside:
        await inside.up()
        await datev.do("turn-away", how="rejected", times=1_000_000)
        inside.ring()
        told = await inside.wait_for(DatevTold)
        assert told.delivery in {Delivery.REFUSED, Delivery.AWAY}
        inside.answer()
        inside.end()
        await inside.datev_is(LegState.DEGRADED)

        await datev.do("mend")
        await datev.do("await", what="journal")
        await inside.datev_is(LegState.UP)
        await datev.is_content()


@pytest.mark.parametrize(("code", "seen"), [(SERVER_FAULT, SERVER_FAULT), (EXCEPTION, FAILED)])
async def test_a_datev_that_fails_is_told_the_next_call_all_the_same(
    datev: Datev, tmp_path: Path, code: int, seen: int
) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        await datev.do("reject", code=code, times=1)
        inside.ring()
        told = await inside.wait_for(DatevTold)
        assert told.hresult == seen - (1 << 32)
        assert told.delivery is Delivery.REFUSED
        await inside.datev_is(LegState.DEGRADED)
        inside.end()

        await inside.a_call("p2")
        await inside.datev_is(LegState.UP)
        news = [one for one in inside.of(DatevTold) if one.method is Method.NEW_CALL]
        assert news[-1].delivery is Delivery.CONFIRMED
        await datev.is_content()
