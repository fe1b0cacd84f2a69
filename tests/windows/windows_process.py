"""A Windows Python beside the one that runs the tests, and the talk with it by pipes."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO

LIMIT_S = 60.0
AFTER_THE_END_S = 5.0
"""For what is still in the pipes; a process that it has started may hold them open for longer."""
NOT_BEGUN = 1359
"""ERROR_INTERNAL_ERROR: so Wine says that a process ended before its first instruction. Seen once
in some thousands of starts."""
AGAIN = 2


class WindowsProcess:
    """A process of this Python. What it says is read at once, so that it never waits for us."""

    def __init__(self, *arguments: str, environment: Mapping[str, str]) -> None:
        self._process = _begun(arguments, {**_usual_environment(), **environment})
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._complaints: list[bytes] = []
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._read_errors, args=(self._process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """As Windows counts processes."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def tell(self, line: str) -> None:
        """Give it a line on its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def line(self, limit_s: float = LIMIT_S) -> str:
        """The next line that it says, without its end; fails with what it complained about."""
        try:
            line = self._lines.get(timeout=limit_s)
        except queue.Empty:
            raise AssertionError(f"it said nothing. {self.complaints}") from None
        if line is None:
            raise AssertionError(f"it ended. {self.complaints}")
        return line

    def wait_for(self, text: str, limit_s: float = LIMIT_S) -> str:
        """The first line from here on that holds `text`."""
        while text not in (line := self.line(limit_s)):
            pass
        return line

    def rest(self, limit_s: float = LIMIT_S) -> list[str]:
        """Close its input, wait for its end, and give the lines that were not asked for yet."""
        self.wait(limit_s)
        said: list[str] = []
        with contextlib.suppress(queue.Empty):
            while (line := self._lines.get_nowait()) is not None:
                said.append(line)
        return said

    def wait(self, limit_s: float = LIMIT_S) -> int:
        """Close its input and wait for its end: the exit code."""
        assert self._process.stdin is not None
        if not self._process.stdin.closed:
            self._process.stdin.close()
        code = self._process.wait(limit_s)
        for reader in self._readers:
            reader.join(AFTER_THE_END_S)
        return code

    @property
    def complaints(self) -> str:
        """What it has written to standard error so far."""
        return b"".join(self._complaints).decode("utf-8", "replace")

    def kill(self) -> None:
        """End it without a word to it, as Task Manager does."""
        self._process.kill()
        self._process.wait(LIMIT_S)

    def end(self) -> None:
        """Kill it if it runs, and let go of the pipes."""
        if self.running:
            self.kill()
        for reader in self._readers:
            reader.join(AFTER_THE_END_S)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                continue  # what was still to be written has no reader any more

    def _read(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            self._lines.put(line.decode("utf-8", "replace").rstrip("\r\n"))
        self._lines.put(None)

    def _read_errors(self, pipe: IO[bytes]) -> None:
        while data := os.read(pipe.fileno(), 4096):
            self._complaints.append(data)


def _begun(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start it. Where Wine says that it could not be begun, nothing of it has run: again then."""
    for _ in range(AGAIN):
        try:
            return _started(arguments, environment)
        except OSError as fault:
            if getattr(fault, "winerror", 0) != NOT_BEGUN:
                raise
    return _started(arguments, environment)


def _started(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # our own Python
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )


def _usual_environment() -> dict[str, str]:
    """As programs have it on Windows, where nobody chooses the letters of pipes for them."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"}


StartProcess = Callable[..., WindowsProcess]
"""Takes the arguments of Python (`"-m", "module"`, `"-c", "code"`, a script) and `environment=`."""
