"""DATEV dials and drops through the buddy, from another process."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from datev_connector.domain.record import DialAnswer, DialWish
from tests.windows.com_house import QUICK, Counterpart, House, counterpart, running
from tests.windows.conftest import StartProcess

WISH = {
    "CalledNumber": "0721 / 1234-0",
    "SyncID": "sync-1",
    "Adressatenname": "Müller",
    "AdressatenId": "id-1",
    "DataSource": "DATEV_Adressaten",
}


async def test_dial_is_copied_and_answered_before_it_returns(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        dialled = await datev.ask("dial", "names", WISH)

        assert dialled["hresult"] == "0x0"
        assert dialled["values"]["CallID"] == "call-1"
        assert dialled["values"]["CallState"] == "1"
        assert dialled["values"]["Direction"] == "2"
        assert dialled["values"]["SyncID"] == "sync-1"
        assert house.dialled == [
            DialWish(
                number="0721 / 1234-0",
                sync_id="sync-1",
                contact_name="Müller",
                contact_id="id-1",
                data_source="DATEV_Adressaten",
            )
        ]
        assert (await datev.ask("touched"))["touched"] == dialled["touched"]
        assert await datev.ask("drop", "names", "call-1") == {"hresult": "0x0"}
        await house.wait(lambda: house.dropped == ["call-1"])


async def test_an_object_that_knows_no_names_is_read_by_number(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        dialled = await datev.ask("dial", "names", WISH, [], True)
        assert dialled["values"]["CallID"] == "call-1"
        assert house.dialled[0].contact_id == "id-1"


async def test_what_the_desk_refuses_datev_hears(windows_process: StartProcess) -> None:
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        house.answer = lambda: DialAnswer(hresult=-2147467259)
        dialled = await datev.ask("dial", "names", WISH)
        assert dialled["hresult"] == "0x80004005"
        assert dialled["values"]["CallID"] == ""


@pytest.mark.parametrize(
    ("values", "failing", "hresult"),
    [
        ({"CalledNumber": 1_000_000}, [], "0x80070057"),
        ({"CalledNumber": "1", "SyncID": "s" * 100_000}, [], "0x80070057"),
        (WISH, ["CalledNumber"], "0x80070057"),
        (WISH, ["SyncID"], "0x80070057"),
    ],
)
async def test_what_cannot_be_dialled_faithfully_is_refused(
    windows_process: StartProcess,
    values: dict[str, object],
    failing: list[str],
    hresult: str,
) -> None:
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        assert (await datev.ask("dial", "names", values, failing))["hresult"] == hresult
        assert house.dialled == []


@pytest.mark.parametrize(
    ("values", "failing"),
    [
        ({}, []),
        ({"CalledNumber": "", "SyncID": None}, []),
        ({**WISH, "Adressatenname": "x" * 1_000_000}, []),
        (WISH, ["Adressatenname", "AdressatenId", "DataSource"]),
        ({**WISH, "CalledNumber": "☎\0\ufffe"}, []),
        ({**WISH, "SyncID": 12345}, []),
    ],
)
async def test_whatever_else_comes_reaches_the_desk(
    windows_process: StartProcess, values: dict[str, object], failing: list[str]
) -> None:
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        assert (await datev.ask("dial", "names", values, failing))["hresult"] == "0x0"
        assert len(house.dialled) == 1
        if "Adressatenname" in failing or len(str(values.get("Adressatenname"))) > 100:
            assert house.dialled[0].contact_name == ""


async def test_a_call_whose_id_datev_does_not_take_is_ended(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        dialled = await datev.ask("dial", "names", WISH, ["CallID"])
        assert int(dialled["hresult"], 16) & 0x80000000
        await house.wait(lambda: house.dropped == ["call-1"])


async def test_two_threads_of_datev_dial_at_once(windows_process: StartProcess) -> None:
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        heard = [await datev.ask("two_dials"), await datev.hear()]
        assert {one["call_id"] for one in heard} == {"call-1", "call-2"}
        assert {one["sync_id"] for one in heard} == {"s-1", "s-2"}
        assert {wish.sync_id for wish in house.dialled} == {"s-1", "s-2"}


async def test_a_desk_that_is_held_up_refuses_in_time_and_dials_nothing_later(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    async with running(House(replace(QUICK, dial_s=0.3))) as house:
        await datev.order("dial", "names", WISH)
        time.sleep(2)  # noqa: ASYNC251 - the loop is what is held up
        assert (await datev.hear())["hresult"] == "0x80004005"
        await asyncio.sleep(0.1)
        assert house.dialled == []


async def drop_unknown(datev: Counterpart, call_id: str) -> dict[str, object]:
    return await datev.ask("drop", "names", call_id)


async def test_drop_of_nothing_is_the_desks_business(windows_process: StartProcess) -> None:
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        assert await drop_unknown(datev, "") == {"hresult": "0x0"}
        await house.wait(lambda: house.dropped == [""])
