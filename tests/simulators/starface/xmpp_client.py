"""An XMPP client on a bare socket: an independent judge of the simulator's XMPP door."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import xmlrpc.client
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from xml.etree.ElementTree import Element, XMLPullParser

from tests.simulators.starface.client import unchecked

WAIT_S = 10.0
DOMAIN = "pbx.example"
UCI = "uci.pbx.example"
SASL = "{urn:ietf:params:xml:ns:xmpp-sasl}"
RPC = "{jabber:iq:rpc}"
INFO = "http://jabber.org/protocol/disco#info"
ITEMS = "http://jabber.org/protocol/disco#items"


class HungUp(Exception):
    """The server ended the connection."""


@dataclass
class XmppClient:
    """Says what it is told; knows nothing by itself."""

    host: str
    port: int
    domain: str = DOMAIN
    jid: str = ""
    header: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()

    # Bytes and elements

    def say(self, text: str) -> None:
        self._writer.write(text.encode())

    async def open(self) -> Element:
        """Start the stream; returns the features."""
        self._parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
        self._depth = 0
        self._waiting: deque[Element] = deque()
        self.say(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'"
            f" xmlns:stream='http://etherx.jabber.org/streams' to='{self.domain}'>"
        )
        return await self.next()

    async def next(self) -> Element:
        """The next whole element. Raises HungUp."""
        async with asyncio.timeout(WAIT_S):
            while not self._waiting:
                data = await self._reader.read(65536)
                if not data:
                    raise HungUp
                self._parser.feed(data)
                self._sort()
        return self._waiting.popleft()

    async def bytes_until_the_end(self) -> bytes:
        async with asyncio.timeout(WAIT_S):
            return await self._reader.read()

    def _sort(self) -> None:
        happened: Iterator[Any] = self._parser.read_events()
        for kind, element in happened:
            if kind == "start":
                self._depth += 1
                if self._depth == 1:
                    self.header = dict(element.attrib)
                continue
            self._depth -= 1
            if self._depth == 1:
                self._waiting.append(element)

    @property
    def certificate(self) -> str:
        """The fingerprint of what the server showed."""
        shown = self._writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return hashlib.sha256(shown).hexdigest()

    # The way in

    async def encrypt(self) -> None:
        self.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        assert (await self.next()).tag.endswith("}proceed")
        await self._writer.start_tls(unchecked())

    async def plain(self, login: str, password: str) -> Element:
        told = base64.b64encode(f"\0{login}\0{password}".encode()).decode()
        self.say(f"<auth xmlns='{SASL[1:-1]}' mechanism='PLAIN'>{told}</auth>")
        return await self.next()

    async def scram(self, kind: str, login: str, password: str) -> Element:
        """SCRAM by hand (RFC 5802); the server's signature is checked."""
        first = f"n={login},r=clientnonce"
        told = base64.b64encode(f"n,,{first}".encode()).decode()
        self.say(f"<auth xmlns='{SASL[1:-1]}' mechanism='{kind}'>{told}</auth>")
        answer = await self.next()
        if answer.tag != SASL + "challenge":
            return answer
        challenge = base64.b64decode(answer.text or "").decode()
        values = dict(part.split("=", 1) for part in challenge.split(","))
        name = kind.removeprefix("SCRAM-").replace("-", "").lower()
        salt, rounds = base64.b64decode(values["s"]), int(values["i"])
        salted = hashlib.pbkdf2_hmac(name, password.encode(), salt, rounds)
        last = f"c=biws,r={values['r']}"
        about = f"{first},{challenge},{last}".encode()
        client_key = hmac.digest(salted, b"Client Key", name)
        stored = hashlib.new(name, client_key).digest()
        proof = bytes(
            a ^ b for a, b in zip(client_key, hmac.digest(stored, about, name), strict=True)
        )
        final = f"{last},p={base64.b64encode(proof).decode()}"
        self.say(f"<response xmlns='{SASL[1:-1]}'>{base64.b64encode(final.encode()).decode()}")
        self.say("</response>")
        outcome = await self.next()
        if outcome.tag == SASL + "success":
            server_key = hmac.digest(salted, b"Server Key", name)
            shown = base64.b64encode(hmac.digest(server_key, about, name)).decode()
            assert base64.b64decode(outcome.text or "").decode() == f"v={shown}"
        return outcome

    async def bind(self, resource: str = "test") -> str:
        await self.open()
        answer = await self.iq(
            "set",
            "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            f"<resource>{resource}</resource></bind>",
        )
        found = answer.find(".//{urn:ietf:params:xml:ns:xmpp-bind}jid")
        assert found is not None
        self.jid = found.text or ""
        return self.jid

    async def sign_in(
        self, login: str = "0123", password: str = "Pass123", resource: str = "test"
    ) -> Self:
        """All the way in, encrypted, with available presence."""
        await self.open()
        await self.encrypt()
        await self.open()
        assert (await self.plain(login, password)).tag == SASL + "success"
        await self.bind(resource)
        self.say("<presence><priority>-1</priority></presence>")
        assert (await self.next()).tag.endswith("}presence")  # servers tell it to its own sender
        return self

    # Questions

    async def iq(self, kind: str, content: str, to: str = "") -> Element:
        """Ask, and wait for the answer; other stanzas that come meanwhile are kept."""
        self.asked += 1
        stanza_id = f"q{self.asked}"
        address = f" to='{to}'" if to else ""
        self.say(f"<iq type='{kind}' id='{stanza_id}'{address}>{content}</iq>")
        kept: list[Element] = []
        while True:
            stanza = await self.next()
            if stanza.tag.endswith("}iq") and stanza.get("id") == stanza_id:
                self._waiting.extendleft(reversed(kept))
                return stanza
            kept.append(stanza)

    async def rpc(self, method: str, *params: Any, to: str = UCI) -> Any:
        """Call a method; returns its value. Raises xmlrpc.client.Fault."""
        answer = await self.iq("set", rpc_query(xmlrpc.client.dumps(params, method)), to)
        assert answer.get("type") == "result", error_of(answer)
        values, _ = xmlrpc.client.loads(rpc_text(answer), use_builtin_types=True)
        return values[0]

    async def uci(self, name: str, *params: Any) -> Any:
        return await self.rpc(f"ucp.v30.requests.{name}", *params)

    async def subscribe(self) -> Self:
        assert await self.uci("connection.login") is True
        assert await self.uci("service.subscribeEvents", "ucp.v30.events.call") is True
        return self

    async def event(self, *, answer: bool = True) -> tuple[str, dict[str, Any], Element]:
        """The next Jabber-RPC call that comes: method, struct and stanza."""
        stanza = await self.next()
        assert stanza.get("type") == "set", stanza.attrib
        (struct,), method = xmlrpc.client.loads(rpc_text(stanza), use_builtin_types=True)
        assert method
        assert isinstance(struct, dict)
        if answer:
            self.answer(stanza)
        return method, struct, stanza

    def answer(self, stanza: Element) -> None:
        body = rpc_query(xmlrpc.client.dumps((True,), methodresponse=True))
        to, stanza_id = stanza.get("from"), stanza.get("id")
        self.say(f"<iq type='result' id='{stanza_id}' to='{to}'>{body}</iq>")


def rpc_query(body: str) -> str:
    inner = body.partition("?>")[2] if body.startswith("<?xml") else body
    return f"<query xmlns='jabber:iq:rpc'>{inner}</query>"


def rpc_text(stanza: Element) -> str:
    """The XML-RPC inside, without namespaces; it must be of Jabber-RPC's namespace throughout."""
    query = stanza.find(RPC + "query")
    assert query is not None
    (root,) = query
    return _written(root)


def _written(element: Element) -> str:
    assert element.tag.startswith(RPC), element.tag
    name = element.tag.removeprefix(RPC)
    text = (element.text or "").replace("&", "&amp;").replace("<", "&lt;")
    return f"<{name}>{text}{''.join(_written(child) for child in element)}</{name}>"


def error_of(stanza: Element) -> str:
    """The condition of an error stanza, SASL failure or stream error."""
    found = stanza.find("{jabber:client}error")
    element = stanza if found is None else found
    return element[0].tag.rpartition("}")[2]
