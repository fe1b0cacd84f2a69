"""A ZIP in JAR form whose bytes depend on nothing but its content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

MANIFEST = "META-INF/MANIFEST.MF"
_LONGEST_LINE = 72
"""Bytes of a line in a manifest, without its end (JAR file specification)."""
_IS_JAR = b"\xfe\xca\x00\x00"
"""The extra field by which Java marks the first entry of a JAR."""
_MADE_ON_DOS = 0
_ZIP = b"PK\x03\x04"
_BEGINNING = 512
"""Bytes within which the manifest of an archive ends: it stands first, as it is."""


def jar(manifest: Mapping[str, str], files: Mapping[str, bytes], at: datetime) -> bytes:
    """The archive: its manifest first, then the files by name; all are dated `at`, in UTC."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        _add(archive, MANIFEST, manifest_text(manifest), at, _IS_JAR)
        for name in sorted(files):
            _add(archive, name, files[name], at)
    return packed.getvalue()


def manifest_stands_in(content: bytes, line: str) -> bool:
    """Whether the bytes begin like an archive made here, with this line in its manifest."""
    beginning = content[:_BEGINNING]
    return beginning.startswith(_ZIP) and f"\r\n{line}\r\n".encode() in beginning


def manifest_text(manifest: Mapping[str, str]) -> bytes:
    """The main section. Raises ValueError for a line that is too long or more than one."""
    lines = [f"{name}: {value}".encode() for name, value in manifest.items()]
    for text in lines:
        if len(text) > _LONGEST_LINE or b"\r" in text or b"\n" in text:
            raise ValueError(f"not possible in a manifest: {text!r}")
    return b"\r\n".join([*lines, b"", b""])


def _add(
    archive: zipfile.ZipFile, name: str, content: bytes, at: datetime, extra: bytes = b""
) -> None:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_STORED  # what a library compresses to is its own affair
    entry.create_system = _MADE_ON_DOS
    entry.extra = extra
    archive.writestr(entry, content)
