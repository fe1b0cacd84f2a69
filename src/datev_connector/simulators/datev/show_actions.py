"""Actions that show what DATEV holds and what it thinks of the connector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from datev_connector.simulators.datev.action import Action, BadAction
from datev_connector.simulators.datev.call_list import CallEntry, JournalEntry
from datev_connector.simulators.datev.connect import DatevConnect
from datev_connector.simulators.datev.message_log import log_table
from datev_connector.simulators.datev.simulator import DatevSimulator


@dataclass(frozen=True, slots=True)
class Show(Action):
    """Show calls, journal, violations, hints, connectors, log or sign-ons."""

    what: str = "calls"

    def __post_init__(self) -> None:
        if self.what not in _VIEWS:
            raise BadAction(f"'what' cannot be {self.what!r}; there is {', '.join(_VIEWS)}")

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """List it, one line each."""
        return _VIEWS[self.what](datev) or [f"no {self.what}"]


@dataclass(frozen=True, slots=True)
class Quit(Action):
    """End the stand-in."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Nothing to do here: whoever reads the console ends."""
        return []


def _call(call: CallEntry) -> str:
    chain = " > ".join(state.name.capitalize() for state in call.states)
    direction = call.first.direction.name.capitalize()
    who = f" {call.last.name}" if call.last.name else ""
    lost = "  (forgotten)" if call.forgotten and not call.over else ""
    return f"{call.call_id}  {direction}  {call.first.number or 'anonymous'}{who}  {chain}{lost}"


def _entry(entry: JournalEntry) -> str:
    record = entry.record
    again = f"  (sent {entry.repeats + 1} times)" if entry.repeats else ""
    times = f"{record.begin:%H:%M:%S}-{record.end:%H:%M:%S}"
    return f"{entry.call_id}  {record.number or 'anonymous'}  {times}  {record.note!r}{again}"


def _sign_ons(connect: DatevConnect) -> list[str]:
    counts = [f"{name} {count}" for name, count in asdict(connect.sign_ons).items()]
    return [*counts, *(["the account is locked"] if connect.locked else [])]


_VIEWS: dict[str, Callable[[DatevSimulator], list[str]]] = {
    "calls": lambda datev: [_call(call) for call in datev.calls],
    "journal": lambda datev: [_entry(entry) for entry in datev.journal],
    "violations": lambda datev: [str(finding) for finding in datev.violations],
    "hints": lambda datev: [str(finding) for finding in datev.hints],
    "connectors": lambda datev: [f"connector {number}" for number in datev.connectors],
    "sign-ons": lambda datev: _sign_ons(datev.connect),
    "log": lambda datev: log_table(datev.log.lines).splitlines(),
}
