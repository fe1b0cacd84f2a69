"""Checks that need nothing but the record itself: ids, times, contact and data source."""

from __future__ import annotations

from collections.abc import Iterator

from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.record import CallRecord, CallState, Direction
from datev_connector.simulators.datev.rules import DATEV_SOURCES, Rules


def check_record(record: CallRecord, rules: Rules) -> Iterator[Finding]:
    """Findings about ids, direction, times, contact fields and note of one notification."""
    yield from _check_ids(record)
    yield from _check_times(record)
    yield from _check_source(record, rules)
    if rules.note_limit is not None and len(record.note) > rules.note_limit:
        text = f"Note has {len(record.note)} characters, more than {rules.note_limit}"
        yield Finding(rule=Rule.NOTE, call_id=record.call_id, text=text, hint=True)


def _check_ids(record: CallRecord) -> Iterator[Finding]:
    if not record.call_id.strip():
        yield Finding(rule=Rule.CALL_ID, text="CallID is empty")
    if record.direction is Direction.UNKNOWN:
        yield Finding(rule=Rule.DIRECTION, call_id=record.call_id, text="Direction is unknown (0)")


def _check_times(record: CallRecord) -> Iterator[Finding]:
    if record.end < record.begin:
        text = f"End {record.end.isoformat()} is earlier than Begin {record.begin.isoformat()}"
        yield Finding(rule=Rule.TIMES, call_id=record.call_id, text=text)
    going_on = record.call_state in {CallState.OFFERED, CallState.CONNECTED}
    if going_on and record.end > record.begin:
        text = "End should equal Begin as long as the call goes on"
        yield Finding(rule=Rule.TIMES, call_id=record.call_id, text=text, hint=True)


def _check_source(record: CallRecord, rules: Rules) -> Iterator[Finding]:
    if record.data_source in DATEV_SOURCES:
        yield from _check_datev_contact(record)
    else:
        yield from _check_own_source(record, rules)


def _check_datev_contact(record: CallRecord) -> Iterator[Finding]:
    for name, value in (("Adressatenname", record.name), ("AdressatenId", record.contact_id)):
        if not value.strip():
            text = f"{name} is empty although DataSource is {record.data_source}"
            yield Finding(rule=Rule.CONTACT, call_id=record.call_id, text=text)


def _check_own_source(record: CallRecord, rules: Rules) -> Iterator[Finding]:
    source = record.data_source
    problem = own_source_problem(source, rules)
    if problem:
        yield Finding(rule=Rule.SOURCE, call_id=record.call_id, text=problem)
    if record.contact_id:
        text = f"AdressatenId is filled although DataSource {source!r} is not DATEV's"
        yield Finding(rule=Rule.CONTACT, call_id=record.call_id, text=text)
    if record.name:
        text = f"Adressatenname goes with DataSource {source!r}; whether DATEV takes it is unknown"
        yield Finding(rule=Rule.CONTACT, call_id=record.call_id, text=text, hint=True)


def own_source_problem(source: str, rules: Rules) -> str | None:
    """Why `source` is no proper short name of a telephony program, or None."""
    if source.upper().startswith("DATEV_"):
        return f"DataSource {source!r}: the prefix DATEV_ is reserved, and DATEV has no such source"
    if rules.own_source is not None and source != rules.own_source:
        return f"DataSource is {source!r}; the own short name is {rules.own_source!r}"
    if not source.strip():
        return "DataSource is empty; the own short name belongs there"
    if len(source) > rules.own_source_limit:
        return f"DataSource {source!r} is no short name (more than {rules.own_source_limit})"
    return None
