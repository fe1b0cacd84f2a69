from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.simulators.datev import DatevConfig, DatevSimulator, Office
from datev_connector.simulators.datev.http_wire import NoHttp, read_head

LIST = "/datev/api/master-data/v1/addressees"
ACCEPT = "Accept: application/json; charset=utf-8\r\n"


@pytest.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    async with DatevSimulator(DatevConfig(http_port=0, office=Office(count=3))) as simulator:
        yield simulator


async def exchange(datev: DatevSimulator, *parts: str) -> bytes:
    """Everything that comes back until the stand-in ends the connection."""
    port = int((datev.connect.http_url or "").rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection(datev.host, port)
    try:
        writer.write("".join(parts).encode())
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_requests_one_after_the_other_with_bodies(datev: DatevSimulator) -> None:
    told = await exchange(
        datev,
        f"POST {LIST} HTTP/1.1\r\nContent-Length: 4\r\n{ACCEPT}\r\nbody",
        f"GET {LIST} HTTP/1.1\r\nConnection: close\r\n{ACCEPT}\r\n",
    )
    assert told.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert told.count(b"HTTP/1.1 200 OK\r\n") == 1
    assert told.endswith(b"]\r\n0\r\n\r\n")


async def test_an_old_client_gets_no_chunks(datev: DatevSimulator) -> None:
    told = await exchange(datev, f"GET {LIST} HTTP/1.0\r\n{ACCEPT}\r\n")
    head, _, body = told.partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert len(json.loads(body)) == 3


async def test_head_brings_no_body_and_continue_is_said(datev: DatevSimulator) -> None:
    told = await exchange(datev, f"HEAD {LIST} HTTP/1.1\r\nConnection: close\r\n{ACCEPT}\r\n")
    assert told.endswith(b"\r\n\r\n")
    assert b"Content-Length: " in told
    told = await exchange(
        datev,
        f"PUT {LIST} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n"
        f"Connection: close\r\n{ACCEPT}\r\nx",
    )
    assert told.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 405 ")


@pytest.mark.parametrize(
    "request_text",
    [
        "GET / HTTP/2.0\r\n\r\n",
        "hello\r\n\r\n",
        "\x16\x03\x01 a hello of TLS, which has no end that HTTP knows",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        f"GET / HTTP/1.1\r\nX: {'x' * 100_000}\r\n\r\n",
    ],
)
async def test_what_is_no_request_ends_the_connection(
    datev: DatevSimulator, request_text: str
) -> None:
    try:
        told = await exchange(datev, request_text)
    except ConnectionResetError:  # it closed before it had read everything
        told = b""
    assert told == b""


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_none(data: bytes) -> None:
    try:
        head = read_head(data + b"\r\n\r\n")
    except NoHttp:
        return
    assert head.body_bytes >= 0
    assert head.request.target
