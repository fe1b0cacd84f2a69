from __future__ import annotations

import xmlrpc.client
from collections.abc import AsyncIterator

import pytest

from datev_connector.simulators.starface import (
    FaultCodes,
    PbxUser,
    StarfaceConfig,
    StarfaceSimulator,
)
from tests.simulators.starface.client import Client, Receiver
from tests.simulators.starface.clock import Clock

NOT_CONNECTED = FaultCodes().not_connected
UNKNOWN = FaultCodes().unknown_method
WRONG_CALL = FaultCodes().wrong_call


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def starface(clock: Clock) -> AsyncIterator[StarfaceSimulator]:
    async with StarfaceSimulator(StarfaceConfig(now=clock)) as simulator:
        yield simulator


@pytest.fixture
def client(starface: StarfaceSimulator) -> Client:
    return Client(simulator=starface)


async def fault_of(client: Client, name: str, *params: object) -> int:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        await client.ask(name, *params)
    return caught.value.faultCode


async def test_whoever_may_not_use_uci_can_sign_in_and_is_refused_all_else() -> None:
    user = PbxUser(login="0123", password="Pass123", number="23", uci=False)
    async with StarfaceSimulator(StarfaceConfig(users=(user,))) as starface:
        client = Client(simulator=starface)
        assert await client.ask("connection.login") is True
        for request in ("call.getCallIds", "system.getServerVersion"):
            assert await fault_of(client, request) == FaultCodes().illegal_access
        assert await client.ask("connection.keepAlive") is True


async def test_without_login_requests_are_not_connected(client: Client) -> None:
    assert await fault_of(client, "call.getCallIds") == NOT_CONNECTED
    assert await client.ask("connection.keepAlive") is False
    assert await client.ask("connection.logout") is True


async def test_server_version_needs_no_session(client: Client) -> None:
    assert await client.ask("system.getServerVersion") == "8.1.0.5"


async def test_session_ends_without_keep_alive(client: Client, clock: Clock) -> None:
    await client.sign_in()
    clock.forward(59)
    assert await client.ask("connection.keepAlive") is True
    clock.forward(59)
    assert await client.ask("call.getCallIds") == []
    clock.forward(1)
    assert await client.ask("connection.keepAlive") is False
    assert await fault_of(client, "call.getCallIds") == NOT_CONNECTED


async def test_logout_ends_the_session(client: Client) -> None:
    await client.sign_in()
    assert await client.ask("connection.logout") is True
    assert await client.ask("connection.keepAlive") is False


async def test_another_callback_address_is_another_session(
    starface: StarfaceSimulator, client: Client, receiver: Receiver
) -> None:
    await client.sign_in()
    other = Client(simulator=starface, receiver=receiver)
    assert await other.ask("connection.keepAlive") is False
    await other.sign_in()
    assert len(starface.sessions) == 2


async def test_new_login_forgets_subscriptions(
    starface: StarfaceSimulator, receiver: Receiver
) -> None:
    client = await Client(simulator=starface, receiver=receiver).sign_in()
    await client.ask("connection.login")
    starface.pbx.incoming("0123", "0049721").ring()
    await starface.settled()
    assert receiver.events == []


async def test_unsubscribed_hears_nothing(starface: StarfaceSimulator, receiver: Receiver) -> None:
    client = await Client(simulator=starface, receiver=receiver).sign_in()
    assert await client.ask("service.unsubscribeEvents", "ucp.v30.events.call") is True
    assert await client.ask("service.unsubscribeEvents", "ucp.v30.events.call") is False
    starface.pbx.incoming("0123", "0049721").ring()
    await starface.settled()
    assert receiver.events == []


async def test_expired_session_hears_nothing(
    starface: StarfaceSimulator, receiver: Receiver, clock: Clock
) -> None:
    await Client(simulator=starface, receiver=receiver).sign_in()
    clock.forward(60)
    starface.pbx.incoming("0123", "0049721").ring()
    await starface.settled()
    assert receiver.events == []


async def test_subscription_is_for_known_services_only(
    starface: StarfaceSimulator, client: Client
) -> None:
    await client.sign_in()
    assert await client.ask("service.subscribeEvents", "ucp.v22.events.call") is False
    assert await client.ask("service.providesEvents", "ucp.v30.events.call") is True
    assert await client.ask("service.getProvidedEvents") == ["ucp.v30.events.call"]
    assert "ucp.v30.requests.call" in await client.ask("service.getProvidedRequests")
    starface.behaviour.accept_subscriptions = False
    assert await client.ask("service.subscribeEvents", "ucp.v30.events.call") is False


async def test_old_pbx_knows_no_v30() -> None:
    async with StarfaceSimulator(StarfaceConfig(versions=frozenset({"v22"}))) as old:
        client = Client(simulator=old)
        assert await fault_of(client, "connection.login") == UNKNOWN
        client.version = "v22"
        await client.sign_in()
        assert await client.ask("call.getCallIds") == []
        assert await fault_of(client, "callList.getCallList") == UNKNOWN


async def test_unknown_and_wrongly_called_requests(client: Client) -> None:
    await client.sign_in()
    assert await fault_of(client, "call.danceTango") == UNKNOWN
    assert await fault_of(client, "call.getCallState") == WRONG_CALL
    assert await fault_of(client, "call.getCallState", 7) == WRONG_CALL
    assert await fault_of(client, "connection.login", "0123") == WRONG_CALL


async def test_older_spelling_of_call_requests(client: Client) -> None:
    await client.sign_in()
    assert await client.call("ucp.v30.server.communication.call.getCallIds") == []


async def test_what_is_no_call_is_refused(client: Client) -> None:
    assert (await client.post(b"", query="")).status == 400
    assert (await client.post(b"", method="GET")).status == 405
    answer = await client.post(b"<methodCall><params/></methodCall>")
    assert b"faultCode" in answer.body
    assert (await client.post(b"x" * ((1 << 20) + 1))).status == 413
