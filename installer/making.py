"""From the sources to the MSI. What makes it has to be there already (`installer/needs`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from installer import layout, package
from installer.places import CONSOLE, WINDOWED
from installer.signing import Signing

OUR_PROGRAMS = (WINDOWED, CONSOLE, "sdd-reader/sdd-reader.exe")
"""Those that nobody else has signed."""


@dataclass(frozen=True, slots=True)
class Made:
    """An installer, and the files that it installs."""

    msi: Path
    layout: Path
    version: str


def make(output: Path, version: str, signing: Signing | None) -> Made:
    """Make it anew in `output`. Raises subprocess.CalledProcessError, RuntimeError."""
    files = output / f"layout-{version}"
    layout.make(files, version)
    return pack(files, output / f"DatevConnector-{version}.msi", version, signing)


def pack(files: Path, msi: Path, version: str, signing: Signing | None) -> Made:
    """Sign our programs in `files`, pack them, sign the MSI. Raises as `make`."""
    if signing is not None:
        for name in OUR_PROGRAMS:
            signing.sign(files / name)
        layout.settle(files)
    package.make(files, msi, version)
    if signing is not None:
        signing.sign(msi)
    return Made(msi, files, version)
