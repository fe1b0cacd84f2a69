"""Checks of a live notification against what was told about the same call before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from datev_connector.simulators.datev.call_list import CallEntry
from datev_connector.simulators.datev.chain import LAST_STATES
from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.record import CallRecord, CallState, Method


def why_forbidden(entry: CallEntry | None, method: Method, record: CallRecord) -> Finding:
    """The finding for a notification that the table of permitted chains does not hold."""
    told = f"{method} with {record.call_state.name.capitalize()}"
    if entry is None:
        rule, text = Rule.CHAIN, f"{told} for a call that DATEV does not know"
    elif entry.over:
        rule, text = Rule.CHAIN, f"{told} after the call has ended; only one ending is permitted"
    elif method is Method.CALL_ADRESSAT_CHANGED:
        rule, text = Rule.ADRESSAT, f"{told} while the call is {entry.state.name.capitalize()}"
    else:
        rule, text = Rule.CHAIN, f"{told} must not follow {entry.state.name.capitalize()}"
    return Finding(rule=rule, call_id=record.call_id, text=text)


def late_live(method: Method, record: CallRecord) -> Finding:
    """The finding for a live notification of a call that an earlier life of DATEV was told of."""
    text = f"{method} comes late: DATEV was restarted since it heard of this call"
    return Finding(rule=Rule.LATE_LIVE, call_id=record.call_id, text=text)


def unchanged_contact(entry: CallEntry, record: CallRecord) -> Finding | None:
    """The finding for a `CallAdressatChanged` that changes nothing, or None."""
    if record.contact_id != entry.last.contact_id:
        return None
    text = f"CallAdressatChanged without a new AdressatenId (still {record.contact_id!r})"
    return Finding(rule=Rule.ADRESSAT, call_id=record.call_id, text=text)


def check_constants(entry: CallEntry, record: CallRecord) -> Iterator[Finding]:
    """What must stay the same all through a call: Direction and SyncID."""
    if record.direction is not entry.first.direction:
        was, now = entry.first.direction.name, record.direction.name
        text = f"Direction changed from {was.capitalize()} to {now.capitalize()}"
        yield Finding(rule=Rule.DIRECTION, call_id=record.call_id, text=text)
    if record.sync_id != entry.first.sync_id:
        text = f"SyncID changed from {entry.first.sync_id!r} to {record.sync_id!r}"
        yield Finding(rule=Rule.SYNC_ID, call_id=record.call_id, text=text)


def check_begin(entry: CallEntry, method: Method, record: CallRecord) -> Iterator[Finding]:
    """Hints on Begin: ring start while offered or absent, connect time from the answer on."""
    last = entry.last
    if record.call_state is CallState.CONNECTED and method is Method.CALL_STATE_CHANGED:
        if record.begin < last.begin:
            yield _begin_hint(record, "Begin of the connection is earlier than the ring")
    elif record.begin != last.begin:
        yield _begin_hint(record, f"Begin moved although nothing began ({method})")


def _begin_hint(record: CallRecord, text: str) -> Finding:
    return Finding(rule=Rule.TIMES, call_id=record.call_id, text=text, hint=True)


def check_age(record: CallRecord, at: datetime, late_after_s: float) -> Iterator[Finding]:
    """A hint when a ring or an end is told long after it happened; `at` is local wall-clock."""
    timely = record.call_state is CallState.OFFERED or record.call_state in LAST_STATES
    if timely and at - record.end > timedelta(seconds=late_after_s):
        text = f"told live {at - record.end} after it happened"
        yield Finding(rule=Rule.LATE_LIVE, call_id=record.call_id, text=text, hint=True)
