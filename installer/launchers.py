"""Builds the launchers: small native programs that run Python in their own process."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from installer.places import CONSOLE, EPOCH, HERE, ROOT, WINDOWED

TOOLS = "x86_64-w64-mingw32-"
ICON = ROOT / "src/datev_connector/desktop/look/icon.ico"
COMPILER_OPTIONS = ("-O2", "-s", "-Wall", "-Wextra", "-Werror", "-municode", "-static")
LINKER_OPTIONS = (
    "-Wl,--no-insert-timestamp",
    "-Wl,--dynamicbase",
    "-Wl,--nxcompat",
    "-Wl,--high-entropy-va",
)


def build(folder: Path, version: str) -> None:
    """Build both into `folder`. Raises subprocess.CalledProcessError."""
    for program, options in ((WINDOWED, ("-mwindows", "-DWINDOWED")), (CONSOLE, ())):
        with tempfile.TemporaryDirectory() as aside:
            resources = _resources(Path(aside), program, version)
            _run(
                f"{TOOLS}gcc",
                *COMPILER_OPTIONS,
                *options,
                *LINKER_OPTIONS,
                "-o",
                str(folder / program),
                str(HERE / "launcher" / "launcher.c"),
                str(resources),
            )


def _resources(aside: Path, program: str, version: str) -> Path:
    """Icon, version and manifest as an object file."""
    for file in (*(HERE / "launcher").glob("launcher.[rm]*"), ICON):
        shutil.copy(file, aside)
    numbers = f"{version.replace('.', ',')},0"
    defined = {
        "VERSION_NUMBERS": numbers,
        "VERSION_TEXT": f'\\"{version}\\"',
        "PROGRAM_NAME": f'\\"{program}\\"',
    }
    _run(
        f"{TOOLS}windres",
        *(f"-D{name}={value}" for name, value in defined.items()),
        "launcher.rc",
        "-O",
        "coff",
        "-o",
        "resources.o",
        folder=aside,
    )
    return aside / "resources.o"


def _run(*words: str, folder: Path | None = None) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH)}
    subprocess.run(words, check=True, cwd=folder, env=environment)
