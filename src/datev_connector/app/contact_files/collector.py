"""Puts the lines of one contact together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from datev_connector.app.contact_files.outcome import Refused
from datev_connector.domain.contacts import Contact, ContactKind, ContactRef, Source, StoredNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a file: a contact, as far as the line tells, and one of its numbers.

    None and UNKNOWN mean that the line says nothing about it.
    """

    ref: ContactRef
    name: str
    kind: ContactKind = ContactKind.UNKNOWN
    active: bool | None = None
    client_number: str = ""
    number: StoredNumber


@dataclass(slots=True)
class _Growing:
    line: int
    name: str
    kind: ContactKind
    active: bool | None
    client_number: str
    numbers: dict[StoredNumber, None] = field(default_factory=dict)


class ContactCollector:
    """Grows contacts line by line; lines of one contact may not contradict each other.

    A contradiction means that two people share an id by mistake. Whatever was then done with the
    number, somebody would see a wrong name: the line is refused.
    """

    def __init__(self) -> None:
        self._growing: dict[ContactRef, _Growing] = {}

    def add(self, entry: Entry, line: int) -> None:
        """Add what a line says. Raises Refused if an earlier line says something else."""
        known = self._growing.get(entry.ref)
        if known is None:
            known = self._growing[entry.ref] = _Growing(
                line, entry.name, entry.kind, entry.active, entry.client_number
            )
        else:
            _check(known, entry)
            if known.kind is ContactKind.UNKNOWN:
                known.kind = entry.kind
            if known.active is None:
                known.active = entry.active
            known.client_number = known.client_number or entry.client_number
        known.numbers[entry.number] = None

    def contacts(self) -> Mapping[Source, tuple[Contact, ...]]:
        """Everything collected, by source."""
        by_source: dict[Source, list[Contact]] = {}
        for ref, known in self._growing.items():
            contact = Contact(
                ref=ref,
                name=known.name,
                kind=known.kind,
                active=known.active is not False,
                client_number=known.client_number,
                numbers=tuple(known.numbers),
            )
            by_source.setdefault(ref.source, []).append(contact)
        return {source: tuple(contacts) for source, contacts in by_source.items()}


def _check(known: _Growing, entry: Entry) -> None:
    differences = {
        "name": known.name != entry.name,
        "kind": ContactKind.UNKNOWN not in {known.kind, entry.kind} and known.kind != entry.kind,
        "active": None not in {known.active, entry.active} and known.active != entry.active,
        "client_number": known.client_number != entry.client_number
        and bool(known.client_number and entry.client_number),
    }
    for name, differs in differences.items():
        if differs:
            reason = f"differs from line {known.line}, which has the same source and id"
            raise Refused(name, reason)
