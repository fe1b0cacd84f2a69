"""UCI over the simulator's own XMPP door, as a client on a bare socket sees it."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import AsyncIterator

import pytest

from datev_connector.simulators.starface import (
    Door,
    FaultCodes,
    FaultKind,
    JabberRpcConfig,
    StarfaceConfig,
    StarfaceSimulator,
    XmppConfig,
)
from tests.simulators.starface.client import Client, Receiver, fetch
from tests.simulators.starface.clock import Clock
from tests.simulators.starface.xmpp_client import (
    INFO,
    ITEMS,
    RPC,
    UCI,
    HungUp,
    XmppClient,
    error_of,
    rpc_query,
)

CALLS = "ucp.v30.events.call.receiveCallState"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def starface(clock: Clock) -> AsyncIterator[StarfaceSimulator]:
    async with StarfaceSimulator(StarfaceConfig(now=clock, xmpp=XmppConfig())) as simulator:
        yield simulator


@pytest.fixture
async def anna(starface: StarfaceSimulator) -> AsyncIterator[XmppClient]:
    async with XmppClient(starface.host, starface.xmpp_port) as client:
        yield await client.sign_in()


async def test_a_call_is_told_step_by_step(starface: StarfaceSimulator, anna: XmppClient) -> None:
    await anna.subscribe()
    call = starface.pbx.incoming("0123", "004972112345", "Ada & Co <Byron>")
    call.ring()
    call.answer()
    call.hangup()
    states = []
    for _ in range(3):
        method, struct, stanza = await anna.event()
        assert (method, stanza.get("from"), stanza.get("to")) == (CALLS, UCI, anna.jid)
        assert struct["callerName"] == "Ada & Co <Byron>"
        states.append(struct["state"])
    assert states == ["RINGING", "CONNECTED", "HANGUP"]
    await starface.settled()
    pushes = list(starface.chronicle.pushes)
    assert [(p.status, p.outcome, p.door) for p in pushes] == [(200, "", Door.XMPP)] * 3


async def test_both_doors_share_calls_and_sessions(
    starface: StarfaceSimulator, anna: XmppClient, receiver: Receiver
) -> None:
    await anna.subscribe()
    web = await Client(simulator=starface, receiver=receiver).sign_in()
    call = starface.pbx.incoming("0123", "004972112345")
    call.ring()
    await anna.event()
    await starface.settled()
    assert receiver.states() == ["RINGING"]
    assert await anna.uci("call.getCallIds") == await web.ask("call.getCallIds") == [call.call_id]
    assert len(starface.sessions) == 2
    assert await anna.uci("call.hangupCall", call.call_id) is True
    assert {r.door for r in starface.chronicle.requests} == {Door.HTTP, Door.XMPP}


async def test_session_ends_without_keep_alive(anna: XmppClient, clock: Clock) -> None:
    await anna.subscribe()
    clock.forward(59)
    assert await anna.uci("connection.keepAlive") is True
    clock.forward(60)
    assert await anna.uci("connection.keepAlive") is False
    with pytest.raises(xmlrpc.client.Fault) as caught:
        await anna.uci("call.getCallIds")
    assert caught.value.faultCode == FaultCodes().not_connected
    assert await anna.uci("connection.logout") is True


async def test_each_full_jid_has_a_session_of_its_own(
    starface: StarfaceSimulator, anna: XmppClient
) -> None:
    await anna.subscribe()
    async with XmppClient(starface.host, starface.xmpp_port) as other:
        await other.sign_in(resource="other")
        assert await other.uci("connection.keepAlive") is False
        await other.subscribe()
        assert {str(session.target) for session in starface.sessions} == {anna.jid, other.jid}


async def test_where_connection_requests_do_not_exist_asking_is_enough() -> None:
    rpc = JabberRpcConfig(connection_requests=False)
    clock = Clock()
    config = StarfaceConfig(xmpp=XmppConfig(), jabber_rpc=rpc, now=clock)
    async with (
        StarfaceSimulator(config) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await anna.sign_in()
        with pytest.raises(xmlrpc.client.Fault) as caught:
            await anna.uci("connection.login")
        assert caught.value.faultCode == FaultCodes().unknown_method
        assert await anna.uci("service.subscribeEvents", "ucp.v30.events.call") is True
        clock.forward(3600)
        starface.pbx.incoming("0123", "0049721").ring()
        await anna.event()


async def test_session_without_login_ends_with_its_client() -> None:
    rpc = JabberRpcConfig(connection_requests=False)
    config = StarfaceConfig(xmpp=XmppConfig(), jabber_rpc=rpc)
    async with StarfaceSimulator(config) as starface:
        async with XmppClient(starface.host, starface.xmpp_port) as anna:
            await anna.sign_in()
            await anna.uci("service.subscribeEvents", "ucp.v30.events.call")
        await starface.chronicle.until(lambda: not starface.xmpp.server.clients)
        assert len(starface.sessions) == 1
        starface.pbx.incoming("0123", "0049721").ring()
        assert len(starface.sessions) == 0


async def test_broken_event(starface: StarfaceSimulator, anna: XmppClient) -> None:
    starface.xmpp.send_rpc(anna.jid, b"<methodCall><params/></methodCall>")
    stanza = await anna.next()
    assert stanza.find(f".//{RPC}methodCall") is not None
    assert stanza.find(f".//{RPC}methodName") is None


async def test_taken_port_leaves_nothing_open(starface: StarfaceSimulator) -> None:
    config = StarfaceConfig(xmpp=XmppConfig(port=starface.xmpp_port))
    second = StarfaceSimulator(config)
    with pytest.raises(OSError, match="address already in use|10048"):
        await second.listen()
    with pytest.raises(ConnectionRefusedError):
        await fetch(second, "GET", "/")


async def test_unanswered_and_refused_events_are_noted() -> None:
    rpc = JabberRpcConfig(iq_timeout_s=0.5)
    async with (
        StarfaceSimulator(StarfaceConfig(xmpp=XmppConfig(), jabber_rpc=rpc)) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await (await anna.sign_in()).subscribe()
        call = starface.pbx.incoming("0123", "0049721")
        call.ring()
        await anna.event(answer=False)
        await starface.settled()
        starface.config.behaviour.deliver_events = False
        call.answer()
        starface.config.behaviour.deliver_events = True
        call.hangup()
        _, struct, stanza = await anna.event(answer=False)
        assert struct["state"] == "HANGUP"
        anna.say(
            f"<iq type='error' id='{stanza.get('id')}' to='{UCI}'><error type='cancel'>"
            "<not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        )
        await starface.settled()
        outcomes = [(p.state, p.status, p.outcome) for p in starface.chronicle.pushes]
    assert outcomes == [("RINGING", 0, "no answer"), ("HANGUP", 0, "not-allowed")]


async def test_event_to_a_client_that_is_gone(starface: StarfaceSimulator) -> None:
    async with XmppClient(starface.host, starface.xmpp_port) as anna:
        await (await anna.sign_in()).subscribe()
        call = starface.pbx.incoming("0123", "0049721")
        call.ring()
        await anna.event(answer=False)
    await starface.chronicle.until(lambda: not starface.xmpp.server.clients)
    call.hangup()
    await starface.settled()
    outcomes = [push.outcome for push in starface.chronicle.pushes]
    assert outcomes == ["recipient-unavailable", "not connected"]


async def test_discovery_leads_to_the_endpoint(anna: XmppClient) -> None:
    items = await anna.iq("get", f"<query xmlns='{ITEMS}'/>", "pbx.example")
    assert [e.get("jid") for e in items.iter(f"{{{ITEMS}}}item")] == [UCI]
    info = await anna.iq("get", f"<query xmlns='{INFO}'/>", UCI)
    assert [e.attrib for e in info.iter(f"{{{INFO}}}identity")] == [
        {"category": "automation", "type": "rpc", "name": "UCI"}
    ]
    features = {e.get("var") for e in info.iter(f"{{{INFO}}}feature")}
    assert "jabber:iq:rpc" in features
    pong = await anna.iq("get", "<ping xmlns='urn:xmpp:ping'/>", UCI)
    assert pong.get("type") == "result"
    domain = await anna.iq("get", f"<query xmlns='{INFO}'/>", "pbx.example")
    assert "jabber:iq:rpc" not in {e.get("var") for e in domain.iter(f"{{{INFO}}}feature")}


@pytest.mark.parametrize(
    ("endpoint", "asked"),
    [("pbx.example", "pbx.example"), ("ucp@pbx.example", "ucp@pbx.example/bot")],
)
async def test_endpoint_at_another_address(endpoint: str, asked: str) -> None:
    config = StarfaceConfig(
        xmpp=XmppConfig(endpoint=endpoint, listed=False),
        jabber_rpc=JabberRpcConfig(shows_itself=False),
    )
    async with (
        StarfaceSimulator(config) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await anna.sign_in()
        items = await anna.iq("get", f"<query xmlns='{ITEMS}'/>", "pbx.example")
        assert not list(items.iter(f"{{{ITEMS}}}item"))
        info = await anna.iq("get", f"<query xmlns='{INFO}'/>", endpoint)
        assert "jabber:iq:rpc" not in {e.get("var") for e in info.iter(f"{{{INFO}}}feature")}
        method = "ucp.v30.requests.connection.login"
        assert await anna.rpc(method, to=asked) is True


async def test_domain_as_endpoint_shows_itself() -> None:
    config = StarfaceConfig(xmpp=XmppConfig(endpoint="pbx.example"))
    async with (
        StarfaceSimulator(config) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await anna.sign_in()
        info = await anna.iq("get", f"<query xmlns='{INFO}'/>", "pbx.example")
        assert "jabber:iq:rpc" in {e.get("var") for e in info.iter(f"{{{INFO}}}feature")}


@pytest.mark.parametrize(
    ("kind", "content", "condition"),
    [
        ("set", "<query xmlns='jabber:iq:rpc'/>", "bad-request"),
        ("set", "<query xmlns='jabber:iq:rpc'><methodResponse/></query>", "bad-request"),
        ("set", "<query xmlns='jabber:iq:rpc'><methodCall xmlns='x'/></query>", "bad-request"),
        ("get", rpc_query("<methodCall/>"), "service-unavailable"),
        ("get", "<query xmlns='jabber:iq:version'/>", "service-unavailable"),
        ("set", "", "service-unavailable"),
    ],
)
async def test_what_the_endpoint_does_not_take(
    anna: XmppClient, kind: str, content: str, condition: str
) -> None:
    answer = await anna.iq(kind, content, UCI)
    assert (answer.get("type"), error_of(answer)) == ("error", condition)


async def test_broken_rpc_is_a_fault_as_over_https(anna: XmppClient) -> None:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        await anna.rpc("no.uci.at.all", 1)
    assert caught.value.faultCode == FaultCodes().unknown_method
    answer = await anna.iq("set", rpc_query("<methodCall><params/></methodCall>"), UCI)
    assert answer.find(f".//{RPC}fault") is not None


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        (FaultKind.UNAVAILABLE, "service-unavailable"),
        (FaultKind.SERVER_ERROR, "internal-server-error"),
        (FaultKind.UNAUTHORIZED, "not-authorized"),
        (FaultKind.REDIRECT, "gone"),
    ],
)
async def test_faults_that_are_error_stanzas(
    starface: StarfaceSimulator, anna: XmppClient, kind: FaultKind, condition: str
) -> None:
    starface.faults.add(kind, method="*.login", door=Door.XMPP)
    call = rpc_query(xmlrpc.client.dumps((), "ucp.v30.requests.connection.login"))
    assert error_of(await anna.iq("set", call, UCI)) == condition
    assert await anna.uci("connection.login") is True


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.EMPTY, FaultKind.GARBAGE])
async def test_faults_that_are_results_without_value(
    starface: StarfaceSimulator, anna: XmppClient, kind: FaultKind
) -> None:
    starface.faults.add(kind)
    call = rpc_query(xmlrpc.client.dumps((), "ucp.v30.requests.connection.login"))
    answer = await anna.iq("set", call, UCI)
    assert answer.get("type") == "result"
    assert answer.find(f".//{RPC}boolean") is None


async def test_other_faults(starface: StarfaceSimulator, anna: XmppClient) -> None:
    starface.faults.add(FaultKind.UCI_FAULT)
    with pytest.raises(xmlrpc.client.Fault):
        await anna.uci("connection.login")
    starface.faults.add(FaultKind.WRONG_TYPES)
    assert await anna.uci("connection.login") == {"value": "yes"}
    starface.faults.add(FaultKind.SLOW, delay_s=0.01)
    assert await anna.uci("connection.keepAlive") is True
    starface.faults.add(FaultKind.SILENCE, method="*.logout")
    anna.say(f"<iq type='set' id='s' to='{UCI}'>")
    anna.say(rpc_query(xmlrpc.client.dumps((), "ucp.v30.requests.connection.logout")) + "</iq>")
    assert await anna.uci("connection.keepAlive") is True
    starface.faults.add(FaultKind.LOST_ANSWER, method="*.logout")
    with pytest.raises(HungUp):
        await anna.uci("connection.logout")
    assert len(starface.sessions) == 0


async def test_fault_of_the_other_door_does_not_strike(
    starface: StarfaceSimulator, anna: XmppClient
) -> None:
    starface.faults.add(FaultKind.UCI_FAULT, door=Door.HTTP)
    assert await anna.uci("connection.login") is True


async def test_entities_break_the_stream(starface: StarfaceSimulator, anna: XmppClient) -> None:
    starface.faults.add(FaultKind.ENTITIES)
    with pytest.raises(SyntaxError):
        await anna.uci("connection.login")


async def test_events_that_nobody_asked_for(starface: StarfaceSimulator, anna: XmppClient) -> None:
    struct = {"id": "x", "state": "RINGING"}
    starface.xmpp.send_event(anna.jid, CALLS, struct, sender="0124@pbx.example/other")
    method, got, stanza = await anna.event()
    assert (method, got) == (CALLS, struct)
    assert stanza.get("from") == "0124@pbx.example/other"


async def test_colleague_can_send_rpc_to_a_client(
    starface: StarfaceSimulator, anna: XmppClient
) -> None:
    async with XmppClient(starface.host, starface.xmpp_port) as bernd:
        await bernd.sign_in("0124", "Pass124")
        call = rpc_query(xmlrpc.client.dumps(({"state": "RINGING"},), CALLS))
        bernd.say(f"<iq type='set' id='b' to='{anna.jid}'>{call}</iq>")
        _, _, stanza = await anna.event()
        assert stanza.get("from") == bernd.jid
        assert (await bernd.next()).get("type") == "result"


async def test_dials_over_xmpp(starface: StarfaceSimulator, anna: XmppClient) -> None:
    await anna.subscribe()
    call_id = await anna.uci("call.placeCallWithPhone", "004972112345", "", "")
    call = await starface.pbx.dialled()
    assert call.call_id == call_id
    call.ring()
    assert (await anna.event())[1]["state"] == "OUTGOING"
    assert (await anna.event())[1]["state"] == "RINGBACK"
