from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from datev_connector.simulators.starface import (
    Certificate,
    PbxGroup,
    StarfaceConfig,
    StarfaceSimulator,
    TimestampForm,
)
from datev_connector.simulators.starface.accounts import uci_token
from datev_connector.simulators.starface.config import AuthMode
from tests.simulators.starface.client import Client, Receiver
from tests.simulators.starface.clock import Clock

NUMBER = "004972112345"


async def test_v30_struct(starface: StarfaceSimulator, anna: Client, receiver: Receiver) -> None:
    call = starface.pbx.incoming("0123", NUMBER, "Müller & Söhne")
    call.ring()
    await starface.settled()
    event = receiver.events[0]
    assert event.method == "ucp.v30.events.call.receiveCallState"
    assert event.query["de.vertico.starface.user"] == ["0123"]
    token = uci_token("0123", "Pass123", AuthMode.SHA512)
    assert event.query["de.vertico.starface.auth"] == [token]
    struct = event.struct
    assert (struct["callerNumber"], struct["callerName"]) == (NUMBER, "Müller & Söhne")
    assert (struct["calledNumber"], struct["calledName"]) == ("23", "Anna Berger")
    assert (struct["accountId"], struct["forwardType"], struct["groupId"]) == (1023, "NONE", "")


async def test_v22_struct(starface: StarfaceSimulator, receiver: Receiver) -> None:
    await Client(simulator=starface, receiver=receiver, version="v22").sign_in()
    starface.pbx.incoming("0123", "").ring()
    await starface.settled()
    members = {"id", "state", "timestamp"}
    members |= {"callerNumber", "callerName", "calledNumber", "calledName"}
    assert receiver.events[0].struct.keys() == members
    assert receiver.events[0].struct["callerNumber"] == ""


async def test_callback_over_tls(starface: StarfaceSimulator) -> None:
    with Receiver(certificate=Certificate.make()) as receiver:
        await Client(simulator=starface, receiver=receiver).sign_in()
        starface.pbx.incoming("0123", NUMBER).ring()
        await starface.settled()
        assert receiver.states() == ["RINGING"]


@pytest.mark.parametrize("kept", [True, False])
async def test_order_of_many_events(receiver: Receiver, *, kept: bool) -> None:
    async with StarfaceSimulator(StarfaceConfig(push_keep_alive=kept)) as starface:
        await Client(simulator=starface, receiver=receiver).sign_in()
        calls = [starface.pbx.incoming("0123", f"00497210{n}") for n in range(20)]
        for call in calls:
            call.ring()
            call.answer()
            call.hangup()
        await starface.settled()
        for call in calls:
            assert receiver.states(call.call_id) == ["RINGING", "CONNECTED", "HANGUP"]


async def test_events_are_per_user(starface: StarfaceSimulator, anna: Client) -> None:
    with Receiver() as others:
        bernd = Client(simulator=starface, login="0124", password="Pass124", receiver=others)
        await bernd.sign_in()
        call = starface.pbx.incoming("0123", NUMBER)
        call.ring()
        await starface.settled()
        assert others.events == []
        assert await bernd.ask("call.getCallIds") == []
        assert await bernd.ask("call.getCallState", call.call_id) == {}
        assert await bernd.ask("call.hangupCall", call.call_id) is False


async def test_two_sessions_of_one_user(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    with Receiver() as second:
        await Client(simulator=starface, receiver=second, version="v22").sign_in()
        starface.pbx.outgoing("0123", NUMBER)
        await starface.settled()
        assert (receiver.states(), second.states()) == (["OUTGOING"], ["PROCEEDING"])


async def test_unreachable_client_holds_nobody_up(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    with Receiver() as gone:
        await Client(simulator=starface, receiver=gone).sign_in()
    starface.pbx.incoming("0123", NUMBER).ring()
    await starface.settled()
    assert receiver.states() == ["RINGING"]
    assert sorted(push.status for push in starface.chronicle.pushes) == [0, 200]


async def test_switches(starface: StarfaceSimulator, anna: Client, receiver: Receiver) -> None:
    starface.behaviour.empty_first_event = True
    starface.behaviour.duplicate_events = True
    starface.behaviour.late_names = True
    call = starface.pbx.incoming("0123", NUMBER, "Müller")
    call.ring()
    call.answer()
    await starface.settled()
    told = [(event.state, event.struct["callerName"]) for event in receiver.events]
    assert told == [
        ("", ""),
        ("RINGING", ""),
        ("RINGING", ""),
        ("RINGING", "Müller"),
        ("RINGING", "Müller"),
        ("CONNECTED", "Müller"),
        ("CONNECTED", "Müller"),
    ]


async def test_without_events_polling_shows_the_call(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    starface.behaviour.deliver_events = False
    call = starface.pbx.incoming("0123", NUMBER)
    assert await anna.ask("call.getCallIds") == []  # INCOMING is not a state of v30
    call.ring()
    assert await anna.ask("call.getCallIds") == [call.call_id]
    assert (await anna.ask("call.getCallState", call.call_id))["state"] == "RINGING"
    call.hangup()
    assert await anna.ask("call.getCallIds") == []
    assert await anna.ask("call.getCallState", call.call_id) == {}
    await starface.settled()
    assert receiver.events == []


async def test_v30_may_show_incoming(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    starface.behaviour.v30_shows_incoming = True
    starface.pbx.incoming("0123", NUMBER)
    await starface.settled()
    assert receiver.states() == ["INCOMING"]


@pytest.fixture
async def group_pbx() -> AsyncIterator[StarfaceSimulator]:
    group = PbxGroup(group_id="g1", number="30", name="Sekretariat", members=("0123", "0124"))
    async with StarfaceSimulator(StarfaceConfig(groups=(group,))) as simulator:
        yield simulator


@pytest.mark.parametrize(("version", "member"), [("v22", "groupID"), ("v30", "groupId")])
async def test_group_call(
    group_pbx: StarfaceSimulator, receiver: Receiver, version: str, member: str
) -> None:
    await Client(simulator=group_pbx, receiver=receiver, version=version).sign_in()
    group_pbx.pbx.incoming("0123", NUMBER, group="g1").ring()
    await group_pbx.settled()
    struct = receiver.events[0].struct
    assert (struct[member], struct["calledNumber"]) == ("g1", "30")
    assert struct["calledName"] == "Sekretariat"


async def test_group_member_gives_up_others_ring_on(group_pbx: StarfaceSimulator) -> None:
    anna = await Client(simulator=group_pbx).sign_in()
    bernd = await Client(simulator=group_pbx, login="0124", password="Pass124").sign_in()
    call = group_pbx.pbx.incoming("0123", NUMBER, group="g1")
    call.ring()
    assert await anna.ask("call.hangupCall", call.call_id) is True
    assert await anna.ask("call.getCallIds") == []
    assert await bernd.ask("call.getCallIds") == [call.call_id]
    assert not call.over


@pytest.mark.parametrize("form", TimestampForm)
async def test_timestamp_is_the_pbx_wall_clock(receiver: Receiver, form: TimestampForm) -> None:
    clock = Clock(datetime(2026, 7, 1, 9, 0, 0, tzinfo=UTC))
    config = StarfaceConfig(now=clock, timestamp_form=form)
    async with StarfaceSimulator(config) as starface:
        starface.behaviour.clock_offset = timedelta(minutes=5)
        await Client(simulator=starface, receiver=receiver).sign_in()
        starface.pbx.incoming("0123", NUMBER).ring()
        await starface.settled()
        local = datetime(2026, 7, 1, 11, 5, 0)  # noqa: DTZ001 -- what a wall clock shows
        wanted = local if form is TimestampForm.DATETIME else "20260701T11:05:00"
        assert receiver.events[0].struct["timestamp"] == wanted


async def test_forwarder_is_named(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    call = starface.pbx.incoming("0124", NUMBER, "Müller")
    call.ring()
    call.answer()
    call.blind_transfer("0123")
    await starface.settled()
    struct = receiver.events[0].struct
    assert struct["forwardType"] == "BLINDTRANSFER"
    assert (struct["forwarderCallerIdNumber"], struct["callerNumber"]) == ("24", NUMBER)
    assert struct["calledNumber"] == "23"


async def test_attended_transfer_shows_the_new_caller(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    first = starface.pbx.incoming("0124", NUMBER, "Müller")
    first.ring()
    first.answer()
    second = first.consult("0123")
    second.ring()
    second.answer()
    goes_on = first.transfer(second)
    await starface.settled()
    assert goes_on is second
    assert receiver.events[-2].struct["callerNumber"] == "24"
    last = receiver.events[-1]
    assert (last.state, last.struct["callerNumber"]) == ("CONNECTED", NUMBER)
    assert not second.over
    assert first.over


@pytest.mark.parametrize("shared", [True, False])
async def test_call_ids_may_differ_for_each_user(*, shared: bool) -> None:
    async with StarfaceSimulator(StarfaceConfig(shared_call_ids=shared)) as starface:
        call = starface.pbx.internal("0123", "0124")
        assert (call.leg("0123").call_id == call.leg("0124").call_id) is shared


async def test_late_name_of_a_call_that_never_rang(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    starface.behaviour.late_names = True
    starface.pbx.incoming("0123", NUMBER, "Müller", group="g").answer()
    await starface.settled()
    told = [(event.state, event.struct["callerName"]) for event in receiver.events]
    assert told == [("CONNECTED", ""), ("CONNECTED", "Müller")]
