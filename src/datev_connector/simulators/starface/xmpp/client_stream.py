"""
The stream of one client: STARTTLS, SASL, resource binding, then stanzas (RFC 6120).

Each step starts the stream afresh; which features are offered says how far the client is.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from datev_connector.simulators.starface.config import PbxUser
from datev_connector.simulators.starface.xmpp.config import StartTls, XmppConfig
from datev_connector.simulators.starface.xmpp.element import Element, build
from datev_connector.simulators.starface.xmpp.jid import Jid
from datev_connector.simulators.starface.xmpp.manners import WEB_ANSWER, Manners
from datev_connector.simulators.starface.xmpp.namespaces import (
    BIND,
    CLIENT,
    SASL,
    SESSION,
    STREAM,
    TLS,
)
from datev_connector.simulators.starface.xmpp.sasl import (
    Exchange,
    PasswordDesk,
    SaslFailure,
    Success,
    begin,
    decoded,
)
from datev_connector.simulators.starface.xmpp.stanzas import error, payload, result
from datev_connector.simulators.starface.xmpp.stream import XmlStream

TLS_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a stream needs to let a client in."""

    settings: XmppConfig
    passwords: PasswordDesk
    context: ssl.SSLContext | None


class House(Protocol):
    """The server behind the streams."""

    @property
    def manners(self) -> Manners:
        """How clients are treated."""

    def new_id(self) -> str:
        """An id for a stream or a resource."""

    def connected(self, stream: ClientStream) -> None:
        """A client came."""

    def bound(self, stream: ClientStream, jid: Jid) -> None:
        """A client has signed in and has an address."""

    def stanza(self, stream: ClientStream, stanza: Element) -> None:
        """A signed-in client says something; `from` is its true address."""

    def gone(self, stream: ClientStream) -> None:
        """A client went."""


class ClientStream(XmlStream):
    """One client. `jid` is None until it has signed in and bound a resource."""

    def __init__(self, entry: Entry, house: House) -> None:
        super().__init__(stanza_limit=entry.settings.stanza_limit)
        self._entry = entry
        self._house = house
        self._exchange: Exchange | None = None
        self._user: PbxUser | None = None
        self._header_sent = False
        self._refusals = 0
        self._encrypting: asyncio.Task[None] | None = None
        self._plain_transport: asyncio.Transport | None = None
        self._early = b""
        """What came encrypted before we hold the encrypted transport to answer on."""
        self.encrypted = False
        self.jid: Jid | None = None
        self.priority: int | None = None
        """Of the last available presence; None: none yet, or unavailable."""

    # Life of the connection

    def connected(self) -> None:
        """A client came."""
        self._house.connected(self)
        match self._house.manners:
            case Manners.CLOSES:
                self.cut()
            case Manners.ERROR:
                self.fail("internal-server-error")

    def data_received(self, data: bytes) -> None:
        """Bytes came; a server with bad manners does not read them."""
        match self._house.manners:
            case Manners.SILENT:
                return
            case Manners.WEB_SERVER:
                self._header_sent = True
                self._say_and_go(WEB_ANSWER)
            case _ if self._encrypting is not None and not self.encrypted:
                self._early += data
            case _:
                super().data_received(data)

    def write(self, text: str) -> None:
        """Send text, unless the server plays dead."""
        if self._house.manners is not Manners.SILENT:
            super().write(text)

    def gone(self) -> None:
        """The client went."""
        self._house.gone(self)

    @property
    def ends(self) -> Iterator[asyncio.Future[None]]:
        """What to wait for until nothing of this client is left."""
        yield self.lost
        if self._encrypting is not None:
            yield self._encrypting

    def cut(self) -> None:
        """Break the connection, in the middle of a TLS handshake if need be."""
        super().cut()
        if self._plain_transport is not None:
            self._plain_transport.abort()

    def fail(self, condition: str, text: str = "") -> None:
        """End the stream with an error, which needs a stream to stand in."""
        if not self._header_sent:
            self._send_header()
        super().fail(condition, text)

    def end(self) -> None:
        """End the stream, which needs to be opened for that."""
        if not self._header_sent:
            self._send_header()
        super().end()

    def _say_and_go(self, text: str) -> None:
        self.write(text)
        if self._transport is not None:
            self._transport.close()

    # The steps

    def opened(self, namespace: str, attributes: dict[str, str]) -> None:
        """Answer with our header and what the client may do next."""
        self._send_header()
        if namespace != CLIENT:
            self.fail("invalid-namespace")
        elif attributes.get("to", "").lower() != self._entry.settings.domain.lower():
            self.fail("host-unknown")
        elif self._house.manners is not Manners.SILENT_AFTER_HEADER:
            self.write(f"<stream:features>{''.join(self._features())}</stream:features>")

    def received(self, stanza: Element) -> None:
        """A step on the way in, or what a client that is in has to say."""
        match (stanza.namespace, stanza.name):
            case (namespace, "starttls") if namespace == TLS:
                self._encrypt()
            case (namespace, name) if namespace == SASL:
                self._sign_in(name, stanza)
            case ("", _) if self.jid is not None:
                stanza.attributes["from"] = str(self.jid)
                self._house.stanza(self, stanza)
            case ("", "iq") if self._user is not None:
                self._bind(stanza, self._user)
            case ("", _):
                self.fail("not-authorized")
            case _:
                self.fail("unsupported-stanza-type")

    def _send_header(self) -> None:
        self._header_sent = True
        domain = self._entry.settings.domain
        self.write(
            f"<?xml version='1.0'?><stream:stream xmlns='{CLIENT}' xmlns:stream='{STREAM}'"
            f" id='{self._house.new_id()}' from='{domain}' version='1.0' xml:lang='en'>"
        )

    def _features(self) -> list[str]:
        if self._user is not None:
            optional = build("optional", SESSION)
            return [build("bind", BIND).xml(), build("session", SESSION, None, optional).xml()]
        features = []
        starttls = self._entry.settings.starttls
        if starttls is not StartTls.NONE and not self.encrypted:
            needed = [build("required", TLS)] if starttls is StartTls.REQUIRED else []
            features.append(build("starttls", TLS, None, *needed).xml())
        if self._may_sign_in:
            offered = [
                build("mechanism", SASL, None, name) for name in self._entry.passwords.mechanisms
            ]
            features.append(build("mechanisms", SASL, None, *offered).xml())
        return features

    @property
    def _may_sign_in(self) -> bool:
        return self.encrypted or self._entry.settings.starttls is not StartTls.REQUIRED

    # STARTTLS

    def _encrypt(self) -> None:
        transport, context = self._transport, self._entry.context
        if self.encrypted or transport is None or context is None:
            self.write(build("failure", TLS).xml())
            self.end()
            return
        # What comes from now on is for TLS, not for the XML reader.
        transport.pause_reading()
        self.write(build("proceed", TLS).xml())
        self.start_afresh()
        self._header_sent = False
        self._plain_transport = transport
        loop = asyncio.get_running_loop()
        self._encrypting = loop.create_task(self._handshake(transport, context), name="starttls")

    async def _handshake(self, transport: asyncio.Transport, context: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._transport = await loop.start_tls(
                transport,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=TLS_TIMEOUT_S,
                ssl_shutdown_timeout=CLOSE_TIMEOUT_S,
            )
        except (OSError, ssl.SSLError):
            transport.abort()
            self.connection_lost(None)
            return
        self.encrypted = True
        early, self._early = self._early, b""
        if early:
            self.data_received(early)

    # SASL

    def _sign_in(self, name: str, stanza: Element) -> None:
        if self._user is not None or not self._may_sign_in:
            self.fail("policy-violation" if self._user is None else "unsupported-stanza-type")
            return
        try:
            success = self._sasl_step(name, stanza)
        except SaslFailure as failure:
            self._refuse(failure)
            return
        if success is not None:
            self._exchange = None
            self._user = success.user
            final = base64.b64encode(success.final.encode()).decode()
            self.send(build("success", SASL, None, *([final] if final else [])))
            self.start_afresh()

    def _sasl_step(self, name: str, stanza: Element) -> Success | None:
        text = stanza.text.strip()
        try:
            match name:
                case "auth":
                    initial = decoded(text) if text else None
                    mechanism = stanza.get("mechanism")
                    self._exchange = begin(mechanism, initial, self._entry.passwords)
                    challenge = next(self._exchange)
                case "response" if self._exchange is not None:
                    challenge = self._exchange.send(decoded(text))
                case "abort":
                    raise SaslFailure("aborted")
                case _:
                    raise SaslFailure("malformed-request")
        except StopIteration as finished:
            success: Success = finished.value
            return success
        encoded = base64.b64encode(challenge.encode()).decode()
        self.send(build("challenge", SASL, None, *([encoded] if encoded else [])))
        return None

    def _refuse(self, failure: SaslFailure) -> None:
        self._exchange = None
        self._refusals += 1
        self.send(build("failure", SASL, None, build(failure.condition, SASL)))
        if self._refusals >= self._entry.settings.sasl_tries:
            self.fail("policy-violation", "too many attempts to sign in")

    # Binding

    def _bind(self, stanza: Element, user: PbxUser) -> None:
        asked = payload(stanza)
        if asked is None or (asked.name, asked.namespace) != ("bind", BIND):
            self.send(error(stanza, "not-allowed"))
            return
        wish = asked.child("resource", BIND)
        resource = (wish.text.strip() if wish else "") or self._house.new_id()
        jid = Jid(user.login.lower(), self._entry.settings.domain.lower(), resource)
        self.send(result(stanza, build("bind", BIND, None, build("jid", BIND, None, str(jid)))))
        self.jid = jid
        self._house.bound(self, jid)
