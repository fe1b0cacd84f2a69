"""Puts a file into the memory of the operating system, or out of it."""

from __future__ import annotations

import os
from pathlib import Path

PIECE = 1 << 20


def can_forget() -> bool:
    """Tell whether this system can be asked to forget a file."""
    return hasattr(os, "posix_fadvise")


def remember(file: Path) -> None:
    """Read all of it, so that the system has it at hand."""
    with file.open("rb") as stream:
        while stream.read(PIECE):
            pass


def forget(file: Path) -> None:
    """Ask the system to keep nothing of it in memory; nobody may have it mapped."""
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
