"""The telephony link: a TCP server that speaks one JSON object a line in both directions.

Connector to DATEV `{"id": n, "method": ..., "call": {eleven fields}}`, answered by `{"id": n,
"hresult": 0}`; DATEV to connector the same with `Dial` and `Drop`, answered with the call. The
link carries, logs and misbehaves on demand; what a message means is the checker's business.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from datev_connector.simulators.datev.checker import ContractChecker, Outcome
from datev_connector.simulators.datev.connection import (
    Connection,
    ConnectorGone,
    LineCutOff,
    LineTooLong,
)
from datev_connector.simulators.datev.faults import FaultPlan, Handling
from datev_connector.simulators.datev.finding import Rule
from datev_connector.simulators.datev.hresult import E_INVALIDARG, S_OK, UNKNOWN_NAME
from datev_connector.simulators.datev.message_log import MessageLog, Party
from datev_connector.simulators.datev.pulse import Pulse
from datev_connector.simulators.datev.spoiled import send_spoiled

_ANSWER_CODES = {Outcome.UNREADABLE: E_INVALIDARG, Outcome.UNKNOWN_METHOD: UNKNOWN_NAME}


class TelephonyLink:
    """Serves connectors on one port; can vanish and come back on the same port.

    wall_clock: DATEV's local time without zone, for the checker.
    """

    def __init__(
        self,
        checker: ContractChecker,
        log: MessageLog,
        *,
        wall_clock: Callable[[], datetime],
        max_line_bytes: int,
    ) -> None:
        self.faults = FaultPlan()
        self.pulse = Pulse()
        self._checker = checker
        self._log = log
        self._wall_clock = wall_clock
        self._max_line_bytes = max_line_bytes
        self._server: asyncio.Server | None = None
        self._connections: dict[int, Connection] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._count = 0

    @property
    def listening(self) -> bool:
        """Whether DATEV is there."""
        return self._server is not None

    @property
    def connectors(self) -> tuple[int, ...]:
        """Numbers of the connections that are open, oldest first."""
        return tuple(self._connections)

    async def listen(self, host: str, port: int) -> int:
        """Start to listen and return the port. Raises OSError if it is taken."""
        self._server = await asyncio.start_server(
            self._accept, host, port, limit=self._max_line_bytes
        )
        bound: int = self._server.sockets[0].getsockname()[1]
        self._log.event(f"listening on {host}:{bound}")
        self.pulse.beat()
        return bound

    def vanish(self, *, forget: bool) -> None:
        """Close listener and connections at once; with `forget` lose what was going on."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self._connections.values()):
            self._drop_connection(connection)
        if forget:
            self._checker.restarted()
        self._log.event("gone away" + (", calls going on forgotten" if forget else ""))
        self.pulse.beat()

    async def settle(self) -> None:
        """Wait until every connection that was closed is really done with."""
        others = self._serving - {asyncio.current_task()}
        if others:
            await asyncio.wait(others)

    def connection(self, number: int | None = None) -> Connection:
        """The given connection, else the newest. Raises ConnectorGone if there is none."""
        if number is None and self._connections:
            number = max(self._connections)
        if number is None or number not in self._connections:
            raise ConnectorGone("no connector is connected")
        return self._connections[number]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        connection = Connection(self._count, reader, writer, self._log)
        task = asyncio.get_running_loop().create_task(
            self._serve(connection), name=f"connector {self._count}"
        )
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, connection: Connection) -> None:
        if not self.listening:  # accepted in the very moment of going away
            await connection.finish()
            return
        self._connections[connection.number] = connection
        self._log.event("connected", connection.number, Party.CONNECTOR)
        self.pulse.beat()
        try:
            await self._read(connection)
        finally:
            self._drop_connection(connection)
            self.pulse.beat()
            await connection.finish()

    async def _read(self, connection: Connection) -> None:
        try:
            while (line := await connection.read_line()) is not None:
                await self._take_line(connection, line)
                self.pulse.beat()
        except LineTooLong as error:
            self._checker.found(Rule.LINK, f"a line is too long ({error})")
        except LineCutOff as error:
            self._checker.found(Rule.LINK, f"a line was cut off ({error})", hint=True)
        except (OSError, TimeoutError):  # gone, or it does not read: either way there is no link
            return

    def _drop_connection(self, connection: Connection) -> None:
        if self._connections.pop(connection.number, None) is not None:
            self._checker.sender_gone(connection.number)
            self._log.event("disconnected", connection.number, Party.CONNECTOR)
        connection.abort()

    async def _take_line(self, connection: Connection, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            self._checker.found(Rule.LINK, "a line is no JSON in UTF-8")
            return
        if not isinstance(message, dict):
            self._checker.found(Rule.LINK, "a line is no JSON object")
        elif "method" in message:
            await self._take_request(connection, message)
        elif "hresult" in message:
            if not connection.answered(message.get("id"), message):
                self._checker.found(Rule.LINK, f"answer {message.get('id')!r} was not asked for")
        else:
            self._checker.found(Rule.LINK, "a line has neither method nor hresult")

    async def _take_request(self, connection: Connection, message: Mapping[str, Any]) -> None:
        number = message.get("id")
        if not isinstance(number, int) or isinstance(number, bool):
            self._checker.found(Rule.LINK, f"the id {number!r} is no integer")
        method = str(message["method"])
        handling = self.faults.handle(method)
        code = S_OK
        if handling.record:
            verdict = self._checker.notify(
                method, message.get("call"), sender=connection.number, at=self._wall_clock()
            )
            code = _ANSWER_CODES.get(verdict.outcome, S_OK)
        if handling.dies:
            self.vanish(forget=handling.forget)
            return
        await self._answer(connection, number, code, handling)

    async def _answer(
        self, connection: Connection, number: object, code: int, handling: Handling
    ) -> None:
        if handling.hresult is None:
            return
        answer = {"id": number, "hresult": handling.hresult or code}
        if handling.spoil is not None:
            await send_spoiled(connection, handling.spoil, answer)
        elif handling.delay_s:
            connection.send_later(answer, handling.delay_s)
        else:
            await connection.send(answer)
