"""A file beside the store that says: damage was met, look through all of it at the next start."""

from __future__ import annotations

import contextlib
from pathlib import Path


def suspect(path: Path) -> None:
    """Note that the store at `path` showed damage; nothing is raised if that cannot be noted."""
    with contextlib.suppress(OSError):
        _note(path).touch(mode=0o600)


def is_suspected(path: Path) -> bool:
    """Tell whether damage was met since the store was last looked through."""
    return _note(path).exists()


def clear(path: Path) -> None:
    """The store was looked through, or is another one now."""
    with contextlib.suppress(OSError):
        _note(path).unlink(missing_ok=True)


def _note(path: Path) -> Path:
    return path.with_suffix(".suspect")
