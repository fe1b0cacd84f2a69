"""XML-RPC as the PBX reads and writes it, on the standard library's codec.

The standard library serves as an independent judge of what a client sends.
"""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.parsers.expat import ExpatError

XML_TYPE = "text/xml; charset=utf-8"


class BadCall(ValueError):
    """A body that is not an XML-RPC call."""


def read_call(body: bytes) -> tuple[str, tuple[Any, ...]]:
    """Method name and parameters. Dates come as naive datetimes. Raises BadCall."""
    try:
        params, method = xmlrpc.client.loads(body, use_builtin_types=True)
    except (ExpatError, xmlrpc.client.Error, ValueError, TypeError, LookupError) as problem:
        raise BadCall(f"no XML-RPC call: {problem}") from problem
    if method is None:
        raise BadCall("no XML-RPC call: method name missing")
    return method, params


def write_response(value: object) -> bytes:
    """A `methodResponse` with one value."""
    return _encoded((value,), method=None)


def write_fault(code: int, text: str) -> bytes:
    """A `methodResponse` with a fault."""
    return xmlrpc.client.dumps(xmlrpc.client.Fault(code, text), encoding="utf-8").encode()


def write_call(method: str, value: Mapping[str, object]) -> bytes:
    """A `methodCall` with one struct."""
    return _encoded((dict(value),), method=method)


def xml_date(at: datetime) -> xmlrpc.client.DateTime:
    """`dateTime.iso8601` of a wall-clock time; the zone is not sent (XML-RPC has none)."""
    return xmlrpc.client.DateTime(at.replace(tzinfo=None))


def _encoded(values: Sequence[Any], method: str | None) -> bytes:
    text = xmlrpc.client.dumps(
        tuple(values), methodname=method, methodresponse=method is None, encoding="utf-8"
    )
    return text.encode()
