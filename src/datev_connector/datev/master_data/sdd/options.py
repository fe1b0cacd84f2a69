"""How the SDD is read: where things are, and how long to wait for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SddOptions:
    """Times in seconds."""

    reader: Path | None = None
    """The program `sdd-reader.exe`; None: looked for, see `finding`."""
    assemblies: str = ""
    """The folder of DATEV's assemblies; empty: the reader looks for them itself."""
    limit_s: float = 120.0
    """For one list as a whole. Offices with some ten thousand contacts need less than a minute."""
    silence_s: float = 45.0
    """Between two lines, and until the first one. Not until the first contact: DATEV collects
    the whole list before it hands out any of it."""
    retries: int = 3
    """After the first try, and only after what may pass by itself."""
    pause_s: tuple[float, float] = (1.0, 60.0)
    """Before the first retry, doubled before each further one; and the longest."""
    mono: str = "mono"
    """What runs the reader where there is no .NET Framework: any system but Windows."""
