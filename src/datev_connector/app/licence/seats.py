"""How many logins of the PBX use the connector on this computer.

On Windows each login leaves an empty file in a folder that all users share; its name is a hash, its
time the day of the last use. Windows lets every user make files there, and nobody change or remove
those of another. Where there is no such folder, or it is closed, a profile knows its own logins.
Nothing but a hint depends on the count.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

LATELY = timedelta(days=30)
MOST = 1000
"""Files that are looked at."""
FOLDER = "DatevConnectorSeats"
"""Not the folder of the machine's settings: that one must not be made by just any user."""
_SEAT = re.compile(r"[0-9a-f]{32}")

_log = logging.getLogger(__name__)


def seat_of(host: str, login: str) -> str:
    """The name of a seat: tells logins apart without naming them."""
    known_as = f"{host.strip().lower()}\n{login.strip().lower()}"
    return hashlib.sha256(known_as.encode("utf-8", "replace")).hexdigest()[:32]


def shared_folder(platform: str = sys.platform) -> Path | None:
    """The folder that all users of this computer share; None: there is none here."""
    data = os.environ.get("PROGRAMDATA", "")
    return Path(data) / FOLDER if platform == "win32" and data else None


class SeatRegister:
    """The seats of a computer."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` may be missing, closed, or hold anything."""
        self._folder = folder

    def use(self, seat: str, now: datetime) -> None:
        """Note that a seat is in use now."""
        if self._folder is None:
            return
        file, at = self._folder / seat, now.timestamp()
        try:
            self._folder.mkdir(exist_ok=True)
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o644))
            os.utime(file, (at, at))
        except OSError as fault:
            _log.debug("this seat cannot be noted: %s", fault.strerror)

    def in_use(self, now: datetime) -> frozenset[str]:
        """The seats that were in use lately."""
        if self._folder is None:
            return frozenset()
        try:
            with os.scandir(self._folder) as found:
                files = [file for file in islice(found, MOST) if _SEAT.fullmatch(file.name)]
        except OSError as fault:
            _log.debug("the seats of this computer cannot be counted: %s", fault.strerror)
            return frozenset()
        return frozenset(file.name for file in files if _is_lately(file, now))


def erase(folder: Path | None) -> list[str]:
    """Remove what connectors have left there; return what could not be.

    Only files that are called like seats, and the folder if it is empty then: others may put
    anything there, and links lead elsewhere.
    """
    if folder is None or folder.is_symlink() or not folder.is_dir():
        return []
    try:
        for file in [*folder.iterdir()]:
            if _SEAT.fullmatch(file.name) and not file.is_dir():
                file.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as fault:
        return [f"{fault.filename or folder}: {fault.strerror or fault}"]
    return []


def _is_lately(file: os.DirEntry[str], now: datetime) -> bool:
    """Tell whether a seat was in use lately; one that is gone, or of no time, was not."""
    try:
        used = datetime.fromtimestamp(file.stat(follow_symlinks=False).st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return False
    return abs(now - used) <= LATELY
