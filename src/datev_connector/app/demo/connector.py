"""The unchanged connector in a process of its own, driven by its headless stream."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from datev_connector.app.demo.language import Text
from datev_connector.app.demo.trouble import Trouble, in_vain
from datev_connector.app.secrets import SecretKind

Event = Mapping[str, Any]
NO_SECRETS: Mapping[SecretKind, str] = MappingProxyType({})

LEAVE_S = 15.0
"""How long the connector may take to end after `quit`; one that hangs is killed."""
TOOL_S = 60.0
"""How long one of its other commands may take."""
KEPT_COMPLAINTS = 20
LAST_WORDS = 1
NO_KEYRING = "keyring.backends.fail.Keyring"
"""The demo's key belongs into its own folder, not into the keyring of whoever watches."""


_HANGS = Text(
    "Der Connector hat sich {seconds} Sekunden nach „quit“ nicht beendet; er wurde abgebrochen",
    "The connector did not end within {seconds} s after “quit”; it was killed",
)
_ENDED = Text(
    "Der Connector hat sich mit Code {code} beendet; seine letzten Worte: {said}",
    "The connector has ended with code {code}; its last words were: {said}",
)
_TOOL_HANGS = Text(
    "„{name}“ hat sich in {seconds} Sekunden nicht beendet",
    "“{name}” did not end within {seconds} s",
)
_TOOL_FAILED = Text(
    "„{name}“ endete mit Code {code}: {said}", "“{name}” ended with code {code}: {said}"
)


class ConnectorProcess:
    """One run of `datev-connector run` on a profile. Start it, then `leave` it."""

    def __init__(
        self,
        profile: Path,
        *,
        secrets: Mapping[SecretKind, str],
        leave_s: float = LEAVE_S,
        windows: bool = False,
    ) -> None:
        """`leave_s` is how long it may take to end; the process is started by `start`.

        `windows`: it opens its windows, and has its stream beside them.
        """
        self._how = "--stream" if windows else "--headless"
        self._profile = profile
        self._leave_s = leave_s
        self._secrets = secrets
        self._process: asyncio.subprocess.Process | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._complaints: deque[str] = deque(maxlen=KEPT_COMPLAINTS)
        self._changed = asyncio.Event()
        self.events: list[Event] = []
        """Everything that the connector has told, in order."""

    # --- running ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the process; what it tells is collected from now on."""
        self._process = process = await asyncio.create_subprocess_exec(
            *_command(self._profile, "run", self._how),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(self._secrets),
            limit=1 << 20,
            **_apart(),
        )
        assert process.stdout is not None  # noqa: S101 -- asked for above
        assert process.stderr is not None  # noqa: S101 -- asked for above
        self._read(process.stdout, self._take)
        self._read(process.stderr, self._complaints.append)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    async def send(self, **command: str) -> None:
        """Send one command. Raises Trouble if the process is gone."""
        if self._process is None or self._process.stdin is None or not self.running:
            raise self._ended()
        try:
            self._process.stdin.write(json.dumps(command, ensure_ascii=False).encode() + b"\n")
            await self._process.stdin.drain()
        except OSError as fault:
            raise self._ended() from fault

    async def until(self, holds: Callable[[], bool], what: Text, timeout_s: float) -> None:
        """Return once `holds()`; looked at after everything the connector tells.

        Raises Trouble naming `what` after `timeout_s`, or when the process has ended.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while not holds():
                    if not self.running:
                        raise self._ended()
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise in_vain(what, timeout_s) from None

    async def leave(self) -> None:
        """Ask the process to end. Raises Trouble if it hangs or ends with a failure."""
        if self._process is None:
            return
        with suppress(Trouble):
            await self.send(command="quit")
        try:
            async with asyncio.timeout(self._leave_s):
                await self._process.wait()
        except TimeoutError:
            raise Trouble(_HANGS.fill(seconds=f"{self._leave_s:g}")) from None
        finally:
            await self.kill()
        if self._process.returncode:
            raise self._ended()

    async def kill(self) -> None:
        """End the process at once, whatever it does; no error if it is gone."""
        if self._process is None:
            return
        if self.running:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await asyncio.gather(*self._readers)

    def _read(self, stream: asyncio.StreamReader, take: Callable[[str], None]) -> None:
        task = asyncio.get_running_loop().create_task(self._lines(stream, take))
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)

    async def _lines(self, stream: asyncio.StreamReader, take: Callable[[str], None]) -> None:
        while line := await stream.readline():
            take(line.decode("utf-8", "replace").rstrip())
            self._changed.set()
        if self._process is not None:
            await self._process.wait()
        self._changed.set()

    def _take(self, line: str) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if isinstance(event, dict) and "event" in event:
            self.events.append(event)
        else:
            self._complaints.append(f"no event: {line}")

    def _ended(self) -> Trouble:
        code = self._process.returncode if self._process is not None else None
        return Trouble(_ENDED.fill(code=str(code), said=_last_words(self._complaints)))

    # --- what was told ----------------------------------------------------------------------------

    def of(self, kind: str, **fields: str) -> list[Event]:
        """All events of a kind with these values, in order."""
        return [
            event
            for event in self.events
            if event["event"] == kind and all(event.get(k) == v for k, v in fields.items())
        ]

    def call_of(self, pbx_call: str) -> str | None:
        """The connector's id for a call of the PBX; None as long as it has not told of it."""
        told = self.of("call", pbx_call=pbx_call)
        return str(told[-1]["call"]) if told else None


async def tool(
    profile: Path, *arguments: str, secrets: Mapping[SecretKind, str] = NO_SECRETS
) -> str:
    """Run another command of the connector on the profile and return what it prints.

    Raises Trouble if it fails or takes too long.
    """
    process = await asyncio.create_subprocess_exec(
        *_command(profile, *arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(secrets),
        **_apart(),
    )
    name = " ".join(arguments[:2])
    try:
        async with asyncio.timeout(TOOL_S):
            out, complaints = await process.communicate()
    except TimeoutError:
        raise Trouble(_TOOL_HANGS.fill(name=name, seconds=f"{TOOL_S:g}")) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        said = _last_words(complaints.decode("utf-8", "replace").splitlines())
        raise Trouble(_TOOL_FAILED.fill(name=name, code=process.returncode, said=said))
    return out.decode("utf-8", "replace")


def _last_words(complaints: Iterable[str]) -> str:
    """The end of what was complained about; a traceback says most in its last line."""
    said = [words for line in complaints if (words := line.strip(" |+-"))]
    return " ".join(said[-LAST_WORDS:]) or "-"


def _command(profile: Path, *arguments: str) -> Sequence[str]:
    return (sys.executable, "-m", "datev_connector", "--profile", str(profile), *arguments)


def _environment(secrets: Mapping[SecretKind, str]) -> dict[str, str]:
    """The environment of whoever watches, without what would lead the connector astray."""
    kept = {k: v for k, v in os.environ.items() if not k.upper().startswith("DATEV_CONNECTOR_")}
    added = {"PYTHON_KEYRING_BACKEND": NO_KEYRING, "PYTHONUTF8": "1"}
    return kept | added | {kind.variable: secret for kind, secret in secrets.items()}


def _apart() -> dict[str, Any]:
    """Keep Ctrl+C from the connector: the demo ends it in order."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
