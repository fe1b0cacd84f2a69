"""The DATEV stand-in as a whole: telephony link, contract checker and (if wanted) DATEVconnect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from datev_connector.simulators.datev import dialling
from datev_connector.simulators.datev.call_list import CallEntry, JournalEntry
from datev_connector.simulators.datev.checker import ContractChecker
from datev_connector.simulators.datev.config import DatevConfig
from datev_connector.simulators.datev.connect import DatevConnect
from datev_connector.simulators.datev.faults import FaultPlan, Spoil
from datev_connector.simulators.datev.finding import Finding
from datev_connector.simulators.datev.link import TelephonyLink
from datev_connector.simulators.datev.message_log import MessageLog
from datev_connector.simulators.datev.record import CallRecord
from datev_connector.simulators.datev.rules import ADDRESSEES
from datev_connector.simulators.datev.spoiled import send_spoiled

COMMAND_TIMEOUT_S = 10.0


class DatevSimulator:
    """A DATEV on loopback; an async context manager that listens while it is entered.

    `connect` is its DATEVconnect, `log` everything that crossed the telephony link.
    """

    def __init__(self, config: DatevConfig | None = None) -> None:
        self.config = config or DatevConfig()
        self.log = MessageLog(self.config.clock)
        self._checker = ContractChecker(self.config.rules)
        self._link = TelephonyLink(
            self._checker,
            self.log,
            wall_clock=self._wall_clock,
            max_line_bytes=self.config.max_line_bytes,
        )
        self.connect = DatevConnect(self.config)
        self._port = self.config.port
        self._dials = 0

    async def __aenter__(self) -> Self:
        self._port = await self._link.listen(self.host, self._port)
        try:
            await self.connect.come_back()
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._leave()

    async def _leave(self) -> None:
        self._link.vanish(forget=False)
        await self._link.settle()
        await self.connect.go_away()

    @property
    def host(self) -> str:
        """Where the telephony link listens."""
        return self.config.host

    @property
    def port(self) -> int:
        """The link's port; the same after every restart."""
        return self._port

    @property
    def listening(self) -> bool:
        """Whether DATEV is there at the moment."""
        return self._link.listening

    @property
    def connectors(self) -> tuple[int, ...]:
        """Numbers of the connectors that are connected, oldest first."""
        return self._link.connectors

    @property
    def calls(self) -> tuple[CallEntry, ...]:
        """The call list as DATEV shows it, oldest first."""
        return self._checker.calls

    @property
    def journal(self) -> tuple[JournalEntry, ...]:
        """The journal as DATEV shows it, oldest first."""
        return self._checker.journal

    @property
    def violations(self) -> tuple[Finding, ...]:
        """Every rule of the contract that was broken."""
        return self._checker.violations

    @property
    def hints(self) -> tuple[Finding, ...]:
        """What is worth a look but breaks no certain rule."""
        return self._checker.hints

    @property
    def faults(self) -> FaultPlan:
        """Faults of the link: hang, reject, answer late, die on the nth message, spoil answers."""
        return self._link.faults

    async def wait_for(self, predicate: Callable[[DatevSimulator], bool], timeout_s: float) -> None:
        """Return as soon as `predicate(self)` holds; raises TimeoutError after `timeout_s`."""
        await self._link.pulse.until(lambda: predicate(self), timeout_s)

    async def dial(
        self,
        number: str,
        name: str = "",
        contact_id: str = "",
        source: str = ADDRESSEES,
        *,
        sync_id: str | None = None,
        connector: int | None = None,
        timeout_s: float = COMMAND_TIMEOUT_S,
    ) -> dialling.CommandAnswer:
        """A user clicks a number. Raises ConnectorGone, TimeoutError.

        sync_id: None makes a new one. connector: None takes the one that connected last.
        """
        connection = self._link.connection(connector)
        asked = CallRecord(
            sync_id=sync_id if sync_id is not None else self._next_sync_id(),
            number=number,
            name=name,
            contact_id=contact_id,
            data_source=source,
        )
        try:
            return await dialling.dial(connection, self._checker, asked, timeout_s)
        finally:
            self._link.pulse.beat()

    async def drop(
        self,
        call_id: str,
        *,
        connector: int | None = None,
        timeout_s: float = COMMAND_TIMEOUT_S,
    ) -> dialling.CommandAnswer:
        """A user hangs up in DATEV. Raises ConnectorGone, TimeoutError."""
        connection = self._link.connection(connector or self._speaker(call_id))
        try:
            return await dialling.drop(connection, self._checker, call_id, timeout_s)
        finally:
            self._link.pulse.beat()

    async def go_away(self, *, forget: bool = True) -> None:
        """End as a process does; with `forget` (a restart) calls going on are lost to DATEV."""
        self._link.vanish(forget=forget)
        await self._link.settle()

    async def come_back(self) -> None:
        """Listen again on the same port; does nothing if DATEV is there."""
        if not self.listening:
            await self._link.settle()
            await self._link.listen(self.host, self._port)

    async def send_spoiled(self, kind: Spoil, *, connector: int | None = None) -> None:
        """Send a line that no decent DATEV would send. Raises ConnectorGone."""
        await send_spoiled(self._link.connection(connector), kind)

    async def send_raw(self, line: bytes, *, connector: int | None = None) -> None:
        """Send any bytes. Raises ConnectorGone."""
        await self._link.connection(connector).send_raw(line)

    def _speaker(self, call_id: str) -> int | None:
        return next((call.sender for call in self.calls if call.call_id == call_id), None)

    def _next_sync_id(self) -> str:
        self._dials += 1
        return f"DATEV-SYNC-{self._dials:06d}"

    def _wall_clock(self) -> datetime:
        return self.config.clock().astimezone(self.config.zone).replace(tzinfo=None)
