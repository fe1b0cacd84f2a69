"""Bad answers: given instead of the proper one, or made of the proper one. Pure."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any
from xml.sax.saxutils import escape

from datev_connector.simulators.datev.rest_message import (
    Response,
    error_response,
    unauthorized_response,
)

HTML_PAGE = "<!DOCTYPE html><html><head><title>Anmeldung</title></head><body>Proxy</body></html>"
LOGIN_PATH = "/login"
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_XML = (("Content-Type", "application/xml; charset=utf-8"),)


class Fault(StrEnum):
    """What a request gets."""

    HTML = "html"  # 200 with a web page
    LOGIN = "login"  # 302 to a sign-in page, which answers 200 with a web page
    NO_RIGHT = "no-right"  # 403 with DCO10400
    NO_ENTRY = "no-entry"  # 403 without body, from the HTTP layer of Windows
    SIGN_IN = "sign-in"  # 401: the sign-on counts no longer
    NO_PLUGIN = "no-plugin"  # 404: the domain is in none of the loaded plug-ins
    TOO_LARGE = "too-large"  # 416
    STATUS = "status"  # any status
    SILENCE = "silence"  # never an answer
    SLOW = "slow"  # the proper answer as soon as it is released
    RESET = "reset"  # connection reset in the middle of the answer
    CUT = "cut"  # the connection ends in the middle of the answer
    OVERLONG = "overlong"  # more bytes than Content-Length says
    GZIP = "gzip"  # compressed, though nobody asked
    CONTENT_TYPE = "content-type"  # JSON that calls itself something else
    XML = "xml"  # the same data as XML
    EMPTY = "empty"  # 200 without a body
    NO_JSON = "no-json"  # JSON that ends too soon, in a complete answer
    NO_UTF8 = "no-utf8"  # German letters in Windows-1252


WAITING = frozenset({Fault.SILENCE, Fault.SLOW})


def bad_answer(fault: Fault, status: int = 503) -> Response | None:
    """What is sent without looking at the request; None if the fault needs the proper answer."""
    made = _INSTEAD.get(fault)
    if made is None:
        return None
    return made(status)


def spoiled_answer(proper: Response, fault: Fault) -> Response:
    """What becomes of the proper answer."""
    spoil = _SPOILED.get(fault)
    if spoil is None:
        return proper
    body = whole_body(proper)
    return spoil(replace(proper, body=body), body)


def whole_body(response: Response) -> bytes:
    """All of a body at once."""
    body = response.body
    return body if isinstance(body, bytes) else b"".join(body)


def xml_response(value: object, name: str) -> Response:
    """The same data as the service writes it to those who ask for no JSON.

    Root `ArrayOf<Name>`, names in PascalCase, `i:nil` for null (datev-mock's captures).
    """
    spaces = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    root = f"ArrayOf{name}" if isinstance(value, list) else name
    body = f"<{root} {spaces}>{_xml(value, name)}</{root}>"
    return Response(headers=_XML, body=body.encode())


def _xml(value: object, name: str) -> str:
    if isinstance(value, list):
        return "".join(_element(name, inner) for inner in value)
    if isinstance(value, Mapping):
        return "".join(_element(_pascal(key), inner) for key, inner in value.items())
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return escape(text)


def _element(name: str, value: object) -> str:
    if value is None:
        return f'<{name} i:nil="true"/>'
    inside = name.removesuffix("s") if isinstance(value, list) else name
    return f"<{name}>{_xml(value, inside)}</{name}>"


def _pascal(key: str) -> str:
    return "".join(word.capitalize() for word in key.split("_"))


def _as_xml(_: Response, body: bytes) -> Response:
    value: Any = json.loads(body)
    entries = value if isinstance(value, list) else [value]
    client = any(isinstance(entry, Mapping) and "number" in entry for entry in entries)
    return xml_response(value, "Client" if client else "Addressee")


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _with_header(response: Response, name: str, value: str) -> Response:
    others = tuple(each for each in response.headers if each[0].lower() != name.lower())
    return replace(response, headers=(*others, (name, value)))


def _no_plugin() -> Response:
    text = "The domain 'master-data' in version 'v1' is in none of the loaded plug-ins"
    return error_response(404, "not_found", text)


_INSTEAD: dict[Fault, Callable[[int], Response]] = {
    Fault.HTML: lambda _: Response(headers=_HTML, body=HTML_PAGE.encode()),
    Fault.LOGIN: lambda _: Response(status=302, headers=(("Location", LOGIN_PATH),)),
    Fault.NO_RIGHT: lambda _: error_response(
        403, "DCO10400", "The user has no right to use DATEVconnect."
    ),
    Fault.NO_ENTRY: lambda _: Response(status=403, headers=(("Server", "Microsoft-HTTPAPI/2.0"),)),
    Fault.SIGN_IN: lambda _: unauthorized_response(),
    Fault.NO_PLUGIN: lambda _: _no_plugin(),
    Fault.TOO_LARGE: lambda _: error_response(416, "too_large", "The list is too large."),
    Fault.STATUS: lambda status: error_response(status, "server_error", "The service failed."),
    Fault.EMPTY: lambda _: Response(headers=(("Content-Type", "application/json"),)),
}
_SPOILED: dict[Fault, Callable[[Response, bytes], Response]] = {
    Fault.RESET: lambda proper, body: replace(
        proper, body=_half(body), length=len(body), resets=True
    ),
    Fault.CUT: lambda proper, body: replace(
        proper, body=_half(body), length=len(body), breaks_off=True
    ),
    Fault.OVERLONG: lambda proper, body: replace(
        proper, body=_half(body), tail=body[len(body) // 2 :]
    ),
    Fault.GZIP: lambda proper, body: _with_header(
        replace(proper, body=gzip.compress(body)), "Content-Encoding", "gzip"
    ),
    Fault.CONTENT_TYPE: lambda proper, _: _with_header(proper, "Content-Type", "text/plain"),
    Fault.XML: _as_xml,
    Fault.NO_JSON: lambda proper, body: replace(proper, body=_half(body)),
    Fault.NO_UTF8: lambda proper, body: replace(
        proper, body=body.decode().encode("cp1252", errors="replace")
    ),
}
