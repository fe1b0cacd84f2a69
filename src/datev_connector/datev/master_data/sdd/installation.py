"""Whether DATEV is installed on this machine, as far as that is cheap to see (DATEV SDD).

The reader looks more closely; here it is only decided whether it is worth while to start it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

REGISTRY_KEY = r"SOFTWARE\DATEV"
REGISTRY_VALUE = "Installationsverzeichnis"


def is_datev_installed(environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether a folder of DATEV's programs is there; False on everything but Windows."""
    found = (*_registered(), *usual_folders(os.environ if environment is None else environment))
    return sys.platform == "win32" and any(folder.is_dir() for folder in found)


def usual_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where DATEV's programs are if nobody chose another folder."""
    names = ("ProgramFiles(x86)", "ProgramFiles")
    programs = [Path(environment[name]) / "DATEV" for name in names if environment.get(name)]
    return tuple(folder / "PROGRAMM" for folder in (*programs, Path("C:/Programme/DATEV")))


def _registered() -> tuple[Path, ...]:
    """Where the registry says that DATEV is, in its 32-bit and its 64-bit view."""
    found: list[Path] = []
    if sys.platform == "win32":
        import winreg

        for view in (winreg.KEY_WOW64_32KEY, winreg.KEY_WOW64_64KEY):
            access = winreg.KEY_READ | view
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, REGISTRY_KEY, 0, access) as key:
                    value, _ = winreg.QueryValueEx(key, REGISTRY_VALUE)
            except OSError:
                continue
            found.append(Path(str(value)))
    return tuple(found)
