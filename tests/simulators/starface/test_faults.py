from __future__ import annotations

import asyncio
import http.client
import json
import ssl
import xmlrpc.client

import pytest

from datev_connector.simulators.starface import (
    Certificate,
    FaultKind,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.simulators.starface.http_server import HttpServer, Request, Response
from tests.simulators.starface.client import Client, Receiver, fetch

KEEP_ALIVE = xmlrpc.client.dumps((), "ucp.v30.requests.connection.keepAlive").encode()
NUMBER = "0049721001"


@pytest.mark.parametrize(
    ("kind", "status", "content"),
    [
        (FaultKind.HTML, 200, b"<!DOCTYPE html>"),
        (FaultKind.REDIRECT, 302, b""),
        (FaultKind.SERVER_ERROR, 500, b"<!DOCTYPE html>"),
        (FaultKind.UNAVAILABLE, 503, b"<!DOCTYPE html>"),
        (FaultKind.EMPTY, 200, b""),
        (FaultKind.GARBAGE, 200, b'{"<methodResponse><par'),
        (FaultKind.ENTITIES, 200, b'<?xml version="1.0"?><!DOCTYPE methodResponse [<!ENTITY'),
        (FaultKind.UCI_FAULT, 200, b"<?xml version='1.0'"),
        (FaultKind.OVERSIZE, 200, b"<?xml version='1.0'"),
    ],
)
async def test_answer_instead(
    starface: StarfaceSimulator, anna: Client, kind: FaultKind, status: int, content: bytes
) -> None:
    starface.faults.add(kind, method="*.keepAlive")
    answer = await anna.post(KEEP_ALIVE)
    assert answer.status == status
    assert answer.body.startswith(content)
    assert (len(answer.body) > 20_000_000) is (kind is FaultKind.OVERSIZE)
    assert (b"<fault>" in answer.body) is (kind is FaultKind.UCI_FAULT)
    assert await anna.ask("connection.keepAlive") is True


async def test_wrong_types(starface: StarfaceSimulator, anna: Client) -> None:
    call = starface.pbx.outgoing("0123", NUMBER)
    starface.faults.add(FaultKind.WRONG_TYPES, times=4)
    assert await anna.ask("connection.keepAlive") == {"value": "yes"}
    assert await anna.ask("call.getCallIds") == "list"
    state = await anna.ask("call.getCallState", call.call_id)
    assert (state["state"], state["accountId"]) == ([1], "x")
    assert await anna.ask("system.getServerVersion") == ["8.1.0.5"]
    assert await anna.ask("connection.keepAlive") is True


async def test_dropped_request_is_not_carried_out(
    starface: StarfaceSimulator, anna: Client
) -> None:
    starface.faults.add(FaultKind.DROP, times=None)
    with pytest.raises((OSError, http.client.HTTPException)):
        await anna.ask("call.placeCallWithPhone", NUMBER, "", "")
    starface.faults.clear()
    assert await anna.ask("call.getCallIds") == []


async def test_lost_answer_was_carried_out(starface: StarfaceSimulator, anna: Client) -> None:
    fault = starface.faults.add(FaultKind.LOST_ANSWER, method="*.placeCallWithPhone", times=None)
    with pytest.raises((OSError, http.client.HTTPException)):
        await anna.ask("call.placeCallWithPhone", NUMBER, "", "")
    starface.faults.remove(fault)
    assert len(await anna.ask("call.getCallIds")) == 1


async def test_silence_ends_with_the_pbx(anna: Client, starface: StarfaceSimulator) -> None:
    starface.faults.add(FaultKind.SILENCE)
    waiting = asyncio.create_task(anna.post(KEEP_ALIVE))  # noqa: TID251 -- kept right here
    await starface.chronicle.until(
        lambda: any(r.outcome == "fault: silence" for r in starface.chronicle.requests)
    )
    assert not waiting.done()
    await starface.drop_connections()
    with pytest.raises((OSError, http.client.HTTPException)):
        await waiting


async def test_slow_answer_comes(starface: StarfaceSimulator, anna: Client) -> None:
    starface.faults.add(FaultKind.SLOW, delay_s=0.01)
    assert await anna.ask("connection.keepAlive") is True
    assert starface.faults.planned == ()


async def test_skipped_and_counted(starface: StarfaceSimulator, anna: Client) -> None:
    fault = starface.faults.add(FaultKind.UNAVAILABLE, skip=1, times=2)
    statuses = [(await anna.post(KEEP_ALIVE)).status for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert fault.struck == 2


async def test_restart_forgets_sessions_and_calls(
    starface: StarfaceSimulator, anna: Client, receiver: Receiver
) -> None:
    port = starface.port
    call = starface.pbx.incoming("0123", NUMBER)
    call.ring()
    await starface.settled()
    await starface.restart()
    assert starface.port == port
    assert await anna.ask("connection.keepAlive") is False
    await anna.sign_in()
    assert await anna.ask("call.getCallIds") == []
    assert receiver.states() == ["RINGING"]
    assert starface.chronicle.calls[0].outcome == "lost by restart"


async def test_nobody_listens_while_down(starface: StarfaceSimulator, anna: Client) -> None:
    await starface.go_down()
    with pytest.raises(OSError, match="refused"):
        await anna.ask("connection.keepAlive")
    await starface.listen()
    assert await anna.ask("connection.keepAlive") is False


async def test_certificate_changes_at_restart(starface: StarfaceSimulator) -> None:
    def served() -> Certificate:
        pem = ssl.get_server_certificate((starface.host, starface.port))
        return Certificate(certificate_pem=pem.encode(), key_pem=b"")

    old = starface.certificate.fingerprint
    assert (await asyncio.to_thread(served)).fingerprint == old
    await starface.restart()
    assert (await asyncio.to_thread(served)).fingerprint == old
    new = Certificate.make()
    await starface.restart(certificate=new)
    assert (await asyncio.to_thread(served)).fingerprint == new.fingerprint != old


async def test_certificate_can_be_trusted_and_kept(
    starface: StarfaceSimulator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = starface.certificate.write(folder)
    assert Certificate.read(certificate, key) == starface.certificate
    context = ssl.create_default_context(cafile=str(certificate))
    _, writer = await asyncio.open_connection(starface.host, starface.port, ssl=context)
    writer.close()
    await writer.wait_closed()


async def test_plain_http() -> None:
    async with StarfaceSimulator(StarfaceConfig(encrypted=False)) as starface:
        assert starface.url.startswith("http://")
        client = await Client(simulator=starface).sign_in()
        assert await client.ask("connection.keepAlive") is True


async def test_other_paths_are_not_found(starface: StarfaceSimulator) -> None:
    assert (await fetch(starface, "GET", "/")).status == 404


async def test_one_connection_serves_many_requests_and_drops() -> None:
    seen: list[str] = []

    async def handler(request: Request) -> Response:
        seen.append(request.path)
        return Response(body=request.body)

    server = HttpServer(handler, body_limit=100)
    port = await server.start("127.0.0.1", 0, None)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
    for _ in range(2):
        for byte in asked:  # the smallest reads there can be
            writer.write(bytes([byte]))
            await writer.drain()
        await reader.readuntil(b"\r\n\r\nhi")
    assert (server.open_connections, seen) == (1, ["/a", "/a"])
    writer.write(b"no http at all\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()
    await writer.wait_closed()
    await server.stop()
    assert not server.listening


async def test_rest_faults(starface: StarfaceSimulator) -> None:
    starface.faults.add(FaultKind.WRONG_TYPES, method="GET /rest/login")
    assert json.loads((await fetch(starface, "GET", "/rest/login")).body) == [1]
    starface.faults.add(FaultKind.GARBAGE, method="GET /rest/*")
    answer = await fetch(starface, "GET", "/rest/login")
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(answer.body)


async def test_unfinished_handshake_does_not_hold_up_the_end(starface: StarfaceSimulator) -> None:
    _, writer = await asyncio.open_connection(starface.host, starface.port)
    await starface.restart()
    assert await Client(simulator=starface).ask("connection.login") is True
    writer.close()
    await writer.wait_closed()
