"""Loads Qt without its import hook, then runs the windows.

PySide6 puts a hook of its own into Python's import, for a feature that nobody uses here (names in
the style of Python). The hook reads the source of every module that is imported after it, and all
of that stays in memory: with this program a quarter of what a session holds. So the import is
given back to Python before anything else is loaded.
"""

from __future__ import annotations

import builtins
import linecache
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from datev_connector.app.commands.failures import CommandFailed

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session

SWITCH_S = 0.0005
"""Python lets a thread run on for 5 ms before another one has its turn. The thread of Qt asks for
it many times for a window, while the core is busy with the same call."""


def load_qt() -> None:
    """Load Qt, and leave Python's import as it was."""
    usual = builtins.__import__
    import PySide6.QtCore  # noqa: F401 - the first of them sets the hook

    builtins.__import__ = usual
    linecache.clearcache()


def no_screen(environment: Mapping[str, str] = os.environ) -> str:
    """Why no window can be opened here; empty if nothing speaks against it. Loads Qt."""
    on_x11 = sys.platform == "linux" and not environment.get("QT_QPA_PLATFORM", "")
    if on_x11 and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return "DISPLAY is not set"
    try:
        load_qt()
        import PySide6.QtWidgets  # noqa: F401 - whether its libraries are there
    except ImportError as fault:
        return str(fault)
    return ""


def run_windows(session: Session, *, stream: bool, link: str, gives_way: bool = False) -> int:
    """Run the desktop program of a profile; return the exit code.

    `gives_way`: where it runs already, this start ends without a word.
    """
    sys.setswitchinterval(SWITCH_S)
    missing = no_screen()
    if missing:
        raise CommandFailed(
            f"There is no screen on which windows could open: {missing}.",
            "Start it where a person is signed in, or with --headless.",
        )
    from datev_connector.app.windows import start

    return start.run_windows(session, stream=stream, link=link, gives_way=gives_way)
