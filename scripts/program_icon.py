"""Writes the icon of the program as Windows wants it: icon.ico beside icon.svg, from which it is.

Run it when icon.svg has changed.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication

from datev_connector.desktop.look.program_icon import SIZES, program_pixmap

TARGET = Path(__file__).parents[1] / "src/datev_connector/desktop/look/icon.ico"
HEADER, ENTRY = "<HHH", "<BBBBHHII"
ICON, PLANES, BITS = 1, 1, 32


def main() -> int:
    """Write the file; return the exit code."""
    application = QGuiApplication(["program_icon", "-platform", "offscreen"])
    TARGET.write_bytes(ico([(size, png(size)) for size in SIZES]))
    print(f"{TARGET.name}: {len(SIZES)} sizes, {TARGET.stat().st_size} bytes")
    application.quit()
    return 0


def png(size: int) -> bytes:
    """The icon in one size as PNG."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    program_pixmap(size).save(buffer, "PNG")
    return bytes(content.data())


def ico(pictures: list[tuple[int, bytes]]) -> bytes:
    """All sizes in one file: a header, an entry for each, then the pictures."""
    offset = struct.calcsize(HEADER) + len(pictures) * struct.calcsize(ENTRY)
    entries, contents = b"", b""
    for size, content in pictures:
        side = size % 256  # 0 stands for 256
        entries += struct.pack(
            ENTRY, side, side, 0, 0, PLANES, BITS, len(content), offset + len(contents)
        )
        contents += content
    return struct.pack(HEADER, 0, ICON, len(pictures)) + entries + contents


if __name__ == "__main__":
    sys.exit(main())
