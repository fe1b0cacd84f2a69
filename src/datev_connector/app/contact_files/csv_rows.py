"""The records of a CSV file, one at a time; a broken one costs its own first line only."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from datev_connector.app.contact_files.outcome import Refusal
from datev_connector.app.contact_files.text_file import LONGEST_LINE, TOO_LONG

Row = tuple[int, list[str] | Refusal]

_QUOTES: Final = "the quotation marks do not fit; write a quotation mark in a text twice"
_ENDLESS: Final = "a field is far too long; is a quotation mark missing at its end?"
_LONG_LINE: Final = f"the line has more than {LONGEST_LINE} characters"


class _Taken:
    """Hands out lines and keeps those of the record that is being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.record.append(line)
        return line

    def put_back(self) -> None:
        """Have all lines of the record but its first read again."""
        self._again.extendleft(reversed(self.record[1:]))
        self.record = []


def rows(lines: Iterable[str], delimiter: str, first: int) -> Iterator[Row]:
    """Give each record with the number of its first line; `first` is that of the first line."""
    taken, line = _Taken(lines), first
    while True:
        reader = csv.reader(taken, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if TOO_LONG in taken.record:
                    yield line, Refusal(line=line, field="", reason=_LONG_LINE)
                else:
                    yield line, row
                line += len(taken.record)
                taken.record = []
            return
        except csv.Error as fault:
            reason = _ENDLESS if "field limit" in str(fault) else _QUOTES
            yield line, Refusal(line=line, field="", reason=reason)
            taken.put_back()
            line += 1
