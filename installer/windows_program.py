"""What a Windows program or library says of itself: its version, and what it needs to run."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SUFFIXES = (".dll", ".exe", ".pyd")
IMPORTS = 1
"""The place of the import table among the tables of a program."""
IMPORT_ENTRY = 20
VERSION_NAME = "VS_VERSION_INFO".encode("utf-16-le")
VERSION_MARK = b"\xbd\x04\xef\xfe"
PE32_PLUS = 0x20B


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the file, and where it lies once it is loaded."""

    address: int
    size: int
    offset: int


class WindowsProgram:
    """The file of a program or library, read once."""

    def __init__(self, file: Path) -> None:
        """Raises OSError; ValueError if it is no Windows program."""
        self._content = file.read_bytes()
        if self._content[:2] != b"MZ":
            raise ValueError(f"{file} is no Windows program")
        (self._header,) = struct.unpack_from("<I", self._content, 0x3C)
        if self._content[self._header : self._header + 4] != b"PE\0\0":
            raise ValueError(f"{file} is no Windows program")

    def version(self) -> str | None:
        """Its file version, `1.2.3.4`; None if it says none."""
        begin = self._content.find(VERSION_NAME)
        mark = self._content.find(VERSION_MARK, begin, begin + 100) if begin >= 0 else -1
        if mark < 0:
            return None
        high, low = struct.unpack_from("<II", self._content, mark + 8)
        return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"

    def told(self, pattern: re.Pattern[bytes]) -> set[bytes]:
        """The texts in it, by the one group of a pattern."""
        return set(pattern.findall(self._content))

    def imports(self) -> Iterator[str]:
        """The libraries that it cannot be loaded without, in small letters."""
        table = self._table(IMPORTS)
        if table is None:
            return
        while True:
            name = struct.unpack_from("<5I", self._content, table)[3]
            if not name:
                return
            at = self._offset(name)
            yield self._content[at : self._content.index(b"\0", at)].decode("ascii").lower()
            table += IMPORT_ENTRY

    def _table(self, number: int) -> int | None:
        optional = self._header + 24
        (magic,) = struct.unpack_from("<H", self._content, optional)
        tables = optional + (112 if magic == PE32_PLUS else 96)
        (address,) = struct.unpack_from("<I", self._content, tables + 8 * number)
        return self._offset(address) if address else None

    def _offset(self, address: int) -> int:
        """Where in the file something is that lies at this address once loaded."""
        for section in self._sections:
            if section.address <= address < section.address + section.size:
                return address - section.address + section.offset
        raise ValueError("it points to where nothing is")

    @cached_property
    def _sections(self) -> tuple[Section, ...]:
        (count,) = struct.unpack_from("<H", self._content, self._header + 6)
        (optional,) = struct.unpack_from("<H", self._content, self._header + 20)
        first = self._header + 24 + optional
        rows = (struct.unpack_from("<8x4I", self._content, first + 40 * n) for n in range(count))
        return tuple(
            Section(address, max(size, raw), offset) for size, address, raw, offset in rows
        )


def windows_programs(folder: Path) -> Iterator[tuple[Path, WindowsProgram]]:
    """Every program and library below a folder, in order."""
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in SUFFIXES:
            yield file, WindowsProgram(file)
