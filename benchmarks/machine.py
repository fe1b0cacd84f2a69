"""The machine that a run was made on, in words that let somebody compare."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import apsw

LIBRARIES = ("h11", "httpx2", "slixmpp", "phonenumberslite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the figures depend on."""

    processor: str
    cores: int
    memory: str
    system: str
    python: str
    libraries: str


def this_machine() -> Machine:
    """Describe the machine that this runs on."""
    names = [f"{name} {version(name)}" for name in LIBRARIES]
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory=_memory(),
        system=_system(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        libraries=", ".join([*names, f"SQLite {apsw.sqlite_lib_version()}"]),
    )


def load() -> float | None:
    """How many processes wanted a core in the last minute; None if the system keeps no count."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _processor() -> str:
    return _value_of("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()


def _memory() -> str:
    total = _value_of("/proc/meminfo", "MemTotal").partition(" ")[0]
    return f"{int(total) / (1 << 20):.0f} GiB" if total else "unknown"


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform()
    return f"{name}, {platform.system()} {platform.release().partition('-')[0]}"


def _value_of(file: str, name: str) -> str:
    path = Path(file)
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
