"""The server of the XMPP tests does what they rely on."""

from __future__ import annotations

import asyncio

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


async def test_it_offers_what_it_is_told_to() -> None:
    options = ProsodyOptions(starttls="none", mechanisms=("SCRAM-SHA-1",))
    async with running_prosody(options) as server:
        shown = await features(server.port)
    assert b"starttls" not in shown
    assert b"<mechanism>SCRAM-SHA-1</mechanism>" in shown
    assert b"PLAIN" not in shown
