"""A terminal server: 25 people work on one machine, each with a connector and a DATEV of their own.

They share the PBX and the machine, and nothing else: each is told of its own calls only, each has
a port of its own for callbacks, and none opens a file of another.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.app.end_to_end.terminal_server import (
    everybody_is_called,
    machine,
    nobody_was_told_of_others,
)

PEOPLE = 25
MEMORY_MIB = 70.0
"""Of each, what they share divided among them; a bound against waste, not a measurement."""
LISTENS = "0A"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.timeout(400),
]


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
    async with machine(tmp_path, PEOPLE) as (starface, seats):
        await everybody_is_called(starface, seats)
        nobody_was_told_of_others(seats)

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
