"""Collects the licences of everything that is installed into one folder."""

from __future__ import annotations

import shutil
from importlib.metadata import Distribution, distributions
from pathlib import Path

from installer.places import HERE, ROOT

TEXTS = HERE / "licences"
"""Texts that the packages do not carry: what is compiled into them, and the offer for Qt."""
NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
NOT_OURS = "Commercial"
"""Qt may be had under another licence, for money: we take it under the LGPL."""
CHOSEN = {
    "apsw_sqlite3mc": "Zlib",
    "pyside6_essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
    "pyasn1_modules": "BSD-2-Clause",
    "jaraco.classes": "MIT",
}
"""Where a package leaves the choice, or names its licence in words of its own."""


def collect(folder: Path, runtime: Path, packages: Path) -> None:
    """Write `folder`/licences. Raises RuntimeError if a package has neither text nor licence."""
    target = folder / "licences"
    target.mkdir()
    shutil.copy(ROOT / "LICENSE", target / "DATEV Connector for STARFACE.txt")
    shutil.move(runtime / "LICENSE.txt", target / "Python.txt")
    for file in sorted(TEXTS.glob("*.txt")):
        shutil.copy(file, target)
    rows = [_row(one, target) for one in sorted(distributions(path=[str(packages)]), key=_name)]
    text = (TEXTS / "README.in").read_text("utf-8").replace("@PACKAGES@", "".join(rows))
    (target / "README.txt").write_text(text, "utf-8", newline="\r\n")


def licence_of(distribution: Distribution) -> str:
    """The licence by its SPDX name. Raises RuntimeError if the package names none."""
    if distribution.name.lower() in CHOSEN:
        return CHOSEN[distribution.name.lower()]
    metadata = distribution.metadata
    for field in ("License-Expression", "License"):
        if field in metadata and metadata[field].strip():
            return metadata[field].strip().splitlines()[0]
    raise RuntimeError(f"{distribution.name} names no licence")


def _name(distribution: Distribution) -> str:
    return distribution.name.lower()


def _row(distribution: Distribution, target: Path) -> str:
    texts = [
        Path(str(file.locate()))
        for file in distribution.files or ()
        if file.name.upper().startswith(NAMES)
        and ".dist-info" in str(file)
        and NOT_OURS not in file.name
    ]
    for text in texts:
        name = f"{distribution.name} - {text.name.removesuffix('.txt')}.txt"
        shutil.copy(text, target / name)
    return f"{distribution.name} {distribution.version}: {licence_of(distribution)}\n"
