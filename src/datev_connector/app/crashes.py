"""Where a crash of the interpreter leaves its trace: files and lines of code, no values.

A fault in a library written in C ends the process before any log hears of it. On Windows faults are
noted as well that COM raises and handles, such as the end of another process in a call: codes
0x800706xx and 0x8001xxxx there are no crash. So the file is kept small while the program runs.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "crash.log"
LARGEST_BYTES = 1_000_000


@contextmanager
def crashes_noted(folder: Path) -> Iterator[Callable[[], None]]:
    """Have a crash leave its trace in a file of the folder; without a file nothing is noted.

    What is given keeps the file small, and is to be called now and then. The file stays when it is
    empty: another process of the profile may have it open.
    """
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        stream = os.fdopen(os.open(folder / NAME, flags, 0o600), "a", encoding="utf-8")
    except OSError:
        yield lambda: None
        return

    def keep_small() -> None:
        with suppress(OSError):
            if os.fstat(stream.fileno()).st_size > LARGEST_BYTES:
                os.ftruncate(stream.fileno(), 0)

    keep_small()
    before = faulthandler.is_enabled()
    with stream:
        faulthandler.enable(stream)
        try:
            yield keep_small
        finally:
            faulthandler.disable()
            if before:
                with suppress(RuntimeError, AttributeError, OSError):  # no real standard error
                    faulthandler.enable()
