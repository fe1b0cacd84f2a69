from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from datev_connector.simulators.starface.callbacks import Callbacks
from datev_connector.simulators.starface.sessions import Callback

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def client(talk: Talk) -> AsyncIterator[Callback]:
    """A client that speaks HTTP by hand."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Callback(host="127.0.0.1", port=port, path="/p?x=1", encrypted=False)
    finally:
        server.close()
        await server.wait_closed()


async def read(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    return head + await reader.readexactly(2)


async def post_all(callbacks: Callbacks, callback: Callback, keys: str) -> list[int]:
    statuses: list[int] = []
    for key in keys:
        callbacks.post(key, callback, callback.target("0123", "t:k"), b"hi", statuses.append)
    await callbacks.settled()
    return statuses


async def test_client_that_closes_idle_connections_misses_nothing() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        writer.write(OK)
        await writer.drain()

    callbacks = Callbacks(timeout_s=5, keep_alive=True)
    async with client(once) as callback:
        assert await post_all(callbacks, callback, "aaaa") == [200] * 4
    await callbacks.close()


async def test_target_and_connection_are_kept() -> None:
    heads: list[bytes] = []
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            heads.append(await read(reader))
            writer.write(OK)

    callbacks = Callbacks(timeout_s=5, keep_alive=True)
    async with client(talk) as callback:
        assert await post_all(callbacks, callback, "aaa") == [200] * 3
        assert connections == 1
        await callbacks.close()
    added = b"de.vertico.starface.user=0123&de.vertico.starface.auth=t%3Ak"
    assert heads[0].startswith(b"POST /p?x=1&" + added + b" HTTP/1.1\r\n")


async def test_silent_client_is_given_up() -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    callbacks = Callbacks(timeout_s=0.01, keep_alive=True)
    async with client(silence) as callback:
        assert await post_all(callbacks, callback, "ab") == [0, 0]
    await callbacks.close()


async def test_nonsense_is_no_delivery() -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        writer.write(b"what?\r\n\r\n")

    callbacks = Callbacks(timeout_s=5, keep_alive=True)
    async with client(nonsense) as callback:
        assert await post_all(callbacks, callback, "a") == [0]
    await callbacks.close()


async def test_slow_call_does_not_hold_up_another() -> None:
    go_on = asyncio.Event()
    order: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            body = (await read(reader))[-2:]
            if body == b"sl":
                await go_on.wait()
            writer.write(OK)

    callbacks = Callbacks(timeout_s=5, keep_alive=True)
    async with client(talk) as callback:
        target = callback.target("0123", "t")

        def quick_is_done(_: int) -> None:
            order.append("quick")
            go_on.set()

        callbacks.post("slow", callback, target, b"sl", lambda _: order.append("slow"))
        callbacks.post("slow", callback, target, b"hi", lambda _: order.append("after"))
        callbacks.post("quick", callback, target, b"hi", quick_is_done)
        await callbacks.settled()
        await callbacks.close()
    assert order == ["quick", "slow", "after"]


async def test_close_gives_up_what_is_under_way() -> None:
    asked = asyncio.Event()

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        asked.set()
        await reader.read()

    callbacks = Callbacks(timeout_s=60, keep_alive=True)
    statuses: list[int] = []
    async with client(silence) as callback:
        callbacks.post("a", callback, "/", b"hi", statuses.append)
        await asked.wait()
        await callbacks.close()
    assert statuses == []
