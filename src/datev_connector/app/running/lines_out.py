"""Lines to a reader who may be slow, stop reading, or go away: a thread of its own writes them.

The loop never waits for the reader. Lines that nobody fetches are kept up to a bound; what comes
after is counted and left out, and the reader is told how many as soon as it reads again.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BOUND = 50_000
"""Lines kept for a reader who does not read: some hundred calls."""
FAREWELL_S = 2.0
"""Longest wait for the reader at the end."""
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class LinesOut:
    """Writes lines to a file descriptor, in order."""

    def __init__(
        self,
        descriptor: int,
        *,
        missed: Callable[[int], str],
        gone: Callable[[], None],
        bound: int = BOUND,
    ) -> None:
        """`missed` words how many lines were left out; `gone` is called, in a thread, at the end.

        The end is that the reader has closed. A full disk behind the descriptor is not: the
        lines are lost, and the next are tried.
        """
        self._descriptor = descriptor
        self._missed = missed
        self._gone = gone
        self._lines: queue.Queue[str | None] = queue.Queue(bound)
        self._left_out = 0
        self._thread = threading.Thread(target=self._write_all, name="lines out", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Have a line written, without waiting."""
        try:
            if self._left_out:
                self._lines.put_nowait(self._missed(self._left_out))
                self._left_out = 0
            self._lines.put_nowait(line)
        except queue.Full:
            self._left_out += 1

    def close(self) -> None:
        """Write what waits, as far as the reader takes it in time."""
        try:
            self._lines.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(FAREWELL_S)

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._write((line + "\n").encode("utf-8", "replace"))
            except OSError as fault:
                if fault.errno not in _FULL:
                    self._gone()
                    return

    def _write(self, text: bytes) -> None:
        # Not through sys.stdout: a thread that waits inside of its buffer would hold up the end
        # of the interpreter.
        while text:
            text = text[os.write(self._descriptor, text) :]
