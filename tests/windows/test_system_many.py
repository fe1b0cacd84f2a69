"""Several people on one Windows: each has profile, port and calls to themselves.

As many as Wine carries within a minute or so; on Linux there are 25 of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.cli_profile import CliProfile
from tests.app.end_to_end.connector import running
from tests.app.end_to_end.terminal_server import (
    START_S,
    Seat,
    everybody_is_called,
    machine,
    nobody_was_told_of_others,
)
from tests.windows.process_memory import own_memory_mib

PEOPLE = 10
MEMORY_MIB = 120.0
"""Of each alone; a bound against waste, not a measurement."""

pytestmark = pytest.mark.timeout(400)


async def test_people_on_one_windows_do_not_see_each_other(tmp_path: Path) -> None:
    async with machine(tmp_path, PEOPLE) as (starface, seats):
        await everybody_is_called(starface, seats)
        nobody_was_told_of_others(seats)

        callbacks = {session.login: session.callback for session in starface.sessions}
        assert callbacks.keys() == {seat.login for seat in seats}
        assert None not in callbacks.values()
        assert len(set(callbacks.values())) == PEOPLE, "callbacks need a port each"
        assert all(session.pushed for session in starface.sessions)
        needs = [own_memory_mib(seat.connector.pid) for seat in seats]
        assert all(needs)
        assert sum(needs) / PEOPLE < MEMORY_MIB, needs

        await nobody_gets_into_the_profile_of(seats[0])
        for seat in seats:
            assert await seat.connector.quit(START_S) == 0
    for seat in seats:
        with CliProfile(seat.profile).store() as store:
            assert [call.e164 for call in store.calls.list(100)] == [seat.e164]


async def nobody_gets_into_the_profile_of(seat: Seat) -> None:
    """A second connector on it ends, and says who is there."""
    async with running(seat.profile) as second:
        assert await second.ended(START_S) == 1
        assert f"process {seat.connector.pid}" in second.stderr
