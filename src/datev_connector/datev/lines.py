"""Cuts a stream of bytes into lines, whatever the other side sends."""

from __future__ import annotations

from typing import Final

DEFAULT_LIMIT: Final = 1 << 20
"""Bytes that one line may have. A note has 2,000 characters; nothing honest comes near."""


class LineSplitter:
    """Collects bytes and gives complete lines, without their ends.

    A line longer than `limit` bytes is thrown away up to its end and given as None; never more than
    `limit` bytes are kept.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._begun = bytearray()
        self._too_long = False

    def feed(self, data: bytes) -> list[bytes | None]:
        """Take what has arrived; give the lines it completes. Blank lines are left out."""
        *complete, rest = data.split(b"\n")
        lines = [self._finish(part) for part in complete]
        self._keep(rest)
        return [line for line in lines if line is None or line.strip()]

    def _finish(self, part: bytes) -> bytes | None:
        self._keep(part)
        line = None if self._too_long else bytes(self._begun)
        self._begun.clear()
        self._too_long = False
        return line

    def _keep(self, part: bytes) -> None:
        if self._too_long or len(self._begun) + len(part) > self._limit:
            self._too_long = True
            self._begun.clear()
        else:
            self._begun += part
