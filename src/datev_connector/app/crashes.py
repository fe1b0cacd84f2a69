"""Where a crash of the interpreter leaves its trace: files and lines of code, no values.

A fault in a library written in C ends the process before any log hears of it.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "crash.log"
LARGEST_BYTES = 1_000_000


@contextmanager
def crashes_noted(folder: Path) -> Iterator[None]:
    """Have a crash leave its trace in a file of the folder; without a file nothing is noted.

    The file stays when it is empty: another process of the profile may have it open.
    """
    file = folder / NAME
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        if file.exists() and file.stat().st_size > LARGEST_BYTES:
            flags |= os.O_TRUNC
        stream = os.fdopen(os.open(file, flags, 0o600), "a", encoding="utf-8")
    except OSError:
        yield
        return
    before = faulthandler.is_enabled()
    with stream:
        faulthandler.enable(stream)
        try:
            yield
        finally:
            faulthandler.disable()
            if before:
                with suppress(RuntimeError, AttributeError, OSError):  # no real standard error
                    faulthandler.enable()
