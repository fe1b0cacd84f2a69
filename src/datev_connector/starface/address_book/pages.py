"""The address book of the PBX as it stands in its pages (STARFACE REST, `/contacts`).

An entry is two rows of values; what a value is, its place says: two schema blocks name the columns.
Which columns there are differs by PBX, and their names by language, so their *display keys* decide.
What cannot be read costs its own entry and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.domain.wording import worded

LONGEST_ID = 200
LONGEST_NAME = 200
LONGEST_NUMBER = 100


class Column(StrEnum):
    """What we take from an entry."""

    FIRST_NAME = "first name"
    FAMILY_NAME = "family name"
    COMPANY = "company"
    PHONE = "phone"
    MOBILE = "mobile"
    FAX = "fax"


_C = Column
BY_DISPLAY_KEY = {
    "NAME": _C.FIRST_NAME,
    "SURNAME": _C.FAMILY_NAME,
    "COMPANY": _C.COMPANY,
    "PHONE_NUMBER": _C.PHONE,
    "PRIVATE_PHONE_NUMBER": _C.PHONE,
    "OFFICE_PHONE_NUMBER": _C.PHONE,
    "MOBILE_PHONE_NUMBER": _C.MOBILE,
    "FAX_NUMBER": _C.FAX,
}
BY_NAME = {
    **dict.fromkeys(("firstname", "vorname"), _C.FIRST_NAME),
    **dict.fromkeys(("familyname", "lastname", "surname", "nachname"), _C.FAMILY_NAME),
    **dict.fromkeys(("company", "firma"), _C.COMPANY),
    **dict.fromkeys(("phone", "homephone", "officephone", "telephone", "telefon"), _C.PHONE),
    **dict.fromkeys(("mobile", "mobilephone", "mobil", "handy"), _C.MOBILE),
    **dict.fromkeys(("fax", "telefax"), _C.FAX),
}
"""Where a column has no display key; a number behind the name (`phone2`) says nothing."""
MEDIA = {_C.PHONE: Medium.PHONE, _C.MOBILE: Medium.MOBILE, _C.FAX: Medium.FAX}
NAMES = frozenset({_C.FIRST_NAME, _C.FAMILY_NAME, _C.COMPANY})

Columns = tuple[Column | None, ...]
"""What stands in each place; None: nothing for us."""


class BadPage(Exception):
    """A page that cannot be read as a whole; the text says why, without what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """The columns of both rows."""

    summary: Columns = ()
    numbers: Columns = ()

    @property
    def usable(self) -> bool:
        """Tell whether there are names and numbers to be had."""
        columns = {*self.summary, *self.numbers}
        return bool(columns & NAMES) and bool(columns & MEDIA.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `entries` counts all of it, `left_out` what could not be read."""

    contacts: tuple[Contact, ...]
    entries: int
    left_out: int
    total_pages: int


# --- columns --------------------------------------------------------------------------------------


def read_scheme(value: Any) -> Scheme:
    """The columns of the whole book (`/contacts/scheme`), as far as they are named."""
    found = value if isinstance(value, dict) else {}
    return Scheme(
        summary=_columns(found.get("summaryBlock")) or (),
        numbers=_columns(found.get("phoneNumbersBlock")) or (),
    )


def _columns(block: Any) -> Columns | None:
    attributes = block.get("attributes") if isinstance(block, dict) else None
    if not isinstance(attributes, list) or not attributes:
        return None
    return tuple(_column(attribute) for attribute in attributes)


def _column(attribute: Any) -> Column | None:
    if not isinstance(attribute, dict):
        return None
    key, name = attribute.get("displayKey"), attribute.get("name")
    if isinstance(key, str) and key.strip():
        return BY_DISPLAY_KEY.get(key.strip().upper())
    if isinstance(name, str):
        return BY_NAME.get(name.strip().casefold().rstrip("0123456789"))
    return None


# --- pages ----------------------------------------------------------------------------------------


def read_page(value: Any, scheme: Scheme) -> Page:
    """One page of the book; `scheme` helps where the page names no columns. Raises BadPage."""
    if not isinstance(value, dict):
        raise BadPage(worded("a page that is no object"))
    entries = value.get("contacts")
    if not isinstance(entries, list):
        raise BadPage(worded("a page without contacts"))
    total = _total_pages(value.get("metadata"))
    columns = Scheme(
        summary=_columns(value.get("summaryBlockSchema")) or scheme.summary,
        numbers=_columns(value.get("phoneNumbersBlockSchema")) or scheme.numbers,
    )
    if entries and not columns.usable:
        raise BadPage(worded("no columns for names and telephone numbers"))
    contacts = tuple(filter(None, (_contact(entry, columns) for entry in entries)))
    return Page(
        contacts=contacts,
        entries=len(entries),
        left_out=len(entries) - len(contacts),
        total_pages=total,
    )


def _total_pages(metadata: Any) -> int:
    total = metadata.get("totalPages") if isinstance(metadata, dict) else None
    if isinstance(total, str) and total.isascii() and total.isdecimal() and len(total) < 10:
        total = int(total)
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise BadPage(worded("a page that does not say how many there are"))
    return total


def _contact(entry: Any, columns: Scheme) -> Contact | None:
    if not isinstance(entry, dict):
        return None
    contact_id = _id(entry.get("id"))
    cells = [
        *_cells(entry.get("summaryValues"), columns.summary),
        *_cells(entry.get("phoneNumberValues"), columns.numbers),
    ]
    words = {column: text[:LONGEST_NAME] for column, text in reversed(cells) if column in NAMES}
    name, kind = _name(words)
    if not contact_id or not name:
        return None
    return Contact(
        ref=ContactRef(Source.STARFACE, contact_id),
        name=name,
        kind=kind,
        numbers=tuple(dict.fromkeys(_numbers(cells))),
    )


def _id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**LONGEST_ID else ""
    usable = isinstance(value, str) and len(value) <= LONGEST_ID
    return _line(value) if usable else ""


def _cells(values: Any, columns: Columns) -> Iterator[tuple[Column, str]]:
    """The values that mean something to us, with what they are."""
    for column, value in zip(columns, values if isinstance(values, list) else (), strict=False):
        if column is not None and isinstance(value, str) and (text := _line(value)):
            yield column, text


def _numbers(cells: list[tuple[Column, str]]) -> Iterator[StoredNumber]:
    for column, text in cells:
        if column in MEDIA and len(text) <= LONGEST_NUMBER:
            yield StoredNumber(number=text, medium=MEDIA[column])


def _name(words: dict[Column, str]) -> tuple[str, ContactKind]:
    """What is shown: the person, and the company behind a comma; or the company alone."""
    parts = (words.get(_C.FIRST_NAME, ""), words.get(_C.FAMILY_NAME, ""))
    person, company = " ".join(filter(None, parts)), words.get(_C.COMPANY, "")
    if not person:
        return company, ContactKind.COMPANY if company else ContactKind.UNKNOWN
    return ", ".join(filter(None, (person, company))), ContactKind.PERSON


def _line(text: str) -> str:
    """The text on one line, with nothing in it that cannot be seen or kept."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())


# --- all pages together ---------------------------------------------------------------------------


class Gathering:
    """The contacts of all pages so far, each once.

    The book may change while it is read: then an entry stands on two pages. What either of them
    says counts, the later one where they differ.
    """

    def __init__(self) -> None:
        self._contacts: dict[ContactRef, Contact] = {}
        self.left_out = 0
        """How many entries could not be read."""

    def __len__(self) -> int:
        return len(self._contacts)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """In the order of the book."""
        return tuple(self._contacts.values())

    def add(self, page: Page) -> None:
        """Take a page."""
        self.left_out += page.left_out
        for contact in page.contacts:
            before = self._contacts.get(contact.ref)
            self._contacts[contact.ref] = contact if before is None else _merged(before, contact)


def _merged(before: Contact, after: Contact) -> Contact:
    return replace(after, numbers=tuple(dict.fromkeys((*after.numbers, *before.numbers))))


# --- accounts -------------------------------------------------------------------------------------

OWN = frozenset({"USER", "GROUP"})
LONGEST_EXTENSION = 15


def read_extensions(value: Any) -> frozenset[str]:
    """The internal numbers of the PBX's own users and groups (`/accounts`)."""
    accounts = value if isinstance(value, list) else ()
    return frozenset(filter(None, (_extension(account) for account in accounts)))


def _extension(account: Any) -> str:
    if not isinstance(account, dict) or str(account.get("type")) not in OWN:
        return ""
    number = account.get("primaryInternalPhoneNumber")
    text = number.strip() if isinstance(number, str) else ""
    usable = text.isascii() and text.isdecimal() and len(text) <= LONGEST_EXTENSION
    return text if usable else ""
