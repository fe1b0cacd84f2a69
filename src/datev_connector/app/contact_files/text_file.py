"""A text file of unknown encoding, read line by line: however large, little of it is in memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from datev_connector.app.contact_files.outcome import ContactFileError

LARGEST_FILE_BYTES: Final = 200_000_000
"""A million numbers; what is larger is another file."""
LONGEST_LINE: Final = 500_000
TOO_LONG: Final = "\0\n"
"""Stands for a line that is no line of such a file; no other holds this sign."""

_PIECE_BYTES: Final = 1 << 20
_NO_TEXT: Final = "this is no text file; save it as CSV, in UTF-8 or Windows-1252"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that is text as a whole; it can be read several times."""

    path: Path
    encoding: str
    state: tuple[int, int]
    """Size and time of change, by which another content is known."""

    @classmethod
    def of(cls, path: Path) -> TextFile:
        """Look through a file in UTF-8, UTF-16 (with byte order mark) or Windows-1252.

        Raises ContactFileError if it is too large or no text, OSError if it cannot be read.
        """
        state = _state(path)
        with path.open("rb") as stream:
            begin = stream.read(2)
            # Not only by the state: a pipe has no size.
            size = len(begin)
            while piece := stream.read(_PIECE_BYTES):
                size += len(piece)
                if size > LARGEST_FILE_BYTES:
                    raise ContactFileError(f"the file has more than {LARGEST_FILE_BYTES} bytes")
        marked = begin in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        encodings = ("utf-16",) if marked else ("utf-8-sig", "cp1252")
        encoding = next((each for each in encodings if _fits(path, each)), None)
        if encoding is None:
            raise ContactFileError(_NO_TEXT)
        return cls(path, encoding, state)

    def lines(self) -> Iterator[str]:
        """Give the lines with their ends. Raises ContactFileError if the file was changed."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            while line := stream.readline(LONGEST_LINE):
                if len(line) < LONGEST_LINE or _ended(line):
                    yield line
                    continue
                while (rest := stream.readline(LONGEST_LINE)) and not _ended(rest):
                    pass
                yield TOO_LONG
        if _state(self.path) != self.state:
            raise ContactFileError("the file was changed while it was read; try again")


def _ended(line: str) -> bool:
    return line.endswith(("\n", "\r"))


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE_BYTES):
                if "\0" in decoder.decode(piece):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
