"""The server for the PBX's events, on real sockets, against good and bad visitors."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ssl
import xmlrpc.client
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import pytest

from datev_connector.network.tls import pinned_context
from datev_connector.starface.https.callback import CallbackLimits, CallbackServer
from datev_connector.starface.wire.xmlrpc import MethodCall, MethodResponse, encode
from tests.network.certificates import make_identity
from tests.ports import kept_port

WAIT_S = 10.0
PATH = "/secret-path"
EXPECTED = {
    "de.vertico.starface.user": "0123".__eq__,
    "de.vertico.starface.auth": "0123:abc".__eq__,
}
EVENT = MethodCall(method="ucp.v30.events.call.receiveCallState", params=({"id": "7"},))
BODY = encode(EVENT)


class Listening:
    def __init__(self, limits: CallbackLimits, tls: ssl.SSLContext | None = None) -> None:
        self.events: list[MethodCall] = []
        self.arrived = asyncio.Event()
        self.server = CallbackServer(
            path=PATH, expected=EXPECTED, on_event=self.take, limits=limits, tls=tls
        )

    def take(self, event: MethodCall) -> None:
        self.events.append(event)
        self.arrived.set()

    async def visit(self) -> Visit:
        return Visit(*await asyncio.open_connection("127.0.0.1", self.server.port))

    async def post(self, target: str = PATH, body: bytes = BODY, method: str = "POST") -> int:
        async with await self.visit() as visit:
            visit.send(request(target, body, method))
            status, _ = await visit.answer()
            return status


class Visit:
    """One connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> tuple[int, bytes]:
        async with asyncio.timeout(WAIT_S):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            return int(head.split()[1]), await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        """All that comes until the server closes."""
        async with asyncio.timeout(WAIT_S):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""


def request(target: str = PATH, body: bytes = BODY, method: str = "POST") -> bytes:
    head = f"{method} {target} HTTP/1.1\r\nHost: us\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@contextlib.asynccontextmanager
async def listening(
    tls: ssl.SSLContext | None = None, limits: CallbackLimits | None = None
) -> AsyncIterator[Listening]:
    served = Listening(limits or CallbackLimits(), tls)
    await served.server.start("127.0.0.1", 0)
    try:
        yield served
    finally:
        await served.server.close()


async def test_an_event_is_answered_with_true_and_handed_on() -> None:
    async with listening() as served, await served.visit() as visit:
        visit.send(request(f"{PATH}?de.vertico.starface.user=0123&other=1"))
        status, body = await visit.answer()
        assert status == 200
        (value,), _ = xmlrpc.client.loads(body)
        assert value is True
        assert served.events == [EVENT]


async def test_one_connection_brings_many_events() -> None:
    async with listening() as served, await served.visit() as visit:
        for _ in range(3):
            visit.send(request())
            assert (await visit.answer())[0] == 200
        visit.send(request() + request())
        assert (await visit.answer())[0] == 200
        assert (await visit.answer())[0] == 200
        assert len(served.events) == 5


async def test_an_event_in_pieces_is_put_together() -> None:
    chunked = (
        f"POST {PATH} HTTP/1.1\r\nHost: us\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        + f"{len(BODY):x}\r\n".encode()
        + BODY
        + b"\r\n0\r\n\r\n"
    )
    async with listening() as served, await served.visit() as visit:
        for index in range(0, len(chunked), 7):
            visit.send(chunked[index : index + 7])
            await visit.writer.drain()
        assert (await visit.answer())[0] == 200
        assert served.events == [EVENT]


async def test_who_waits_for_leave_to_send_gets_it() -> None:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: us\r\nExpect: 100-continue\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    async with listening() as served, await served.visit() as visit:
        visit.send(head.encode())
        async with asyncio.timeout(WAIT_S):
            assert (await visit.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        visit.send(BODY)
        assert (await visit.answer())[0] == 200
        assert served.events == [EVENT]


async def test_an_old_visitor_is_served_and_left() -> None:
    async with listening() as served, await served.visit() as visit:
        visit.send(f"POST {PATH} HTTP/1.0\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY)
        assert b" 200 " in await visit.rest()
        assert served.events == [EVENT]


@pytest.mark.parametrize(
    ("target", "body", "method", "status"),
    [
        ("/", BODY, "POST", 404),
        ("/secret-path/more", BODY, "POST", 404),
        (f"//us{PATH}", BODY, "POST", 404),
        (PATH, b"", "GET", 405),
        (PATH, BODY, "PUT", 405),
        (f"{PATH}?de.vertico.starface.user=0124", BODY, "POST", 403),
        (f"{PATH}?de.vertico.starface.auth=0123%3Axyz", BODY, "POST", 403),
        (f"{PATH}?de.vertico.starface.auth=", BODY, "POST", 403),
        (
            f"{PATH}?de.vertico.starface.user=0123&de.vertico.starface.user=0124",
            BODY,
            "POST",
            403,
        ),
        (PATH, b"no xml", "POST", 400),
        (PATH, b"", "POST", 400),
        (PATH, encode(MethodResponse(value=True)), "POST", 400),
        (PATH, b"<!DOCTYPE a><methodCall/>", "POST", 400),
        (PATH, b"x" * 300_000, "POST", 413),
    ],
)
async def test_what_is_no_event_of_our_pbx_is_refused(
    target: str, body: bytes, method: str, status: int
) -> None:
    async with listening() as served:
        assert await served.post(target, body, method) == status
        assert not served.events


async def test_the_right_token_is_accepted_in_any_spelling() -> None:
    async with listening() as served:
        assert await served.post(f"{PATH}?de.vertico.starface.auth=0123:abc") == 200
        assert await served.post(f"{PATH}?de.vertico.starface.auth=0123%3Aabc") == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00",
        b"nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + b"A: " + b"x" * 20_000,
        b"POST /secret-path HTTP/1.1\r\nHost: us\r\nContent-Length: -1\r\n\r\n",
        b"POST /secret-path HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
    ],
)
async def test_who_speaks_no_http_is_left(data: bytes) -> None:
    async with listening() as served, await served.visit() as visit:
        visit.send(data)
        if data.startswith(b"\x16"):
            visit.send(b"\r\n\r\n")
        answer = await visit.rest()
        assert b" 200 " not in answer
        assert not served.events
        assert await served.post() == 200


@pytest.mark.parametrize("start", [b"", b"POST", request()[:-1]])
async def test_who_is_too_slow_is_left(start: bytes) -> None:
    async with (
        listening(limits=CallbackLimits(request_s=0.1)) as served,
        await served.visit() as visit,
    ):
        visit.send(start)
        assert b" 200 " not in await visit.rest()
        assert not served.events


async def test_who_brings_no_further_event_is_left() -> None:
    async with (
        listening(limits=CallbackLimits(idle_s=0.1)) as served,
        await served.visit() as visit,
    ):
        visit.send(request())
        assert (await visit.answer())[0] == 200
        assert await visit.rest() == b""


async def test_idlers_make_room_for_those_who_bring_something() -> None:
    async with contextlib.AsyncExitStack() as stack:
        served = await stack.enter_async_context(
            listening(limits=CallbackLimits(connections=4, request_s=WAIT_S * 2))
        )
        idlers = [await stack.enter_async_context(await served.visit()) for _ in range(12)]
        for _ in range(3):
            assert await served.post() == 200
        assert len(served.events) == 3
        assert await idlers[0].rest() == b""


async def test_a_visitor_who_disappears_leaves_nothing_behind() -> None:
    async with listening() as served:
        for start in (b"", b"POST", request()[:40]):
            visit = await served.visit()
            visit.send(start)
            await visit.writer.drain()
            visit.writer.transport.abort()
        assert await served.post() == 200
    assert not served.server._visitors


async def test_closing_breaks_every_connection() -> None:
    async with listening() as served:
        visits = [await served.visit() for _ in range(3)]
        visits[0].send(request())
        await visits[0].answer()
        await served.server.close()
        for visit in visits:
            assert await visit.rest() == b""
            visit.writer.close()


async def test_events_may_come_encrypted(tmp_path: Path) -> None:
    identity = make_identity(tmp_path)
    client = pinned_context(identity.certificate)
    async with listening(identity.server_context()) as served:
        connected = await asyncio.open_connection("127.0.0.1", served.server.port, ssl=client)
        async with Visit(*connected) as visit:
            visit.send(request())
            assert (await visit.answer())[0] == 200
    assert served.events == [EVENT]


async def test_a_flood_of_events_is_taken_one_by_one() -> None:
    async with listening() as served, await served.visit() as visit:
        count = 2000
        for _ in range(count):
            visit.send(request())
        answers = 0
        while answers < count:
            assert (await visit.answer())[0] == 200
            answers += 1
        assert len(served.events) == count


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with listening() as served:
        other = CallbackServer(
            path=PATH, expected={}, on_event=served.take, limits=CallbackLimits()
        )
        with pytest.raises(OSError) as raised:  # noqa: PT011 - its number is looked at
            await other.start("127.0.0.1", served.server.port)
        assert raised.value.errno == errno.EADDRINUSE
        await other.close()


@pytest.mark.parametrize("rounds", range(4))
async def test_a_start_that_is_cancelled_leaves_nobody_listening(rounds: int) -> None:
    here = Listening(CallbackLimits())
    with kept_port() as port:
        start = asyncio.get_running_loop().create_task(here.server.start("127.0.0.1", port))
        for _ in range(rounds):
            await asyncio.sleep(0)
        start.cancel()
        await asyncio.wait({start})
        if start.cancelled():
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port)
        await here.server.close()
