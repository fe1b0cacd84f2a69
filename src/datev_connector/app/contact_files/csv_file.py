"""Contacts from CSV: a header, then one line a number; lines of one id make one contact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from datev_connector.app.contact_files import spreadsheet
from datev_connector.app.contact_files.collector import Entry
from datev_connector.app.contact_files.csv_rows import Row, rows
from datev_connector.app.contact_files.outcome import (
    ContactFileError,
    Hint,
    Refusal,
    Refused,
    Remark,
)
from datev_connector.app.contact_files.text_file import TextFile
from datev_connector.domain.contacts import ContactKind, ContactRef, Medium, Source, StoredNumber

REQUIRED: Final = ("source", "id", "name", "number")
_GERMAN: Final = {"telefon": "phone", "telefax": "fax"}
"""What a fax machine is called must not make it answer for a caller."""
OPTIONAL: Final = ("standardised", "medium", "kind", "active", "client_number", "note", "main")
LONGEST_CELL: Final = 1000
"""More is no name and no number, but a file that is not what it seems."""

_YES: Final = ("1", "true", "yes", "ja")
_NO: Final = ("0", "false", "no", "nein")
_MEDIUM_OTHERWISE: Final = Medium.PHONE
"""Without a word, or with one that is not known: better a name too many than a caller unknown."""
_NAMES_DELIMITER: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""A first line by which Excel is told the separator."""
_OFTEN: Final[Mapping[str, str]] = {
    "name": "name",
    "bezeichnung": "name",
    "firma": "name",
    "telefon": "number",
    "telefonnummer": "number",
    "rufnummer": "number",
    "nummer": "number",
    "adressnummer": "id",
    "adressaten-id": "id",
    "mandantennummer": "client_number",
    "mandant": "client_number",
    "quelle": "source",
}
"""Columns of other programs, and what they probably hold; for advice, never taken for it."""
_SOURCES: Final[Mapping[str, Source]] = {each.value: each for each in Source}
_KINDS: Final[Mapping[str, ContactKind]] = {each.value: each for each in ContactKind}
_MEDIA: Final[Mapping[str, Medium]] = {each.value: each for each in Medium}
_CHOICE = TypeVar("_CHOICE", bound=StrEnum)
_Cells = Mapping[str, str]


class CsvFile:
    """A CSV file with `;`, `,` or tabs between its columns, read as often as needed."""

    def __init__(self, file: TextFile) -> None:
        """Raises ContactFileError if the header is not usable."""
        self._file = file
        self._delimiter, begin = _beginning(file.lines())
        self._skipped = begin
        line, cells = self._header_row()
        self._columns = _columns(line, cells)

    @property
    def unused_columns(self) -> tuple[str, ...]:
        """The names of columns that mean nothing here."""
        return tuple(name for name in self._columns if name not in REQUIRED + OPTIONAL)

    def keys(self) -> Iterator[object]:
        """Give, line by line, what tells one contact from the other."""
        source, number = self._columns["source"], self._columns["id"]
        most = max(source, number)
        for _, row in self._rows():
            if not isinstance(row, Refusal) and len(row) > most:
                ref = _ref_of(row[source], row[number])
                if ref is not None:
                    yield ref

    def found(self, only: Source | None = None) -> Iterator[Entry | Remark]:
        """Give what each line holds, or those of one source alone."""
        read = _RowReader(self._columns)
        for line, row in self._rows():
            if isinstance(row, Refusal):
                yield row
            elif any(row) and (only is None or read.source_of(row) is only):
                try:
                    yield read.entry(line, row)
                except Refused as fault:
                    yield fault.at(line)
                yield from read.hints
                read.hints = []
        yield from read.doubts()

    def _header_row(self) -> Row:
        lines = self._all_rows()
        found = next(((n, row) for n, row in lines if isinstance(row, Refusal) or any(row)), None)
        if found is None:
            raise ContactFileError(f"the file is empty; {_expected()}")
        return found

    def _rows(self) -> Iterator[Row]:
        found = self._all_rows()
        for _, row in found:
            if isinstance(row, Refusal) or any(row):
                break
        return found

    def _all_rows(self) -> Iterator[Row]:
        lines = self._file.lines()
        for _ in range(self._skipped):
            next(lines)
        return rows(lines, self._delimiter, self._skipped + 1)


# --- the header -----------------------------------------------------------------------------------


def _beginning(lines: Iterable[str]) -> tuple[str, int]:
    """Return the separator, and how many lines stand before the header."""
    for skipped, line in enumerate(lines):
        named = _NAMES_DELIMITER.fullmatch(line)
        if named is not None:
            return named[1], skipped + 1
        if line.strip():
            return max(";,\t", key=line.count), skipped
    return ";", 0


def _columns(line: int, cells: list[str] | Refusal) -> dict[str, int]:
    if isinstance(cells, Refusal):
        raise ContactFileError(str(cells))
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        problem = f"line {line}: no column {', '.join(missing)}"
        raise ContactFileError(f"{problem}; {_expected()}{_advice(names, missing)}")
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise ContactFileError(f"line {line}: the column {doubled[0]} is there twice")
    return {name: position for position, name in enumerate(names) if name}


def _expected() -> str:
    return f"the first line names the columns: {', '.join(REQUIRED)} and if wanted " + ", ".join(
        OPTIONAL
    )


def _advice(names: list[str], missing: list[str]) -> str:
    """Tell which columns have to be renamed, as far as their names say what they hold."""
    found = [(name, _OFTEN[name]) for name in names if name in _OFTEN and name not in REQUIRED]
    likely = [f"{name!r} {own}" for name, own in found if own in (*missing, "client_number")]
    return f"; perhaps call {', '.join(likely)}" if likely else ""


# --- one row --------------------------------------------------------------------------------------


def _ref_of(source: str, contact: str) -> ContactRef | None:
    known = _SOURCES.get(source.strip().lower())
    return None if known is None else ContactRef(known, spreadsheet.text(_plain(contact)))


def _plain(cell: str) -> str:
    # A line break within a text is a slip of whoever made the file; a space serves.
    return cell if cell.isalnum() else " ".join(cell.split())


class _RowReader:
    """Turns rows into entries, and remembers what is odd about them."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        known = {name: at for name, at in columns.items() if name in REQUIRED + OPTIONAL}
        self._known = tuple(known.items())
        self._source = columns["source"]
        self._width = max(columns.values()) + 1
        self._sight = spreadsheet.Sight()
        self.hints: list[Hint] = []
        """On the latest row."""

    def source_of(self, row: list[str]) -> Source | None:
        """Return the source that a row names."""
        return _SOURCES.get(row[self._source].strip().lower()) if len(row) > self._source else None

    def doubts(self) -> Iterator[Hint]:
        """Return what only the whole file shows."""
        return self._sight.doubts()

    def entry(self, line: int, row: list[str]) -> Entry:
        """Return what a row holds. Raises Refused."""
        cells = self._cells(row)
        ref = ContactRef(_source(cells), spreadsheet.text(_required(cells, "id")))
        name, active = _required(cells, "name"), _truth(cells, "active")
        hints: list[tuple[str, str]] = []
        number, standardised = _numbers(cells, hints)
        entry = Entry(
            line=line,
            ref=ref,
            name=name,
            kind=_word_of(cells, "kind", _KINDS, ContactKind.UNKNOWN, hints),
            active=active,
            client_number=spreadsheet.text(cells.get("client_number", "")),
            number=StoredNumber(
                number=number or standardised,
                standardised=standardised,
                medium=_word_of(cells, "medium", _MEDIA, _MEDIUM_OTHERWISE, hints),
                note=cells.get("note", ""),
                main=bool(_truth(cells, "main")),
            ),
        )
        self._sight.see(line, name, cells["number"])
        self.hints = [Hint(line=line, field=field, reason=reason) for field, reason in hints]
        return entry

    def _cells(self, row: list[str]) -> _Cells:
        count = len(row)
        if count > self._width and any(cell.strip() for cell in row[self._width :]):
            reason = "more fields than the header has columns; quote texts with a separator"
            raise Refused("", reason)
        cells = {name: _plain(row[at]) if at < count else "" for name, at in self._known}
        for name, cell in cells.items():
            if len(cell) > LONGEST_CELL:
                raise Refused(name, f"has {len(cell)} characters, more than {LONGEST_CELL}")
        return cells


def _numbers(cells: _Cells, hints: list[tuple[str, str]]) -> tuple[str, str]:
    """Return number and standardised number; one that is spoiled costs nothing if the other is not.

    Raises Refused if there is none.
    """
    read = {name: spreadsheet.number(cells.get(name, "")) for name in ("number", "standardised")}
    if not any(cell.text for cell in read.values()):
        spoiled = ((name, cell.fault) for name, cell in read.items() if cell.fault)
        raise Refused(*next(spoiled, ("number", "is empty")))
    for name, cell in read.items():
        if cell.fault:
            hints.append((name, f"{cell.fault}; it was passed over"))
        elif cell.hint:
            hints.append((name, cell.hint))
    return read["number"].text, read["standardised"].text


def _required(cells: _Cells, name: str) -> str:
    if not cells[name]:
        raise Refused(name, "is empty")
    return cells[name]


def _source(cells: _Cells) -> Source:
    source = _SOURCES.get(cells["source"].lower())
    if source is None:
        found = repr(cells["source"]) if cells["source"] else "empty"
        raise Refused("source", f"is {found}; it must be one of {', '.join(Source)}")
    return source


def _word_of(
    cells: _Cells,
    name: str,
    words: Mapping[str, _CHOICE],
    otherwise: _CHOICE,
    hints: list[tuple[str, str]],
) -> _CHOICE:
    """Return the value that a cell names; a client is not lost for the sake of an unknown word."""
    cell = cells.get(name)
    if not cell:
        return otherwise
    word = cell.lower()
    found = words.get(_GERMAN.get(word, word))
    if found is None:
        known = ", ".join(words)
        hints.append((name, f"is {cell!r}, which is none of {known}; it was taken as {otherwise}"))
    return found or otherwise


def _truth(cells: _Cells, name: str) -> bool | None:
    word = cells.get(name, "").lower()
    if not word:
        return None
    if word not in _YES + _NO:
        allowed = f"{', '.join(_YES)} or {', '.join(_NO)}"
        raise Refused(name, f"is {word!r}; it must be one of {allowed}")
    return word in _YES
