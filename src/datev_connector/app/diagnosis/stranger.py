"""Who answers where XMPP is expected, told by the first bytes that come. Sends nothing secret."""

from __future__ import annotations

import asyncio
import contextlib

from datev_connector.domain.wording import worded
from datev_connector.network.tls import presented_certificate

GREETING = b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'>"
READ_SIZE = 200
ALL_TLS = worded(
    "a port where all is TLS from the first byte; XMPP is expected to begin in the clear"
)
TLS_RECORDS = (b"\x15\x03", b"\x16\x03")
"""An alert or a handshake: what speaks TLS from the first byte says to anything else."""


async def who_answers(host: str, port: int, *, timeout_s: float) -> str:
    """What seems to stand there, as a few words; empty if it cannot be told."""
    data = b""
    with contextlib.suppress(OSError):
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(GREETING)
                data = await reader.read(READ_SIZE)
            finally:
                writer.transport.abort()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    return _recognised(data) or await _speaks_tls(host, port, timeout_s=timeout_s)


async def _speaks_tls(host: str, port: int, *, timeout_s: float) -> str:
    """Some say nothing to whoever does not begin with TLS."""
    try:
        await presented_certificate(host, port, timeout_s=timeout_s)
    except OSError:
        return ""
    return ALL_TLS


def _recognised(data: bytes) -> str:
    beginning = data.lstrip().lower()
    if data.startswith(TLS_RECORDS):
        return ALL_TLS
    if beginning.startswith((b"http/", b"<!doctype html", b"<html")):
        return worded("a web server or proxy")
    if beginning.startswith(b"ssh-"):
        return worded("an SSH server")
    if beginning[:3].isdigit():
        return worded("a mail or FTP server")
    return ""
