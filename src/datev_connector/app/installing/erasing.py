"""Removes what the program has kept: of one person, or of the machine.

Only folders with the name of the program are removed, and no link is followed. What other people
have kept in their own folders stays: with an administrator's rights nothing is removed from a
place where somebody else may put a link.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from datev_connector.app.folders import PROGRAM, Profile
from datev_connector.app.licence import seats
from datev_connector.app.secrets import SERVICE
from datev_connector.app.signpost import NAME as SIGNPOST


def own_folders(profile: Profile) -> Iterator[Path]:
    """The folders of one person; each once, those inside of others left out."""
    wanted = (profile.root, profile.settings_file.parent, profile.logs_folder)
    kept: list[Path] = []
    for folder in sorted({_own(folder) for folder in wanted} - {None}, key=str):
        assert folder is not None  # noqa: S101 -- taken out above
        if not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    yield from kept


def _own(folder: Path) -> Path | None:
    """The part of a path that bears the name of the program; None: it has no such part."""
    while folder.name:
        if folder.name.casefold() == PROGRAM.casefold():
            return folder
        folder = folder.parent
    return None


def erase_own(profile: Profile) -> list[str]:
    """Remove settings, store, logs and secrets of this person; return what could not be."""
    left = list[str]()
    for folder in own_folders(profile):
        ours = {_own(profile.root), _own(profile.logs_folder)}
        left += _erase(folder) if folder in ours else _erase_settings(folder, profile)
    return [*left, *_forget_secrets()]


def erase_machine(profile: Profile) -> list[str]:
    """Remove what holds for the machine; return what could not be."""
    folder = _own(profile.machine_settings_file.parent)
    left = _erase(folder) if folder is not None else []
    return [*left, *seats.erase(seats.shared_folder())]


def _erase_settings(folder: Path, profile: Profile) -> list[str]:
    """Remove our files; the connector that was here before has kept its own in the same folder."""
    if folder.is_symlink() or not folder.is_dir():
        return []
    name = profile.settings_file.name
    try:
        for file in (*folder.glob(f"{name}*.new"), folder / name, folder / "logs" / SIGNPOST):
            file.unlink(missing_ok=True)
        for empty in (folder / "logs", folder):
            if empty.is_dir() and not any(empty.iterdir()):
                empty.rmdir()
    except OSError as fault:
        return [f"{fault.filename or folder}: {fault.strerror or fault}"]
    return []


def _erase(folder: Path) -> list[str]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    try:
        shutil.rmtree(folder)
    except OSError as fault:
        return [f"{fault.filename or folder}: {fault.strerror or fault}"]
    return []


if sys.platform == "win32":

    def _forget_secrets() -> list[str]:
        from win32ctypes.pywin32 import (  # type: ignore[import-not-found] # has no types
            pywintypes,
            win32cred,
        )

        try:
            found = win32cred.CredEnumerate(None, 0)
        except pywintypes.error:  # there are none
            return []
        left = []
        for entry in found:
            name = entry["TargetName"]
            if is_ours(name) and entry["Type"] == win32cred.CRED_TYPE_GENERIC:
                try:
                    win32cred.CredDelete(name, win32cred.CRED_TYPE_GENERIC)
                except pywintypes.error as fault:
                    left.append(f"{SERVICE} in the Credential Manager: {fault}")
        return left

else:

    def _forget_secrets() -> list[str]:
        """Only the keyring of Windows can be asked for all that a program keeps there."""
        return []


def is_ours(target: str) -> bool:
    """Tell whether an entry of the Credential Manager is one of this program."""
    return target == SERVICE or target.endswith(f"@{SERVICE}")
