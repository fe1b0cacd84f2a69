r"""Where the earlier connector may have left its settings.

Its manual names `%AppData%\DatevConnector\user.config`, which on Windows is the folder of our own
settings as well. .NET itself puts such files into
`%LocalAppData%\<company>\<program>_Url_<hash>\<version>\user.config`, or the same below
`%AppData%`; there only folders are looked into that are called like the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

FILE = "user.config"
FOLDER = "DatevConnector"
_PROGRAM = re.compile(r"datev[ ._-]?connector.*\.exe_(?:url|strongname|path)_\w+", re.IGNORECASE)
_VERSION = re.compile(r"\d{1,5}(?:\.\d{1,5}){1,3}")
MOST_FOLDERS = 2_000
"""Of companies that are looked into."""


def original_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Files that may be settings of the earlier connector, the likeliest first."""
    roaming, local = environment.get("APPDATA", ""), environment.get("LOCALAPPDATA", "")
    if roaming:
        named = Path(roaming) / FOLDER / FILE
        if _may_be_there(named):
            yield named
    for folder in filter(None, (local, roaming)):
        yield from _below(Path(folder))


def _below(folder: Path) -> list[Path]:
    """Those where .NET puts them, the newest version first."""
    found = list[tuple[tuple[int, ...], str, Path]]()
    for company in _folders(folder):
        for program in _folders(company):
            if _PROGRAM.fullmatch(program.name):
                found += [
                    (_numbers(version.name), str(version), version / FILE)
                    for version in _folders(program)
                    if _VERSION.fullmatch(version.name) and _may_be_there(version / FILE)
                ]
    return [file for _, _, file in sorted(found, reverse=True)]


def _may_be_there(file: Path) -> bool:
    """True also where only reading it can tell."""
    try:
        return file.is_file()
    except OSError:
        return True


def _folders(folder: Path) -> list[Path]:
    """The folders in a folder; links are not followed. None where it cannot be read."""
    try:
        entries = sorted(folder.iterdir())[:MOST_FOLDERS]
        return [entry for entry in entries if entry.is_dir() and not entry.is_symlink()]
    except OSError:
        return []


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
