"""Takes out of an MSI what differs from one making to the next: its dates and a number by chance.

They stand in the summary of the database, a property set of OLE, which lies in one piece.
"""

from __future__ import annotations

import struct
from pathlib import Path

from installer.places import EPOCH

SUMMARY = bytes.fromhex("E0859FF2F94F6810AB9108002B27B3D9")
"""Marks the stream of the summary, 28 bytes behind its beginning."""
SECTION_AT = 44
"""From the beginning of the stream to the number that says where the section begins."""
TEMPLATE, REVISION, CREATED, SAVED = 7, 9, 12, 13
TEXT, TIME = 30, 64
TICKS_TO_1970 = 116_444_736_000_000_000


def settle(msi: Path, *, package_code: str, template: str) -> None:
    """Write the summary's dates, package code and template. Raises ValueError."""
    content = bytearray(msi.read_bytes())
    if content.count(SUMMARY) != 1:
        raise ValueError(f"{msi} has no summary, or more than one")
    mark = content.index(SUMMARY)
    stream = mark - 28
    (section,) = struct.unpack_from("<I", content, stream + SECTION_AT)
    places = _places(content, stream + section)
    for number in (CREATED, SAVED):
        _put_time(content, places[number])
    _put_text(content, places[REVISION], f"{{{package_code}}}")
    _put_text(content, places[TEMPLATE], template)
    msi.write_bytes(content)


def _places(content: bytearray, section: int) -> dict[int, int]:
    """Where each property stands, by its number."""
    (count,) = struct.unpack_from("<I", content, section + 4)
    rows = (struct.unpack_from("<II", content, section + 8 + 8 * row) for row in range(count))
    return {number: section + offset for number, offset in rows}


def _put_time(content: bytearray, place: int) -> None:
    _expect(content, place, TIME)
    struct.pack_into("<Q", content, place + 4, EPOCH * 10_000_000 + TICKS_TO_1970)


def _put_text(content: bytearray, place: int, text: str) -> None:
    """Put a text in the place of one that is as long."""
    _expect(content, place, TEXT)
    (size,) = struct.unpack_from("<I", content, place + 4)
    new = text.encode("ascii")
    if size not in (len(new), len(new) + 1):
        raise ValueError(f"the summary has {size} bytes where {text} should stand")
    content[place + 8 : place + 8 + len(new)] = new


def _expect(content: bytearray, place: int, kind: int) -> None:
    (found,) = struct.unpack_from("<I", content, place)
    if found != kind:
        raise ValueError(f"the summary holds a value of type {found}, not {kind}")
