"""The file in which a licence may lie where the PBX has no module.

That of the settings (`general.licence_file`), else `licence.txt` in the profile, else the one
beside the settings of the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from datev_connector.app.folders import Profile
from datev_connector.app.licence.letters import LONGEST

NAME = "licence.txt"
LOOK_LIMIT_S = 10.0

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Unreadable(Exception):
    """Whether there is a licence cannot be told now; the text says why."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a file holds."""

    path: Path
    raw: bytes
    """At most one byte more than a licence may have."""


def read_file(profile: Profile, named: str) -> FileRead | None:
    """Read the file that counts; None: there is none. Takes as long as the disk, or the network.

    `named` is the setting. A file that a person has named and that is not there may be on a server
    that is away. Raises Unreadable.
    """
    if named:
        return _read(Path(named))
    for folder in (profile.root, profile.machine_settings_file.parent):
        with contextlib.suppress(_NotThere):
            return _read(folder / NAME)
    return None


class _NotThere(Unreadable):
    """There is no file of this name."""


def _read(path: Path) -> FileRead:
    try:
        with path.open("rb") as file:
            return FileRead(path, file.read(LONGEST + 1))
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise _NotThere(f"{path}: {fault.strerror}") from fault
    except OSError as fault:
        raise Unreadable(f"{path}: {fault.strerror or fault}") from fault
    except ValueError as fault:
        raise Unreadable("no file can be called so") from fault


class FileLook:
    """Looks into the file beside everything else, however long a server takes to answer.

    In a thread that nobody waits for at the end. While one look is out no other is begun.
    """

    def __init__(self, read: Callable[[], FileRead | None]) -> None:
        """`read` may take its time, and raises Unreadable."""
        self._read = read
        self._out: asyncio.Future[FileRead | None] | None = None

    async def look(self) -> FileRead | None:
        """Read the file. Raises Unreadable, also where the answer does not come in time.

        An answer that came late is that of the next look.
        """
        if self._out is None:
            loop = asyncio.get_running_loop()
            self._out = loop.run_in_executor(_OwnThread(), self._read)
        out = self._out
        try:
            async with asyncio.timeout(LOOK_LIMIT_S):
                return await asyncio.shield(out)
        except TimeoutError:
            raise Unreadable("the file does not answer") from None
        finally:
            if out.done():
                self._out = None

    def forget(self) -> None:
        """Begin anew with the next look: it is another file."""
        if self._out is not None:
            self._out.add_done_callback(lambda out: out.cancelled() or out.exception())
            self._out = None


class _OwnThread(Executor):
    """Runs each piece of work in a thread that does not keep the program from ending."""

    def submit(
        self, fn: Callable[Given, Answer], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Answer]:
        """Begin."""
        out = Future[Answer]()

        def work() -> None:
            try:
                out.set_result(fn(*args, **kwargs))
            except Exception as fault:  # noqa: BLE001 - the border of the thread: whoever waits is told
                out.set_exception(fault)

        threading.Thread(target=work, name="licence file", daemon=True).start()
        return out
