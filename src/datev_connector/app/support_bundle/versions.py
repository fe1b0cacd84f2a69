"""What the program is made of, and what it runs on."""

from __future__ import annotations

import platform
from importlib import metadata

import apsw

COMPONENTS = (
    "PySide6-Essentials",
    "apsw-sqlite3mc",
    "cryptography",
    "h11",
    "httpx2",
    "keyring",
    "phonenumberslite",
    "slixmpp",
    "tomlkit",
    "truststore",
)


def versions(program: str) -> dict[str, str]:
    """Return names and versions; nothing in it names this computer."""
    known = {
        "program": program,
        "Python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.version()}",
        "machine": platform.machine(),
        "SQLite": apsw.sqlite_lib_version(),
    }
    return known | {name: _version(name) for name in COMPONENTS}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not found"
