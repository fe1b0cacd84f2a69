"""kill -9 while the connector is starting on a profile that is just being made."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.app.end_to_end.connector import running
from tests.app.end_to_end.office import ADA, simulated

KILLS = 6


async def test_a_start_that_was_cut_off_is_no_obstacle(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    profile: Path = tmp_path_factory.mktemp("early") / "profile"
    chance = random.Random(7)  # noqa: S311 -- chosen to be repeatable
    async with simulated(profile) as office:
        for _ in range(KILLS):
            async with running(profile) as connector:
                await asyncio.sleep(chance.uniform(0.1, 0.9))
                assert connector.process.returncode is None, connector.stderr
                await connector.kill()
        async with office.run() as connector:
            call = await office.rings(ADA)
            await call.over()
            assert await connector.quit() == 0
            office.sound()


async def test_a_reader_that_goes_away_ends_the_connector(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    profile: Path = tmp_path_factory.mktemp("reader") / "profile"
    async with simulated(profile) as office, office.run() as connector:
        connector.stop_listening()
        for n in range(3):
            call = office.starface.pbx.incoming("0123", f"004972112{n}00")
            call.ring()
            call.hangup()
        async with asyncio.timeout(15):
            code = await connector.process.wait()
        assert code in {0, 1}
        assert "Traceback" not in connector.stderr
