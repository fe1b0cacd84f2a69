"""Comparing what two folders hold, byte by byte."""

from __future__ import annotations

from pathlib import Path


def differences(one: Path, other: Path) -> list[str]:
    """Files of one folder that are missing in the other, or differ."""
    ours, theirs = _files(one), _files(other)
    return sorted(
        name
        for name in ours.keys() | theirs.keys()
        if name not in ours
        or name not in theirs
        or ours[name].read_bytes() != theirs[name].read_bytes()
    )


def _files(folder: Path) -> dict[str, Path]:
    return {
        file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()
    }
