"""Calls from ring to end, told to a DATEV in another process that reads them in all its ways."""

from __future__ import annotations

import gc
from pathlib import Path

from datev_connector.engine import DatevTold
from tests.engine.house import fill_contacts
from tests.windows.datev.com_house import com_house
from tests.windows.datev.standin import Datev


async def test_a_client_rings_is_answered_and_hangs_up(datev: Datev, tmp_path: Path) -> None:
    fill_contacts(tmp_path)
    async with com_house(tmp_path) as inside:
        await inside.up()
        await inside.a_call("p1")

        told = await datev.event("told", method="NewCall")
        assert told["call"]["Adressatenname"] == "Adler GmbH"
        assert told["call"]["AdressatenId"] == "c1"
        assert told["call"]["DataSource"] == "DATEV_Adressaten"
        assert await datev.chains() == ["Offered Connected Finished"]
        await datev.is_content()


async def test_datev_reads_by_whatever_it_likes(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        for by in ("name", "capitals", "number"):
            for through in ("dispatch", "data"):
                await datev.do("read-by", by=by, through=through, when="both")
                await inside.a_call(f"{by} {through}")
                for _ in range(3):
                    assert (await datev.event("read-again"))["violations"] == []
        await datev.is_content()


async def test_datev_reads_only_when_the_call_has_returned(datev: Datev, tmp_path: Path) -> None:
    await datev.do("read-by", when="late")
    async with com_house(tmp_path) as inside:
        await inside.up()
        await inside.a_call("p1")
        await datev.do("await", what="ended")
        assert [told.hresult for told in inside.of(DatevTold)] == [0, 0, 0]
        await datev.is_content()


async def test_what_datev_holds_does_not_change_while_the_call_goes_on(
    datev: Datev, tmp_path: Path
) -> None:
    await datev.do("read-by", when="held")
    async with com_house(tmp_path) as inside:
        await inside.up()
        await inside.a_call("p1")
        gc.collect()  # what only garbage kept alive would be gone now
        assert (await datev.do("read-held"))["read"] == 3
        for _ in range(3):
            assert (await datev.event("read-again"))["outcome"] == "read-again"
        await datev.is_content()
