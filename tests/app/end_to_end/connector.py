"""The connector as its users have it: a process with a profile, a stream of events, commands."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

Event = dict[str, Any]

PASSWORD = "Pass123"
TIMEOUT_S = 30.0
EXIT_S = 30.0
COMMAND_S = 60.0
LINE_LIMIT = 1 << 22
PROGRAM = ("-m", "datev_connector")
SWIFT = (str(Path(__file__).with_name("swift.py")),)
"""The same with short pauses: for tests in which it waits for something."""
BESIDE_SOON = json.dumps({"beside_s": 0.05})
"""As `SWIFT` in its environment: what is asked beside the calls is asked soon, too."""


class NoSuchEvent(AssertionError):
    """The event that a test waited for did not come."""


class Connector:
    """A running `run --headless`: what it says, and what it is told."""

    def __init__(self, process: asyncio.subprocess.Process, errors: Path) -> None:
        self.process = process
        self.events: list[Event] = []
        self.odd_lines: list[str] = []
        self._errors = errors
        self._news = asyncio.Condition()
        self._barriers = 0
        self._told = False
        self._reader = asyncio.get_running_loop().create_task(self._read(), name="events")

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def stderr(self) -> str:
        return self._errors.read_text("utf-8", errors="replace")

    @property
    def mark(self) -> int:
        """Where the stream stands now; events from here on are found with `after=mark`."""
        return len(self.events)

    def told(self, kind: str, *, after: int = 0, **fields: Any) -> list[Event]:
        """The events so far of that kind with these fields; a callable judges a field."""
        return [e for e in self.events[after:] if e.get("event") == kind and _fits(e, fields)]

    async def event(
        self, kind: str, *, after: int = 0, timeout_s: float = TIMEOUT_S, **fields: Any
    ) -> Event:
        """The first event of that kind with these fields; waits for it."""
        found = await self.until(
            lambda: self.told(kind, after=after, **fields),
            timeout_s=timeout_s,
            what=f"{kind} {fields}",
        )
        first: Event = found[0]
        return first

    async def until(
        self, condition: Callable[[], Any], *, timeout_s: float = TIMEOUT_S, what: str = "it"
    ) -> Any:
        """Wait until the condition, asked after each event, holds; return what it gave."""
        try:
            async with asyncio.timeout(timeout_s), self._news:
                while not (found := condition()):
                    if self._reader.done():
                        break
                    await self._news.wait()
                if found:
                    return found
        except TimeoutError:
            pass
        lately = "\n".join(json.dumps(event) for event in self.events[-15:])
        raise NoSuchEvent(f"waited for {what}; the last events:\n{lately}\nstderr: {self.stderr}")

    def command(self, command: str, **fields: Any) -> None:
        """Give a command; returns at once."""
        self.line(json.dumps({"command": command, **fields}))

    def line(self, text: str) -> None:
        """Write any line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode() + b"\n")
        self._told = True

    async def obeyed(self) -> None:
        """Return when every command so far has been carried out."""
        if not self._told:
            return
        self._barriers += 1
        name = f"barrier-{self._barriers}-"
        self.command(name)
        self._told = False
        await self.event("error", text=lambda text: name in text)

    def stop_listening(self) -> None:
        """Close our end of its standard output."""
        transport = self.process._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
        transport.close()

    async def quit(self, timeout_s: float = EXIT_S) -> int:
        """Ask it to end, and return its exit code."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.command("quit")
        return await self.ended(timeout_s)

    async def kill(self) -> None:
        """End it as a power cut does."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.ended()

    async def ended(self, timeout_s: float = EXIT_S) -> int:
        """Wait for its end; return the exit code."""
        async with asyncio.timeout(timeout_s):
            await self._reader
            return await self.process.wait()

    async def close(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
        await self.ended()
        if self.process.stdin is not None:
            self.process.stdin.close()
            with suppress(OSError):
                await self.process.stdin.wait_closed()

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self._take(line)
            async with self._news:
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    def _take(self, line: bytes) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if isinstance(event, dict):
            self.events.append(event)
        else:
            self.odd_lines.append(line.decode("utf-8", errors="replace"))


def environment(**more: str) -> dict[str, str]:
    """What a connector finds around it: no keyring, no proxies, no settings of the tester."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DATEV_CONNECTOR_") and not name.lower().endswith("_proxy")
    }
    fixed = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "DATEV_CONNECTOR_PASSWORD": PASSWORD,
        "PYTHONWARNINGS": "default",
    }
    return {**kept, **fixed, **more}


@asynccontextmanager
async def running(
    profile: Path,
    *prefix: str,
    password: str = PASSWORD,
    program: Sequence[str] = PROGRAM,
    how: str = "--headless",
    **more: str,
) -> AsyncIterator[Connector]:
    """A connector on this profile; killed at the end if it still runs.

    `prefix`: a program that starts it, with its arguments. `program`: what Python is to run.
    `how`: `--stream` for one with windows.
    """
    profile.parent.mkdir(parents=True, exist_ok=True)
    errors = profile.parent / f"{profile.name}.stderr"
    command = [
        *prefix,
        sys.executable,
        *program,
        "run",
        how,
        "--profile",
        str(profile),
    ]
    with errors.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=sink,
            env=environment(DATEV_CONNECTOR_PASSWORD=password, **more),
            limit=LINE_LIMIT,
        )
    connector = Connector(process, errors)
    try:
        yield connector
    finally:
        await connector.close()


async def command_line(profile: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    """Run another command on the profile: exit code, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "datev_connector",
        "--profile",
        str(profile),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(**more),
    )
    async with asyncio.timeout(COMMAND_S):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def printed(profile: Path, *arguments: str) -> Any:
    """What a command prints with `--json`."""
    code, out, err = await command_line(profile, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def _fits(event: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    for name, wanted in fields.items():
        if name not in event:
            return False
        value = event[name]
        if callable(wanted):
            if not wanted(value):
                return False
        elif isinstance(wanted, dict) and isinstance(value, dict):
            if not _fits(value, wanted):
                return False
        elif value != wanted:
            return False
    return True
