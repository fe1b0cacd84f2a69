"""When master data are read, how thoroughly, and what is said of it; time in jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.running.contact_legs import contact_reports
from datev_connector.app.running.diary_shelf import NAME, StoredDiary
from datev_connector.app.running.master_data_refresh import (
    Diary,
    Freshness,
    MasterDataRefresh,
    Rhythm,
)
from datev_connector.app.running.master_data_ways import NOT_FOUND
from datev_connector.datev.master_data.freshness import Grade, Outcome, Progress
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace, Trouble
from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.store.contacts import SourceState
from datev_connector.store.errors import Full
from datev_connector.store.store import Store
from tests.soak.clock import run_in_simulated_time
from tests.soak.computer import Computer

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def trouble(pace: Pace, code: str = "some") -> Trouble:
    return Trouble(
        code=code, reason="It is broken.", mender=Mender.DATEV_ADMIN, remedy="Mend it.", pace=pace
    )


class Plain:
    """A way that does what it is told to, and writes down when it was gone."""

    name = "the plain way"

    def __init__(self, clock: Callable[[], datetime], rhythm: Rhythm) -> None:
        self.rhythm = rhythm
        self.gone: list[tuple[timedelta, Grade]] = []
        self.fails: Exception | None = None
        self.clients: Trouble | None = None
        self.rises = False
        self.closed = 0
        self._clock = clock

    async def refresh(self, grade: Grade, tell: Callable[[Progress], None]) -> Outcome:
        self.gone.append((self._clock() - MONDAY, grade))
        tell(Progress(done=1, of=3))
        if self.fails is not None:
            raise self.fails
        done = Grade.COMPARED if self.rises and grade is Grade.CHANGED else grade
        return Outcome(grade=done, fetched=3, left_out=1, clients=self.clients)

    async def close(self) -> None:
        self.closed += 1


class Week:
    """A refresh that runs beside a story."""

    def __init__(self, store: Store, computer: Computer) -> None:
        self.rhythm = Rhythm(changed=timedelta(minutes=15))
        self.plain = Plain(computer.clock, self.rhythm)
        self.way: Plain | Trouble = self.plain
        self.said: list[Freshness] = []
        self.refresh = MasterDataRefresh(
            lambda: self.way,
            StoredDiary(store),
            now=computer.clock,
            jitter=lambda: 0.0,
            changed=lambda: self.said.append(self.refresh.state),
        )


def live(folder: Path, story: Callable[[Week], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        computer = Computer(MONDAY)
        with Store.open(folder / "store.db", bytes(32), now=MONDAY, station="t") as store:
            week = Week(store, computer)
            task = asyncio.get_running_loop().create_task(week.refresh.run())
            try:
                await story(week)
                assert not task.done()
            finally:
                task.cancel()
                await asyncio.wait({task})

    run_in_simulated_time(main)


async def go_by(**duration: float) -> None:
    await asyncio.sleep(timedelta(**duration).total_seconds())


def test_what_was_refused_before_is_not_shown_again_soon(tmp_path: Path) -> None:
    async def story(week: Week) -> None:
        week.refresh.refused_before(trouble(Pace.REFUSED, "sign-in-refused"))
        assert week.refresh.refusal is not None
        await go_by(hours=3)
        week.refresh.datev_is_there()
        await go_by(minutes=50)
        assert not week.plain.gone
        await go_by(hours=1, minutes=15)
        assert len(week.plain.gone) > 1
        assert week.refresh.refusal is None

    live(tmp_path, story)


@pytest.mark.parametrize("pace", [Pace.QUICK, Pace.LASTING])
def test_only_a_refused_sign_in_is_a_refusal(tmp_path: Path, pace: Pace) -> None:
    async def story(week: Week) -> None:
        week.plain.fails = MasterDataTrouble(trouble(pace))
        await go_by(seconds=20)
        assert week.refresh.state.trouble is not None
        assert week.refresh.refusal is None
        week.plain.fails = RuntimeError("a fault of ours")
        await go_by(hours=1)
        assert week.refresh.refusal is None

    live(tmp_path, story)


def test_first_everything_then_what_changed_daily_the_list_weekly_everything(
    tmp_path: Path,
) -> None:
    async def story(week: Week) -> None:
        await go_by(days=14, minutes=10)
        grades = [grade for _, grade in week.plain.gone]
        assert grades[:3] == [Grade.ANEW, Grade.CHANGED, Grade.CHANGED]
        thorough = [(at.days, grade) for at, grade in week.plain.gone if grade != Grade.CHANGED]
        assert thorough == [
            (0, Grade.ANEW),
            *((day, Grade.COMPARED) for day in range(1, 7)),
            (7, Grade.ANEW),
            *((day, Grade.COMPARED) for day in range(8, 14)),
            (14, Grade.ANEW),
        ]
        assert week.plain.closed == len(week.plain.gone)

    live(tmp_path, story)


def test_a_restart_does_not_read_everything_again(tmp_path: Path) -> None:
    async def first(week: Week) -> None:
        await go_by(minutes=1)
        assert [grade for _, grade in week.plain.gone] == [Grade.ANEW]

    async def second(week: Week) -> None:
        await go_by(minutes=1)
        assert [grade for _, grade in week.plain.gone] == [Grade.CHANGED]

    live(tmp_path, first)
    live(tmp_path, second)


@pytest.mark.parametrize(
    ("pace", "pauses"),
    [
        (Pace.QUICK, [1, 2, 4, 8, 16, 32, 60, 60, 60]),
        (Pace.LASTING, [15, 30, 60, 120, 240, 240, 240]),
        (Pace.REFUSED, [240, 480, 960, 1440, 1440]),
    ],
)
def test_failures_are_repeated_with_growing_pauses(
    tmp_path: Path, pace: Pace, pauses: list[int]
) -> None:
    async def story(week: Week) -> None:
        week.plain.fails = MasterDataTrouble(trouble(pace))
        await go_by(minutes=sum(pauses) + 1)
        times = [at for at, _ in week.plain.gone]
        between = [round((b - a) / timedelta(minutes=1)) for a, b in pairwise(times)]
        assert between == pauses
        assert week.refresh.state.trouble == trouble(pace)
        week.plain.fails = None
        await go_by(days=2)
        assert week.refresh.state == Freshness(way=week.plain.name, left_out=1)
        gone = len(week.plain.gone)
        week.plain.fails = MasterDataTrouble(trouble(pace))
        await go_by(minutes=16 + pauses[0])
        assert len(week.plain.gone) == gone + 2, "what went well makes the pauses short again"

    live(tmp_path, story)


def test_what_costs_a_whole_list_each_time_comes_less_often(tmp_path: Path) -> None:
    """Changes cannot be told where DATEV has no log of what was deleted, or no stamps."""

    def pauses(week: Week) -> list[int]:
        times = [at for at, _ in week.plain.gone]
        return [round((b - a) / timedelta(minutes=1)) for a, b in pairwise(times)]

    async def story(week: Week) -> None:
        week.plain.rises = True
        await go_by(hours=20)
        assert pauses(week)[:8] == [15, 15, 30, 60, 120, 240, 240, 240]
        week.plain.rises = False
        await go_by(hours=5)
        assert pauses(week)[-3:] == [15, 15, 15]

    live(tmp_path, story)


def test_datev_that_comes_up_is_asked_at_once_unless_it_refused_us(tmp_path: Path) -> None:
    async def story(week: Week) -> None:
        week.plain.fails = MasterDataTrouble(trouble(Pace.LASTING))
        await go_by(minutes=1)
        week.refresh.datev_is_there()
        await go_by(seconds=1)
        assert len(week.plain.gone) == 2
        week.plain.fails = MasterDataTrouble(trouble(Pace.REFUSED))
        week.refresh.datev_is_there()
        await go_by(seconds=1)
        assert len(week.plain.gone) == 3
        week.refresh.datev_is_there()
        await go_by(hours=3)
        assert len(week.plain.gone) == 3, "a refused sign-in is not repeated for hours"
        week.plain.fails = None
        await go_by(hours=2)
        gone = len(week.plain.gone)
        week.refresh.datev_is_there()
        await go_by(seconds=1)
        assert len(week.plain.gone) == gone, "what works is not asked more often"

    live(tmp_path, story)


def test_a_fault_of_ours_or_of_the_disk_does_not_end_the_refresh(tmp_path: Path) -> None:
    async def story(week: Week) -> None:
        week.plain.fails = Full("The disk is full.", "Make room.")
        await go_by(seconds=30)
        assert week.refresh.state.trouble is not None
        assert week.refresh.state.trouble.reason == "The disk is full."
        week.plain.fails = ZeroDivisionError()
        await go_by(minutes=2)
        assert week.refresh.state.trouble.code == "own-fault"
        week.plain.fails = None
        week.way = trouble(Pace.QUICK, "no-way")
        await go_by(hours=5)
        assert week.refresh.state.trouble.code == "no-way"

    live(tmp_path, story)


def test_progress_is_there_for_whoever_looks(tmp_path: Path) -> None:
    async def story(week: Week) -> None:
        await go_by(seconds=30)
        assert week.said[0] == Freshness(way=week.plain.name, progress=Progress(done=0))
        assert week.said[-1].progress is None

    live(tmp_path, story)


@given(
    anew=st.none() | st.integers(-400, 400),
    compared=st.none() | st.integers(-400, 400),
)
def test_a_clock_that_jumps_never_puts_a_refresh_off(
    anew: int | None, compared: int | None
) -> None:
    way = Plain(lambda: MONDAY, Rhythm(changed=timedelta(minutes=15)))
    diary = Diary(
        way=way.name,
        anew_at=None if anew is None else MONDAY + anew * DAY,
        compared_at=None if compared is None else MONDAY + compared * DAY,
    )
    due = diary.due(way, MONDAY)
    if anew is None or not -7 < anew <= 0:
        assert due is Grade.ANEW
    elif compared is not None and compared != 0:
        assert due is Grade.COMPARED
    assert diary.after(way, Grade.ANEW, MONDAY).due(way, MONDAY) is Grade.CHANGED


@pytest.mark.parametrize("grade", [Grade.ANEW, Grade.COMPARED])
def test_the_next_comparison_comes_sooner_where_many_could_not_be_read(grade: Grade) -> None:
    way = Plain(lambda: MONDAY, Rhythm(changed=timedelta(minutes=15)))
    begun = Diary(way=way.name, anew_at=MONDAY)
    for left_out, hours in ((19, 24), (20, 4)):
        diary = begun.after(way, grade, MONDAY, left_out)
        before, then = (MONDAY + timedelta(hours=hours, minutes=late) for late in (-1, 0))
        assert (diary.due(way, before), diary.due(way, then)) == (Grade.CHANGED, Grade.COMPARED)


def test_another_way_begins_anew() -> None:
    way = Plain(lambda: MONDAY, Rhythm(changed=DAY))
    assert Diary(way="another", anew_at=MONDAY).due(way, MONDAY) is Grade.ANEW


def test_a_diary_without_zones_is_as_good_as_none(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db", bytes(32), now=MONDAY, station="t") as store:
        store.note(NAME, '{"way": "x", "anew_at": "2026-03-01T08:00:00"}')
        assert StoredDiary(store).read() == Diary(way="x")


@pytest.mark.parametrize("written", ["", "[]", "null", "{", '{"anew_at": 7}', '{"anew_at": "x"}'])
def test_a_diary_that_cannot_be_read_is_an_empty_one(tmp_path: Path, written: str) -> None:
    with Store.open(tmp_path / "store.db", bytes(32), now=MONDAY, station="t") as store:
        store.note(NAME, written)
        assert StoredDiary(store).read() == Diary()
        kept = Diary(way="x", anew_at=MONDAY, compared_at=None)
        StoredDiary(store).write(kept)
        assert StoredDiary(store).read() == kept


# --- what the leg says ----------------------------------------------------------------------------

HELD = SourceState(source=Source.DATEV, loaded_at=MONDAY, contacts=1200, numbers=2000)


def leg(freshness: Freshness, *held: SourceState) -> LegReport:
    reports = contact_reports(held, MONDAY, None, freshness)
    return next(report for report in reports if report.leg is Leg.CONTACTS_DATEV)


def test_the_leg_says_what_hinders_and_what_is_in_use() -> None:
    told = leg(Freshness(trouble=trouble(Pace.QUICK)), HELD)
    assert told.state is LegState.DEGRADED
    assert told.reason.startswith(
        "The master data of DATEV cannot be read. It is broken. In use: 1200 contacts, as of "
    )
    assert (told.mender, told.remedy) == (Mender.DATEV_ADMIN, "Mend it.")
    told = leg(Freshness(trouble=trouble(Pace.QUICK)))
    assert told.reason.endswith("It is broken. There are no contacts of this source.")


def test_imported_contacts_are_no_failure_where_no_datev_was_promised() -> None:
    told = leg(Freshness(trouble=NOT_FOUND), HELD)
    assert told.state is LegState.UP
    assert NOT_FOUND.reason in told.reason
    assert leg(Freshness(trouble=NOT_FOUND)).state is LegState.DEGRADED


def test_the_leg_says_that_client_numbers_are_missing() -> None:
    told = leg(Freshness(way="DATEVconnect", clients=trouble(Pace.LASTING)), HELD)
    assert told.state is LegState.DEGRADED
    assert "the client numbers cannot be read. It is broken." in told.reason


def test_the_leg_does_not_swing_with_each_try() -> None:
    begun = Progress(done=0)
    for hindered in (
        Freshness(trouble=trouble(Pace.QUICK)),
        Freshness(clients=trouble(Pace.QUICK)),
    ):
        again = leg(replace(hindered, progress=begun), HELD)
        assert again.says_the_same(leg(hindered, HELD))
        assert again.state is LegState.DEGRADED
        goes_on = leg(replace(hindered, way="x", progress=Progress(done=3, of=9)), HELD)
        assert goes_on.reason.endswith("; x is being read, 3 of 9")


def test_what_hindered_is_told_until_a_reading_has_ended_well(tmp_path: Path) -> None:
    async def story(week: Week) -> None:
        week.plain.fails = MasterDataTrouble(trouble(Pace.QUICK))
        await go_by(minutes=3)
        week.plain.fails = None
        await go_by(minutes=5)
        told = [(each.progress is not None, each.trouble is not None) for each in week.said]
        assert told[:3] == [(True, False), (False, True), (True, True)]
        assert told[-2:] == [(True, True), (False, False)]

    live(tmp_path, story)


def test_the_leg_says_how_far_a_reading_is_and_what_was_left_out() -> None:
    told = leg(Freshness(way="DATEVconnect", progress=Progress(done=1500, of=20000)), HELD)
    assert told.state is LegState.UP
    assert told.reason.endswith("; DATEVconnect is being read, 1500 of 20000")
    told = leg(Freshness(way="DATEVconnect", left_out=2), HELD)
    assert told.reason.endswith("; 2 entries of DATEV could not be read")
