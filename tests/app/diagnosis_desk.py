"""A profile to examine, and servers that go wrong in one way each."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.diagnosis import Finding, Ground, Step, examine
from datev_connector.app.diagnosis import ground as grounds
from datev_connector.app.folders import find_profile
from datev_connector.app.office import starface_options
from datev_connector.app.running.standing import LastStanding, last_standing
from datev_connector.app.settings import Settings, read_settings
from datev_connector.domain.legs import Leg, LegState
from datev_connector.starface.commands import Transport
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.pacing import Pacing
from tests.app.end_to_end.connector import SWIFT

PASSWORD = "Pass123"


class Findings:
    def __init__(self, found: list[Finding]) -> None:
        self.found = found

    def of(self, step: Step) -> Finding:
        """The finding of a step, which must be there once."""
        (finding,) = [finding for finding in self.found if finding.step is step]
        return finding

    def has(self, step: Step) -> bool:
        return any(finding.step is step for finding in self.found)

    @property
    def down(self) -> list[tuple[Leg | str, Step]]:
        return [(found.leg, found.step) for found in self.found if found.state is LegState.DOWN]

    @property
    def text(self) -> str:
        return "\n".join(str(finding.as_json()) for finding in self.found)


class ExaminedProfile:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write_settings(
        self, port: int, *lines: str, datev: str = "127.0.0.1:1", xmpp: int = 1
    ) -> None:
        self.folder.mkdir(exist_ok=True)
        text = ["[starface]", f"https_port = {port}", f"xmpp_port = {xmpp}", 'login = "0123"']
        text += lines
        if not any(line.startswith("host") for line in lines):
            text.append('host = "127.0.0.1"')
        text += ["[datev]", 'link = "simulator"', f'simulator_address = "{datev}"']
        (self.folder / "settings.toml").write_text("\n".join(text) + "\n", "utf-8")

    def ground(
        self,
        *,
        password: str = PASSWORD,
        client_secret: str = "",
        limit_s: float = 30.0,
        **more: Any,
    ) -> Ground:
        profile = find_profile(folder=self.folder)
        loaded = read_settings(
            user_file=profile.settings_file, machine_file=self.folder / "machine.toml"
        )
        return Ground(
            profile=profile,
            loaded=loaded,
            environment={
                "DATEV_CONNECTOR_PASSWORD": password,
                "DATEV_CONNECTOR_CLIENT_SECRET": client_secret,
            },
            now=lambda: datetime.now(UTC),
            limit_s=limit_s,
            **{"events_s": 0.1} | more,
        )

    async def examine(self, **ground: Any) -> Findings:
        return await findings(self.ground(**ground))


def asks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever examines does not wait long before the PBX is asked for calls, too."""
    usual, pacing = starface_options, Pacing(slow_poll_s=0.3)

    def options(settings: Settings) -> StarfaceOptions:
        return replace(usual(settings), pacing=pacing)

    monkeypatch.setattr(grounds, "starface_options", options)


async def findings(ground: Ground) -> Findings:
    async with aclosing(examine(ground)) as examination:
        return Findings([finding async for finding in examination])


@asynccontextmanager
async def server(answer: bytes | None) -> AsyncIterator[int]:
    """A TCP server on loopback: says `answer` to the first bytes and parts; None: says nothing."""
    talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks[task] = writer
        try:
            while (data := await reader.read(4096)) and answer is None:
                del data
            writer.write(answer or b"")
            await writer.drain()
        except OSError:
            pass  # the client went away
        finally:
            del talks[task]
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for writer in talks.values():
            writer.transport.abort()
        await asyncio.gather(*talks)
        await listening.wait_closed()


async def standing_in(folder: Path, wanted: Callable[[LastStanding], bool]) -> LastStanding:
    """What the connector wrote down, once it is as wanted."""
    profile = find_profile(folder=folder)
    async with asyncio.timeout(30):
        while True:
            standing = await asyncio.to_thread(last_standing, profile)
            if standing is not None and wanted(standing):
                return standing
            await asyncio.sleep(0.05)


def _is_settled(standing: LastStanding) -> bool:
    """Signed in, and done with trying the better way."""
    way, legs = standing.starface, (standing.of(Leg.STARFACE), standing.of(Leg.DATEV))
    told = all(leg is not None and leg.state is LegState.UP for leg in legs)
    return told and (way.transport is Transport.XMPP or way.barred is not None)


@asynccontextmanager
async def running_connector(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The connector as a process of its own with short pauses, signed in."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *SWIFT, "run", "--headless", "--profile", str(folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            while line := await process.stdout.readline():
                if b'"starface", "state": "up"' in line:
                    break
        await standing_in(folder, _is_settled)
        yield process
    finally:
        process.stdin.write(b'{"command": "quit"}\n')
        await process.communicate()
