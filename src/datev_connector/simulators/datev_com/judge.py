"""The checker of the contract, fed with what came over COM; says what happened as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from datev_connector.simulators.datev.call_list import CallEntry
from datev_connector.simulators.datev.checker import ContractChecker, Outcome, Verdict
from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.hresult import E_INVALIDARG, S_OK
from datev_connector.simulators.datev.record import CallRecord
from datev_connector.simulators.datev_com.memory import Memory
from datev_connector.simulators.datev_com.properties import ReadObject

Told = dict[str, Any]


class Judge:
    """Judges notifications and answers to `Dial`; keeps what DATEV would show."""

    def __init__(self, memory: Memory, wall_clock: Callable[[], datetime]) -> None:
        """`wall_clock`: DATEV's local time without zone. Raises OSError if memory is unreadable."""
        self.checker = ContractChecker()
        self._memory = memory
        self._wall_clock = wall_clock
        self.recalled = memory.recall(self.checker)
        self._old_violations = len(self.checker.violations)
        self._old_hints = len(self.checker.hints)

    def begin_anew(self) -> None:
        """Forget everything, also what is on the disk. Raises OSError."""
        self._memory.clear()
        self.checker = ContractChecker()
        self._old_violations = self._old_hints = 0

    @property
    def violations(self) -> tuple[Finding, ...]:
        """Every rule broken in this life."""
        return self.checker.violations[self._old_violations :]

    @property
    def hints(self) -> tuple[Finding, ...]:
        """The hints of this life."""
        return self.checker.hints[self._old_hints :]

    def told(self, method: str, read: ReadObject, sender: int) -> Told:
        """Take a notification in; return what is to be said of it, with its `hresult`."""
        if read.gone:
            return {"method": method, "outcome": "unread", "hresult": read.gone}
        objections = self.object_to(method, read.problems)
        verdict = self.checker.notify(method, read.fields, sender=sender, at=self._wall_clock())
        if verdict.outcome is Outcome.RECORDED:
            self._memory.keep(method, read.fields, sender)
        return {
            "method": method,
            "call": read.fields,
            "sender": sender,
            "outcome": verdict.outcome.value,
            "hresult": E_INVALIDARG if verdict.outcome is Outcome.UNREADABLE else S_OK,
            **_findings([*objections, *verdict.findings]),
        }

    def object_to(self, what: str, problems: Iterable[str]) -> list[Finding]:
        """Keep objections to an object's properties as findings."""
        return [self.checker.found(Rule.FIELDS, f"{what}: {problem}") for problem in problems]

    def read_again(self, method: str, first: Mapping[str, object], again: ReadObject) -> Told:
        """Compare a second reading with the first: a snapshot says the same for ever."""
        if again.gone:
            return {"method": method, "outcome": "unread", "hresult": again.gone}
        problems = list(again.problems)
        problems += [
            f"{name} was {value!r} and is {again.fields.get(name)!r} when read again"
            for name, value in first.items()
            if again.fields.get(name) != value
        ]
        found = self.object_to(method, problems)
        return {"method": method, "outcome": "read-again", "hresult": S_OK, **_findings(found)}

    def dialled(self, asked: CallRecord, hresult: int, answer: ReadObject) -> Told:
        """Judge the object as `Dial` left it."""
        objections = self.object_to("answer to Dial", answer.problems) if hresult >= 0 else []
        verdict: Verdict = self.checker.dial_answered(asked.sync_id, hresult, answer.fields)
        return {
            "hresult": hresult,
            "call": answer.fields,
            **_findings([*objections, *verdict.findings]),
        }


def _findings(found: Iterable[Finding]) -> dict[str, list[str]]:
    kept = list(found)
    return {
        "violations": [str(finding) for finding in kept if not finding.hint],
        "hints": [str(finding) for finding in kept if finding.hint],
    }


def shown_calls(calls: Iterable[CallEntry]) -> list[dict[str, Any]]:
    """The call list in the words of the interface."""
    return [
        {
            "call_id": call.call_id,
            "states": [state.name.capitalize() for state in call.states],
            "number": call.first.number,
            "sync_id": call.first.sync_id,
            "active": call.active,
        }
        for call in calls
    ]
