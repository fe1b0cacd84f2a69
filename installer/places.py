"""Where things are, and what they are called."""

from __future__ import annotations

import re
from pathlib import Path

from datev_connector import __version__

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
BUILD = ROOT / "build" / "msi"
PRODUCT = "DATEV Connector for STARFACE"
WINDOWED, CONSOLE = "DatevConnector.exe", "datev-connector.exe"
RUNTIME = "runtime"
PACKAGES = f"{RUNTIME}/packages"

EPOCH = 1767225600
"""The date of everything that has one (2026-01-01): the same sources give the same bytes."""


def msi_version(version: str = __version__) -> str:
    """The version as Windows Installer compares it: three numbers. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,3})\.(\d{1,3})\.(\d{1,5})", version)
    if found is None or int(found[1]) > 255 or int(found[2]) > 255 or int(found[3]) > 65535:
        raise ValueError(f"{version} is no version that Windows Installer can compare: 1.2.3 is")
    return version
