"""Click-to-dial bookkeeping: which SyncID DATEV gave out, and which CallID came back for it.

A SyncID is made by DATEV only and belongs to exactly one call. It binds to a CallID by the answer
to `Dial`, or by a `NewCall` that overtakes the answer; from then on both must name the same call.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from datev_connector.simulators.datev.record import CallRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class DialOrder:
    """One `Dial`: what DATEV asked for, and the CallID bound to it (None: not yet)."""

    asked: CallRecord
    call_id: str | None = None
    refused: bool = False


@dataclass(slots=True)
class DialBook:
    """All dial orders of one life of DATEV."""

    _by_sync_id: dict[str, DialOrder] = field(default_factory=dict)
    _by_call_id: dict[str, str] = field(default_factory=dict)

    def order(self, sync_id: str) -> DialOrder | None:
        """The order with this SyncID."""
        return self._by_sync_id.get(sync_id)

    def order_of_call(self, call_id: str) -> DialOrder | None:
        """The order this CallID is bound to."""
        sync_id = self._by_call_id.get(call_id)
        return None if sync_id is None else self._by_sync_id[sync_id]

    def ask(self, asked: CallRecord) -> None:
        """DATEV has sent `Dial`."""
        self._by_sync_id[asked.sync_id] = DialOrder(asked=asked)

    def bind(self, sync_id: str, call_id: str) -> None:
        """The order's call is named; an order is bound once."""
        self._by_sync_id[sync_id] = replace(self._by_sync_id[sync_id], call_id=call_id)
        self._by_call_id[call_id] = sync_id

    def refuse(self, sync_id: str) -> None:
        """The telephony program would not dial; the SyncID is void."""
        self._by_sync_id[sync_id] = replace(self._by_sync_id[sync_id], refused=True)

    def forget(self) -> None:
        """DATEV was restarted."""
        self._by_sync_id.clear()
        self._by_call_id.clear()
