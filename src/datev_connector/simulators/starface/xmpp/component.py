"""
A place at a real XMPP server, as one of its components (XEP-0114).

The server hands over every stanza to the component's address, stamped with its true sender. When
the connection is lost, it is made again after a short fixed pause, for as long as it takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1

from datev_connector.simulators.starface.xmpp.element import Element, build
from datev_connector.simulators.starface.xmpp.jid import Jid
from datev_connector.simulators.starface.xmpp.namespaces import COMPONENT, STREAM
from datev_connector.simulators.starface.xmpp.stream import XmlStream

HANDSHAKE_TIMEOUT_S = 10.0
STANZA_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to become a component, and under which name."""

    host: str
    port: int
    component: Jid
    secret: str
    reattach_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who hears of the component's life."""

    attached: Callable[[], None]
    detached: Callable[[str], None]
    """Told why, as far as that is known."""

    stanza: Callable[[Element], None]


class ComponentStream(XmlStream):
    """The stream to the server; `attached` is set once the handshake is through."""

    def __init__(self, place: Place, told: Told) -> None:
        super().__init__(stanza_limit=STANZA_LIMIT)
        self._place = place
        self._told = told
        self.attached = False
        self.problem = ""

    def connected(self) -> None:
        """Open the stream."""
        self.write(
            f"<?xml version='1.0'?><stream:stream xmlns='{COMPONENT}' xmlns:stream='{STREAM}'"
            f" to='{self._place.component}'>"
        )

    def opened(self, namespace: str, attributes: dict[str, str]) -> None:
        """Prove that we know the secret (XEP-0114, section 3)."""
        proof = sha1((attributes.get("id", "") + self._place.secret).encode())  # noqa: S324 -- so says XEP-0114
        self.send(build("handshake", "", None, proof.hexdigest()))

    def received(self, stanza: Element) -> None:
        """The server's word on the handshake, its errors, and what it hands over."""
        if stanza.namespace == STREAM and stanza.name == "error":
            self.problem = next((e.name for e in stanza.elements), "stream error")
        elif stanza.name == "handshake" and not self.attached:
            self.attached = True
            self._told.attached()
        elif self.attached:
            self._told.stanza(stanza)

    def gone(self) -> None:
        """The place is lost."""
        self._told.detached(self.problem)


class Component:
    """Stays attached from `start` to `stop`."""

    def __init__(self, place: Place, told: Told) -> None:
        self._place = place
        self._told = told
        self._task: asyncio.Task[None] | None = None
        self._stream: ComponentStream | None = None

    def start(self) -> None:
        """Attach, and go on doing so."""
        loop = asyncio.get_running_loop()
        self._task = self._task or loop.create_task(self._stay(), name="xmpp component")

    async def stop(self) -> None:
        """Leave for good."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def send(self, stanza: Element) -> bool:
        """Send a stanza; whether there is somebody to send it to."""
        stream = self._stream
        if stream is None or not stream.attached or stream.closing:
            return False
        stream.send(stanza)
        return True

    def cut(self) -> None:
        """Break the connection; it comes back by itself."""
        if self._stream is not None:
            self._stream.cut()

    async def _stay(self) -> None:
        while True:
            try:
                await self._attach_once()
            except (OSError, TimeoutError) as problem:
                self._told.detached(str(problem) or "no answer")
            await asyncio.sleep(self._place.reattach_s)

    async def _attach_once(self) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):
            _, stream = await loop.create_connection(
                lambda: ComponentStream(self._place, self._told),
                self._place.host,
                self._place.port,
            )
        self._stream = stream
        hurry = loop.call_later(HANDSHAKE_TIMEOUT_S, _cut_unless_attached, stream)
        try:
            await asyncio.wait([stream.lost])
        finally:
            hurry.cancel()
            self._stream = None
            stream.cut()
            await asyncio.wait([stream.lost])


def _cut_unless_attached(stream: ComponentStream) -> None:
    if not stream.attached:
        stream.problem = "no handshake"
        stream.cut()
