"""
Reads an XMPP stream as it comes, byte by byte if need be (RFC 6120, section 4).

A stream is one XML document that is never complete: an opening tag, stanzas, a closing tag. What
XMPP forbids (document types, comments, processing instructions: RFC 6120, section 11.1) and what is
too big or too deep ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from datev_connector.simulators.starface.xmpp.element import Element
from datev_connector.simulators.starface.xmpp.namespaces import STREAM

DEPTH_LIMIT = 64
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Opened:
    """The other side opened its stream."""

    namespace: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stanza:
    """A whole element came."""

    element: Element


@dataclass(frozen=True, slots=True)
class Closed:
    """The other side ended its stream properly."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The stream cannot be read on; `condition` is the stream error to answer with."""

    condition: str
    text: str


Happening = Opened | Stanza | Closed | Broken


class _Stop(Exception):
    def __init__(self, condition: str, text: str) -> None:
        super().__init__(text)
        self.condition = condition


@dataclass(slots=True)
class StreamReader:
    """Turns bytes into happenings. A restarted stream needs a new reader."""

    stanza_limit: int
    _happened: list[Happening] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)
    _own_namespace: str | None = None
    _since_stanza: int = 0
    _parser: expat.XMLParserType = field(init=False)

    def __post_init__(self) -> None:
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse("document type")
        parser.ProcessingInstructionHandler = _refuse("processing instruction")
        parser.CommentHandler = _refuse("comment")
        # Newer versions of expat may hold back what is complete already.
        at_once = getattr(parser, "SetReparseDeferralEnabled", None)
        if at_once is not None:
            at_once(False)  # noqa: FBT003 -- the library's way
        self._parser = parser

    def feed(self, data: bytes) -> list[Happening]:
        """What these bytes complete. `Closed` and `Broken` come last; nothing is read after."""
        self._since_stanza += len(data)
        try:
            self._parser.Parse(data, False)  # noqa: FBT003 -- the library's way
            if self._since_stanza > self.stanza_limit:
                raise _Stop("policy-violation", "stanza too big")
        except _Stop as problem:
            self._happened.append(Broken(problem.condition, str(problem)))
        except expat.ExpatError as problem:
            self._happened.append(Broken("not-well-formed", str(problem)))
        happened, self._happened = self._happened, []
        return happened

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if prefix is None and self._own_namespace is None and not self._open:
            self._own_namespace = uri or ""

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        namespace, _, name = full_name.rpartition(" ")
        named = {_attribute(key): value for key, value in attributes.items()}
        if not self._open:
            self._begin(namespace, name, named)
            return
        if len(self._open) > DEPTH_LIMIT:
            raise _Stop("policy-violation", "elements nested too deep")
        element = Element(name, "" if namespace == self._own_namespace else namespace, named)
        if len(self._open) > 1:
            self._open[-1].children.append(element)
        self._open.append(element)

    def _begin(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        if (namespace, name) != (STREAM, "stream"):
            condition = "bad-format" if namespace == STREAM else "invalid-namespace"
            raise _Stop(condition, f"<{name}> opens no stream")
        self._open.append(Element(name, namespace, attributes))
        self._happened.append(Opened(self._own_namespace or "", attributes))
        self._since_stanza = 0

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if not self._open:
            self._happened.append(Closed())
        elif len(self._open) == 1:
            self._happened.append(Stanza(element))
            self._since_stanza = 0

    def _text(self, text: str) -> None:
        if len(self._open) > 1:
            self._open[-1].children.append(text)
        elif text.strip():
            raise _Stop("bad-format", "text between stanzas")


def _attribute(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"xml:{local}" if namespace == XML_NAMESPACE else local


def _refuse(what: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise _Stop("restricted-xml", f"a {what} has no place in a stream")

    return refuse
