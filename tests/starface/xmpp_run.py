"""Runs the XMPP link against a server, and keeps what it tells; and a server made of bare sockets.

The bare server says exactly what a test wants, also what no real server says.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from xml.etree.ElementTree import Element, fromstring

from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.trouble import LinkTrouble, Trouble
from datev_connector.starface.wire.xmlrpc import MethodCall
from datev_connector.starface.xmpp.link import XmppLink, XmppTimes, XmppWays
from tests.network.certificates import Identity, Pins

WAIT_S = 15.0
DOMAIN = "pbx.example"
ENDPOINT = "uci.pbx.example"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
Found = TypeVar("Found")


class Heard:
    """What the link told, to be waited for."""

    def __init__(self) -> None:
        self.events: list[MethodCall] = []
        self.lost: list[Trouble] = []
        self._news = asyncio.Event()

    def on_event(self, event: MethodCall) -> None:
        self.events.append(event)
        self._news.set()

    def on_lost(self, trouble: Trouble) -> None:
        self.lost.append(trouble)
        self._news.set()

    async def until(self, found: Callable[[], Found]) -> Found:
        async with asyncio.timeout(WAIT_S):
            while not (value := found()):
                self._news.clear()
                await self._news.wait()
        return value

    async def the_end(self) -> Trouble:
        await self.until(lambda: self.lost)
        return self.lost[0]


class Party:
    """A link with those who listen to it."""

    def __init__(
        self, options: StarfaceOptions, *, password: str, pins: Pins, ways: XmppWays, token: bool
    ) -> None:
        self.heard = Heard()
        self.pins = pins
        self.passwords_given = 0
        self._password = password
        self.link = XmppLink(
            options,
            password=self._give_password,
            is_token=lambda: token,
            pins=pins,
            now=lambda: NOW,
            on_event=self.heard.on_event,
            on_lost=self.heard.on_lost,
            ways=ways,
        )

    async def refusal(self) -> Trouble:
        """What keeps the link from opening."""
        try:
            await self.link.open()
        except LinkTrouble as failed:
            return failed.trouble
        raise AssertionError("the link opened")

    async def _give_password(self) -> str:
        self.passwords_given += 1
        return self._password


def options_for(port: int, **settings: Any) -> StarfaceOptions:
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "xmpp_port": port,
        "xmpp_domain": DOMAIN,
        "xmpp_endpoint": ENDPOINT,
        "login": "0123",
        "times": HttpTimes(connect_s=5.0, answer_s=5.0),
    }
    return StarfaceOptions(**(given | settings))


@contextlib.asynccontextmanager
async def party(
    port: int,
    *,
    password: str = "Pass123",
    pins: Pins | None = None,
    ways: XmppWays | None = None,
    token: bool = False,
    **settings: Any,
) -> AsyncIterator[Party]:
    """A link to a server on loopback, closed afterwards, of which nothing is left."""
    made = Party(
        options_for(port, **settings),
        password=password,
        pins=pins or Pins(),
        ways=ways or XmppWays(times=XmppTimes(probe_s=1.0)),
        token=token,
    )
    try:
        yield made
    finally:
        await made.link.close()
    assert not tasks_of_ours()


def tasks_of_ours() -> list[str]:
    """What still runs of the link and its library."""
    files = (
        task.get_coro().cr_code.co_filename  # type: ignore[union-attr]
        for task in asyncio.all_tasks()
        if task is not asyncio.current_task()
    )
    return [file for file in files if "slixmpp" in file or "datev_connector/starface" in file]


# --- a server of bare sockets ---------------------------------------------------------------------

STREAM = (
    "<?xml version='1.0'?><stream:stream from='{name}' id='1' version='1.0' "
    "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
)
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
TLS = "urn:ietf:params:xml:ns:xmpp-tls"
STARTTLS = f"<starttls xmlns='{TLS}'><required/></starttls>"
BIND = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
OWN = f"0123@{DOMAIN}/here"
BOUND = f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{OWN}</jid></bind>"


def mechanisms(*names: str) -> str:
    listed = "".join(f"<mechanism>{name}</mechanism>" for name in names)
    return f"<mechanisms xmlns='{SASL}'>{listed}</mechanisms>"


def call_text(method: str, number: object = 1) -> str:
    """The query of an event with one parameter."""
    return (
        f"<query xmlns='jabber:iq:rpc'><methodCall><methodName>{method}</methodName><params><param>"
        f"<value><int>{number}</int></value></param></params></methodCall></query>"
    )


def answer_text(value: str) -> str:
    return (
        "<query xmlns='jabber:iq:rpc'><methodResponse><params><param>"
        f"<value>{value}</value></param></params></methodResponse></query>"
    )


class Talk:
    """One connection, as its server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.received = b""
        self.gone = asyncio.Event()
        self._reader = reader
        self._writer = writer

    async def hear(self, end: str) -> str:
        """Everything up to and with `end`."""
        async with asyncio.timeout(WAIT_S):
            text = await self._reader.readuntil(end.encode())
        self.received += text
        return text.decode()

    async def hear_stanza(self) -> str:
        """One IQ, whole."""
        return await self.hear("</iq>")

    async def hear_all(self) -> str:
        """The rest, until the client goes."""
        with contextlib.suppress(OSError):
            while text := await self._reader.read(65536):
                self.received += text
        return self.received.decode("utf-8", "replace")

    def say(self, text: str | bytes) -> None:
        self._writer.write(text.encode() if isinstance(text, str) else text)

    async def drain(self) -> None:
        await self._writer.drain()

    async def encrypt(self, identity: Identity) -> None:
        await self._writer.start_tls(identity.server_context())

    def read_nothing(self) -> None:
        """Let what arrives pile up at the sender."""
        cast("asyncio.ReadTransport", self._writer.transport).pause_reading()

    def read_on(self) -> None:
        cast("asyncio.ReadTransport", self._writer.transport).resume_reading()

    def cut(self) -> None:
        self._writer.transport.abort()

    async def greet(self, *features: str, name: str = DOMAIN) -> str:
        """Answer the header of a stream."""
        header = await self.hear("xmlns:stream=")
        await self.hear(">")
        self.say(
            STREAM.format(name=name) + f"<stream:features>{''.join(features)}</stream:features>"
        )
        return header

    async def take_in(self, *, name: str = DOMAIN) -> None:
        """Everything up to a client that is present, without TLS, with any password."""
        await self.greet(mechanisms("PLAIN"), name=name)
        await self.hear("</auth>")
        self.say(f"<success xmlns='{SASL}'/>")
        await self.greet(BIND, name=name)
        request = await self.hear_stanza()
        self.say(f"<iq type='result' id='{number_of(request)}'>{BOUND}</iq>")
        await self.hear("</presence>")


def parsed(text: str) -> Element:
    return fromstring(text)  # noqa: S314 -- our own text


def number_of(iq: str) -> str:
    """The id of an IQ."""
    return iq.partition("id='")[2].partition("'")[0]


class BareServer:
    """Runs one script for each connection."""

    def __init__(self, script: Callable[[Talk], Awaitable[None]]) -> None:
        self.port = 0
        self.talks: list[Talk] = []
        self._script = script
        self._tasks: dict[asyncio.Task[None], Talk] = {}

    @property
    def sign_ins(self) -> int:
        return sum(talk.received.count(b"<auth") for talk in self.talks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(reader, writer)
        self.talks.append(talk)
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = talk
        try:
            await self._script(talk)
            await talk.hear_all()
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass  # the client went away, as clients do
        finally:
            talk.gone.set()
            del self._tasks[task]
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def end(self) -> None:
        for talk in self._tasks.values():
            talk.cut()
        async with asyncio.timeout(WAIT_S):
            await asyncio.gather(*self._tasks)


@contextlib.asynccontextmanager
async def bare_server(script: Callable[[Talk], Awaitable[None]]) -> AsyncIterator[BareServer]:
    made = BareServer(script)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, limit=1 << 22)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.end()
        await server.wait_closed()
