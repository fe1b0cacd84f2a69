"""What the PBX answers when a planned fault strikes."""

from __future__ import annotations

import json
import xmlrpc.client
from collections.abc import Callable

from datev_connector.simulators.starface.faults import FaultKind
from datev_connector.simulators.starface.http_server import Response
from datev_connector.simulators.starface.wire import XML_TYPE, write_fault, write_response

HTML_TYPE = "text/html; charset=utf-8"
OVERSIZE_BYTES = 24 * 1024 * 1024
ENTITY_DEPTH = 12
GARBAGE = b'{"<methodResponse><par'

_BOMB = "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "boom">'
    for n in range(ENTITY_DEPTH)
)
_ENTITIES = (
    f'<?xml version="1.0"?><!DOCTYPE methodResponse [{_BOMB}]><methodResponse><params><param>'
    f"<value><string>&e{ENTITY_DEPTH - 1};</string></value></param></params></methodResponse>"
).encode()


def web_page(status: int, title: str) -> Response:
    """A page meant for a browser."""
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return Response(status=status, body=text.encode(), content_type=HTML_TYPE)


LOGIN_PAGE = web_page(200, "STARFACE Login")


def login_redirect() -> Response:
    """To a web page instead of an answer."""
    return Response(status=302, headers={"Location": "/login/"}, content_type=HTML_TYPE)


def instead(kind: FaultKind, *, rest: bool, fault_code: int = 0) -> Response | None:
    """What is answered in place of the truth; None if this fault lets the request through."""
    pages: dict[FaultKind, Callable[[], Response]] = {
        FaultKind.HTML: lambda: LOGIN_PAGE,
        FaultKind.REDIRECT: login_redirect,
        FaultKind.SERVER_ERROR: lambda: web_page(500, "Internal Server Error"),
        FaultKind.UNAVAILABLE: lambda: web_page(503, "Service Unavailable"),
        FaultKind.UNAUTHORIZED: lambda: web_page(401, "Unauthorized"),
        FaultKind.EMPTY: lambda: Response(content_type=_type(rest=rest)),
        FaultKind.GARBAGE: lambda: Response(body=GARBAGE, content_type=_type(rest=rest)),
        FaultKind.OVERSIZE: lambda: _oversize(rest=rest),
        FaultKind.ENTITIES: lambda: Response(body=_ENTITIES, content_type=XML_TYPE),
        FaultKind.UCI_FAULT: lambda: Response(
            body=write_fault(fault_code, "UciException: internal error"), content_type=XML_TYPE
        ),
    }
    make = pages.get(kind)
    return make() if make else None


def distorted(response: Response, *, rest: bool) -> Response:
    """The same answer with a value of another type."""
    if rest:
        value = json.loads(response.body) if response.body else None
        body = json.dumps("list" if isinstance(value, list) else [1]).encode()
        return Response(status=response.status, body=body, content_type=response.content_type)
    return Response(body=other_value(response.body), content_type=response.content_type)


def other_value(body: bytes) -> bytes:
    """The same `methodResponse` with a value of another type; a fault stays as it is."""
    try:
        (value,), _ = xmlrpc.client.loads(body, use_builtin_types=True)
    except xmlrpc.client.Fault:
        return body
    return write_response(_other_type(value))


def _other_type(value: object) -> object:
    match value:
        case bool():
            return {"value": "yes"}
        case str():
            return [value]
        case list():
            return "list"
        case dict():
            return {name: [1] if isinstance(v, str) else "x" for name, v in value.items()} or 7
        case _:
            return "value"


def _oversize(*, rest: bool) -> Response:
    filling = "a" * OVERSIZE_BYTES
    body = json.dumps([filling]).encode() if rest else write_response(filling)
    return Response(body=body, content_type=_type(rest=rest))


def _type(*, rest: bool) -> str:
    return "application/json" if rest else XML_TYPE
