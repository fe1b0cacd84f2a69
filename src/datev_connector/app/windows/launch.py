"""Loads Qt without its import hook, then runs the windows.

PySide6 puts a hook of its own into Python's import, for a feature that nobody uses here (names in
the style of Python). The hook reads the source of every module that is imported after it, and all
of that stays in memory: with this program a quarter of what a session holds. So the import is
given back to Python before anything else is loaded.
"""

from __future__ import annotations

import builtins
import linecache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session


def load_qt() -> None:
    """Load Qt, and leave Python's import as it was."""
    usual = builtins.__import__
    import PySide6.QtCore  # noqa: F401 - the first of them sets the hook

    builtins.__import__ = usual
    linecache.clearcache()


def run_windows(session: Session, *, stream: bool, link: str) -> int:
    """Run the desktop program of a profile; return the exit code."""
    load_qt()
    from datev_connector.app.windows import start

    return start.run_windows(session, stream=stream, link=link)
