"""As much HTTP/1.1 on the wire as a service without uploads needs. Pure, and meant to be fast.

The stand-in is what a client's speed is measured against, so that it must cost much less than the
client; general HTTP libraries cost more than making the answer does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from datev_connector.simulators.datev.rest_message import Request

END_OF_HEAD = b"\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class NoHttp(ValueError):
    """What came is no request, or one of a kind that is not served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A request without its body.

    body_bytes: how long the body is. old: HTTP/1.0, which knows no chunks.
    """

    request: Request
    body_bytes: int
    keep_alive: bool
    waits_for_continue: bool
    old: bool


def read_head(data: bytes) -> Head:
    """Read everything up to and with END_OF_HEAD. Raises NoHttp."""
    first, *lines = data[: -len(END_OF_HEAD)].decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    target, _, version = rest.rpartition(" ")
    if not target or version not in {"HTTP/1.1", "HTTP/1.0"}:
        raise NoHttp("the first line is no request")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.isascii() or " " in name:
            raise NoHttp("a line is no header")
        headers[name.lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise NoHttp("a body in chunks is not served")
    connection = headers.get("connection", "").lower()
    return Head(
        request=Request(method=method, target=target, headers=headers),
        body_bytes=_length(headers.get("content-length", "0")),
        keep_alive=version == "HTTP/1.1" and "close" not in connection,
        waits_for_continue=headers.get("expect", "").lower() == "100-continue",
        old=version == "HTTP/1.0",
    )


def _length(text: str) -> int:
    if not text.isdecimal():
        raise NoHttp("Content-Length is no number")
    return int(text)


def write_head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """The first line and the headers of a response."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\n{lines}\r\n".encode("latin-1")


def chunk(data: bytes) -> bytes:
    """One chunk of a body whose length is not known beforehand; not empty."""
    return b"%x\r\n%b\r\n" % (len(data), data)
