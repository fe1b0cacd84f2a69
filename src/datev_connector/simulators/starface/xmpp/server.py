"""
The XMPP server of the simulator: lets the PBX's users in and passes stanzas on.

It knows what a client of the PBX needs: discovery, roster, presence, ping, messages and IQs from
one user to another, and the UCI endpoint beside them.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from datev_connector.simulators.starface.xmpp.client_stream import ClientStream, Entry
from datev_connector.simulators.starface.xmpp.config import XmppConfig
from datev_connector.simulators.starface.xmpp.element import Element, build
from datev_connector.simulators.starface.xmpp.endpoint import Endpoint
from datev_connector.simulators.starface.xmpp.jid import BadJid, Jid
from datev_connector.simulators.starface.xmpp.manners import Manners
from datev_connector.simulators.starface.xmpp.namespaces import (
    DISCO_INFO,
    DISCO_ITEMS,
    PING,
    ROSTER,
    SESSION,
)
from datev_connector.simulators.starface.xmpp.sasl import PasswordDesk
from datev_connector.simulators.starface.xmpp.stanzas import (
    disco_info,
    disco_items,
    error,
    is_question,
    payload,
    result,
)

CLOSE_TIMEOUT_S = 2.0
LOWEST_PRIORITY, HIGHEST_PRIORITY = -128, 127
SERVER_IDENTITY = ("server", "im", "STARFACE")
SERVER_FEATURES = (DISCO_INFO, DISCO_ITEMS, PING, ROSTER)


class XmppServer:
    """Listens on one address. `start` and `stop` may be called again and again."""

    def __init__(
        self,
        settings: XmppConfig,
        passwords: PasswordDesk,
        endpoint: Endpoint,
        *,
        new_id: Callable[[], str],
        changed: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._passwords = passwords
        self._domain = Jid("", settings.domain.lower())
        self._endpoint = endpoint
        self._changed = changed
        self.new_id = new_id
        self.manners = Manners.PROPER
        self._server: asyncio.Server | None = None
        self._streams: set[ClientStream] = set()
        self._bound: dict[Jid, ClientStream] = {}

    @property
    def clients(self) -> tuple[Jid, ...]:
        """Who is signed in."""
        return tuple(self._bound)

    @property
    def open_connections(self) -> int:
        """How many connections stand, signed in or not."""
        return len(self._streams)

    def priority(self, jid: Jid) -> int | None:
        """The priority that a client has announced; None: it is not available."""
        stream = self._bound.get(jid)
        return stream.priority if stream else None

    async def start(self, host: str, port: int, context: ssl.SSLContext | None) -> int:
        """Listen; returns the port. Raises OSError."""
        entry = Entry(settings=self._settings, passwords=self._passwords, context=context)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: ClientStream(entry, self), host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Close the listener and break every connection."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        await self.drop_connections()
        if server is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await server.wait_closed()

    async def drop_connections(self) -> None:
        """Break every open connection; the listener stays."""
        ends = [end for stream in self._streams for end in stream.ends]
        for stream in list(self._streams):
            stream.cut()
        if ends:
            await asyncio.wait(ends, timeout=CLOSE_TIMEOUT_S)

    def drop(self, jid: Jid) -> None:
        """Break the connection of one client."""
        stream = self._bound.get(jid)
        if stream is not None:
            stream.cut()

    def end_streams(self, condition: str, text: str = "") -> None:
        """End every stream with an error, as a server does that goes down or kicks its clients."""
        for stream in list(self._streams):
            stream.fail(condition, text)

    def write(self, jid: Jid, text: str) -> None:
        """Send raw text to a client: what no proper server would send."""
        self._bound[jid].write(text)

    def send(self, stanza: Element) -> bool:
        """Deliver a stanza to the client it is addressed to; whether that is there."""
        for jid in _address(stanza.get("to")):
            stream = self._bound.get(jid)
            if stream is not None and not stream.closing:
                stream.write(stanza.xml())
                return True
        return False

    # What the streams report

    def connected(self, stream: ClientStream) -> None:
        """A client came."""
        self._streams.add(stream)
        if self._server is None:  # accepted in the moment of stopping
            stream.cut()
        self._changed()

    def bound(self, stream: ClientStream, jid: Jid) -> None:
        """A client is in; another one of the same address has to go (RFC 6120, 7.7.2.2)."""
        older = self._bound.pop(jid, None)
        self._bound[jid] = stream
        if older is not None:
            older.fail("conflict")
        self._changed()

    def gone(self, stream: ClientStream) -> None:
        """A client went."""
        self._streams.discard(stream)
        jid = stream.jid
        if jid is not None and self._bound.get(jid) is stream:
            del self._bound[jid]
            self._endpoint.forget(jid)
        self._changed()

    def stanza(self, stream: ClientStream, stanza: Element) -> None:
        """Pass a stanza on, or answer it."""
        if stanza.name == "iq" and not (
            stanza.get("id") and stanza.get("type") in ("get", "set", "result", "error")
        ):
            stream.send(error(stanza, "bad-request"))
            return
        to = next(_address(stanza.get("to")), None)
        if to is None or to == self._domain or self._own(stream, to):
            self._to_server(stream, stanza)
        elif self._is_endpoint(to):
            self._endpoint.take(stanza)
        elif not self.send(stanza) and is_question(stanza):
            stream.send(error(stanza, "service-unavailable"))

    def _own(self, stream: ClientStream, to: Jid) -> bool:
        return stream.jid is not None and to == stream.jid.bare

    def _is_endpoint(self, to: Jid) -> bool:
        return self._endpoint.jid in (to.bare, to)

    def _to_server(self, stream: ClientStream, stanza: Element) -> None:
        if stanza.name == "presence" and not stanza.get("to"):
            self._presence(stream, stanza)
        elif is_question(stanza):
            self._question(stream, stanza)
        elif stanza.name == "iq":
            self._endpoint.take(stanza)

    def _presence(self, stream: ClientStream, stanza: Element) -> None:
        if stanza.get("type") == "unavailable":
            stream.priority = None
        elif not stanza.get("type"):
            told = stanza.child("priority")
            number = _number(told.text if told else "0")
            stream.priority = min(max(number, LOWEST_PRIORITY), HIGHEST_PRIORITY)
        self._tell_own(stream, stanza)
        self._changed()

    def _tell_own(self, stream: ClientStream, presence: Element) -> None:
        """All of a user's clients hear of a presence, its own among them (RFC 6121, 4.2.2)."""
        for jid, other in self._bound.items():
            if self._own(stream, jid.bare) and other.priority is not None:
                attributes = {**presence.attributes, "to": str(jid)}
                other.send(replace(presence, attributes=attributes))

    def _question(self, stream: ClientStream, stanza: Element) -> None:
        content = payload(stanza)
        namespace = content.namespace if content else ""
        if namespace == DISCO_INFO:
            stream.send(result(stanza, self._info()))
        elif namespace == DISCO_ITEMS:
            stream.send(result(stanza, disco_items(self._listed())))
        elif namespace == ROSTER:
            stream.send(result(stanza, build("query", ROSTER)))
        elif namespace in (PING, SESSION):
            stream.send(result(stanza))
        elif self._endpoint.jid == self._domain:
            self._endpoint.take(stanza)
        else:
            stream.send(error(stanza, "service-unavailable"))

    def _info(self) -> Element:
        own = disco_info([SERVER_IDENTITY], SERVER_FEATURES)
        if self._endpoint.jid != self._domain:
            return own
        also = [e for e in self._endpoint.info().elements if e not in own.children]
        own.children.extend(also)
        return own

    def _listed(self) -> Iterator[str]:
        if self._settings.listed and self._endpoint.jid != self._domain:
            yield str(self._endpoint.jid)


def _address(text: str) -> Iterator[Jid]:
    with suppress(BadJid):
        yield Jid.parse(text)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
