"""One XMPP stream on one connection: bytes in, stanzas out, and the other way round."""

from __future__ import annotations

import asyncio
from typing import cast

from datev_connector.simulators.starface.xmpp.element import Element, build
from datev_connector.simulators.starface.xmpp.namespaces import STREAM_ERRORS
from datev_connector.simulators.starface.xmpp.stream_reader import (
    Broken,
    Closed,
    Opened,
    Stanza,
    StreamReader,
)

STREAM_END = "</stream:stream>"


class XmlStream(asyncio.Protocol):
    """The common part of both kinds of stream; a subclass fills in what is to be done.

    `lost` is done when the connection is gone.
    """

    def __init__(self, *, stanza_limit: int) -> None:
        self._stanza_limit = stanza_limit
        self._reader = StreamReader(stanza_limit)
        self._transport: asyncio.Transport | None = None
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # What a subclass does

    def connected(self) -> None:
        """The connection stands."""

    def opened(self, namespace: str, attributes: dict[str, str]) -> None:
        """The other side opened its stream."""

    def received(self, stanza: Element) -> None:
        """A stanza came."""

    def gone(self) -> None:
        """The connection is gone."""

    # What a subclass uses

    def write(self, text: str) -> None:
        """Send text as it is; nothing happens on a dead connection."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(text.encode())

    def send(self, element: Element) -> None:
        """Send an element of the stream's own namespace, or of its own."""
        self.write(element.xml())

    def start_afresh(self) -> None:
        """The stream begins anew on the same connection."""
        self._reader = StreamReader(self._stanza_limit)

    def fail(self, condition: str, text: str = "") -> None:
        """End the stream with an error (RFC 6120, section 4.9.3)."""
        said = build("text", STREAM_ERRORS, None, text).xml() if text else ""
        condition_xml = build(condition, STREAM_ERRORS).xml()
        self.write(f"<stream:error>{condition_xml}{said}</stream:error>")
        self.end()

    def end(self) -> None:
        """Close the stream and hang up."""
        self.write(STREAM_END)
        if self._transport is not None:
            self._transport.close()

    def cut(self) -> None:
        """Break the connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast("asyncio.Transport", transport)
        self.connected()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        reader = self._reader
        for happening in reader.feed(data):
            if self._reader is not reader or self.closing:
                return  # what came after a fresh start was never asked for
            match happening:
                case Opened(namespace, attributes):
                    self.opened(namespace, attributes)
                case Stanza(element):
                    self.received(element)
                case Closed():
                    self.end()
                case Broken(condition, text):
                    self.fail(condition, text)

    def eof_received(self) -> None:
        """The other side hung up; so do we."""

    def connection_lost(self, problem: Exception | None) -> None:
        """The connection is gone."""
        self._transport = None
        if not self.lost.done():
            self.lost.set_result(None)
            self.gone()

    @property
    def closing(self) -> bool:
        """Whether nothing can be said any more."""
        return self._transport is None or self._transport.is_closing()
