"""Reads a contact file of whichever kind it is, without ever holding it as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

from datev_connector.app.contact_files.collector import Entry, Places, collected
from datev_connector.app.contact_files.csv_file import CsvFile
from datev_connector.app.contact_files.outcome import (
    ContactFile,
    FileContacts,
    Hint,
    Refusal,
    Remark,
)
from datev_connector.app.contact_files.text_file import TextFile
from datev_connector.app.contact_files.vcard_file import VcardFile
from datev_connector.domain.contacts import Contact, Source


class _Kind(Protocol):
    @property
    def unused_columns(self) -> tuple[str, ...]:
        """What of each line means nothing."""

    def keys(self) -> Iterator[object]:
        """Give what tells one contact from the other."""

    def found(self, only: Source | None = None) -> Iterator[Entry | Remark]:
        """Give what the file holds, or what it holds of one source."""


def read_contact_file(path: Path, vcard_source: Source = Source.STARFACE) -> ContactFile:
    """Read CSV or vCard, told apart by their content; vCards belong to `vcard_source`.

    The file is read through several times and must stay until the contacts have been taken.
    Raises ContactFileError if the file as a whole is unusable, OSError if it cannot be read.
    """
    text = TextFile.of(path)
    begin = next((line for line in text.lines() if line.strip()), "")
    is_vcard = begin.lstrip()[:11].upper() == "BEGIN:VCARD"
    return _judged(VcardFile(text, vcard_source) if is_vcard else CsvFile(text))


def _judged(file: _Kind) -> ContactFile:
    """Look through the whole file, and keep only what has to be told."""
    places = Places(file.keys())
    contacts: dict[Source, FileContacts] = {}
    refused: list[Refusal] = []
    hints: list[Hint] = []
    for each in collected(file.found(), places.scattered):
        if isinstance(each, Contact):
            source = each.ref.source
            if source not in contacts:
                contacts[source] = FileContacts(partial(_contacts, file, places, source))
            contacts[source].count(each)
        elif isinstance(each, Refusal):
            refused.append(each)
        elif isinstance(each, Hint):
            hints.append(each)
    return ContactFile(
        contacts=contacts,
        refused=tuple(refused),
        hints=tuple(hints),
        unused_columns=file.unused_columns,
    )


def _contacts(file: _Kind, places: Places, source: Source) -> Iterator[Contact]:
    for each in collected(file.found(source), places.scattered):
        if isinstance(each, Contact):
            yield each
