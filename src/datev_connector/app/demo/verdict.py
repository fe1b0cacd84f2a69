"""Compares what the day left behind with the plan.

Four witnesses are heard: the chronicle of the PBX, the call list and journal of DATEV, the
connector's stream (how each call ended), and its store, read by its own commands after it has
ended. The plan is the measure for all of them. What DATEV holds is given to calls by number and
order alone, so nothing the connector says about its own doing can hide a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from datev_connector.app.demo import phrases
from datev_connector.app.demo.language import Text
from datev_connector.app.demo.office import Contact
from datev_connector.app.demo.plan import Day, Entry, Expected
from datev_connector.simulators.datev import ADDRESSEES, INSTITUTIONS, CallEntry, JournalEntry
from datev_connector.simulators.datev import CallRecord as DatevRecord
from datev_connector.simulators.starface import CallStory

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the day left behind.

    stories: the PBX's account of each planned call; a call that never came is missing.
    foreign: accounts of calls that nobody planned.
    outcomes: how each planned call ended according to the connector's stream.
    kept: the connector's own journal (`journal list`), one row a call, by the PBX's call id.
    outbox: what it holds for DATEV still.
    """

    stories: Mapping[str, CallStory] = field(default_factory=dict)
    foreign: Sequence[CallStory] = ()
    calls: Sequence[CallEntry] = ()
    journal: Sequence[JournalEntry] = ()
    violations: Sequence[object] = ()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    kept: Sequence[Row] = ()
    outbox: Sequence[Row] = ()
    sign_ins: int = 0
    refused_sign_ins: int = 0
    errors: Sequence[Text] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One call in the table."""

    expected: Expected
    story: CallStory | None
    live: CallEntry | None
    journal: tuple[JournalEntry, ...]
    differences: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The comparison: a line for each planned call, and what belongs to none of them."""

    lines: tuple[Line, ...]
    general: tuple[Text, ...]

    @property
    def differences(self) -> tuple[Text, ...]:
        """Everything that is not as it should be."""
        of_calls = (
            phrases.about(line.expected.title, difference)
            for line in self.lines
            for difference in line.differences
        )
        return (*of_calls, *self.general)


def judge(day: Day, evidence: Evidence) -> Verdict:
    """Hear all witnesses."""
    calls, journal = list(evidence.calls), list(evidence.journal)
    claimed = [_claim(expected, calls, journal) for expected in day.expected]
    lines = tuple(
        _line(expected, evidence, live, entries)
        for expected, (live, entries) in zip(day.expected, claimed, strict=True)
    )
    return Verdict(lines=lines, general=tuple(_general(day, evidence, calls, journal)))


# --- giving what DATEV holds to calls -------------------------------------------------------------


def _claim(
    expected: Expected, calls: list[CallEntry], journal: list[JournalEntry]
) -> tuple[CallEntry | None, tuple[JournalEntry, ...]]:
    """Take out of both lists what is about this call."""
    live = next((one for one in calls if expected.live and _is_about(expected, one.first)), None)
    if live is not None:
        calls.remove(live)
    entries = []
    for wanted in expected.journal:
        entry = _best(wanted, [one for one in journal if _is_about(expected, one.record)])
        if entry is not None:
            journal.remove(entry)
            entries.append(entry)
    return live, tuple(entries)


def _best(wanted: Entry, found: list[JournalEntry]) -> JournalEntry | None:
    with_note = (one for one in found if one.record.note == wanted.note)
    return next(with_note, found[0] if found else None)


def _is_about(expected: Expected, record: DatevRecord) -> bool:
    same_way = record.direction is expected.direction
    return same_way and plain_digits(record.number) == plain_digits(expected.number)


def plain_digits(number: str) -> str:
    """A German number as country code and digits, however it is written."""
    digits = "".join(sign for sign in number if sign.isdecimal())
    if number.strip().startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    return f"49{digits[1:]}" if digits.startswith("0") else digits


# --- one call -------------------------------------------------------------------------------------


def _line(
    expected: Expected,
    evidence: Evidence,
    live: CallEntry | None,
    entries: tuple[JournalEntry, ...],
) -> Line:
    story = evidence.stories.get(expected.call)
    if story is None:
        differences: tuple[Text, ...] = (phrases.NEVER_CAME,)
    else:
        differences = (
            *_at_pbx(expected, story),
            *_at_desk(expected, evidence),
            *_live(expected, live),
            *_journal(expected, entries),
            *_in_store(expected, story, evidence),
        )
    return Line(expected=expected, story=story, live=live, journal=entries, differences=differences)


def _at_pbx(expected: Expected, story: CallStory) -> Iterator[Text]:
    if story.outcome is not expected.pbx:
        yield phrases.pbx_outcome(story.outcome, expected.pbx)


def _at_desk(expected: Expected, evidence: Evidence) -> Iterator[Text]:
    outcome = evidence.outcomes.get(expected.call, "")
    if outcome != expected.desk:
        yield phrases.desk_outcome(outcome, expected.desk)


def _live(expected: Expected, live: CallEntry | None) -> Iterator[Text]:
    if live is None:
        if expected.live:
            yield phrases.NOT_IN_CALL_LIST
        return
    if live.states != expected.live:
        yield phrases.other_states(live.states, expected.live)
        told = [(live.last, expected.contact)]
    else:
        records = (notice.record for notice in live.history)
        told = list(zip(records, expected.contacts, strict=True))
    found = (difference for record, who in told for difference in _record(expected, record, who))
    for difference in dict.fromkeys(found):
        yield phrases.about(phrases.CALL_LIST, difference)


def _journal(expected: Expected, entries: tuple[JournalEntry, ...]) -> Iterator[Text]:
    if len(entries) < len(expected.journal):
        yield phrases.notes_missing(len(entries), len(expected.journal))
    for wanted, entry in zip(expected.journal, entries, strict=False):
        if entry.record.note != wanted.note:
            yield phrases.other_note(entry.record.note, wanted.note)
        if entry.record.call_state is not wanted.state:
            yield phrases.other_end(entry.record.call_state, wanted.state)
        for difference in _record(expected, entry.record, expected.contact):
            yield phrases.about(phrases.JOURNAL, difference)


def _record(expected: Expected, record: DatevRecord, contact: Contact | None) -> Iterator[Text]:
    if record.number != expected.number:
        yield phrases.other_number(record.number, expected.number)
    wanted = (contact.name, contact.id, contact.data_source) if contact else ("", "", "")
    source = record.data_source if record.data_source in (ADDRESSEES, INSTITUTIONS) else ""
    if (record.name, record.contact_id, source) != wanted:
        yield phrases.other_contact(record.name or record.contact_id, wanted[0])


def _in_store(expected: Expected, story: CallStory, evidence: Evidence) -> Iterator[Text]:
    rows = [row for row in evidence.kept if row.get("pbx_call") == story.call_id]
    if len(rows) != 1:
        yield phrases.kept_times(len(rows))
        return
    row, note = rows[0], expected.journal[-1].note if expected.journal else ""
    if row.get("outcome") != expected.desk:
        yield phrases.kept_outcome(str(row.get("outcome")), expected.desk)
    if row.get("note", "") != note or row.get("draft"):
        yield phrases.kept_note(str(row.get("note", "")), note, draft=bool(row.get("draft")))


# --- what belongs to no call ----------------------------------------------------------------------


def _general(
    day: Day, evidence: Evidence, calls: list[CallEntry], journal: list[JournalEntry]
) -> Iterator[Text]:
    for story in evidence.foreign:
        yield phrases.unplanned_call(story.caller_number, story.called_number)
    for call in calls:
        yield phrases.additional_call(call.last.name, call.last.number)
    for entry in journal:
        yield phrases.additional_note(entry.record.name, entry.record.number, entry.record.note)
    for violation in evidence.violations:
        yield phrases.violation(violation)
    if evidence.sign_ins != day.sign_ins or evidence.refused_sign_ins:
        yield phrases.sign_ins(evidence.sign_ins, day.sign_ins, evidence.refused_sign_ins)
    if evidence.outbox:
        yield phrases.outbox(len(evidence.outbox))
    planned = {story.call_id for story in evidence.stories.values()}
    for row in evidence.kept:
        if row.get("pbx_call") not in planned:
            yield phrases.kept_unplanned(str(row.get("number")))
    for error in evidence.errors:
        yield phrases.error(error)
