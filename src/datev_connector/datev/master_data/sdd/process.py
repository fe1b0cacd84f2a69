"""One run of the reader: started, read line by line, and gone at the end, whatever happens.

The reader ends by itself when its standard input is closed, so it never outlives us; here it is
ended by force wherever that takes too long.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from datev_connector.datev.master_data.sdd.finding import Command

LONGEST_LINE = 1 << 20
"""Bytes; a contact has some hundred. No more than twice as much is ever held."""
LEAVE_S = 2.0
"""How long a reader may take to end whose list is complete."""
END_S = 5.0
"""How long the system may take to end a process."""
OWN = "DATEV_CONNECTOR_"
"""Variables of ours, some of them secrets: none of DATEV's business."""


class LineTooLong(Exception):
    """The reader writes something endless."""


class Run:
    """A running reader."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        given: asyncio.StreamWriter,
        output: asyncio.StreamReader,
    ) -> None:
        self._process = process
        self._input = given
        self._output = output

    async def line(self, until_s: float) -> bytes:
        """Return the next line; empty, or one without a line end: the reader is gone.

        Raises TimeoutError at `until_s` (of the event loop's clock), and LineTooLong.
        """
        try:
            async with asyncio.timeout_at(until_s):
                return await self._output.readuntil(b"\n")
        except asyncio.IncompleteReadError as end:
            return end.partial
        except asyncio.LimitOverrunError:
            raise LineTooLong from None

    async def leave(self) -> None:
        """Let the reader end by itself, for a moment."""
        self._input.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended(), LEAVE_S)

    async def end(self) -> None:
        """End the reader by force if it still runs; it is gone afterwards."""
        self._kill()
        self._input.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended(), END_S)

    async def _ended(self) -> None:
        # Unread output keeps its pipe, and with it the process object, from being closed.
        while await self._output.read(1 << 16):
            pass
        await self._process.wait()

    def _kill(self) -> None:
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)  # whatever it has started, too


@contextlib.asynccontextmanager
async def running(command: Command, arguments: Sequence[str]) -> AsyncIterator[Run]:
    """Start the reader; it is gone when the block is left. Raises OSError."""
    process = await asyncio.create_subprocess_exec(
        *command.words,
        *arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        limit=LONGEST_LINE,
        env=_environment(os.environ),
        cwd=command.folder,
        **_apart(),
    )
    if process.stdin is None or process.stdout is None:
        raise OSError("a process without pipes")
    run = Run(process, process.stdin, process.stdout)
    try:
        yield run
    finally:
        await run.end()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in ours.items() if not name.startswith(OWN)}


def _apart() -> dict[str, Any]:
    """A group of its own, and no window: Ctrl+C is for us, we end it then."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
