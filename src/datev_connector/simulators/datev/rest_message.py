"""Request and response of the DATEVconnect stand-in as values, and its error body."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

JSON_TYPE = "application/json; charset=utf-8"
# Made once: making it costs more than most entries do.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
CHALLENGES = ("Negotiate", "NTLM", "Basic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path without query."""
        if self.target.startswith("/"):
            return self.target.partition("?")[0]
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response.

    body: bytes, or chunks as they come (an empty one only gives way to others).
    length: what Content-Length says; None: what is true.
    tail: bytes beyond Content-Length.
    breaks_off: the connection ends after the body, before the response is complete.
    resets: as breaks_off, but by a reset.
    waits: what to wait for before anything of it is sent.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | Iterator[bytes] = b""
    length: int | None = None
    tail: bytes = b""
    breaks_off: bool = False
    resets: bool = False
    waits: Callable[[], Coroutine[Any, Any, None]] | None = None


def json_response(value: object, status: int = 200) -> Response:
    """A response that holds one JSON value."""
    return Response(status=status, headers=(("Content-Type", JSON_TYPE),), body=json_bytes(value))


def json_bytes(value: object) -> bytes:
    """One JSON value in UTF-8, as short as possible."""
    return _encode(value).encode()


def error_response(status: int, error: str, description: str, request_id: str = "") -> Response:
    """An error with the body that DATEVconnect gives."""
    message = {"id": error, "severity": "error", "description": description}
    body: dict[str, Any] = {
        "error": error,
        "error_description": description,
        "request_id": request_id,
        "additional_messages": [message],
    }
    return json_response(body, status)


def unauthorized_response(challenges: tuple[str, ...] = CHALLENGES) -> Response:
    """401 without body; each challenge is a header of its own."""
    return Response(
        status=401, headers=tuple(("WWW-Authenticate", challenge) for challenge in challenges)
    )
