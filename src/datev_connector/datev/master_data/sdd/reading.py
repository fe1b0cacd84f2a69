"""What an item of the SDD means: a contact with its numbers (DATEV SDD, contracts Browse and Inst).

A field that is missing, null or of the wrong type costs itself and no other; only an item without
id or name is of no use. Contacts without any number are kept: a caller may be assigned to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)

LONGEST_ID = 200
LONGEST_NAME = 200
LONGEST_NUMBER = 100
LONGEST_NOTE = 200
MOST_NUMBERS = 200
"""Of one contact; an entry with more is a mistake, and the first ones serve."""

INACTIVE = "0"
KINDS = {"0": ContactKind.PERSON, "1": ContactKind.PERSON, "2": ContactKind.COMPANY}
"""By `Typ`: self-employed, person, company."""
MEDIA = {"1": Medium.PHONE, "4": Medium.OTHER, "5": Medium.FAX, "6": Medium.OTHER}
"""By `Medium`; mobile numbers have none of their own and count as phones."""
NO_NUMBERS = frozenset({"2", "3"})
"""E-mail and internet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What came of an item."""

    contact: Contact | None
    """None: it has no usable id or name."""
    spoiled: int = 0
    """How many of its fields could not be read."""


def read_item(fields: Mapping[str, Any], source: Source) -> Entry:
    """Read an item of the list of `source` (addressees or institutions)."""
    reading = _Reading()
    contact_id = reading.id(fields.get("id"))
    name = reading.line(fields.get("name"))[:LONGEST_NAME].strip()
    status, kind = reading.code(fields.get("status")), reading.code(fields.get("typ"))
    numbers = tuple(reading.numbers(fields.get("communications")))
    if not contact_id or not name:
        return Entry(contact=None, spoiled=reading.spoiled)
    institution = source is Source.INSTITUTION
    contact = Contact(
        ref=ContactRef(source, contact_id),
        name=name,
        # Courts, offices, banks: none of them is a person, and the list knows no inactive ones.
        kind=ContactKind.COMPANY if institution else KINDS.get(kind, ContactKind.UNKNOWN),
        active=institution or status != INACTIVE,
        numbers=tuple(dict.fromkeys(numbers)),
    )
    return Entry(contact=contact, spoiled=reading.spoiled)


class _Reading:
    """Reads the fields of one item and counts those that are spoiled."""

    def __init__(self) -> None:
        self.spoiled = 0

    def text(self, value: Any) -> str:
        """Missing and null are empty; whole numbers are as good as their digits."""
        if value is None or isinstance(value, str):
            return value or ""
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
            return str(value)
        self.spoiled += 1
        return ""

    def line(self, value: Any) -> str:
        """The text on one line, with nothing in it that cannot be seen or kept."""
        text = self.text(value)
        if not text.isprintable():
            text = "".join(each if each.isprintable() else " " for each in text)
        return " ".join(text.split())

    def id(self, value: Any) -> str:
        """DATEV gets it back exactly as it is, so one that cannot be kept so is none."""
        text = self.text(value)
        if text.strip() and text.isprintable() and len(text) <= LONGEST_ID:
            return text
        self.spoiled += bool(text)
        return ""

    def code(self, value: Any) -> str:
        """A number that stands for something."""
        return self.text(value).strip()

    def numbers(self, communications: Any) -> Iterator[StoredNumber]:
        """The communications that are numbers, in the order of DATEV."""
        if not isinstance(communications, list):
            self.spoiled += communications is not None
            return
        self.spoiled += max(0, len(communications) - MOST_NUMBERS)
        for each in communications[:MOST_NUMBERS]:
            if not isinstance(each, dict):
                self.spoiled += 1
            elif (number := self._number(each)) is not None:
                yield number

    def _number(self, fields: Mapping[str, Any]) -> StoredNumber | None:
        code = self.code(fields.get("medium"))
        if code in NO_NUMBERS:
            return None
        medium = MEDIA.get(code, Medium.OTHER)
        standardised = self._short(fields.get("normierteNummer"))
        number = self._short(fields.get("nummer")) or standardised
        if not number or (medium is Medium.OTHER and not _has_digit(number)):
            return None
        note = self.line(fields.get("notiz"))[:LONGEST_NOTE].strip()
        return StoredNumber(number=number, standardised=standardised, medium=medium, note=note)

    def _short(self, value: Any) -> str:
        text = self.line(value)
        if len(text) <= LONGEST_NUMBER:
            return text
        self.spoiled += 1
        return ""


def _has_digit(text: str) -> bool:
    return any(each.isdecimal() for each in text)
