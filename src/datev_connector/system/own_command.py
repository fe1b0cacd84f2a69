"""How the operating system starts this very program again: from Run, from a link."""

from __future__ import annotations

import subprocess
import sys
from pathlib import PureWindowsPath

PACKAGE = "datev_connector"
CONSOLE, WINDOWED = "datev-connector.exe", "DatevConnector.exe"
"""The launchers of an installation; they lie side by side."""


def own_command(*arguments: str, executable: str = sys.executable) -> str:
    """The command line for Windows; `executable` is the process that runs us.

    Started by a Python, the program is a package of it, and the Python without a console is taken.
    Otherwise it has a launcher of its own.
    """
    program, *first = _program(executable)
    # The program is quoted in any case, as the installer does it: Windows itself wants it so.
    return f'"{program}" {subprocess.list2cmdline([*first, *arguments])}'


def _program(executable: str) -> tuple[str, ...]:
    path = PureWindowsPath(executable)
    if path.name.lower() == CONSOLE:
        return (str(path.with_name(WINDOWED)),)
    if path.stem.lower() not in {"python", "pythonw"}:
        return (executable,)
    windowed = str(path.with_name("pythonw.exe"))
    # -P: no module beside the working folder comes before the installed ones.
    return (windowed, "-P", "-m", PACKAGE)
