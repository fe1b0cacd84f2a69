"""A terminal server: 25 people work on one machine, each with a connector and a DATEV of their own.

They share the PBX and the machine, and nothing else: each is told of its own calls only, each has
a port of its own for callbacks, and none opens a file of another.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from datev_connector.simulators.datev import CallState, DatevSimulator
from datev_connector.simulators.starface import PbxUser, StarfaceConfig, StarfaceSimulator
from tests.app.end_to_end.connector import PASSWORD, Connector, running
from tests.app.end_to_end.office import write_settings

PEOPLE = 25
START_S = 200.0
MEMORY_MIB = 70.0
"""Of each, what they share divided among them; a bound against waste, not a measurement."""
LISTENS = "0A"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.timeout(400),
]


@dataclass
class Seat:
    """One person's session."""

    number: int
    profile: Path
    datev: DatevSimulator
    connector: Connector

    @property
    def caller(self) -> str:
        return f"0049721{70_000 + self.number}"

    @property
    def e164(self) -> str:
        return self.caller.replace("00", "+", 1)


def login(number: int) -> str:
    return f"{1000 + number}"


def config() -> StarfaceConfig:
    return StarfaceConfig(
        users=tuple(
            PbxUser(
                login=login(number),
                password=PASSWORD,
                number=f"{100 + number}",
                first_name="Platz",
                family_name=str(number),
                account_id=2000 + number,
            )
            for number in range(PEOPLE)
        )
    )


@asynccontextmanager
async def machine(folder: Path) -> AsyncIterator[tuple[StarfaceSimulator, list[Seat]]]:
    """All sessions, ready for calls."""
    async with StarfaceSimulator(config()) as starface, AsyncExitStack() as stack:
        seats = []
        for number in range(PEOPLE):
            profile = folder / f"user-{number}" / "profile"
            datev = await stack.enter_async_context(DatevSimulator())
            own: dict[str, dict[str, Any]] = {
                "starface": {"login": login(number), "transport": "https"},
                "calls": {"transfer_automatically": True},
            }
            write_settings(profile, starface, datev, own)
            connector = await stack.enter_async_context(running(profile))
            seats.append(Seat(number, profile, datev, connector))
        for seat in seats:
            await seat.connector.event("leg", leg="starface", state="up", timeout_s=START_S)
            await seat.connector.event("leg", leg="datev", state="up", timeout_s=START_S)
        yield starface, seats


def ports(pid: int) -> set[int]:
    """Where a process listens."""
    links = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {m[1] for link in links if (m := re.fullmatch(r"socket:\[(\d+)\]", str(link)))}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return {
        int(row[1].rpartition(":")[2], 16)
        for row in rows
        if row[3] == LISTENS and row[9] in sockets
    }


def opened(pid: int, below: Path) -> set[Path]:
    """The files below a folder that a process has open."""
    links = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()]
    return {link for link in links if link.is_relative_to(below)}


def share_mib(pid: int) -> float:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


async def test_25_people_on_one_machine_do_not_see_each_other(tmp_path: Path) -> None:
    async with machine(tmp_path) as (starface, seats):
        calls = [starface.pbx.incoming(login(seat.number), seat.caller) for seat in seats]
        for call in calls:
            call.ring()
        for seat, call in zip(seats, calls, strict=True):
            await seat.connector.event("call", pbx_call=call.call_id, timeout_s=START_S)
        for call in calls:
            call.answer()
            call.hangup()
        async with asyncio.timeout(START_S):
            for seat in seats:
                await seat.datev.wait_for(
                    lambda datev: any(CallState.FINISHED in one.states for one in datev.calls),
                    START_S,
                )

        for seat in seats:
            assert {event["number"] for event in seat.connector.told("call")} == {seat.e164}
            assert [one.first.number for one in seat.datev.calls] == [seat.caller]
            assert seat.datev.violations == ()

        pids = [seat.connector.pid for seat in seats]
        listening = [ports(pid) for pid in pids]
        assert all(listening), "callbacks need a port each"
        assert len(set().union(*listening)) == sum(map(len, listening))
        for seat in seats:
            mine = seat.profile.parent
            assert opened(seat.connector.pid, mine)
            assert all(file.is_relative_to(mine) for file in opened(seat.connector.pid, tmp_path))
        shares = [share_mib(pid) for pid in pids]
        assert sum(shares) / len(shares) < MEMORY_MIB, shares
        for seat in seats:
            assert await seat.connector.quit() == 0
