"""What DATEV asks of a connector: `Dial` and `Drop`, with their answers judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datev_connector.simulators.datev.checker import ContractChecker
from datev_connector.simulators.datev.connection import Connection
from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.hresult import signed_hresult
from datev_connector.simulators.datev.record import CallRecord, UnreadableRecord, read_record

E_FAIL = signed_hresult(0x80004005)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswer:
    """A connector's answer to `Dial` or `Drop`.

    hresult: signed; negative means refused. record: the call as returned, None if unreadable.
    """

    hresult: int
    record: CallRecord | None
    violations: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """Whether the connector takes it on."""
        return self.hresult >= 0

    @property
    def call_id(self) -> str:
        """The CallID that came back; empty without one."""
        return self.record.call_id if self.record is not None else ""

    @property
    def sync_id(self) -> str:
        """The SyncID that came back."""
        return self.record.sync_id if self.record is not None else ""


async def dial(
    connection: Connection, checker: ContractChecker, asked: CallRecord, timeout_s: float
) -> CommandAnswer:
    """Send `Dial`. Raises ConnectorGone, or TimeoutError (a violation: Dial returns quickly)."""
    checker.dial_sent(asked)
    try:
        answer = await connection.ask("Dial", asked.as_json(), timeout_s)
    except TimeoutError:
        checker.found(Rule.DIAL, f"Dial was not answered within {timeout_s:g} s")
        raise
    hresult, broken = _hresult(answer, checker, Rule.DIAL)
    verdict = checker.dial_answered(asked.sync_id, hresult, answer.get("call"))
    return CommandAnswer(
        hresult=hresult,
        record=_record(answer),
        violations=(*broken, *verdict.violations),
    )


async def drop(
    connection: Connection, checker: ContractChecker, call_id: str, timeout_s: float
) -> CommandAnswer:
    """Send `Drop` with an object that names the call only. Raises as `dial`."""
    try:
        answer = await connection.ask("Drop", CallRecord(call_id=call_id).as_json(), timeout_s)
    except TimeoutError:
        checker.found(Rule.DROP, f"Drop was not answered within {timeout_s:g} s", call_id=call_id)
        raise
    hresult, broken = _hresult(answer, checker, Rule.DROP)
    record = _record(answer)
    if hresult >= 0 and (record is None or record.call_id != call_id):
        text = "the answer to Drop does not name the call"
        broken = (*broken, checker.found(Rule.DROP, text, call_id=call_id))
    return CommandAnswer(hresult=hresult, record=record, violations=broken)


def _hresult(
    answer: Mapping[str, Any], checker: ContractChecker, rule: Rule
) -> tuple[int, tuple[Finding, ...]]:
    value = answer.get("hresult")
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return signed_hresult(value), ()
    except ValueError:
        pass
    return E_FAIL, (checker.found(rule, f"the answer's hresult {value!r} is no result code"),)


def _record(answer: Mapping[str, Any]) -> CallRecord | None:
    try:
        return read_record(answer.get("call"))
    except UnreadableRecord:
        return None
