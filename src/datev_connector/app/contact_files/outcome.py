"""What reading a contact file comes to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from datev_connector.domain.contacts import Contact, Source


class ContactFileError(Exception):
    """The file as a whole cannot be used; the text says why and what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something in the file that a person should know about."""

    line: int
    """Counted from 1."""
    field: str
    """Column or property; empty if the whole line or card is meant."""
    reason: str

    def __str__(self) -> str:
        """Line, field and reason, as far as they are known."""
        where = f"line {self.line}, {self.field}" if self.field else f"line {self.line}"
        return f"{where}: {self.reason}"


class Refusal(Remark):
    """What was left out."""

    __slots__ = ()


class Hint(Remark):
    """What was taken, but otherwise than it is written."""

    __slots__ = ()


class Refused(Exception):
    """Ends the reading of one line or card; carries field and reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason

    def at(self, line: int) -> Refusal:
        """The same as a value, for the report."""
        # A file may have the same fault in each of a million lines.
        return Refusal(line=line, field=self.field, reason=sys.intern(self.reason))


class FileContacts:
    """The contacts of one source. They are read from the file each time they are gone through.

    Going through them raises ContactFileError if the file was changed meanwhile.
    """

    def __init__(self, read: Callable[[], Iterator[Contact]]) -> None:
        self._read = read
        self._count = 0
        self.numbers = 0
        """Of all these contacts."""

    def count(self, contact: Contact) -> None:
        """Take note of a contact that is there."""
        self._count += 1
        self.numbers += len(contact.numbers)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Contact]:
        return self._read()

    def __contains__(self, contact: object) -> bool:
        return any(each == contact for each in self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFile:
    """The usable part of a file, and what was refused or read with a hint."""

    contacts: Mapping[Source, FileContacts]
    """Only sources that occur in usable lines."""
    refused: tuple[Refusal, ...] = ()
    hints: tuple[Hint, ...] = ()
    unused_columns: tuple[str, ...] = ()

    @property
    def contact_count(self) -> int:
        """Contacts of all sources."""
        return sum(map(len, self.contacts.values()))

    @property
    def number_count(self) -> int:
        """Numbers of all contacts."""
        return sum(contacts.numbers for contacts in self.contacts.values())
