"""DATEV's end of the simulator link, moved by hand: each test says what it sends, and when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from datev_connector.datev.link import LinkTimes, SimulatorLink
from datev_connector.domain.inputs import Input, LegChanged
from datev_connector.domain.legs import LegReport, LegState
from datev_connector.domain.record import (
    CallRecord,
    CtiDirection,
    CtiState,
    Delivery,
    DialAnswer,
    DialWish,
    Method,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
LIMIT_S = 10
QUICK = LinkTimes(
    answer_s=30, retry_first_s=0.01, retry_longest_s=0.02, busy_pauses_s=(0.001, 0.002)
)
"""Pauses that nobody has to wait for; answers have all the time of the test."""


def record(call_id: str = "c-1", number: str = "+49 721 1234") -> CallRecord:
    return CallRecord(
        call_id=call_id,
        direction=CtiDirection.INCOMING,
        begin=NOON,
        end=NOON,
        state=CtiState.OFFERED,
        number=number,
    )


class StandIn:
    """Listens like DATEV; `connection()` gives the next one that the link makes."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._waiting: asyncio.Queue[Connection] = asyncio.Queue()
        self._all: list[Connection] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in self._all:
            await connection.cut()
        if self._server is not None:
            await self._server.wait_closed()
        self._server = None

    async def connection(self) -> Connection:
        return await asyncio.wait_for(self._waiting.get(), LIMIT_S)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer)
        self._all.append(connection)
        self._waiting.put_nowait(connection)


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def hear(self) -> dict[str, Any]:
        line = await asyncio.wait_for(self._reader.readline(), LIMIT_S)
        message: dict[str, Any] = json.loads(line)
        return message

    async def hear_end(self) -> None:
        with suppress(ConnectionError):
            assert await asyncio.wait_for(self._reader.read(), LIMIT_S) == b""

    async def say(self, message: object) -> None:
        await self.say_bytes(json.dumps(message).encode() + b"\n")

    async def say_bytes(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self, request: dict[str, Any], hresult: int = 0) -> None:
        await self.say({"id": request["id"], "hresult": hresult})

    async def cut(self) -> None:
        self._writer.transport.abort()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


class Desk:
    """What the link tells upwards, and the answers it gets."""

    def __init__(self) -> None:
        self.reports: list[LegReport] = []
        self.dialled: list[DialWish] = []
        self.dropped: list[str] = []
        self.answer = DialAnswer(hresult=0, call_id="d-1")
        self._told = asyncio.Event()

    def emit(self, news: Input) -> None:
        assert isinstance(news, LegChanged)
        self.reports.append(news.report)
        self._told.set()

    def dial(self, wish: DialWish) -> DialAnswer:
        self.dialled.append(wish)
        return self.answer

    def drop(self, call_id: str) -> None:
        self.dropped.append(call_id)

    async def until(self, holds: Callable[[LegReport], bool]) -> LegReport:
        """Wait until the latest report fulfils `holds`."""
        async with asyncio.timeout(LIMIT_S):
            while not (self.reports and holds(self.reports[-1])):
                self._told.clear()
                await self._told.wait()
        return self.reports[-1]


@asynccontextmanager
async def running(
    address: str,
    desk: Desk,
    times: LinkTimes = QUICK,
    line_limit: int = 1 << 20,
    now: Callable[[], datetime] = lambda: NOON,
) -> AsyncIterator[SimulatorLink]:
    link = SimulatorLink(
        address,
        emit=desk.emit,
        on_dial=desk.dial,
        on_drop=desk.drop,
        now=now,
        local_zone=BERLIN,
        times=times,
        line_limit=line_limit,
    )
    task = asyncio.get_running_loop().create_task(link.run())
    try:
        yield link
    finally:
        assert not task.done(), "nothing that DATEV does may end the link"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def talking(
    datev: StandIn,
    desk: Desk | None = None,
    times: LinkTimes = QUICK,
    line_limit: int = 1 << 20,
    now: Callable[[], datetime] = lambda: NOON,
) -> AsyncIterator[tuple[SimulatorLink, Connection]]:
    """A link and its connection, known at both ends."""
    desk = desk or Desk()
    async with running(datev.address, desk, times, line_limit, now) as link:
        connection = await datev.connection()
        await desk.until(lambda report: report.state is LegState.UP)
        yield link, connection


def sent(link: SimulatorLink, call_id: str = "c-1") -> asyncio.Task[tuple[Delivery, int]]:
    """A notification on its way."""
    notification = link.notify(Method.NEW_CALL, record(call_id))
    return asyncio.get_running_loop().create_task(notification)
