"""What others send over XMPP: strangers, the endpoint itself in a flood, and broken stanzas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from tests.app.end_to_end.office import ADA, COLLEAGUE, USER, Incoming
from tests.app.end_to_end.xmpp_office import (
    AUTO,
    DOMAIN,
    XMPP,
    XmppOffice,
    prosody_office,
    xmpp_office,
)
from tests.simulators.starface.xmpp_client import XmppClient, error_of, rpc_query

CALL_EVENT = "ucp.v30.events.call.receiveCallState"
EVENTS = 10_000
FLOOD_S = 90.0
"""So long at most until all of them have been read, on a machine that has more to do."""
GROWTH_MIB = 40
MANY = 150


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xmpp-strangers") / "profile"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def one_office(profile: Path) -> AsyncIterator[XmppOffice]:
    async with prosody_office(profile, AUTO) as office, office.at_work(behind_events_s=FLOOD_S):
        yield office


@pytest_asyncio.fixture(loop_scope="module")
async def office(one_office: XmppOffice) -> XmppOffice:
    """The same office for many tests: nobody talks, and the best way is in use."""
    await one_office.quiet()
    return one_office


@asynccontextmanager
async def stranger(office: XmppOffice) -> AsyncIterator[XmppClient]:
    """A colleague with an account of the same PBX, at the same server."""
    async with XmppClient("127.0.0.1", office.prosody.port) as client:
        yield await client.sign_in(COLLEAGUE, "Pass124")


async def talking(office: XmppOffice) -> Incoming:
    """A call that is connected, of which DATEV knows, and nothing is under way."""
    call = await office.rings(ADA)
    await call.answered()
    await call.event("datev", record={"CallState": 2}, result="confirmed")
    await office.connector.obeyed()
    return call


async def rings_behind(office: XmppOffice, number: str) -> Incoming:
    """Somebody calls behind a flood of events, which takes its time."""
    call = office.starface.pbx.incoming(USER, number)
    call.ring()
    told = await office.connector.event("call", pbx_call=call.call_id, timeout_s=FLOOD_S)
    return Incoming(office, call, told)


def ringing(call_id: str, state: str = "RINGING") -> str:
    members = {"id": call_id, "state": state, "callerNumber": ADA, "calledNumber": "23"}
    told = "".join(
        f"<member><name>{name}</name><value><string>{value}</string></value></member>"
        for name, value in members.items()
    )
    return (
        f"<methodCall><methodName>{CALL_EVENT}</methodName><params><param><value>"
        f"<struct>{told}</struct></value></param></params></methodCall>"
    )


def made_up(number: int) -> str:
    return str(UUID(int=number))


async def test_what_a_stranger_sends_changes_nothing(office: XmppOffice) -> None:
    connector, us = office.connector, office.address()
    call = await talking(office)
    mark = connector.mark
    faked = {
        "a call": ringing(made_up(1)),
        "the end of ours": ringing(call.at_pbx.call_id, "HANGUP"),
        "no UCI": "<methodCall><methodName>x.y</methodName></methodCall>",
        "an answer": "<methodResponse><params/></methodResponse>",
        "something huge": ringing("x" * 200_000),
    }
    async with stranger(office) as other:
        for what, body in faked.items():
            refused = await other.iq("set", rpc_query(body), us)
            assert (refused.get("type"), error_of(refused)) == ("error", "forbidden"), what
        for monster in ("<a>" * 500 + "</a>" * 500, "<a/>" * 62_000):
            other.say(f"<iq type='get' id='monster' to='{us}'>{monster}</iq>")
        strange = await other.iq("get", "<query xmlns='made:up'/>", us)
        assert error_of(strange) == "service-unavailable"
        for kind in ("chat", "normal", "headline", "error", "groupchat"):
            other.say(f"<message to='{us}' type='{kind}'><body>hello</body></message>")
            other.say(f"<message to='{USER}@{DOMAIN}' type='{kind}'><body>hi</body></message>")
        for kind in ("subscribe", "subscribed", "unavailable", "probe", "error"):
            other.say(f"<presence to='{us}' type='{kind}'/>")
        other.say(f"<iq type='result' id='c1' to='{us}'/><iq type='error' id='c2' to='{us}'/>")
        pinged = await other.iq("get", "<ping xmlns='urn:xmpp:ping'/>", us)
        assert pinged.get("type") == "result"
    await connector.obeyed()
    assert office.news(mark) == []
    assert office.way == XMPP
    assert (await call.over())["outcome"] == "answered"
    office.sound()
    log = (office.profile / "logs" / "connector.log").read_text("utf-8")
    assert "refused an event over XMPP from" in log
    assert f"{COLLEAGUE}@" not in log


async def test_calls_of_somebody_else_are_not_ours(office: XmppOffice) -> None:
    mark = office.connector.mark
    theirs = office.starface.pbx.incoming(COLLEAGUE, ADA)
    theirs.ring()
    theirs.answer()
    theirs.hangup()
    ours = await office.rings(ADA)
    await ours.over()
    told = office.connector.told("call", after=mark)
    assert {event["pbx_call"] for event in told} == {ours.at_pbx.call_id}
    office.sound()


async def test_broken_events_of_the_endpoint_itself(office: XmppOffice) -> None:
    call = await talking(office)
    mark = office.connector.mark
    for body in (
        "<methodCall/>",
        "<methodCall><methodName/></methodCall>",
        "<methodResponse/>",
        "<something/>",
        ringing(made_up(2), "TELEPORTED"),
        ringing("", "RINGING"),
        ringing(call.at_pbx.call_id, ""),
        ringing(made_up(3), "HANGUP"),
        (
            f"<methodCall><methodName>{CALL_EVENT}</methodName><params><param><value><int>x</int>"
            "</value></param></params></methodCall>"
        ),
        f"<methodCall><methodName>{CALL_EVENT}</methodName><params/></methodCall>",
    ):
        office.starface.xmpp.send_rpc(office.address(), body.encode())
    await office.starface.settled()
    await office.connector.obeyed()
    assert office.news(mark) == []
    assert office.way == XMPP
    assert (await call.over())["outcome"] == "answered"
    office.sound()


async def test_ten_thousand_events_at_once(office: XmppOffice) -> None:
    """Of our call again and again, of unknown calls, of their ends: the next real call is told.

    Answers come late meanwhile, but the way is kept: nothing is read up, nothing told again.
    """
    connector, us = office.connector, office.address()
    call = await talking(office)
    mark, before = connector.mark, memory_mib(connector.pid)
    ours = call.at_pbx.call_id
    for n in range(EVENTS // 4):
        for body in (
            ringing(ours, "RINGING"),
            ringing(made_up(n + 10), "HANGUP"),
            ringing(made_up(n + 10), "TELEPORTED"),
            ringing(ours, "CONNECTED"),  # the truth comes last, or the next poll would find a lie
        ):
            office.starface.xmpp.send_rpc(us, body.encode())
        await asyncio.sleep(0)  # the PBX goes on answering meanwhile
    following = await rings_behind(office, "0049305551234")
    assert (await following.over())["outcome"] == "missed"
    assert (await call.over())["outcome"] == "answered"
    told = [(event["call"], event["state"]) for event in connector.told("call", after=mark)]
    assert told == [(following.id, "ringing"), (following.id, "ended"), (call.id, "ended")]
    assert connector.told("leg", after=mark, leg="starface") == []
    assert memory_mib(connector.pid) - before < GROWTH_MIB
    office.sound()


async def test_hundreds_of_calls_that_never_end(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """That the PBX knows none of them shows soon; they are over then, and real ones are told."""
    profile = tmp_path_factory.mktemp("xmpp-endless") / "profile"
    async with xmpp_office(profile) as office, office.at_work() as connector:
        before = memory_mib(connector.pid)
        for n in range(MANY):
            body = ringing(made_up(n + 1_000_000))
            office.starface.xmpp.send_rpc(office.address(), body.encode())
        following = await office.rings("0049305551235")
        assert (await following.over())["outcome"] == "missed"
        await connector.until(
            lambda: len(connector.told("call", state="ended")) > MANY,
            what="the end of every call",
            timeout_s=30,
        )
        assert memory_mib(connector.pid) - before < GROWTH_MIB
        office.sound()


def memory_mib(pid: int) -> float:
    """Resident memory of a process; 0 where the system does not say it this way."""
    try:
        text = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    (line,) = (line for line in text.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
