"""Bytes of an XMPP stream in, whole stanzas out: counted, because the peer is not trusted.

A stanza that is too deep or in too many pieces is thrown away as it comes: others may have the
server pass it on to us. One that is too long ends the stream before it fills the memory, and so
does a document type, with which entities could be declared (RFC 6120, 11.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser
from xml.parsers import expat

from datev_connector.domain.wording import worded
from datev_connector.starface.trouble import TroubleKind
from datev_connector.starface.xmpp.stanzas import STREAM, server_name

STANZA = 2
"""The depth at which stanzas begin."""
ENDLESS = worded("it sends a stanza without end")
NO_XML = worded("no well-formed XML")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """What a server may send in one stanza, and leave unread."""

    size: int = 1 << 20
    """Bytes."""
    depth: int = 80
    """XML elements inside one another."""
    elements: int = 60_000
    outgoing: int = 1 << 20
    """Bytes that may wait for a server that does not read; then we do not read either."""


class StreamBroken(Exception):
    """The stream cannot go on; `kind` and `detail` say why, without quoting anything."""

    def __init__(self, kind: TroubleKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


class StanzaReader:
    """Reads one stream, or the next one on the same connection after `restart`."""

    def __init__(self, limits: StreamLimits) -> None:
        self.server_domain = ""
        """What the server calls itself in the header of the stream."""
        self._limits = limits
        self.restart()

    def restart(self) -> None:
        """Expect the header of a stream."""
        self._parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
        self._root: Element | None = None
        self._depth = self._size = self._elements = 0
        self._stanza: Element | None = None
        self._spoilt = False
        self._prolog = _Prolog()

    @property
    def begun(self) -> bool:
        """Tell whether the header of the stream has come."""
        return self._root is not None

    @property
    def amid_stanza(self) -> bool:
        """Tell whether a stanza has begun and not ended."""
        return self._depth > 1

    def feed(self, data: bytes) -> Iterator[Element]:
        """The stanzas that these bytes complete. Raises StreamBroken."""
        self._size += len(data)
        try:
            if not self._prolog.over:
                self._prolog.look_at(data)
            self._parser.feed(data)
            problem = self._flush() if data.endswith(b">") else None
            events = cast("Iterator[tuple[str, Element]]", self._parser.read_events())
            for event, element in events:
                if event == "start":
                    self._started(element)
                elif self._ended():
                    if not self._spoilt:
                        yield element
                    self._forget()
            if problem is not None:
                raise problem
        except (ParseError, ValueError, LookupError):  # the last two: an unknown encoding
            kind = TroubleKind.STREAM_ERROR if self.begun else TroubleKind.NO_XMPP
            raise StreamBroken(kind, NO_XML) from None
        if self._size > self._limits.size:
            raise StreamBroken(TroubleKind.STREAM_ERROR, ENDLESS)

    def _flush(self) -> ParseError | None:
        """Have everything read that came; what is wrong comes after what was right before it.

        From version 2.6 on, expat may put off what came in pieces until more comes; a Python that
        knows of it has `flush`. A stanza ends with its last character, so else there is no hurry.
        """
        flush: Callable[[], None] | None = getattr(self._parser, "flush", None)
        try:
            if flush is not None:
                flush()
        except ParseError as error:
            return error
        return None

    def _started(self, element: Element) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth == 1:
            self._root = element
            if element.tag != f"{{{STREAM}}}stream":
                raise StreamBroken(TroubleKind.NO_XMPP, worded("another kind of XML"))
            self.server_domain = server_name(element)
        elif self._depth == STANZA:
            self._stanza = element
        if self._elements > self._limits.elements or self._depth > self._limits.depth:
            self._spoilt = True
        if self._spoilt and self._stanza is not None:
            # Cut off from the tree, what is inside goes as soon as its end has come.
            self._stanza.clear()

    def _ended(self) -> bool:
        """Tell whether a stanza ended."""
        self._depth -= 1
        if not self._depth:
            raise StreamBroken(TroubleKind.CUT)
        return self._depth == 1

    def _forget(self) -> None:
        self._size = self._elements = 0
        self._spoilt = False
        if self._root is not None:
            self._root.clear()


class _Prolog:
    """What stands before the root, where alone a document type can stand.

    Read by a parser of its own: to find the root without one is to be deceived. Comments and
    processing instructions may not stand there either (RFC 6120, 11.1).
    """

    def __init__(self) -> None:
        self.over = False
        """The root has begun."""
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._begun
        parser.StartDoctypeDeclHandler = self._forbidden
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._forbidden
        # It must not fall behind the parser of the stream (expat 2.6, and a Python that knows it).
        at_once: Callable[[bool], None] | None = getattr(parser, "SetReparseDeferralEnabled", None)
        if at_once is not None:
            at_once(False)  # noqa: FBT003 -- expat takes it by position only

    def look_at(self, data: bytes) -> None:
        """Read on. Raises StreamBroken, ValueError and LookupError."""
        if b"\0" in data:  # UTF-16: a stream is UTF-8 (RFC 6120, 11.6)
            self._forbidden()
        try:
            self._parser.Parse(data)
        except expat.ExpatError:
            if not self.over:
                raise StreamBroken(TroubleKind.NO_XMPP, NO_XML) from None

    def _begun(self, _name: str, _attributes: dict[str, str]) -> None:
        self.over = True

    def _forbidden(self, *_what: object) -> None:
        if not self.over:
            raise StreamBroken(TroubleKind.NO_XMPP, NO_XML)
