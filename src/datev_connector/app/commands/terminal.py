"""Reading what is typed while an event loop runs."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from io import UnsupportedOperation

_CHUNK_BYTES = 4096


async def typed_lines() -> AsyncIterator[str]:
    """Give each line of standard input; ends with it."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def hand_over(line: str | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=_read, args=(hand_over,), name="terminal", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line


def _read(hand_over: Callable[[str | None], None]) -> None:
    try:
        for line in _lines():
            hand_over(line)
        hand_over(None)
    except (RuntimeError, ValueError, OSError):
        return  # loop or input were closed in the meantime: the program is ending


def _lines() -> Iterator[str]:
    try:
        descriptor = sys.stdin.fileno()
    except (UnsupportedOperation, AttributeError):
        yield from sys.stdin or ()
        return
    # Not through sys.stdin: a thread that waits inside of its buffer would hold up the end of
    # the interpreter.
    begun = b""
    while data := os.read(descriptor, _CHUNK_BYTES):
        *complete, begun = (begun + data).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in complete)
    if begun:
        yield begun.decode("utf-8", "replace")
