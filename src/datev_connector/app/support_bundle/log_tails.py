"""The ends of the logs, newest files first, up to a limit for all of them together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 5_000_000
CUT = "(the beginning is left out)\n"


def log_tails(folder: Path, *, most_bytes: int = MOST_BYTES) -> Iterator[tuple[str, str]]:
    """Give the name and the end of each log; whole lines. What cannot be read is left out."""
    left = most_bytes
    for file in _newest_first(folder):
        if left <= 0:
            return
        try:
            raw, is_cut = _tail(file, left)
        except OSError:
            continue
        left -= len(raw)
        if is_cut:
            raw = CUT.encode() + raw.partition(b"\n")[2]
        yield file.name, raw.decode("utf-8", "replace")


def _newest_first(folder: Path) -> list[Path]:
    files = []
    for file in folder.glob("*.log*"):
        try:
            files.append((file.stat().st_mtime, file))
        except OSError:
            continue  # rotated away just now
    return [file for _, file in sorted(files, reverse=True) if file.is_file()]


def _tail(file: Path, most: int) -> tuple[bytes, bool]:
    """The end of a file, and whether something stands before it."""
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - most))
        return stream.read(most), size > most
