"""One connector a profile: a lock that the operating system releases when the process is gone."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from datetime import datetime
from typing import IO, TYPE_CHECKING

from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCKED_BYTE = 1 << 20
"""Far behind the text, so that others can read it while the byte is locked (Windows)."""


class AlreadyRunning(Exception):
    """Another connector has the profile; the text names it."""

    def __init__(self, who: str) -> None:
        """`who` runs it, in words."""
        super().__init__(
            worded(
                "this profile is in use by {who}; close that connector first, or start this one "
                "with another --profile",
                who=who,
            )
        )
        self.who = who


@contextlib.contextmanager
def only_instance(lock_file: Path, now: datetime) -> Iterator[None]:
    """Hold the profile for this process. Raise `AlreadyRunning` if another one does."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            _lock(file)
        except OSError as fault:
            raise AlreadyRunning(_who(file)) from fault
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "since": now.isoformat(timespec="seconds")}, file)
        file.flush()
        yield


def _who(file: IO[str]) -> str:
    try:
        file.seek(0)
        first = json.loads(file.read(1000))
        since = datetime.fromisoformat(first["since"]).astimezone()
        return worded(
            "process {pid}, since {since:%Y-%m-%d %H:%M}", pid=int(first["pid"]), since=since
        )
    except (ValueError, KeyError, TypeError, OSError):
        return worded("another process")


if sys.platform == "win32":

    def _lock(file: IO[str]) -> None:
        import msvcrt

        os.lseek(file.fileno(), _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:

    def _lock(file: IO[str]) -> None:
        import fcntl

        fcntl.lockf(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _LOCKED_BYTE)
