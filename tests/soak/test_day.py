"""A single day of the weeks that `make soak` lives through, so that it can be relied on."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest

from tests.soak.calendar import keep, of_day
from tests.soak.clock import run_in_simulated_time
from tests.soak.office import BERLIN, Setup, open_office
from tests.soak.setups import SETUPS

TUESDAY = date(2026, 3, 24)


async def a_day(folder: Path, setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = datetime.combine(TUESDAY, time(7), BERLIN)
    async with open_office(folder, begin, setup, monkeypatch) as office:
        for appointment in of_day(TUESDAY, setup):
            if appointment.at >= begin:
                await keep(office, appointment)
        assert office.close_the_week() > 30


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
def test_a_day_with_its_calls_and_troubles(
    setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in_simulated_time(lambda: a_day(tmp_path, setup, monkeypatch))
