"""The contract of DATEV's telephony interface as a judge without any I/O.

The checker is told what happens on the link - a notification came in, DATEV sent `Dial`, a
connection was lost, DATEV was restarted - and says for each message what becomes of it and which
rules it broke. It never waits, knows no socket and reads no clock.

Three things decide how it is built:

* *A forbidden notification changes nothing.* The chain table in `chain` is the only place that
  moves a call on. A message that breaks another rule (a wrong time, a missing name) is kept all
  the same, because DATEV would show it; the finding stands beside it.
* *DATEV can be restarted.* Its call list and its journal are kept on disk and survive; what it
  knew of calls going on does not. A live notification for a call of an earlier life therefore
  comes late, and that is a violation: it belongs into a `NewJournal`. A journal entry, however,
  is recognised again.
* *A call belongs to a connection.* When that is lost, nobody can say whether the call still goes
  on; it may be continued by a later connection, and no longer stands in the way of a
  `NewJournal`.

A sender that got no answer to a `NewJournal` must send it again. Identical fields under the same
CallID are the same entry and count as a repeat; other fields are a violation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from datev_connector.simulators.datev.call_list import CallEntry, JournalEntry, Notice
from datev_connector.simulators.datev.chain import next_state
from datev_connector.simulators.datev.dial_checks import (
    check_dial_answer,
    check_dialled_call,
    check_sync_id,
)
from datev_connector.simulators.datev.dials import DialBook
from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.journal_checks import check_idle, check_journal
from datev_connector.simulators.datev.live_checks import (
    check_age,
    check_begin,
    check_constants,
    late_live,
    unchanged_contact,
    why_forbidden,
)
from datev_connector.simulators.datev.record import (
    CallRecord,
    Method,
    UnreadableRecord,
    read_record,
)
from datev_connector.simulators.datev.record_checks import check_record
from datev_connector.simulators.datev.rules import DATEV_SOURCES, Rules


class Outcome(StrEnum):
    """What became of a message."""

    RECORDED = "recorded"
    REPEATED = "repeated"  # a journal entry that DATEV had already
    FORBIDDEN = "forbidden"  # readable, but it changed nothing
    UNREADABLE = "unreadable"
    UNKNOWN_METHOD = "unknown-method"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement on one message."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that are no hints."""
        return tuple(finding for finding in self.findings if not finding.hint)


class ContractChecker:
    """Judges one DATEV's telephony link and keeps what DATEV would show."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules or Rules()
        self._own_source = self._rules.own_source
        self._calls: dict[str, CallEntry] = {}
        self._journal: dict[str, JournalEntry] = {}
        self._dials = DialBook()
        self._findings: list[Finding] = []

    @property
    def calls(self) -> tuple[CallEntry, ...]:
        """The call list, oldest first."""
        return tuple(self._calls.values())

    @property
    def journal(self) -> tuple[JournalEntry, ...]:
        """The journal, oldest first."""
        return tuple(self._journal.values())

    @property
    def violations(self) -> tuple[Finding, ...]:
        """Every broken rule so far, in order."""
        return tuple(finding for finding in self._findings if not finding.hint)

    @property
    def hints(self) -> tuple[Finding, ...]:
        """What is worth a look but breaks no certain rule."""
        return tuple(finding for finding in self._findings if finding.hint)

    def notify(
        self, method: str, call: object, *, sender: int = 0, at: datetime | None = None
    ) -> Verdict:
        """Judge one notification of connection `sender`; `at` is DATEV's local wall-clock time."""
        if method not in set(Method):
            finding = Finding(rule=Rule.LINK, text=f"DATEV has no method {method!r}")
            return self._judge(Outcome.UNKNOWN_METHOD, [finding])
        try:
            record = read_record(call)
        except UnreadableRecord as error:
            broken = [Finding(rule=Rule.FIELDS, text=f"{method}: {p}") for p in error.problems]
            return self._judge(Outcome.UNREADABLE, broken)
        found = [*check_record(record, self._rules), *self._check_same_source(record)]
        if method == Method.NEW_JOURNAL:
            return self._take_journal(record, sender, found)
        if at is not None and self._rules.late_after_s is not None:
            found += check_age(record, at, self._rules.late_after_s)
        return self._take_live(Method(method), record, sender, found)

    def dial_sent(self, asked: CallRecord) -> None:
        """DATEV has called `Dial` with this object; its SyncID is now in force."""
        self._dials.ask(asked)

    def dial_answered(self, sync_id: str, hresult: int, call: object) -> Verdict:
        """Judge the answer to a `Dial`. A negative `hresult` refuses it and needs no CallID."""
        order = self._dials.order(sync_id)
        if order is None:
            finding = Finding(rule=Rule.DIAL, text="Dial was answered after DATEV was restarted")
            return self._judge(Outcome.FORBIDDEN, [finding])
        if hresult < 0:
            self._dials.refuse(sync_id)
            return self._judge(Outcome.RECORDED, [])
        try:
            answer = read_record(call)
        except UnreadableRecord as error:
            broken = [Finding(rule=Rule.DIAL, text=f"answer to Dial: {p}") for p in error.problems]
            return self._judge(Outcome.UNREADABLE, broken)
        found = list(check_dial_answer(order.asked, answer))
        if answer.call_id.strip():
            found += self._bind(sync_id, order.call_id, answer.call_id)
        return self._judge(Outcome.RECORDED, found)

    def found(self, rule: Rule, text: str, *, call_id: str = "", hint: bool = False) -> Finding:
        """Keep a finding that the link made itself: a broken line, a missing answer."""
        finding = Finding(rule=rule, text=text, call_id=call_id, hint=hint)
        self._findings.append(finding)
        return finding

    def sender_gone(self, sender: int) -> None:
        """A connection was lost: its calls may be continued by another one."""
        for call_id, entry in self._calls.items():
            if entry.sender == sender:
                self._calls[call_id] = replace(entry, sender=None)

    def restarted(self) -> None:
        """DATEV was restarted: list and journal remain, the calls going on are forgotten."""
        self._dials.forget()
        for call_id, entry in self._calls.items():
            self._calls[call_id] = replace(entry, sender=None, forgotten=True)

    def _take_live(
        self, method: Method, record: CallRecord, sender: int, found: list[Finding]
    ) -> Verdict:
        entry = self._calls.get(record.call_id)
        forbidden = self._forbidden(entry, method, record)
        if forbidden is not None:
            return self._judge(Outcome.FORBIDDEN, [*found, forbidden])
        found += check_sync_id(record, self._dials)
        notice = Notice(method=method, record=record)
        if entry is None:
            found += self._open(record)
            self._calls[record.call_id] = CallEntry(history=(notice,), sender=sender)
        else:
            found += check_constants(entry, record)
            found += check_begin(entry, method, record)
            self._calls[record.call_id] = entry.told(notice, sender)
        return self._judge(Outcome.RECORDED, found)

    def _forbidden(
        self, entry: CallEntry | None, method: Method, record: CallRecord
    ) -> Finding | None:
        if not record.call_id.strip():
            text = f"{method} names no call"
            return Finding(rule=Rule.CHAIN, text=text)
        if record.call_id in self._journal:
            text = f"{method} uses the CallID of a journal entry"
            return Finding(rule=Rule.CALL_ID, call_id=record.call_id, text=text)
        if entry is not None and entry.forgotten:
            return late_live(method, record)
        state = None if entry is None else entry.state
        if next_state(state, method, record.call_state) is None:
            return why_forbidden(entry, method, record)
        if entry is not None and method is Method.CALL_ADRESSAT_CHANGED:
            return unchanged_contact(entry, record)
        return None

    def _open(self, record: CallRecord) -> Iterable[Finding]:
        """Bind a dialled call that overtook the answer to `Dial`, and compare it with the order."""
        order = self._dials.order(record.sync_id) if record.sync_id else None
        if order is not None and order.call_id is None and not order.refused:
            self._dials.bind(record.sync_id, record.call_id)
        bound = self._dials.order_of_call(record.call_id)
        return () if bound is None else check_dialled_call(bound.asked, record)

    def _bind(self, sync_id: str, bound: str | None, call_id: str) -> Iterator[Finding]:
        if bound is None and self._is_used(call_id):
            text = "Dial returned a CallID that was used before"
            yield Finding(rule=Rule.CALL_ID, call_id=call_id, text=text)
        elif bound is None:
            self._dials.bind(sync_id, call_id)
        elif bound != call_id:
            text = f"Dial returned another CallID than NewCall told ({bound})"
            yield Finding(rule=Rule.CALL_ID, call_id=call_id, text=text)

    def _is_used(self, call_id: str) -> bool:
        known = call_id in self._calls or call_id in self._journal
        return known or self._dials.order_of_call(call_id) is not None

    def _take_journal(self, record: CallRecord, sender: int, found: list[Finding]) -> Verdict:
        known = self._journal.get(record.call_id)
        if known is not None:
            return self._take_again(known, record, sender)
        if not record.call_id.strip():
            return self._judge(Outcome.FORBIDDEN, found)
        if self._is_used(record.call_id):
            text = "NewJournal must have a CallID of its own, not that of a live call"
            found.append(Finding(rule=Rule.CALL_ID, call_id=record.call_id, text=text))
            return self._judge(Outcome.FORBIDDEN, found)
        found += check_journal(record, self._calls.values(), sender)
        self._journal[record.call_id] = JournalEntry(record=record)
        return self._judge(Outcome.RECORDED, found)

    def _take_again(self, known: JournalEntry, record: CallRecord, sender: int) -> Verdict:
        if known.record != record:
            text = "NewJournal came again with other fields under the same CallID"
            finding = Finding(rule=Rule.JOURNAL, call_id=record.call_id, text=text)
            return self._judge(Outcome.FORBIDDEN, [finding])
        self._journal[record.call_id] = replace(known, repeats=known.repeats + 1)
        idle = check_idle(record, self._calls.values(), sender)
        return self._judge(Outcome.REPEATED, list(idle))

    def _check_same_source(self, record: CallRecord) -> Iterator[Finding]:
        """Without a name in the rules the first own source is the name to keep."""
        source = record.data_source
        if source in DATEV_SOURCES or self._rules.own_source is not None:
            return
        if self._own_source is None:
            self._own_source = source or None
        elif source != self._own_source:
            text = f"DataSource is {source!r}; the own short name was {self._own_source!r}"
            yield Finding(rule=Rule.SOURCE, call_id=record.call_id, text=text)

    def _judge(self, outcome: Outcome, found: list[Finding]) -> Verdict:
        self._findings += found
        return Verdict(outcome=outcome, findings=tuple(found))
