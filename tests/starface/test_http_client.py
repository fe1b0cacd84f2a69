"""One HTTP client and its end, against a server of bare sockets."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ssl
from collections.abc import AsyncIterator, Iterator

import pytest

from datev_connector.starface.https.client import HttpClient, HttpTimes, PbxAddress
from datev_connector.starface.https.transport import HttpsTransport
from datev_connector.starface.trouble import LinkTrouble, TroubleKind
from datev_connector.starface.wire.xmlrpc import MethodCall

WAIT_S = 15.0
LIST = MethodCall(method="ucp.v30.requests.callList.getCallList")


class Busy:
    """Takes requests and answers none, until somebody goes away."""

    def __init__(self) -> None:
        self.port = 0
        self.requests = 0
        self._news = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            self._news.set()
            await reader.read()
        writer.transport.abort()

    async def asked(self, times: int) -> None:
        async with asyncio.timeout(WAIT_S):
            while self.requests < times:
                self._news.clear()
                await self._news.wait()


@contextlib.asynccontextmanager
async def busy_pbx() -> AsyncIterator[tuple[Busy, HttpClient]]:
    busy = Busy()
    server = await asyncio.start_server(busy.serve, "127.0.0.1", 0)
    busy.port = server.sockets[0].getsockname()[1]
    address = PbxAddress(host="127.0.0.1", port=busy.port, encrypted=False)
    client = HttpClient(address, None, HttpTimes(connect_s=WAIT_S, answer_s=WAIT_S))
    try:
        yield busy, client
    finally:
        await client.close()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("many", [1, 8, 20])
async def test_what_is_under_way_when_the_client_is_closed_was_cut_and_is_not_repeated(
    many: int,
) -> None:
    """More than eight wait for a connection: they must not get one after the end."""
    async with busy_pbx() as (busy, client), asyncio.timeout(WAIT_S):
        transport = HttpsTransport(client)
        loop = asyncio.get_running_loop()
        calls = [loop.create_task(transport.call(LIST)) for _ in range(many)]
        at_once = min(many, 8)
        await busy.asked(at_once)
        await transport.close()
        told = await asyncio.gather(*calls, return_exceptions=True)
        assert [one.trouble.kind for one in told if isinstance(one, LinkTrouble)] == [
            TroubleKind.CUT
        ] * many
        assert busy.requests == at_once


@pytest.fixture
def no_help() -> Iterator[None]:
    """Nothing is closed because somebody has found out that nobody needs it."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("by_itself", [True, False], ids=["its client ends", "cancelled"])
@pytest.mark.usefixtures("no_help")
async def test_a_connection_whose_handshake_is_cut_short_is_closed(by_itself: bool) -> None:
    greeted, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        greeted.set()
        with contextlib.suppress(OSError):
            await reader.read()
        gone.set()
        writer.transport.abort()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    address = PbxAddress(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    times = HttpTimes(connect_s=WAIT_S, answer_s=WAIT_S)
    client = HttpClient(address, ssl.create_default_context(), times)
    asking = asyncio.get_running_loop().create_task(client.exchange("GET", "/"))
    async with server, asyncio.timeout(WAIT_S):
        await greeted.wait()
        if by_itself:
            await client.close()
        else:
            asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await gone.wait()
    await client.close()


async def test_a_closed_client_asks_nobody() -> None:
    async with busy_pbx() as (busy, client):
        await client.close()
        with pytest.raises(LinkTrouble) as caught:
            await client.exchange("GET", "/")
        assert caught.value.trouble.kind is TroubleKind.CUT
        await client.close()
        assert busy.requests == 0
