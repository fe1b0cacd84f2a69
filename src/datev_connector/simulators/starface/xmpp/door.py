"""
UCI over XMPP, whichever server carries it: the PBX's own door, a real server, or both.

    async with StarfaceSimulator(StarfaceConfig(xmpp=XmppConfig())) as starface:
        ...  # clients come to starface.xmpp_port

    starface.attach_to_xmpp("127.0.0.1", 5347, component="uci.pbx.example", secret="...",
                            domain="pbx.example")
    await starface.xmpp_attached()
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping

from datev_connector.simulators.starface.chronicle import Chronicle
from datev_connector.simulators.starface.config import StarfaceConfig
from datev_connector.simulators.starface.oauth import OAuth
from datev_connector.simulators.starface.wire import write_call
from datev_connector.simulators.starface.xmpp.component import Component, Place, Told
from datev_connector.simulators.starface.xmpp.config import XmppConfig
from datev_connector.simulators.starface.xmpp.element import Element
from datev_connector.simulators.starface.xmpp.endpoint import Done, Endpoint, Line, Service
from datev_connector.simulators.starface.xmpp.jid import Jid
from datev_connector.simulators.starface.xmpp.sasl import PasswordDesk
from datev_connector.simulators.starface.xmpp.server import XmppServer


class NotAttached(Exception):
    """The real XMPP server does not take the PBX as its component; the text says why."""


class XmppDoor:
    """All of the PBX that speaks XMPP."""

    def __init__(
        self, config: StarfaceConfig, service: Service, oauth: OAuth, chronicle: Chronicle
    ) -> None:
        self._config = config
        self._service = service
        self._oauth = oauth
        self._chronicle = chronicle
        self._port = config.xmpp.port if config.xmpp else 0
        self._own = self._own_endpoint(config.xmpp) if config.xmpp else None
        self._server = self._built(config.xmpp, self._own) if config.xmpp and self._own else None
        self._component: Component | None = None
        self._guest: Endpoint | None = None
        self._problem = "not tried"
        self.attached = False
        self.attachments = 0
        """How often the PBX became a component."""

    @property
    def server(self) -> XmppServer:
        """The PBX's own XMPP server. Raises LookupError if it has none."""
        if self._server is None:
            raise LookupError("this PBX has no XMPP door: give StarfaceConfig an xmpp")
        return self._server

    @property
    def port(self) -> int:
        """The port of the PBX's own XMPP server; it stays the same over restarts."""
        return self._port

    # Life

    async def listen(self, context: ssl.SSLContext | None) -> None:
        """Open the own door, and go back to the real server. Raises OSError."""
        if self._server is not None:
            host = self._config.host
            self._port = await self._server.start(host, self._port, context)
        if self._component is not None:
            self._component.start()

    async def go_down(self) -> None:
        """Close the own door, and leave the real server."""
        if self._server is not None:
            await self._server.stop()
        if self._component is not None:
            await self._component.stop()
        for endpoint in self._endpoints():
            endpoint.close()
        self._chronicle.touch()

    async def drop_connections(self) -> None:
        """Break every connection of XMPP, clients' and component's."""
        if self._server is not None:
            await self._server.drop_connections()
        if self._component is not None:
            self._component.cut()

    # Place at a real server

    def attach(self, place: Place, *, domain: str, endpoint: Jid) -> None:
        """Become a component of a real server, and stay it. Raises ValueError if it is one."""
        if self._component is not None:
            raise ValueError("attached already: detach first")
        line = Line(send=self._send_as_component, drop=lambda _: None)
        self._guest = Endpoint(endpoint, domain.lower(), self._service, line)
        told = Told(attached=self._came, detached=self._went, stanza=self._guest.take)
        self._component = Component(place, told)
        self._component.start()

    async def detach(self) -> None:
        """Leave the real server for good."""
        component, guest = self._component, self._guest
        if component is not None:
            await component.stop()
        self._component = None
        if guest is not None:
            guest.close()
        self._guest = None

    async def until_attached(self, times: int, timeout_s: float) -> None:
        """Return once attached, at least for that many times. Raises NotAttached."""
        try:
            await self._chronicle.until(
                lambda: self.attached and self.attachments >= times, timeout_s
            )
        except TimeoutError:
            raise NotAttached(f"no component within {timeout_s:g} s: {self._problem}") from None

    # Events

    def post(self, to: Jid, body: bytes, done: Done) -> None:
        """Send one event to a client; `done` is told how it went."""
        for endpoint in self._endpoints():
            if endpoint.domain == to.domain:
                endpoint.push(to, body, done)
                return
        done("not connected")

    def send_event(
        self, to: str, method: str, struct: Mapping[str, object], sender: str = ""
    ) -> None:
        """Send an event that no subscription asked for: about anything, as if from anybody.

        A real server lets only addresses of the component through as `sender`.
        """
        self.send_rpc(to, write_call(method, struct), sender)

    def send_rpc(self, to: str, body: bytes, sender: str = "") -> None:
        """Send any XML as the content of a Jabber-RPC query; else as `send_event`."""
        jid = Jid.parse(to)
        for endpoint in self._endpoints():
            if endpoint.domain == jid.domain:
                stranger = Jid.parse(sender) if sender else None
                endpoint.push(jid, body, lambda _: None, stranger)

    async def settled(self) -> None:
        """Return once every event is answered or given up."""
        enough = 2 * self._config.jabber_rpc.iq_timeout_s
        await self._chronicle.until(lambda: not any(e.waiting for e in self._endpoints()), enough)

    # Inner parts

    def _endpoints(self) -> Iterator[Endpoint]:
        return (endpoint for endpoint in (self._own, self._guest) if endpoint is not None)

    def _own_endpoint(self, settings: XmppConfig) -> Endpoint:
        line = Line(send=self._send_to_own, drop=self._drop_own)
        jid = Jid.parse(settings.endpoint_address)
        return Endpoint(jid, settings.domain.lower(), self._service, line)

    def _built(self, settings: XmppConfig, endpoint: Endpoint) -> XmppServer:
        passwords = PasswordDesk(self._config, settings, self._service.accounts, self._oauth)
        return XmppServer(
            settings,
            passwords,
            endpoint,
            new_id=self._config.new_id,
            changed=self._chronicle.touch,
        )

    def _send_to_own(self, stanza: Element) -> bool:
        return self.server.send(stanza)

    def _drop_own(self, jid: Jid) -> None:
        self.server.drop(jid)

    def _send_as_component(self, stanza: Element) -> bool:
        return self._component is not None and self._component.send(stanza)

    def _came(self) -> None:
        self.attached = True
        self.attachments += 1
        self._chronicle.touch()

    def _went(self, why: str) -> None:
        self.attached = False
        self._problem = why or self._problem
        self._chronicle.touch()
