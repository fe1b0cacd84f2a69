"""What can be wrong with the store. Every error says what is broken and what to do.

    StoreError
    ├── WrongKey      the key does not open the file; the file is untouched
    ├── Corrupt       the file is damaged and could not be set aside
    ├── NewerSchema   a newer version of the program wrote the file
    ├── ReadOnly      file or folder may not be written
    ├── Full          the disk, or the quota on it, is full
    ├── Busy          another program kept the file locked for too long
    └── Overtaken     another load of the same contacts was quicker; nothing was damaged

A `StoreError` of no listed kind is a failing disk. Programming errors (a broken statement, a
closed store) stay what the database library makes of them: nobody can mend them at run time.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from datev_connector.domain.wording import joined, worded
from datev_connector.store import suspicion

FULL_ERRORS = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
FORBIDDEN_ERRORS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class StoreError(OSError):
    """Something is wrong with the store: `what` is broken, and the `remedy`.

    An `OSError`, so that who only saves needs to know nothing of databases.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(joined(what, remedy))
        self.what = what
        self.remedy = remedy


class WrongKey(StoreError):
    """The key does not open the file. Nothing was changed."""


class Corrupt(StoreError):
    """The file is damaged."""


class NewerSchema(StoreError):
    """A newer version of the program wrote the file."""


class ReadOnly(StoreError):
    """The file or its folder may not be written."""


class Full(StoreError):
    """There is no room left on the disk."""


class Busy(StoreError):
    """Another program kept the file locked for too long."""


class Overtaken(StoreError):
    """What a load works on was replaced or taken over meanwhile. What is there is in order."""


def overtaken() -> Overtaken:
    """Return the error for a load that another one was quicker than."""
    return Overtaken(
        worded("Another load of the same contacts was quicker than this one."),
        worded("Nothing is broken; load again if the contacts are not fresh enough."),
    )


def corrupt(path: Path) -> Corrupt:
    """Return the error for a file that turned out damaged while it was in use."""
    return Corrupt(
        worded("The store {path} is damaged.", path=str(path)),
        worded(
            "Quit every program that uses it and start the connector again: it sets the damaged "
            "file aside and begins a new one. Have the disk checked."
        ),
    )


def full(path: Path) -> Full:
    """Return the error for a disk without room."""
    return Full(
        worded(
            "The store {path} cannot grow: the disk or your quota on it is full.", path=str(path)
        ),
        worded("Make room on the disk; what is shown as unsaved can be saved again then."),
    )


def read_only(path: Path) -> ReadOnly:
    """Return the error for a file or folder that may not be written."""
    return ReadOnly(
        worded("The store {path} may not be written.", path=str(path)),
        worded(
            "Give your account the right to write this file and its folder, or choose another "
            "profile folder."
        ),
    )


def busy(path: Path) -> Busy:
    """Return the error for a lock that did not come free in time."""
    return Busy(
        worded("The store {path} is locked by another program.", path=str(path)),
        worded("Wait until the other command has finished, or end it, and try again."),
    )


def failing(path: Path, reason: str) -> StoreError:
    """Return the error for a disk that fails in a way of its own."""
    return StoreError(
        worded(
            "The store {path} cannot be read or written: {reason}.", path=str(path), reason=reason
        ),
        worded("Check that the disk and the folder are there and in order."),
    )


TOLD: tuple[tuple[tuple[type[apsw.Error], ...], Callable[[Path], StoreError]], ...] = (
    ((apsw.FullError,), full),
    ((apsw.ReadOnlyError, apsw.PermissionsError), read_only),
    ((apsw.BusyError, apsw.LockedError), busy),
    ((apsw.CorruptError, apsw.NotADBError), corrupt),
)
"""What the database library says by the kind of its error alone."""

LIBRARY_ERRORS = (apsw.Error, OSError)
"""What may come out of a call of the database library or of the system."""


@contextmanager
def translated(path: Path, connection: apsw.Connection | None = None) -> Iterator[None]:
    """Turn what the database library and the system raise into a `StoreError` about `path`."""
    try:
        yield
    except LIBRARY_ERRORS as error:
        raise understood(error, path, connection) from error


def understood(
    error: Exception, path: Path, connection: apsw.Connection | None = None
) -> Exception:
    """Return the `StoreError` that says what happened; a programming error stays what it is."""
    for kinds, told in TOLD:
        if isinstance(error, kinds):
            if isinstance(error, apsw.CorruptError):
                suspicion.suspect(path)
            return told(path)
    if isinstance(error, apsw.IOError | apsw.CantOpenError):
        # The library keeps the system's own reason apart; without it a full disk looks broken.
        number = connection.system_errno if connection is not None else _why_closed(path)
        return _from_system(path, number, str(error))
    if isinstance(error, OSError) and not isinstance(error, StoreError):
        return _from_system(path, error.errno or 0, error.strerror or str(error))
    return error


def _why_closed(path: Path) -> int:
    """Guess why a file could not even be opened: then there is no connection to ask."""
    writable = os.access(path if path.exists() else path.parent, os.W_OK)
    return 0 if writable else errno.EACCES


def _from_system(path: Path, number: int, reason: str) -> StoreError:
    if number in FULL_ERRORS:
        return full(path)
    if number in FORBIDDEN_ERRORS:
        return read_only(path)
    return failing(path, reason)
