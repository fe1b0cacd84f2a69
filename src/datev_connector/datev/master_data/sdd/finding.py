"""Where the reader is, and what runs it on this machine."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from datev_connector.datev.master_data.sdd.options import SddOptions

PROGRAM = Path("sdd-reader", "sdd-reader.exe")
"""Beside the program that runs us, as an installation has it; or in `build` of a checkout."""


def find_reader(options: SddOptions) -> Path | None:
    """Return where the reader is; None if there is none."""
    if options.reader is not None:
        return options.reader if options.reader.is_file() else None
    places = (Path(sys.executable).parent / PROGRAM, *_built())
    return next((place for place in places if place.is_file()), None)


def _built() -> tuple[Path, ...]:
    """Where a checkout has it, if this is one."""
    sources = Path(__file__).parents[4]
    if sources.name != "src" or not (sources.parent / "sdd_reader").is_dir():
        return ()
    return (sources.parent / "build" / PROGRAM,)


@dataclass(frozen=True, slots=True)
class Command:
    """How to start the reader."""

    words: tuple[str, ...]
    folder: Path
    """Where to start it: its own folder, so that nothing is loaded from anywhere else."""

    @classmethod
    def of(cls, reader: Path, options: SddOptions) -> Command | None:
        """Return how to start it here; None where nothing can run it."""
        reader = reader.absolute()
        if sys.platform == "win32" or reader.suffix != ".exe":
            return cls((str(reader),), reader.parent)
        mono = shutil.which(options.mono)
        return None if mono is None else cls((mono, str(reader)), reader.parent)
