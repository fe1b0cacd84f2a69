"""Times of the PBX's call list around the nights when a clock is put forward or back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.calls import Call, CallState, Direction, Outcome
from datev_connector.domain.inputs import CallListRead
from datev_connector.starface.commands import Recall
from datev_connector.starface.list_reader import ListReader
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.wire.uci import Uci, UciVersion
from datev_connector.starface.wire.xmlrpc import MethodCall, Value

BERLIN = ZoneInfo("Europe/Berlin")
SPRING = datetime(2026, 3, 29, 1, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class ListedPbx:
    """A PBX with a call list that shows, and is asked for, what its clock on the wall says."""

    def __init__(self, *missed: datetime, behind: timedelta = timedelta(0)) -> None:
        self.missed = missed
        self.behind = behind

    def shows(self, moment: datetime) -> datetime:
        return (moment - self.behind).astimezone(BERLIN).replace(tzinfo=None, fold=0)

    async def answer(self, call: MethodCall) -> Value:
        before, after = call.params[:2]
        assert isinstance(before, datetime)
        assert isinstance(after, datetime)
        return [
            {
                "id": f"e{number}",
                "direction": "INBOUND",
                "result": "MISSED",
                "callerNumber": f"0721{number:06}",
                "startTime": self.shows(missed),
            }
            for number, missed in enumerate(self.missed)
            if after <= self.shows(missed) <= before
        ]

    def reader(self, now: datetime, measured_at: datetime | None) -> ListReader:
        clock = PbxClock(BERLIN)
        if measured_at is not None:
            clock.observe(self.shows(measured_at), measured_at)
        return ListReader(
            request=self.answer,
            uci=lambda: Uci(UciVersion.V30),
            clock=clock,
            now=lambda: now,
            outcome_pauses_s=(0.0,),
            recall_pauses_s=(0.0, 0.0),
        )

    async def recall(
        self, since: datetime, until: datetime, *, measured_at: datetime | None
    ) -> list[datetime]:
        told: list[CallListRead] = []
        reader = self.reader(until, measured_at)
        await reader.recall(Recall(since=since, until=until), told.append)
        first, again = told
        assert first.calls == again.calls
        return [call.began_at for call in first.calls]


@pytest.mark.parametrize("change", [SPRING, AUTUMN])
@pytest.mark.parametrize("behind_s", [0, 90, -90])
@pytest.mark.parametrize("measured", [True, False])
async def test_a_weekend_over_which_the_clocks_change_is_told_whole(
    change: datetime, behind_s: int, *, measured: bool
) -> None:
    friday, monday = change - timedelta(hours=33), change + timedelta(hours=31)
    before = 65 * MINUTE if change is AUTUMN else MINUTE  # what is shown twice may be either
    missed = (
        *(friday, friday + MINUTE, change - 90 * MINUTE, change - before),
        *(change + 90 * MINUTE, monday - 20 * MINUTE, monday - MINUTE),
    )
    behind = timedelta(seconds=behind_s if measured else 0)
    pbx = ListedPbx(*missed, behind=behind)
    told = await pbx.recall(friday, monday, measured_at=friday if measured else None)
    assert told == [*missed]


@pytest.mark.parametrize(
    ("since", "until", "missed"),
    [
        (AUTUMN - 90 * MINUTE, AUTUMN - 20 * MINUTE, AUTUMN - 40 * MINUTE),
        (AUTUMN - 90 * MINUTE, AUTUMN + 10 * MINUTE, AUTUMN - 40 * MINUTE),
        (AUTUMN + 10 * MINUTE, AUTUMN + 50 * MINUTE, AUTUMN + 20 * MINUTE),
        (AUTUMN + 10 * MINUTE, AUTUMN + 150 * MINUTE, AUTUMN + 20 * MINUTE),
        (SPRING - 10 * MINUTE, SPRING + 10 * MINUTE, SPRING - MINUTE),
        (SPRING - 10 * MINUTE, SPRING + 10 * MINUTE, SPRING + MINUTE),
    ],
)
async def test_of_an_hour_that_is_shown_twice_the_one_that_has_been_is_meant(
    since: datetime, until: datetime, missed: datetime
) -> None:
    assert await ListedPbx(missed).recall(since, until, measured_at=since) == [missed]


@pytest.mark.parametrize("change", [SPRING, AUTUMN])
@pytest.mark.parametrize("minutes", [-61, -30, -1, 1, 30, 61])
async def test_the_outcome_of_a_call_of_that_night_is_found(change: datetime, minutes: int) -> None:
    began_at = change + minutes * MINUTE
    call = Call(
        call="c1",
        pbx_call="p1",
        direction=Direction.INCOMING,
        state=CallState.ENDED,
        number="0721000000",
        began_at=began_at,
        last_seen_at=began_at,
    )
    reader = ListedPbx(began_at).reader(began_at, change - timedelta(days=1))
    assert await reader.outcome(call) is Outcome.MISSED


@pytest.mark.parametrize("change", [SPRING, AUTUMN])
@pytest.mark.parametrize("behind_s", [0, 90, -90])
def test_the_night_of_the_change_is_no_jump_of_the_clock(change: datetime, behind_s: int) -> None:
    clock, pbx = PbxClock(BERLIN), ListedPbx(behind=timedelta(seconds=behind_s))
    for minutes in range(-180, 180):
        moment = change + minutes * MINUTE
        assert clock.observe(pbx.shows(moment), moment) == moment
        assert clock.correct(pbx.shows(moment), moment + MINUTE) == moment


ZONES = st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")])
YEARS = 4000 * timedelta(days=1)
MOMENTS = st.timedeltas(-YEARS, YEARS).map(lambda since: SPRING + since)


@given(ZONES, MOMENTS, MOMENTS, st.timedeltas(timedelta(minutes=-2), timedelta(minutes=2)))
def test_what_the_pbx_shows_is_turned_back_into_the_moment(
    zone: tzinfo, measured_at: datetime, moment: datetime, behind: timedelta
) -> None:
    """Whatever season it was measured in."""
    clock = PbxClock(zone)
    wall = measured_at.astimezone(zone).replace(tzinfo=None, fold=0)
    clock.observe(wall - behind, measured_at)
    assert clock.utc_time(clock.pbx_time(moment), until=moment) == moment


@given(MOMENTS, st.integers(-14 * 4, 14 * 4))
def test_a_zone_without_summer_time_only_adds_its_hours(moment: datetime, quarters: int) -> None:
    ahead = timedelta(minutes=15 * quarters)
    clock = PbxClock(timezone(timedelta(hours=1)))
    clock.observe((moment + ahead).replace(tzinfo=None), moment)
    assert clock.difference == -ahead
    assert clock.pbx_time(moment) == (moment + ahead).replace(tzinfo=None)
    assert clock.utc_time(clock.pbx_time(moment)) == moment


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=h)) for h in (-12, 14)])
@pytest.mark.parametrize("shown", [datetime.min, datetime.max])  # noqa: DTZ901 - as a PBX shows them
def test_the_ends_of_the_calendar_are_no_fault(zone: tzinfo, shown: datetime) -> None:
    clock = PbxClock(zone)
    assert clock.observe(SPRING.replace(tzinfo=None), SPRING) == SPRING
    assert clock.observe(shown, SPRING + MINUTE) == SPRING + MINUTE
    corrected = clock.correct(shown, SPRING)
    assert corrected is None or corrected <= SPRING


HERE = """
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo
from datev_connector.starface.local_zone import LocalZone
here, berlin = LocalZone(), ZoneInfo("Europe/Berlin")
moment = datetime(2026, 1, 1, tzinfo=UTC)
while moment.year == 2026:
    ours, theirs = moment.astimezone(here), moment.astimezone(berlin)
    naive = dict(tzinfo=None)
    assert (ours.replace(**naive), ours.fold) == (theirs.replace(**naive), theirs.fold), theirs
    assert ours.utcoffset() == theirs.utcoffset()
    assert ours.astimezone(UTC) == moment
    moment += timedelta(minutes=30)
"""


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows takes no zone from TZ")
def test_the_zone_of_this_computer_knows_its_summer_time() -> None:
    environment = {**os.environ, "TZ": "Europe/Berlin", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", HERE], env=environment, check=True)
