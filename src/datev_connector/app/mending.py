"""The report on what to mend in DATEV: the faults that the index shows, the worst first.

Everything is read from the index again and again rather than held: memory does not depend on how
many faults there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from datev_connector.domain.contacts import Contact, ContactRef
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.mending import (
    CROWD,
    Fault,
    Finding,
    Holder,
    faults_of,
    is_first_in_common,
    sharing_of,
)

_EVERYBODY: Final = 10**9
_SHARES: Final = ((CROWD, _EVERYBODY), (3, CROWD - 1), (2, 2))
"""How often a number stands in DATEV, from the worst to the least."""


class Shelf(Protocol):
    """The index, as far as the report reads it (`store.findings`)."""

    def suspects(self, *, clients: bool) -> Iterator[tuple[Contact, frozenset[int]]]:
        """Return contacts that may have a fault, with the positions of numbers in order."""

    def in_common(self, least: int, most: int) -> Iterator[tuple[str, tuple[Holder, ...]]]:
        """Return numbers that are there several times, with the active contacts that have them."""


@dataclass(slots=True)
class Section:
    """All findings of one kind: how many, and the first of them."""

    count: int = 0
    first: list[Finding] = field(default_factory=list)

    def take(self, finding: Finding, shown: int) -> None:
        """Count a finding, and keep it if it is among the first."""
        self.count += 1
        if shown:
            self.first.append(finding)
        if len(self.first) > 2 * shown:
            self.trim(shown)

    def trim(self, shown: int) -> None:
        """Keep the first ones only; of equal rank those that came first."""
        self.first = sorted(self.first, key=_rank)[:shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All kinds of findings, in the order of their importance."""

    sections: dict[Fault, Section]
    rightly_shared: int
    """Numbers that several contacts have, and may have."""


class Mending:
    """Finds what to mend."""

    def __init__(
        self,
        shelf: Shelf,
        contact: Callable[[ContactRef], Contact | None],
        plan: DialPlan,
        fold: Callable[[str], str],
    ) -> None:
        """`contact` reads one contact; `fold` makes names comparable."""
        self._shelf = shelf
        self._contact = contact
        self._plan = plan
        self._fold = fold

    def overview(self, shown: int) -> Overview:
        """Count everything, and return the first `shown` findings of each kind."""
        sections = {fault: Section() for fault in Fault}
        for finding in self._of_contacts():
            sections[finding.fault].take(finding, shown)
        rightly_shared = 0
        for e164, holders in self._shelf.in_common(2, _EVERYBODY):
            found = [*sharing_of(e164, holders, self._fold)]
            rightly_shared += not found
            for finding in self._told_once(e164, found):
                sections[finding.fault].take(finding, shown)
        for section in sections.values():
            section.trim(shown)
        return Overview(sections=sections, rightly_shared=rightly_shared)

    def all_of(self, fault: Fault) -> Iterator[Finding]:
        """Return every finding of one kind, the worst roughly first."""
        match fault:
            case Fault.DOUBLE:
                for with_client in (True, False):
                    for each in self._in_common(fault, 2, _EVERYBODY):
                        if _has_client(each) is with_client:
                            yield each
            case Fault.SHARED:
                for least, most in _SHARES:
                    yield from self._in_common(fault, least, most)
            case _:
                found = self._of_contacts(clients_only=fault.of_clients)
                yield from (each for each in found if each.fault is fault)

    def _of_contacts(self, *, clients_only: bool = False) -> Iterator[Finding]:
        for clients in (True,) if clients_only else (True, False):
            for contact, evident in self._shelf.suspects(clients=clients):
                yield from faults_of(contact, self._plan, evident)

    def _in_common(self, fault: Fault, least: int, most: int) -> Iterator[Finding]:
        for e164, holders in self._shelf.in_common(least, most):
            found = (f for f in sharing_of(e164, holders, self._fold) if f.fault is fault)
            yield from self._told_once(e164, found)

    def _told_once(self, e164: str, found: Iterable[Finding]) -> Iterator[Finding]:
        for finding in found:
            if finding.fault is not Fault.DOUBLE or self._is_first(e164, finding):
                yield finding

    def _is_first(self, e164: str, double: Finding) -> bool:
        found = [self._contact(holder.ref) for holder in double.holders[:CROWD]]
        return is_first_in_common(e164, [each for each in found if each is not None], self._plan)


def _has_client(finding: Finding) -> bool:
    return any(holder.is_client for holder in finding.holders)


def _rank(finding: Finding) -> tuple[int, bool]:
    crowd = -len(finding.holders) if finding.fault is Fault.SHARED else 0
    return crowd, not _has_client(finding)
