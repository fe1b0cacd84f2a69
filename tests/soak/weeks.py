"""Weeks in minutes: what runs for months must not grow by the day.

Not a part of the usual tests, since it takes minutes: `make soak`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.soak import meter
from tests.soak.calendar import keep, of_day
from tests.soak.clock import run_in_simulated_time
from tests.soak.office import BERLIN, USER, Office, Setup, open_office
from tests.soak.setups import SETUPS

SPRING = date(2026, 3, 23)
"""A Monday; on the Sunday of this week summer time begins."""
AUTUMN = date(2026, 10, 19)
"""A Monday; on the Sunday of this week summer time ends."""
QUIET = time(22, 30)
"""On Sundays: the calls of the week have left the desk."""
LIMITS = meter.Limits(
    full={
        "starface.known_calls.KnownCalls._over": 1000,
        "starface.sign_in.bearer.Bearer._used": 1000,
    }
)


async def live_through(office: Office, setup: Setup, monday: date) -> meter.Reading:
    """Play a whole week; a reading from its end."""
    for day in (monday + timedelta(days=number) for number in range(7)):
        for appointment in of_day(day, setup):
            await keep(office, appointment)
    await office.computer.until(datetime.combine(monday + timedelta(days=6), QUIET, BERLIN))
    office.close_the_week()
    return meter.take()


async def asleep_all_summer(office: Office) -> None:
    """Nobody is there for months, and the computer sleeps; then it is as if nothing had been."""
    duration = datetime.combine(AUTUMN, time(0), BERLIN) - office.computer.true_time()
    office.computer.sleep(duration, counts=False)
    await office.starface.drop_connections()
    await office.connected()


async def two_seasons(folder: Path, setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = datetime.combine(SPRING, time(0), BERLIN)
    async with open_office(folder, begin, setup, monkeypatch) as office:
        early = await live_through(office, setup, SPRING)
        await asleep_all_summer(office)
        late = await live_through(office, setup, AUTUMN)
        assert meter.growth(early, late, LIMITS) == []
        assert office.starface.accounts.attempts(USER).while_locked == 0


# The HTTP client leaves a connection to the collector if it is given up in mid-handshake. Sockets
# that stay open are found by counting.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
def test_weeks_leave_nothing_behind(
    setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in_simulated_time(lambda: two_seasons(tmp_path, setup, monkeypatch))
