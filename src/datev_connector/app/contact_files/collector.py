"""Puts the lines of one contact together, as soon as they are all there."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from datev_connector.app.contact_files.outcome import Hint, Refusal, Refused, Remark
from datev_connector.domain.contacts import Contact, ContactKind, ContactRef, StoredNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a file: a contact, as far as the line tells, and one of its numbers.

    None and UNKNOWN mean that the line says nothing about it.
    """

    line: int
    ref: ContactRef
    name: str
    kind: ContactKind = ContactKind.UNKNOWN
    active: bool | None = None
    client_number: str = ""
    number: StoredNumber


@dataclass(slots=True)
class _Growing:
    line: int
    ref: ContactRef
    name: str
    kind: ContactKind
    active: bool | None
    client_number: str
    numbers: dict[StoredNumber, None] = field(default_factory=dict)

    def contact(self) -> Contact:
        return Contact(
            ref=self.ref,
            name=self.name,
            kind=self.kind,
            active=self.active is not False,
            client_number=self.client_number,
            numbers=tuple(self.numbers),
        )


class Places:
    """Which contacts of a file have lines in more than one place.

    Usually the lines of a contact stand together, so that it is complete when the next one begins.
    Only the others have to be held until the end of the file.
    """

    def __init__(self, keys: Iterable[object]) -> None:
        """`keys`: what tells one contact from the other, line by line."""
        runs, last = array("q"), None
        for key in keys:
            if key != last:
                runs.append(hash(key))
                last = key
        ordered = sorted(runs)
        # Two contacts may have the same hash by chance: then they are held for nothing.
        self._scattered = frozenset(one for one, other in pairwise(ordered) if one == other)

    def scattered(self, key: object) -> bool:
        """Tell whether this contact has to be held until the end."""
        return bool(self._scattered) and hash(key) in self._scattered


def collected(
    found: Iterable[Entry | Remark], scattered: Callable[[ContactRef], bool]
) -> Iterator[Contact | Remark]:
    """Grow contacts line by line; lines of one contact may not contradict each other.

    A contradiction means that two people share an id by mistake. Whatever was then done with the
    number, somebody would see a wrong name: the line is refused. What else was found goes on as it
    came, and contacts with lines in several places come last.
    """
    held: dict[ContactRef, _Growing] = {}
    current: _Growing | None = None
    refused = 0
    for each in found:
        if not isinstance(each, Entry):
            # How a line would have been read does not matter once it is left out.
            if not (isinstance(each, Hint) and each.line == refused):
                yield each
            continue
        if current is None or current.ref != each.ref:
            if current is not None and current.ref not in held:
                yield current.contact()
            current = _growing(each, held, scattered)
        refusal = _added(current, each)
        if refusal is not None:
            refused = refusal.line
            yield refusal
    if current is not None and current.ref not in held:
        yield current.contact()
    while held:
        yield held.pop(next(iter(held))).contact()


def _growing(
    entry: Entry, held: dict[ContactRef, _Growing], scattered: Callable[[ContactRef], bool]
) -> _Growing:
    """Return the contact that an entry belongs to, as far as it has grown."""
    known = held.get(entry.ref)
    if known is None:
        known = _begun(entry)
        if scattered(entry.ref):
            held[entry.ref] = known
    return known


def _begun(entry: Entry) -> _Growing:
    return _Growing(
        entry.line, entry.ref, entry.name, entry.kind, entry.active, entry.client_number
    )


def _added(known: _Growing, entry: Entry) -> Refusal | None:
    if known.line != entry.line:
        try:
            _check(known, entry)
        except Refused as fault:
            return fault.at(entry.line)
        if known.kind is ContactKind.UNKNOWN:
            known.kind = entry.kind
        if known.active is None:
            known.active = entry.active
        known.client_number = known.client_number or entry.client_number
    known.numbers[entry.number] = None
    return None


def _check(known: _Growing, entry: Entry) -> None:
    if known.name != entry.name:
        name = "name"
    elif ContactKind.UNKNOWN not in {known.kind, entry.kind} and known.kind != entry.kind:
        name = "kind"
    elif None not in {known.active, entry.active} and known.active != entry.active:
        name = "active"
    elif known.client_number and entry.client_number and known.client_number != entry.client_number:
        name = "client_number"
    else:
        return
    raise Refused(name, f"differs from line {known.line}, which has the same source and id")
