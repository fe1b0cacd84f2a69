"""Checks of a `NewJournal` against the calls that DATEV was told of."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from datev_connector.simulators.datev.call_list import CallEntry
from datev_connector.simulators.datev.chain import JOURNAL_STATES
from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.record import CallRecord

# Shorter numbers are too easily alike to call one a spelling of the other.
LIKENESS_DIGITS = 6


def check_journal(
    record: CallRecord, calls: Collection[CallEntry], sender: int
) -> Iterator[Finding]:
    """Findings about one journal entry, apart from its CallID and its repetition."""
    if record.sync_id:
        yield _broken(Rule.SYNC_ID, record, f"NewJournal carries a SyncID ({record.sync_id!r})")
    if record.call_state not in JOURNAL_STATES:
        state = record.call_state.name.capitalize()
        yield _broken(Rule.JOURNAL, record, f"NewJournal with {state}; the call must have ended")
    yield from check_idle(record, calls, sender)
    yield from _check_live_twin(record, calls)


def check_idle(record: CallRecord, calls: Collection[CallEntry], sender: int) -> Iterator[Finding]:
    """`NewJournal` must not come while the sender has a call going on.

    A call whose connection is gone may have ended unseen, so that it earns a hint only.
    """
    for entry in calls:
        if not entry.active:
            continue
        if entry.sender == sender:
            text = f"NewJournal while call {entry.call_id} is going on"
            yield _broken(Rule.JOURNAL, record, text)
        elif entry.sender is None and not alike(entry.first.number, record.number):
            text = f"NewJournal while call {entry.call_id} was never ended"
            yield _hint(Rule.JOURNAL, record, text)


def _check_live_twin(record: CallRecord, calls: Collection[CallEntry]) -> Iterator[Finding]:
    twins = [entry for entry in calls if _same_call(entry, record)]
    if twins:
        if all(entry.first.number != record.number for entry in twins):
            text = "CalledNumber is not the one that NewCall told"
            yield _broken(Rule.NUMBER, record, text)
        if all(entry.first.direction is not record.direction for entry in twins):
            yield _broken(Rule.DIRECTION, record, "Direction is not that of the call")
    elif record.number and all(entry.first.number != record.number for entry in calls):
        yield _hint(Rule.NUMBER, record, "CalledNumber was never told by a NewCall")


def _same_call(entry: CallEntry, record: CallRecord) -> bool:
    """Whether the journal entry is about this call: alike number, and a time in common."""
    if not alike(entry.first.number, record.number):
        return False
    begins = {notice.record.begin for notice in entry.history}
    return record.begin in begins or (entry.over and record.end == entry.last.end)


def alike(one: str, other: str) -> bool:
    """Whether two numbers are equal or two spellings of one number, as far as digits can tell."""
    if one == other:
        return True
    short, long = sorted((_significant(one), _significant(other)), key=len)
    return len(short) >= LIKENESS_DIGITS and long.endswith(short)


def _significant(number: str) -> str:
    return "".join(sign for sign in number if sign.isdecimal()).lstrip("0")


def _broken(rule: Rule, record: CallRecord, text: str) -> Finding:
    return Finding(rule=rule, call_id=record.call_id, text=text)


def _hint(rule: Rule, record: CallRecord, text: str) -> Finding:
    return Finding(rule=rule, call_id=record.call_id, text=text, hint=True)
