"""The PBX as a component of another XMPP server: of one played by hand."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from datev_connector.simulators.starface import (
    JabberRpcConfig,
    NotAttached,
    StarfaceConfig,
    StarfaceSimulator,
)

HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' id='77'"
    " xmlns:stream='http://etherx.jabber.org/streams' from='uci.pbx.example'>"
)
PROOF = hashlib.sha1(b"77secret").hexdigest()  # noqa: S324 -- so says XEP-0114
REFUSED = (
    "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
    "</stream:stream>"
)
WAIT_S = 10.0


@dataclass
class Server:
    """Accepts a component; `heard` holds what came."""

    answer: str = "<handshake/>"
    port: int = 0
    lines: list[asyncio.StreamWriter] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.append(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            self.heard.append((await reader.readuntil(b"uci.pbx.example'>")).decode())
            writer.write(HEADER.encode())
            self.heard.append((await reader.readuntil(b"</handshake>")).decode())
            writer.write(self.answer.encode())
            while data := await reader.read(65536):
                self.heard.append(data.decode())
                self.news.set()
        writer.close()

    async def until(self, text: str) -> None:
        async with asyncio.timeout(WAIT_S):
            while not any(text in heard for heard in self.heard):
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def server(answer: str = "<handshake/>") -> AsyncIterator[Server]:
    played = Server(answer)
    listener = await asyncio.start_server(played.serve, "127.0.0.1", 0)
    played.port = listener.sockets[0].getsockname()[1]
    try:
        yield played
    finally:
        listener.close()
        for line in played.lines:
            line.transport.abort()
        await listener.wait_closed()


@pytest.fixture
async def starface() -> AsyncIterator[StarfaceSimulator]:
    rpc = JabberRpcConfig(reattach_s=0.01)
    async with StarfaceSimulator(StarfaceConfig(jabber_rpc=rpc)) as simulator:
        yield simulator


def attach(starface: StarfaceSimulator, port: int) -> None:
    starface.attach_to_xmpp(
        "127.0.0.1", port, component="uci.pbx.example", secret="secret", domain="pbx.example"
    )


async def test_shakes_hands_and_answers(starface: StarfaceSimulator) -> None:
    async with server() as played:
        attach(starface, played.port)
        await starface.xmpp_attached()
        assert "to='uci.pbx.example'" in played.heard[0]
        assert PROOF in played.heard[1]
        ping = "<iq type='get' id='p1' from='x@pbx.example/y' to='uci.pbx.example'>"
        played.lines[0].write(f"{ping}<ping xmlns='urn:xmpp:ping'/></iq>".encode())
        await played.until('id="p1"')
        (answer,) = [heard for heard in played.heard if "p1" in heard]
        assert 'type="result"' in answer
        assert 'to="x@pbx.example/y"' in answer
        with pytest.raises(ValueError, match="attached already"):
            attach(starface, played.port)
        await starface.detach_from_xmpp()
        assert not starface.xmpp.attached


async def test_comes_back_by_itself(starface: StarfaceSimulator) -> None:
    async with server() as played:
        attach(starface, played.port)
        await starface.xmpp_attached()
        played.lines[0].transport.abort()
        await starface.xmpp_attached(times=2)
        await starface.drop_xmpp()
        await starface.xmpp_attached(times=3)
        await starface.restart_xmpp()
        await starface.xmpp_attached(times=4)


async def test_waits_for_a_server_that_is_not_there_yet(starface: StarfaceSimulator) -> None:
    async with server() as played:
        port = played.port
    attach(starface, port)
    with pytest.raises(NotAttached):
        await starface.xmpp_attached(timeout_s=0.05)


async def test_says_why_the_server_refuses(starface: StarfaceSimulator) -> None:
    async with server(REFUSED) as played:
        attach(starface, played.port)
        with pytest.raises(NotAttached, match="not-authorized"):
            await starface.xmpp_attached(timeout_s=2.0)


async def test_event_without_a_server_is_noted(starface: StarfaceSimulator) -> None:
    async with server() as played:
        attach(starface, played.port)
        await starface.xmpp_attached()
        from_anna = "<iq type='set' id='l1' from='0123@pbx.example/y' to='uci.pbx.example'>"
        call = "<methodCall><methodName>ucp.v30.requests.{}</methodName><params>{}</params>"
        login = call.format("connection.login", "") + "</methodCall>"
        played.lines[0].write(
            f"{from_anna}<query xmlns='jabber:iq:rpc'>{login}</query></iq>".encode()
        )
        await played.until('id="l1"')
        service = "<param><value>ucp.v30.events.call</value></param>"
        subscribe = call.format("service.subscribeEvents", service) + "</methodCall>"
        second = from_anna.replace("l1", "l2")
        played.lines[0].write(
            f"{second}<query xmlns='jabber:iq:rpc'>{subscribe}</query></iq>".encode()
        )
        await played.until('id="l2"')
        await starface.detach_from_xmpp()
    starface.pbx.incoming("0123", "0049721").ring()
    await starface.settled()
    assert [push.outcome for push in starface.chronicle.pushes] == ["not connected"]
