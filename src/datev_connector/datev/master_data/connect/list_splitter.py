"""Takes a long JSON array apart while it comes in: entry by entry, never the whole.

A list of addressees has some thirty megabytes in a large office. The decoder of the standard
library reads each entry as soon as it is whole, at the speed of its C part; what is kept is the
beginning of the next one. A list that does not end with its bracket is cut, never "the end".
"""

from __future__ import annotations

import codecs
import json
import re
from enum import Enum, auto
from typing import Any

from datev_connector.domain.wording import worded

LONGEST_ENTRY = 1024 * 1024
"""Characters. DATEV's longest text field has 65,535."""
_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)  # a line break inside a note harms nobody


class BadList(Exception):
    """What comes is no list of entries; the text says why, without what it holds."""


class CutList(BadList):
    """The list ended before its closing bracket."""


class _Place(Enum):
    BEFORE = auto()
    FIRST = auto()
    FURTHER = auto()
    BEHIND = auto()


class ListSplitter:
    """One list. `feed` it with bytes (UTF-8, with or without a byte order mark), then `close`."""

    def __init__(self, longest_entry: int = LONGEST_ENTRY) -> None:
        self._longest = longest_entry
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._enough = 0
        self._place = _Place.BEFORE

    def feed(self, piece: bytes) -> list[Any]:
        """Return the entries that are whole by now. Raises BadList."""
        self._add(piece, last=False)
        # An entry that is not whole yet is not tried again for each byte of its rest.
        return [] if len(self._text) < self._enough else self._entries()

    def close(self) -> list[Any]:
        """Return what is left, once nothing more comes. Raises BadList; CutList if it was cut."""
        self._add(b"", last=True)
        found = self._entries()
        if self._place is not _Place.BEHIND:
            raise CutList(worded("it broke off"))
        return found

    def _add(self, piece: bytes, *, last: bool) -> None:
        try:
            self._text = self._text[self._at :] + self._decoder.decode(piece, last)
        except UnicodeDecodeError as error:
            if last:
                raise CutList(worded("it broke off within a letter")) from error
            raise BadList(worded("not in UTF-8")) from error
        self._at = 0

    def _entries(self) -> list[Any]:
        found: list[Any] = []
        self._begin()
        while self._place in {_Place.FIRST, _Place.FURTHER} and self._take(found):
            pass
        self._skip_blanks()
        left = len(self._text) - self._at
        if left and self._place is _Place.BEHIND:
            raise BadList(worded("something behind the list"))
        if left > self._longest:
            raise BadList(worded("an entry that is too long, or no JSON"))
        self._enough = left + left // 4
        return found

    def _begin(self) -> None:
        self._skip_blanks()
        if self._place is _Place.BEFORE and self._at < len(self._text):
            if self._text[self._at] != "[":
                raise BadList(worded("no list"))
            self._at += 1
            self._place = _Place.FIRST

    def _take(self, found: list[Any]) -> bool:
        """Take one entry with the comma or bracket behind it; False if that is not there yet."""
        self._skip_blanks()
        if self._place is _Place.FIRST and self._text.startswith("]", self._at):
            self._at += 1
            self._place = _Place.BEHIND
            return False
        try:
            entry, end = _DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return False
        behind = _blanks_end(self._text, end)
        mark = self._text[behind : behind + 1]
        if mark not in {",", "]"}:
            if mark and not isinstance(entry, int | float):  # a number may go on
                raise BadList(worded("no JSON"))
            return False
        found.append(entry)
        self._at = behind + 1
        self._place = _Place.FURTHER if mark == "," else _Place.BEHIND
        return True

    def _skip_blanks(self) -> None:
        self._at = _blanks_end(self._text, self._at)


def _blanks_end(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return at if found is None else found.end()
