"""Contacts from vCards, versions 2.1, 3.0 and 4.0; one card makes one contact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from datev_connector.app.contact_files.collector import Entry
from datev_connector.app.contact_files.outcome import ContactFileError, Refusal, Refused, Remark
from datev_connector.app.contact_files.text_file import TextFile
from datev_connector.app.contact_files.vcard_lines import Property, properties
from datev_connector.domain.contacts import ContactKind, ContactRef, Medium, Source, StoredNumber

LONGEST_TEXT: Final = 1000
"""More is no name and no number."""
_OTHER_MEDIA: Final = frozenset({"pager", "modem", "bbs", "pcs", "textphone", "text"})


@dataclass(slots=True)
class _Card:
    line: int
    properties: list[Property] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def text(self, name: str) -> str:
        found = self.first(name)
        return found.text if found is not None else ""


class VcardFile:
    """A file of vCards, read as often as needed."""

    unused_columns: tuple[str, ...] = ()

    def __init__(self, file: TextFile, source: Source) -> None:
        """`source`: whose contacts they are."""
        self._file = file
        self._source = source

    def keys(self) -> Iterator[object]:
        """Give, number by number, what tells one contact from the other."""
        return (each.ref for each in self.found() if isinstance(each, Entry))

    def found(self, only: Source | None = None) -> Iterator[Entry | Remark]:
        """Give what each card holds. Raises ContactFileError if there is none."""
        empty = True
        for item in _cards(self._file.lines()):
            empty = False
            if isinstance(item, Refusal):
                yield item
            else:
                yield from _entries(item, self._source)
        if empty:
            raise ContactFileError("the file holds no vCard")


def _cards(lines: Iterable[str]) -> Iterator[_Card | Refusal]:
    inner: list[_Card] = []  # the card being read, and those it stands in
    for item in properties(lines):
        if isinstance(item, int):
            if inner:
                yield Refusal(line=item, field="", reason="this line is no property of a vCard")
        elif _marks_card(item, "BEGIN"):
            if inner and not _has_agent(inner[-1]):
                yield _unfinished(inner.pop())
            inner.append(_Card(item.line))
        elif _marks_card(item, "END") and inner:
            card = inner.pop()
            if not inner:
                yield card
        elif inner:
            inner[-1].properties.append(item)
    yield from map(_unfinished, inner)


def _marks_card(item: Property, name: str) -> bool:
    return item.name == name and item.text.upper() == "VCARD"


def _unfinished(card: _Card) -> Refusal:
    return Refusal(line=card.line, field="", reason="this vCard has no END:VCARD")


def _has_agent(card: _Card) -> bool:
    """Tell whether a vCard that follows stands within this one: a secretary (vCard 2.1)."""
    return bool(card.properties) and card.properties[-1].name == "AGENT"


# --- one card -------------------------------------------------------------------------------------


def _entries(card: _Card, source: Source) -> Iterator[Entry | Refusal]:
    refused = []
    numbers: list[tuple[int, StoredNumber]] = []
    for telephone in card.properties:
        if telephone.name == "TEL":
            try:
                numbers.append((telephone.line, _number(telephone)))
            except Refused as fault:
                refused.append(fault.at(telephone.line))
    yield from refused
    try:
        name = _short("FN", _name(card))
        if not numbers and not refused:
            raise Refused("TEL", "the vCard has no telephone number")
        uid = _short("UID", card.text("UID"))
    except Refused as fault:
        yield fault.at(card.line)
        return
    ref = ContactRef(source, uid or _made_id(name, numbers))
    for line, number in numbers:
        yield Entry(line=line, ref=ref, name=name, kind=_kind(card), number=number)


def _short(field: str, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refused(field, f"has {len(text)} characters, more than {LONGEST_TEXT}")
    return text


def _name(card: _Card) -> str:
    name = card.text("FN") or _structured_name(card) or _company(card)
    if not name:
        raise Refused("FN", "the vCard has no name")
    return name


def _structured_name(card: _Card) -> str:
    found = card.first("N")
    if found is None:
        return ""
    family, given = (*found.fields, "", "")[:2]
    return f"{given} {family}".strip()


def _company(card: _Card) -> str:
    found = card.first("ORG")
    return found.fields[0] if found is not None else ""


def _kind(card: _Card) -> ContactKind:
    if card.text("KIND").lower() in {"org", "organization"}:
        return ContactKind.COMPANY
    if card.text("X-ABSHOWAS").upper() == "COMPANY":
        return ContactKind.COMPANY
    if _structured_name(card) and _structured_name(card) != _company(card):
        return ContactKind.PERSON
    return ContactKind.COMPANY if _company(card) else ContactKind.UNKNOWN


def _number(telephone: Property) -> StoredNumber:
    text = telephone.text
    if text.lower().startswith("tel:"):
        text = text[4:].partition(";")[0]
    if not any(character.isdecimal() for character in text):
        raise Refused("TEL", "holds no digit")
    types = telephone.types
    return StoredNumber(
        number=_short("TEL", text),
        medium=_medium(types),
        note=", ".join(sorted(types - {"voice", "pref"})),
        main="pref" in types or telephone.parameter("PREF") == "1",
    )


def _medium(types: frozenset[str]) -> Medium:
    if "fax" in types:
        return Medium.FAX
    if types & _OTHER_MEDIA:
        return Medium.OTHER
    return Medium.MOBILE if types & {"cell", "mobile", "iphone"} else Medium.PHONE


def _made_id(name: str, numbers: list[tuple[int, StoredNumber]]) -> str:
    """An id for a card without UID: the same card has the same one in every file."""
    digits = sorted(re.sub(r"\D", "", number.number) for _line, number in numbers)
    return "vcard-" + sha256("\n".join([name, *digits]).encode()).hexdigest()[:20]
