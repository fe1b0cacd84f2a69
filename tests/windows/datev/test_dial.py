"""DATEV dials and hangs up through the connector, from its own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datev_connector.domain.calls import PbxState
from tests.windows.datev.com_house import ComHouse, com_house
from tests.windows.datev.standin import Datev

FIVE = {"CalledNumber", "Adressatenname", "AdressatenId", "DataSource", "SyncID"}


async def test_a_number_that_was_clicked_is_dialled_and_followed(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        answer = await datev.do(
            "dial", number="+49 (0)721 / 555-222", name="Bäcker Übelacker", contact_id="c7"
        )
        assert answer["hresult"] == 0
        assert answer["violations"] == []
        assert set(answer["reads"]) >= FIVE
        assert "CallID" in answer["writes"]

        [(_, pbx_call)] = inside.pbx.placed
        await _goes_through(inside, pbx_call)
        await datev.do("await", what="ended")
        [call] = (await datev.seen())["calls"]
        assert call["sync_id"] == answer["sync_id"]
        assert call["call_id"] == answer["call"]["CallID"]
        assert call["states"] == ["Offered", "Connected", "Finished"]
        await datev.is_content()


async def test_nobody_touches_the_object_after_dial_has_returned(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        assert (await datev.do("dial", number="0721 555222", keep=True))["hresult"] == 0
        [(_, pbx_call)] = inside.pbx.placed
        await _goes_through(inside, pbx_call, number="0721555222")
        await datev.do("await", what="ended")
        await datev.is_content()


async def test_datev_hangs_up(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        dialled = await datev.do("dial", number="0721 555222")
        [(_, pbx_call)] = inside.pbx.placed
        inside.sight(PbxState.RINGBACK, pbx_call, called_number="0721555222")
        await datev.do("await", what="calls")

        assert (await datev.do("drop", call_id=dialled["call"]["CallID"]))["hresult"] == 0
        assert inside.pbx.ended == [pbx_call]
        inside.end(pbx_call)
        await datev.do("await", what="ended")
        await datev.is_content()


async def test_a_drop_of_nothing_does_nothing(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        for call_id in ("", None, "no-such-call", "\u0000", "x" * 1_000_000):
            await datev.do("drop", call_id=call_id)
            await datev.do("drop", call_id=call_id, apart=True)
        await inside.a_call("p1")
        assert inside.pbx.ended == []
        await datev.is_content()


ABSURD: list[dict[str, Any]] = [
    {"CalledNumber": ""},
    {"CalledNumber": None},
    {"CalledNumber": "   "},
    {"CalledNumber": "bitte anrufen"},
    {"CalledNumber": "1" * 1_000_000},
    {"CalledNumber": 4711},
    {"CalledNumber": True},
    {"SyncID": None, "Adressatenname": None, "AdressatenId": None, "DataSource": None},
    {"Begin": -36_523.5, "End": -700_000.0},
    {"Begin": 1e300, "End": None},
    {"Direction": 99, "CallState": -1},
    {"Direction": "eDirOutgoing", "CallState": None, "Begin": None, "End": None},
    {"Adressatenname": "Ä" * 500_000},
    {"Note": "\ud83d"},
]


async def test_a_dial_of_absurd_things_is_answered_and_hurts_nobody(
    datev: Datev, tmp_path: Path
) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        for values in ABSURD:
            placed = len(inside.pbx.placed)
            answer = await datev.do("dial", number="0721 555222", values=values)
            taken = answer["hresult"] == 0
            assert taken == (len(inside.pbx.placed) > placed), (str(values)[:80], answer["code"])
            assert taken == bool(answer["call"]["CallID"]), (str(values)[:80], answer["code"])
        for failing in (["CalledNumber"], ["SyncID"], ["AdressatenId", "Note"]):
            await datev.do("dial", number="0721 555222", failing=failing)

        assert (await datev.do("dial", number="0721 555333"))["hresult"] == 0
        await inside.a_call("p1")
        await datev.is_content()


async def test_an_object_that_takes_no_call_id_is_not_dialled(datev: Datev, tmp_path: Path) -> None:
    """DATEV would never learn which call it is, and could not follow it."""
    async with com_house(tmp_path) as inside:
        await inside.up()
        answer = await datev.do("dial", number="0721 555222", read_only=True)
        assert answer["hresult"] < 0
        await datev.is_content()


async def test_two_threads_dial_at_the_same_time(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        answers = (await datev.do("dial", number="0721 555222", also=["0721 555333"]))["answers"]
        assert [one["hresult"] for one in answers] == [0, 0]
        assert len({one["call"]["CallID"] for one in answers}) == 2
        assert len(inside.pbx.placed) == 2
        await datev.is_content()


async def test_a_dial_without_a_pbx_is_refused_at_once(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        inside.pbx_up(up=False)
        answer = await datev.do("dial", number="0721 555222")
        assert answer["hresult"] < 0
        assert not inside.pbx.placed
        await datev.is_content()


async def test_datev_dials_while_it_is_told_of_a_call(datev: Datev, tmp_path: Path) -> None:
    async with com_house(tmp_path) as inside:
        await inside.up()
        orders = []
        for number in range(5):
            inside.ring(f"p{number}", f"00497215550{number:02}")
            orders.append(
                datev.order("dial", number=f"0721 7771{number}", also=[f"0721 7772{number}"])
            )
        for order in orders:
            answers = (await datev.answer_to(order))["answers"]
            assert [one["hresult"] for one in answers] == [0, 0]
        await datev.do("await", what="calls", count=5)
        assert len(inside.pbx.placed) == 10
        await datev.is_content()


async def _goes_through(inside: ComHouse, pbx_call: str, number: str = "0721555222") -> None:
    inside.sight(PbxState.RINGBACK, pbx_call, called_number=number)
    inside.sight(PbxState.CONNECTED, pbx_call, called_number=number)
    inside.end(pbx_call)
