"""Works of others that are compiled into libraries, in the versions that these tell of themselves.

No list of packages knows them, but a flaw of one of them is a flaw of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from installer.places import PACKAGES, RUNTIME
from installer.windows_program import WindowsProgram

OPENSSL = rb"OpenSSL (\d+\.\d+\.\d+) \d"
RESOURCE = b""
"""The version that Windows shows for the file."""
UNTOLD = None
"""Nothing in the file tells it."""


@dataclass(frozen=True, slots=True)
class Work:
    """Something in a file, and how the file tells its version."""

    name: str
    licence: str
    known_as: str
    """Maker and product, as lists of known flaws call it (CPE)."""
    file: str
    tells: bytes | None
    """A pattern whose group is the version."""


@dataclass(frozen=True, slots=True)
class Found:
    """A work in its version."""

    work: Work
    version: str
    """Empty: nothing tells it."""


PYTHON, CRYPTO = f"{RUNTIME}/python313.dll", f"{RUNTIME}/libcrypto-3.dll"
QT_CORE, QT_GUI = f"{PACKAGES}/PySide6/Qt6Core.dll", f"{PACKAGES}/PySide6/Qt6Gui.dll"
APSW = f"{PACKAGES}/apsw/__init__.cp313-win_amd64.pyd"
CARES = f"{PACKAGES}/pycares/_cares.pyd"
RUST = f"{PACKAGES}/cryptography/hazmat/bindings/_rust.pyd"
EXPAT = f"{RUNTIME}/pyexpat.pyd"
MICROSOFT = f"{RUNTIME}/vcruntime140.dll"
REDISTRIBUTABLE = "LicenseRef-Microsoft-Redistributable"
CIPHERS = "SQLite3 Multiple Ciphers"

WORKS = (
    Work("bzip2", "bzip2-1.0.6", "bzip:bzip2", f"{RUNTIME}/_bz2.pyd", rb"(1\.0\.\d+), \d"),
    Work("c-ares", "MIT", "c-ares:c-ares", CARES, rb"\0(1\.\d\d\.\d+)\0"),
    Work("expat", "MIT", "libexpat_project:libexpat", EXPAT, rb"expat_(\d+\.\d+\.\d+)"),
    Work("libffi", "MIT", "libffi_project:libffi", f"{RUNTIME}/libffi-8.dll", UNTOLD),
    Work("libpng", "libpng-2.0", "libpng:libpng", QT_GUI, rb"\0(1\.6\.\d+)\0"),
    Work(
        "Microsoft Visual C++ runtime",
        REDISTRIBUTABLE,
        "microsoft:visual_c++_redistributable",
        MICROSOFT,
        RESOURCE,
    ),
    Work("OpenSSL", "Apache-2.0", "openssl:openssl", CRYPTO, OPENSSL),
    Work("OpenSSL", "Apache-2.0", "openssl:openssl", RUST, OPENSSL),
    Work("PCRE2", "BSD-3-Clause", "pcre:pcre2", QT_CORE, rb"(10\.\d\d) 20\d\d-\d\d-\d\d"),
    Work("Qt", "LGPL-3.0-only", "qt:qt", QT_CORE, RESOURCE),
    Work("SQLite", "blessing", "sqlite:sqlite", APSW, rb"version-(3\.\d+\.\d+)\0"),
    Work(CIPHERS, "MIT", "utelle:sqlite3multipleciphers", APSW, rb"Ciphers (\d+\.\d+\.\d+)"),
    Work("XZ Utils", "0BSD", "tukaani:xz", f"{RUNTIME}/_lzma.pyd", UNTOLD),
    Work("zlib", "Zlib", "zlib:zlib", PYTHON, rb"\0(1\.\d\.\d+)\0"),
    Work("zlib", "Zlib", "zlib:zlib", QT_CORE, rb"(1\.\d\.\d+) \(Qt\)"),
)


def found(folder: Path) -> Iterator[Found]:
    """What is in the installation. Raises RuntimeError where a file does not tell."""
    for work in WORKS:
        program = WindowsProgram(folder / work.file)
        if work.tells is UNTOLD:
            yield Found(work, "")
            continue
        if work.tells == RESOURCE:
            versions = {(program.version() or "").removesuffix(".0")}
        else:
            versions = {one.decode("ascii") for one in program.told(re.compile(work.tells))}
        if len(versions) != 1 or not all(versions):
            raise RuntimeError(f"which {work.name} is in {work.file}? It tells {sorted(versions)}")
        yield Found(work, versions.pop())
