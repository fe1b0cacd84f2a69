from __future__ import annotations

from uuid import uuid4

import pytest

from datev_connector.simulators.starface import StarfaceSimulator
from datev_connector.simulators.starface.legs import IllegalStep
from tests.simulators.starface.client import Client, Receiver

NUMBER = "+49 721 12345"


async def test_own_call_id_is_honoured(starface: StarfaceSimulator, anna: Client) -> None:
    call_id = str(uuid4())
    assert await anna.ask("call.placeCallWithPhone", NUMBER, "SIP/23", call_id) == call_id
    call = await starface.pbx.dialled()
    assert (call.call_id, call.called.number, call.story.click_to_dial) == (call_id, NUMBER, True)


async def test_pbx_makes_an_id(starface: StarfaceSimulator, anna: Client) -> None:
    call_id = await anna.ask("call.placeCallWithPhone", NUMBER, "", "")
    assert call_id
    assert await anna.ask("call.getCallIds") == [call_id]


@pytest.mark.parametrize(
    "params", [("", "", ""), (NUMBER, "SIP/unknown", ""), (NUMBER, "", "short"), (" ", "", "")]
)
async def test_invalid_is_refused(anna: Client, params: tuple[str, str, str]) -> None:
    assert await anna.ask("call.placeCallWithPhone", *params) == ""


async def test_refused_while_another_is_running(starface: StarfaceSimulator, anna: Client) -> None:
    assert await anna.ask("call.placeCallWithPhone", NUMBER, "", "")
    assert await anna.ask("call.placeCallWithPhone", "00497219", "", "") == ""
    (await starface.pbx.dialled()).lift()
    assert await anna.ask("call.placeCallWithPhone", "00497219", "", "") != ""


async def test_refused_by_switch(starface: StarfaceSimulator, anna: Client) -> None:
    starface.behaviour.accept_dials = False
    assert await anna.ask("call.placeCallWithPhone", NUMBER, "", "") == ""


async def test_own_phone_may_be_reported_ringing(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    starface.behaviour.click_to_dial_rings_own_phone = True
    await anna.ask("call.placeCallWithPhone", NUMBER, "", "")
    call = await starface.pbx.dialled()
    call.lift()
    call.ring()
    call.answer()
    call.hangup()
    await starface.settled()
    assert receiver.states() == ["RINGING", "OUTGOING", "RINGBACK", "CONNECTED", "HANGUP"]


async def test_dialling_a_colleague_rings_there_only_after_lifting(
    starface: StarfaceSimulator, anna: Client
) -> None:
    bernd = await Client(simulator=starface, login="0124", password="Pass124").sign_in()
    await anna.ask("call.placeCallWithPhone", "24", "", "")
    call = await starface.pbx.dialled()
    assert await bernd.ask("call.getCallIds") == []
    call.lift()
    call.ring()
    assert await bernd.ask("call.getCallIds") == [call.call_id]


async def test_hang_up(starface: StarfaceSimulator, anna: Client, receiver: Receiver) -> None:
    call_id = await anna.ask("call.placeCallWithPhone", NUMBER, "", "")
    assert await anna.ask("call.hangupCall", call_id) is True
    assert await anna.ask("call.hangupCall", call_id) is False
    await starface.settled()
    assert receiver.states() == ["OUTGOING", "HANGUP"]


async def test_hold_on_request(starface: StarfaceSimulator, anna: Client) -> None:
    call = starface.pbx.incoming("0123", "0049721")
    call.ring()
    assert await anna.ask("call.hold", call.call_id) is False
    call.answer()
    assert await anna.ask("call.hold", call.call_id) is True
    assert (await anna.ask("call.getCallState", call.call_id))["state"] == "PARKED"
    assert await anna.ask("call.hold", "unknown") is False


async def test_phones(anna: Client) -> None:
    assert await anna.ask("phone.getPhoneIds") == ["SIP/23"]
    assert await anna.ask("phone.getPrimaryPhoneId") == "SIP/23"


def test_nobody_dials(starface: StarfaceSimulator) -> None:
    call = starface.pbx.outgoing("0123", "0049721")
    with pytest.raises(IllegalStep, match="cannot lift"):
        call.lift()


async def test_waiting_for_a_dial_ends(starface: StarfaceSimulator) -> None:
    with pytest.raises(TimeoutError):
        await starface.pbx.dialled(timeout_s=0)
