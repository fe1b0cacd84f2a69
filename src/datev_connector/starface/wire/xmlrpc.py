"""XML-RPC as values: what travels between the PBX and us, and how it is written.

`encode` makes bytes of a message; reading is in `xmlrpc_reader`. Written by our own hand because
the peer is not trusted: nothing is built that a limit does not allow, and whatever is not XML-RPC
is one kind of error. Times carry no zone on the wire (XML-RPC), so they are naive here.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

Value: TypeAlias = (
    bool | int | float | str | bytes | datetime | Sequence["Value"] | Mapping[str, "Value"] | None
)

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INT_BITS = 31
LONG_BITS = 63


class Unsendable(ValueError):
    """A value that XML-RPC cannot carry was to be sent; our mistake, nothing went out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCall:
    """A request: from us to the PBX, or an event from the PBX to us."""

    method: str
    params: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResponse:
    """The answer to a request."""

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The peer understood the request and refuses it."""

    code: int
    text: str


Message: TypeAlias = MethodCall | MethodResponse | Fault


def encode(message: Message) -> bytes:
    """The UTF-8 bytes of `message`. Raises Unsendable."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{encode_element(message)}'.encode()


def encode_element(message: Message) -> str:
    """The element alone, for a place inside of other XML (XEP-0009). Raises Unsendable."""
    out: list[str] = []
    match message:
        case MethodCall():
            out += ["<methodCall><methodName>", _text(message.method), "</methodName><params>"]
            for param in message.params:
                _param(out, param)
            out.append("</params></methodCall>")
        case MethodResponse():
            out.append("<methodResponse><params>")
            _param(out, message.value)
            out.append("</params></methodResponse>")
        case Fault():
            out.append("<methodResponse><fault>")
            _value(out, {"faultCode": message.code, "faultString": message.text})
            out.append("</fault></methodResponse>")
    return "".join(out)


def _param(out: list[str], value: Value) -> None:
    out.append("<param>")
    _value(out, value)
    out.append("</param>")


def _value(out: list[str], value: Value) -> None:
    out.append("<value>")
    match value:
        case str():
            out += ["<string>", _text(value), "</string>"]
        case bytes():
            out += ["<base64>", base64.b64encode(value).decode("ascii"), "</base64>"]
        case Mapping():
            _struct(out, value)
        case Sequence():
            out.append("<array><data>")
            for item in value:
                _value(out, item)
            out.append("</data></array>")
        case _:
            out.append(_scalar(value))
    out.append("</value>")


def _struct(out: list[str], members: Mapping[str, Value]) -> None:
    out.append("<struct>")
    for name, value in members.items():
        out += ["<member><name>", _text(name), "</name>"]
        _value(out, value)
        out.append("</member>")
    out.append("</struct>")


def _scalar(value: Value) -> str:
    match value:
        case bool():
            return f"<boolean>{value:d}</boolean>"
        case int():
            return _integer(value)
        case float() if math.isfinite(value):
            return f"<double>{value!r}</double>"
        case datetime() if value.tzinfo is None:
            return f"<dateTime.iso8601>{_moment(value)}</dateTime.iso8601>"
        case _:
            raise Unsendable(f"XML-RPC cannot carry this {type(value).__name__}")


def _integer(value: int) -> str:
    if -(1 << INT_BITS) <= value < 1 << INT_BITS:
        return f"<int>{value}</int>"
    if -(1 << LONG_BITS) <= value < 1 << LONG_BITS:
        return f"<i8>{value}</i8>"
    raise Unsendable("XML-RPC cannot carry an integer of more than 64 bits")


def _moment(value: datetime) -> str:
    day = f"{value.year:04}{value.month:02}{value.day:02}"
    return f"{day}T{value.hour:02}:{value.minute:02}:{value.second:02}"


def _text(text: str) -> str:
    if NOT_IN_XML.search(text):
        raise Unsendable("XML cannot carry control characters")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")
