"""Contacts from CSV: a header, then one line a number; lines of one id make one contact."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import Final, TypeVar

from datev_connector.app.contact_files.collector import ContactCollector, Entry
from datev_connector.app.contact_files.outcome import (
    ContactFile,
    ContactFileError,
    Hint,
    Refusal,
    Refused,
)
from datev_connector.domain.contacts import ContactKind, ContactRef, Medium, Source, StoredNumber

REQUIRED: Final = ("source", "id", "name", "number")
_GERMAN: Final = {"telefon": "phone", "telefax": "fax"}
"""What a fax machine is called must not make it answer for a caller."""
OPTIONAL: Final = ("standardised", "medium", "kind", "active", "client_number", "note", "main")

_YES: Final = ("1", "true", "yes", "ja")
_NO: Final = ("0", "false", "no", "nein")
_MEDIUM_OTHERWISE: Final = Medium.PHONE
"""Without a word, or with one that is not known: better a name too many than a caller unknown."""
_CHOICE = TypeVar("_CHOICE", bound=StrEnum)

Row = tuple[int, list[str] | Refusal]


def read_csv(text: str) -> ContactFile:
    """Read CSV with `;` or `,`. Raises ContactFileError if the header is not usable."""
    lines = list(io.StringIO(text, newline=""))
    rows = _rows(lines, _delimiter(lines))
    header = _header(next(rows, None))
    collector = ContactCollector()
    refused: list[Refusal] = []
    hints: list[Hint] = []
    for line, row in rows:
        if isinstance(row, Refusal):
            refused.append(row)
        elif any(cell.strip() for cell in row):
            try:
                cells = _cells(header, row)
                collector.add(_entry(cells), line)
                hints += _hints(cells, line)
            except Refused as fault:
                refused.append(fault.at(line))
    return ContactFile(
        contacts=collector.contacts(),
        refused=tuple(refused),
        hints=tuple(hints),
        unused_columns=tuple(name for name in header if name not in REQUIRED + OPTIONAL),
    )


# --- rows -----------------------------------------------------------------------------------------


def _delimiter(lines: list[str]) -> str:
    header = next((line for line in lines if line.strip()), "")
    return max(";,\t", key=header.count)


def _rows(lines: list[str], delimiter: str) -> Iterator[Row]:
    """Give each record with the number of its first line.

    A record whose quoting is broken costs its own first line only: reading goes on with the next.
    """
    begin = 0
    while begin < len(lines):
        reader = csv.reader(islice(lines, begin, None), delimiter=delimiter, strict=True)
        first, offset = begin, begin
        try:
            for row in reader:
                yield first + 1, row
                first = offset + reader.line_num
            return
        except csv.Error:
            reason = "the quotation marks do not fit; write a quotation mark in a text twice"
            yield first + 1, Refusal(line=first + 1, field="", reason=reason)
            begin = first + 1


def _header(row: Row | None) -> dict[str, int]:
    if row is None:
        raise ContactFileError(f"the file is empty; {_expected()}")
    line, cells = row
    if isinstance(cells, Refusal):
        raise ContactFileError(str(cells))
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise ContactFileError(f"line {line}: no column {', '.join(missing)}; {_expected()}")
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise ContactFileError(f"line {line}: the column {doubled[0]} is there twice")
    return {name: position for position, name in enumerate(names) if name}


def _expected() -> str:
    return f"the first line names the columns: {', '.join(REQUIRED)} and if wanted " + ", ".join(
        OPTIONAL
    )


# --- one row --------------------------------------------------------------------------------------


def _cells(header: Mapping[str, int], row: list[str]) -> Mapping[str, str]:
    if any(cell.strip() for cell in row[max(header.values()) + 1 :]):
        raise Refused("", "more fields than the header has columns; quote texts with a separator")
    # A line break within a text is a slip of whoever made the file; a space serves.
    return {name: " ".join(row[at].split()) if at < len(row) else "" for name, at in header.items()}


def _entry(cells: Mapping[str, str]) -> Entry:
    return Entry(
        ref=ContactRef(_source(cells), _required(cells, "id")),
        name=_required(cells, "name"),
        kind=_word_of(cells, "kind", ContactKind) or ContactKind.UNKNOWN,
        active=_truth(cells, "active"),
        client_number=cells.get("client_number", ""),
        number=_number(cells),
    )


def _number(cells: Mapping[str, str]) -> StoredNumber:
    number, standardised = cells["number"], cells.get("standardised", "")
    if not (number or standardised):
        raise Refused("number", "is empty")
    for name, text in (("number", number), ("standardised", standardised)):
        if text and not any(character.isdecimal() for character in text):
            raise Refused(name, "holds no digit")
    return StoredNumber(
        number=number or standardised,
        standardised=standardised,
        medium=_word_of(cells, "medium", Medium) or _MEDIUM_OTHERWISE,
        note=cells.get("note", ""),
        main=bool(_truth(cells, "main")),
    )


def _required(cells: Mapping[str, str], name: str) -> str:
    if not cells[name]:
        raise Refused(name, "is empty")
    return cells[name]


def _source(cells: Mapping[str, str]) -> Source:
    source = _word_of(cells, "source", Source)
    if source is None:
        found = repr(cells["source"]) if cells["source"] else "empty"
        raise Refused("source", f"is {found}; it must be one of {', '.join(Source)}")
    return source


def _word_of(cells: Mapping[str, str], name: str, words: type[_CHOICE]) -> _CHOICE | None:
    """The value that a cell names; None if it is empty or names none."""
    word = cells.get(name, "").lower()
    word = _GERMAN.get(word, word)
    return next((each for each in words if each == word), None)


def _hints(cells: Mapping[str, str], line: int) -> Iterator[Hint]:
    """Tell of words that were not known: a client is not lost for the sake of one of them."""
    for name, words, taken in (
        ("kind", ContactKind, ContactKind.UNKNOWN),
        ("medium", Medium, _MEDIUM_OTHERWISE),
    ):
        if cells.get(name) and _word_of(cells, name, words) is None:
            reason = (
                f"is {cells[name]!r}, which is none of {', '.join(words)}; it was taken as {taken}"
            )
            yield Hint(line=line, field=name, reason=reason)


def _truth(cells: Mapping[str, str], name: str) -> bool | None:
    word = cells.get(name, "").lower()
    if not word:
        return None
    if word not in _YES + _NO:
        allowed = f"{', '.join(_YES)} or {', '.join(_NO)}"
        raise Refused(name, f"is {word!r}; it must be one of {allowed}")
    return word in _YES
