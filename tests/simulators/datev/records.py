"""Call records for tests, in the form a correct connector sends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from datev_connector.simulators.datev import CallRecord, CallState, Direction

RING = datetime(2026, 11, 23, 9, 0, 0)  # noqa: DTZ001 -- the link knows wall-clock time only
OWN_SOURCE = "STARFACE"


def offered(call_id: str = "c-1", **fields: object) -> CallRecord:
    record = CallRecord(
        call_id=call_id,
        direction=Direction.INCOMING,
        begin=RING,
        end=RING,
        call_state=CallState.OFFERED,
        data_source=OWN_SOURCE,
        number="+4972112345670",
    )
    return replace(record, **fields)  # type: ignore[arg-type]


def connected(before: CallRecord, *, after_s: int = 5) -> CallRecord:
    begin = before.begin + timedelta(seconds=after_s)
    return replace(before, call_state=CallState.CONNECTED, begin=begin, end=begin)


def finished(before: CallRecord, *, after_s: int = 60) -> CallRecord:
    end = before.begin + timedelta(seconds=after_s)
    return replace(before, call_state=CallState.FINISHED, end=end)


def absent(before: CallRecord, *, after_s: int = 20) -> CallRecord:
    end = before.begin + timedelta(seconds=after_s)
    return replace(before, call_state=CallState.ABSENCE, end=end)


def journal(ended: CallRecord, call_id: str = "j-1", note: str = "called back") -> CallRecord:
    return replace(ended, call_id=call_id, sync_id="", note=note)
