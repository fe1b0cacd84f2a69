"""The server of the XMPP tests does what they rely on."""

from __future__ import annotations

import asyncio
import socket
import sys

import pytest

from tests.prosody import WAIT_S, ProsodyOptions, running_prosody

HEADER = (
    b"<stream:stream to='pbx.example' version='1.0' xmlns='jabber:client' "
    b"xmlns:stream='http://etherx.jabber.org/streams'>"
)


async def features(port: int) -> bytes:
    async with asyncio.timeout(WAIT_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(HEADER)
            return await reader.readuntil(b"</stream:features>")
        finally:
            writer.transport.abort()


async def test_it_starts_stops_and_starts_again_on_the_same_ports() -> None:
    async with running_prosody(ProsodyOptions(users={"0123": "Pass123"})) as server:
        port = server.port
        assert b"starttls" in await features(port)
        await server.restart()
        assert server.port == port
        assert b"starttls" in await features(port)
        await server.kill()
        await server.start()
        assert b"starttls" in await features(port)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a port")
async def test_its_ports_are_nobody_elses_while_it_is_down() -> None:
    async with running_prosody(ProsodyOptions(components={"uci.pbx.example": "x"})) as server:
        await server.stop()
        for port in (server.port, server.component_port):
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port)
            with socket.socket() as other, pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))
        await server.start()
        assert b"starttls" in await features(server.port)


async def test_it_offers_what_it_is_told_to() -> None:
    options = ProsodyOptions(starttls="none", mechanisms=("SCRAM-SHA-1",))
    async with running_prosody(options) as server:
        shown = await features(server.port)
    assert b"starttls" not in shown
    assert b"<mechanism>SCRAM-SHA-1</mechanism>" in shown
    assert b"PLAIN" not in shown
