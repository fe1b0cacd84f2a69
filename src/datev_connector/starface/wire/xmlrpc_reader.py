"""Reads XML-RPC from a peer that may be broken, hostile, or not speak XML-RPC at all.

Two steps: expat builds a plain tree under hard limits (bytes, depth, elements, text) and refuses
any DOCTYPE, so there are no entities to expand or fetch; then the tree is read as a message.
Element names count without their namespace, because XEP-0009 wraps the same elements in one. What
is tolerated beyond the specification: untyped values (they are strings), `nil`, `i8`, booleans in
words, dates with separators, an answer without any value.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from xml.etree.ElementTree import Element
from xml.parsers import expat

from datev_connector.domain.wording import worded
from datev_connector.starface.wire.xmlrpc import Fault, Message, MethodCall, MethodResponse, Value

WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
ISO_TIME = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})[T ]([0-9]{2}):?([0-9]{2}):?([0-9]{2})"
    r"(?:[.,][0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
LONG = 1 << 63
BOOLEANS = {"0": False, "1": True, "false": False, "true": True}


class NotXmlRpc(ValueError):
    """The bytes are no XML-RPC message that we accept; the text says why, without quoting them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a peer may send in one message."""

    size: int = 1 << 20
    """Bytes."""
    depth: int = 64
    """XML elements inside one another; each level of a struct takes three."""
    elements: int = 50_000
    text: int = 1 << 18
    """Characters of one value."""


DEFAULT_LIMITS = Limits()


def decode(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Message:
    """The message in `body`. Raises NotXmlRpc, and nothing else, whatever the bytes are."""
    return _message(_parse(body, limits))


def decode_element(element: Element, limits: Limits = DEFAULT_LIMITS) -> Message:
    """The message in an element that came inside of other XML (XEP-0009). Raises NotXmlRpc.

    Whoever parsed it has counted its bytes and refused document types.
    """
    return _message(_copied(element, limits))


def _message(root: _Node) -> Message:
    if root.name == "methodCall":
        return _method_call(root)
    if root.name == "methodResponse":
        return _method_response(root)
    raise NotXmlRpc(worded("the document is no XML-RPC message"))


def parse_time(text: str) -> datetime | None:
    """The time in an ISO 8601 text with or without separators; naive if it names no zone."""
    found = ISO_TIME.fullmatch(text.strip())
    if found is None:
        return None
    *numbers, zone = found.groups()
    try:
        moment = datetime(*(int(number) for number in numbers))  # type: ignore[arg-type]  # noqa: DTZ001
        return moment if zone is None else datetime.fromisoformat(f"{moment.isoformat()}{zone}")
    except ValueError:
        return None


# --- the tree -------------------------------------------------------------------------------------


class _Node:
    """An element; a plain class, because an event makes a hundred of them."""

    __slots__ = ("children", "name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[_Node] = []
        self.text = ""


def _parse(body: bytes, limits: Limits) -> _Node:
    if len(body) > limits.size:
        raise NotXmlRpc(worded("the message is too long"))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _doctype
    top = _grow_tree(parser, limits)
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as error:
        raise NotXmlRpc(
            worded("the message is no XML ({why})", why=expat.ErrorString(error.code))
        ) from None
    except (ValueError, LookupError) as error:
        # An encoding that is unknown or has several bytes a character.
        if isinstance(error, NotXmlRpc):
            raise
        raise NotXmlRpc(worded("the message names an encoding that is not accepted")) from None
    return top.children[0]


def _grow_tree(parser: expat.XMLParserType, limits: Limits) -> _Node:
    """Have `parser` hang what it finds below the node returned, and stop it at the limits.

    Closures, because a ringing call waits: methods would take half as long again.
    """
    top = _Node("")
    nodes = [top]
    push, pop = nodes.append, nodes.pop
    most_elements, most_depth, most_text = limits.elements, limits.depth, limits.text
    elements = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > most_elements:
            raise NotXmlRpc(worded("the message has too many elements"))
        if len(nodes) > most_depth:
            raise NotXmlRpc(worded("the message is nested too deeply"))
        node = _Node(name.rpartition(" ")[2] if " " in name else name)
        nodes[-1].children.append(node)
        push(node)

    def data(text: str) -> None:
        node = nodes[-1]
        node.text = text = node.text + text
        if len(text) > most_text:
            raise NotXmlRpc(worded("the message holds too long a text"))

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: pop()
    parser.CharacterDataHandler = data
    return top


def _copied(root: Element, limits: Limits) -> _Node:
    """The same tree in our own form, as far as the limits allow."""
    top = _Node(_local(root.tag))
    waiting = [(root, top, 1)]
    elements = 0
    while waiting:
        element, node, depth = waiting.pop()
        elements += 1
        if elements > limits.elements:
            raise NotXmlRpc(worded("the message has too many elements"))
        if depth > limits.depth:
            raise NotXmlRpc(worded("the message is nested too deeply"))
        node.text = (element.text or "") + "".join(child.tail or "" for child in element)
        if len(node.text) > limits.text:
            raise NotXmlRpc(worded("the message holds too long a text"))
        node.children = [_Node(_local(child.tag)) for child in element]
        waiting += zip(element, node.children, repeat(depth + 1))
    return top


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _doctype(*_declaration: object) -> None:
    raise NotXmlRpc(worded("the message declares a document type"))


# --- the message ----------------------------------------------------------------------------------


def _method_call(root: _Node) -> MethodCall:
    names = [node for node in _children(root) if node.name == "methodName"]
    if len(names) != 1 or any(n.name not in {"methodName", "params"} for n in root.children):
        raise NotXmlRpc(worded("the call does not consist of one name and its parameters"))
    method = _leaf(names[0]).strip()
    if not method:
        raise NotXmlRpc(worded("the call names no method"))
    return MethodCall(method=method, params=tuple(_params(root)))


def _method_response(root: _Node) -> MethodResponse | Fault:
    children = _children(root)
    if len(children) != 1 or children[0].name not in {"params", "fault"}:
        raise NotXmlRpc(worded("the answer is neither a value nor a fault"))
    if children[0].name == "fault":
        return _fault(children[0])
    values = _params(root)
    if len(values) > 1:
        raise NotXmlRpc(worded("the answer holds several values"))
    return MethodResponse(value=values[0] if values else None)


def _fault(node: _Node) -> Fault:
    value = _value(_only(node, "value"))
    if not isinstance(value, dict):
        raise NotXmlRpc(worded("the fault is no struct"))
    code, text = value.get("faultCode"), value.get("faultString")
    if isinstance(code, str) and WHOLE.fullmatch(code.strip()):
        code = int(code)
    if not isinstance(code, int) or not isinstance(text, str | None):
        raise NotXmlRpc(worded("the fault has no code"))
    return Fault(code=code, text=text or "")


def _params(root: _Node) -> list[Value]:
    groups = [node for node in root.children if node.name == "params"]
    if len(groups) > 1:
        raise NotXmlRpc(worded("the message has several lists of parameters"))
    params = _children(groups[0]) if groups else []
    return [_value(_only(_named(param, "param"), "value")) for param in params]


def _value(node: _Node) -> Value:
    if not node.children:
        return node.text
    children = _children(node)
    if len(children) != 1:
        raise NotXmlRpc(worded("a value has several types"))
    read = READERS.get(children[0].name)
    if read is None:
        raise NotXmlRpc(worded("a value has an unknown type"))
    return read(children[0])


def _array(node: _Node) -> list[Value]:
    return [_value(_named(item, "value")) for item in _children(_only(node, "data"))]


def _struct(node: _Node) -> dict[str, Value]:
    members: dict[str, Value] = {}
    for member in _children(node):
        parts = _children(_named(member, "member"))
        if [part.name for part in parts] != ["name", "value"]:
            raise NotXmlRpc(worded("a member of a struct is not a name with a value"))
        members[_leaf(parts[0])] = _value(parts[1])
    return members


def _integer(node: _Node) -> int:
    text = _leaf(node).strip()
    if not WHOLE.fullmatch(text) or not -LONG <= int(text) < LONG:
        raise NotXmlRpc(worded("an integer is none"))
    return int(text)


def _boolean(node: _Node) -> bool:
    try:
        return BOOLEANS[_leaf(node).strip().lower()]
    except KeyError:
        raise NotXmlRpc(worded("a boolean is none")) from None


def _double(node: _Node) -> float:
    text = _leaf(node).strip()
    number = float(text) if DECIMAL.fullmatch(text) else float("inf")
    if number in {float("inf"), float("-inf")}:
        raise NotXmlRpc(worded("a number is none"))
    return number


def _moment(node: _Node) -> datetime:
    moment = parse_time(_leaf(node))
    if moment is None:
        raise NotXmlRpc(worded("a time is none"))
    return moment


def _bytes(node: _Node) -> bytes:
    try:
        return base64.b64decode("".join(_leaf(node).split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotXmlRpc(worded("base64 data is none")) from None


def _nil(node: _Node) -> None:
    if _leaf(node).strip():
        raise NotXmlRpc(worded("nil holds something"))


def _leaf(node: _Node) -> str:
    if node.children:
        raise NotXmlRpc(worded("elements stand where only text may"))
    return node.text


READERS: dict[str, Callable[[_Node], Value]] = {
    "string": _leaf,
    "int": _integer,
    "i4": _integer,
    "i8": _integer,
    "boolean": _boolean,
    "double": _double,
    "dateTime.iso8601": _moment,
    "base64": _bytes,
    "array": _array,
    "struct": _struct,
    "nil": _nil,
}


def _children(node: _Node) -> list[_Node]:
    """The elements in `node`, which must hold no text beside them."""
    if node.text and not node.text.isspace():
        raise NotXmlRpc(worded("text stands where only elements may"))
    return node.children


def _only(node: _Node, name: str) -> _Node:
    children = _children(node)
    if len(children) != 1:
        raise NotXmlRpc(worded("one <{name}> is expected", name=name))
    return _named(children[0], name)


def _named(node: _Node, name: str) -> _Node:
    if node.name != name:
        raise NotXmlRpc(worded("<{name}> is expected", name=name))
    return node
