"""The simulator link: DATEV's telephony over TCP, one JSON object a line in both directions.

The link keeps one connection as long as it runs. Notifications go out one after another, each with
a number of its own, and each ends in exactly one of four ways, on which the promise "at most once"
rests: confirmed, refused, away (not a byte was written), or unclear (written, and nobody knows).
After an unclear one for want of an answer the connection is made anew, so that whatever DATEV still
has to say to it is never heard.

`Dial` and `Drop` are handed over while their line is being read, and answered before anything else
is: DATEV looks at the `CallID` as soon as `Dial` returns (DATEV CTI).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from datev_connector.datev import wire
from datev_connector.datev.address import Address
from datev_connector.datev.lines import DEFAULT_LIMIT, LineSplitter
from datev_connector.datev.presence import Presence, PresenceReporter
from datev_connector.domain.inputs import Input
from datev_connector.domain.record import CallRecord, Delivery, DialAnswer, DialWish, Method

log = logging.getLogger(__name__)

BUSY: Final = frozenset({wire.signed(0x80010001), wire.signed(0x8001010A)})
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER: a modal window is open; nothing was taken."""

_CHUNK_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTimes:
    """How long the link waits for what; seconds."""

    answer_s: float = 10.0
    """For the answer to a notification, and for DATEV to take what was written."""
    connect_s: float = 5.0
    retry_first_s: float = 0.5
    """Pause before a new connection; doubles from try to try ..."""
    retry_longest_s: float = 5.0
    """... up to here, so that DATEV is seen soon after its start."""
    busy_pauses_s: tuple[float, ...] = (0.1, 0.3, 1.0)
    """Pauses before a notification is repeated that DATEV was too busy to take."""


class SimulatorLink:
    """DATEV's telephony as the engine sees it: `run` keeps the line, `notify` uses it.

    `on_dial` and `on_drop` are called in the event loop and must answer at once. `local_zone` is
    the office's, None this machine's.
    """

    def __init__(
        self,
        address: str,
        *,
        emit: Callable[[Input], None],
        on_dial: Callable[[DialWish], DialAnswer],
        on_drop: Callable[[str], None],
        now: Callable[[], datetime],
        local_zone: tzinfo | None,
        times: LinkTimes | None = None,
        line_limit: int = DEFAULT_LIMIT,
    ) -> None:
        """Raises ValueError if `address` is not of the form `host:port`."""
        self._address = Address.parse(address)
        self._presence = PresenceReporter(emit, now)
        self._on_dial = on_dial
        self._on_drop = on_drop
        self._now = now
        self._zone = local_zone
        self._times = times or LinkTimes()
        self._line_limit = line_limit
        self._turn = asyncio.Lock()
        self._line: _Line | None = None
        self._number = 0

    async def run(self) -> None:
        """Keep the connection to DATEV until cancelled."""
        pause_s = self._times.retry_first_s
        while True:
            line = await self._connect()
            if line is None:
                self._presence.tell(Presence.NOT_RUNNING)
            elif await self._serve(line):
                pause_s = self._times.retry_first_s
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self._times.retry_longest_s)

    async def notify(self, method: Method, record: CallRecord) -> tuple[Delivery, int]:
        """Send one notification when those before it are done; tell what became of it.

        The second value is the last HRESULT of DATEV, signed, or 0 if there was none.
        """
        async with self._turn:
            result = await self._send(method, record)
            for pause_s in self._times.busy_pauses_s:
                if result[1] not in BUSY:
                    break
                await asyncio.sleep(pause_s)
                result = await self._send(method, record)
            return result

    # --- the connection ---------------------------------------------------------------------------

    async def _connect(self) -> _Line | None:
        host, port = self._address.host, self._address.port
        try:
            async with asyncio.timeout(self._times.connect_s):
                reader, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError) as fault:
            log.debug("no connection to DATEV at %s: %s", self._address, type(fault).__name__)
            return None
        return _Line(reader, writer)

    async def _serve(self, line: _Line) -> bool:
        """Read until the line is cut; tell whether it was a connection worth the name."""
        clock = asyncio.get_running_loop().time
        begun_s = clock()
        self._line = line
        self._presence.tell(Presence.THERE)
        log.info("connected to DATEV at %s", self._address)
        try:
            await self._read(line)
        finally:
            self._line = None
            await line.close()
        self._presence.tell(Presence.HANGS if line.hangs else Presence.CUT)
        log.info("the connection to DATEV is gone")
        return line.sensible or clock() - begun_s > self._times.retry_longest_s

    async def _read(self, line: _Line) -> None:
        splitter = LineSplitter(self._line_limit)
        while data := await line.receive():
            for text in splitter.feed(data):
                self._take(line, text)
            await self._flush(line)

    async def _flush(self, line: _Line) -> None:
        try:
            async with asyncio.timeout(self._times.answer_s):
                await line.drain()
        except TimeoutError:
            line.drop()

    # --- what DATEV says --------------------------------------------------------------------------

    def _take(self, line: _Line, text: bytes | None) -> None:
        try:
            if text is None:
                raise wire.Unreadable(f"the line has more than {self._line_limit} bytes")
            message = wire.read_line(text)
        except wire.Unreadable as fault:
            log.warning("DATEV sent something that cannot be understood: %s", fault)
            self._presence.tell(Presence.TALKS_NONSENSE)
            return
        line.sensible = True
        self._presence.tell(Presence.THERE)
        if isinstance(message, wire.Request):
            line.write(self._reply(message))
        elif not line.resolve(message):
            log.warning("DATEV answered a message that does not wait for an answer")

    def _reply(self, request: wire.Request) -> bytes:
        try:
            if request.method == "Dial":
                return self._dial(request)
            if request.method == "Drop":
                self._on_drop(wire.dropped_call(request.call))
                return wire.answer_line(request, wire.S_OK)
        except wire.Unreadable as fault:
            log.warning("%s from DATEV cannot be understood: %s", request.method, fault)
            return wire.answer_line(request, wire.E_INVALIDARG)
        log.warning("DATEV asked for a method that does not exist here")
        return wire.answer_line(request, wire.E_NOTIMPL)

    def _dial(self, request: wire.Request) -> bytes:
        wish = wire.dial_wish(request.call)
        answer = self._on_dial(wish)
        return wire.dial_answer_line(request, wish, answer, self._now(), self._zone)

    # --- what we say ------------------------------------------------------------------------------

    async def _send(self, method: Method, record: CallRecord) -> tuple[Delivery, int]:
        line = self._line
        if line is None or line.closing:
            return Delivery.AWAY, 0
        self._number += 1
        text = wire.notification_line(self._number, method, record, self._zone)
        try:
            async with asyncio.timeout(self._times.answer_s):
                hresult = await line.ask(self._number, text)
        except TimeoutError:
            log.warning("DATEV did not answer %s in time; the connection is made anew", method)
            line.drop()
            return Delivery.UNCLEAR, 0
        if hresult is None:
            return Delivery.UNCLEAR, 0
        return (Delivery.CONFIRMED if hresult >= 0 else Delivery.REFUSED), hresult


class _Line:
    """One connection, with the questions that were asked on it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._asked: dict[int, asyncio.Future[int | None]] = {}
        self.sensible = False
        """DATEV sent at least one line that was understood."""
        self.hangs = False
        """We gave it up because DATEV did not answer."""

    @property
    def closing(self) -> bool:
        """Nothing can be written any more."""
        return self._writer.is_closing() or self._reader.at_eof()

    async def receive(self) -> bytes:
        """Whatever has arrived; empty when the line is cut."""
        try:
            return await self._reader.read(_CHUNK_BYTES)
        except OSError:
            return b""

    def write(self, text: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(text)

    async def drain(self) -> None:
        with suppress(OSError):
            await self._writer.drain()

    async def ask(self, number: int, text: bytes) -> int | None:
        """Write and wait for the answer; None: the line was cut, or the answer is no answer."""
        answer: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self.write(text)
            return await answer
        finally:
            del self._asked[number]

    def resolve(self, answer: wire.Answer) -> bool:
        """Hand an answer to whoever waits for it; False: nobody does."""
        waiting = self._asked.get(answer.id)
        if waiting is None or waiting.done():
            return False
        waiting.set_result(answer.hresult)
        return True

    def drop(self) -> None:
        """Give the line up because DATEV hangs: what is unsent or unread is thrown away."""
        self.hangs = True
        self._writer.transport.abort()

    async def close(self) -> None:
        """Free the socket; whoever still waits learns that no answer comes."""
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_result(None)
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()
