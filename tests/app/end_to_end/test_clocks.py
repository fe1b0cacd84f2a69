"""A PBX whose clock is wrong, or is set in mid-call: what DATEV sees stays true."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from datev_connector.simulators.datev import CallEntry
from datev_connector.simulators.starface import Behaviour, StarfaceConfig, TimestampForm
from tests.app.end_to_end.office import ADA, at_work

AUTO = {"calls": {"transfer_automatically": True}}
NEAR = timedelta(seconds=30)
HOUR = timedelta(hours=1)


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clock") / "profile"


def is_true_to_life(entry: CallEntry) -> bool:
    now = datetime.now()  # noqa: DTZ005 -- DATEV knows wall-clock time only
    times = [time for notice in entry.history for time in (notice.record.begin, notice.record.end)]
    return all(abs(now - time) < NEAR for time in times) and entry.last.begin <= entry.last.end


@pytest.mark.parametrize("form", list(TimestampForm))
@pytest.mark.parametrize("offset", [-26 * HOUR, -HOUR / 60, 3 * HOUR])
async def test_a_wrong_clock_is_made_good(
    profile: Path, offset: timedelta, form: TimestampForm
) -> None:
    config = StarfaceConfig(behaviour=Behaviour(clock_offset=offset), timestamp_form=form)
    async with at_work(profile, AUTO, pbx=config) as office:
        for _ in range(2):
            call = await office.rings(ADA)
            await call.answered()
            assert (await call.over())["outcome"] == "answered"
            await call.event("datev", record={"CallState": 3}, result="confirmed")
        assert all(is_true_to_life(entry) for entry in office.datev.calls)
        missed = await office.rings("0049721887766")
        assert (await missed.over())["outcome"] == "missed"
        office.sound()


@pytest.mark.parametrize("jump", [-2 * HOUR, 2 * HOUR])
async def test_a_clock_that_is_set_in_mid_call(profile: Path, jump: timedelta) -> None:
    async with at_work(profile, AUTO, pbx=StarfaceConfig()) as office:
        call = await office.rings(ADA)
        await call.answered()
        office.starface.behaviour.clock_offset = jump
        ended = await call.over()
        assert ended["outcome"] == "answered"
        await call.event("datev", record={"CallState": 3}, result="confirmed")
        after = await office.rings("0049721887766")
        await after.over()
        await after.event("datev", record={"CallState": 0}, result="confirmed")
        assert [is_true_to_life(entry) for entry in office.datev.calls] == [True, True]
        office.sound()
