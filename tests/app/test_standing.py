"""What a running connector leaves for others to read."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from datev_connector.app.folders import Profile, find_profile
from datev_connector.app.running import standing
from datev_connector.app.running.standing import (
    LastStanding,
    StandingFile,
    last_standing,
    unwatched_since,
)
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import Worded, worded
from datev_connector.starface.commands import Transport
from datev_connector.starface.standing import Standing
from datev_connector.starface.trouble import Trouble, TroubleKind

NOW = datetime(2025, 3, 4, 9, 0, tzinfo=UTC)
TOLD = LastStanding(
    at=NOW,
    legs=(
        LegReport(
            leg=Leg.STARFACE,
            state=LegState.DEGRADED,
            since=NOW - timedelta(hours=1),
            reason="It limps.",
            mender=Mender.PBX_ADMIN,
            remedy="Mend it.",
        ),
        LegReport(
            leg=Leg.DATEV,
            state=LegState.DOWN,
            since=NOW,
            reason=worded("{where} cannot be reached.", where=worded("the PBX")),
        ),
    ),
    starface=Standing(
        transport=Transport.HTTPS,
        polling=True,
        barred=Trouble(kind=TroubleKind.NO_XMPP, where="pbx:5222", detail="no well-formed XML"),
        event_at=NOW - timedelta(minutes=5),
        watched_until=NOW - timedelta(seconds=4),
    ),
)
STARFACE = {"transport": None, "polling": False, "event_at": None, "barred": None}
LEGS: tuple[object, ...] = (1, [], "leg", {}, {"leg": "starface", "words": 1})


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return find_profile(folder=tmp_path)


class Office:
    def __init__(self) -> None:
        self.told = TOLD
        self.looks = 0
        self.looked = asyncio.Event()

    def look(self) -> LastStanding:
        self.looks += 1
        self.looked.set()
        return self.told

    async def looks_again(self) -> None:
        self.looked.clear()
        await self.looked.wait()


@contextlib.contextmanager
def kept(profile: Profile, office: Office) -> Iterator[asyncio.Task[None]]:
    task = asyncio.get_running_loop().create_task(StandingFile(profile, look=office.look).keep())
    try:
        yield task
    finally:
        task.cancel()


async def read(profile: Profile, office: Office, wanted: LastStanding) -> None:
    async with asyncio.timeout(10):
        while last_standing(profile) != wanted:
            await office.looks_again()


async def test_all_of_it_can_be_read_while_a_connector_runs_and_not_after(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "LOOK_S", 0.0)
    office = Office()
    with kept(profile, office) as task:
        await read(profile, office, TOLD)
        office.told = LastStanding(at=NOW, legs=(), starface=Standing(transport=None))
        await read(profile, office, office.told)
    await asyncio.wait({task})
    assert last_standing(profile) is None
    assert list(profile.root.iterdir()) == []


async def test_only_news_are_written_but_a_minute_is_news(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "LOOK_S", 0.0)
    office = Office()
    with kept(profile, office):
        await read(profile, office, TOLD)
        office.told = LastStanding(
            at=NOW + timedelta(seconds=59), legs=TOLD.legs, starface=TOLD.starface
        )
        looks = office.looks + 3
        async with asyncio.timeout(10):
            while office.looks < looks:
                await office.looks_again()
        assert last_standing(profile) == TOLD
        office.told = LastStanding(
            at=NOW + timedelta(seconds=60), legs=TOLD.legs, starface=TOLD.starface
        )
        await read(profile, office, office.told)


async def test_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "LOOK_S", 0.0)
    office = Office()
    with kept(find_profile(folder=tmp_path / "missing"), office):
        async with asyncio.timeout(10):
            while office.looks < 3:
                await office.looks_again()


async def test_the_words_of_a_leg_are_kept(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "LOOK_S", 0.0)
    office = Office()
    with kept(profile, office):
        await read(profile, office, TOLD)
        left = last_standing(profile)
    report = None if left is None else left.of(Leg.DATEV)
    assert report is not None
    assert isinstance(report.reason, Worded)
    assert report.reason.template == "{where} cannot be reached."
    assert isinstance(report.reason.values["where"], Worded)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"at": "2025-03-04T09:00:00", "legs": [], "starface": null}',
        json.dumps({"at": NOW.isoformat(), "legs": 1, "starface": {"transport": "pigeon"}}),
        *(json.dumps({"at": NOW.isoformat(), "legs": [leg], "starface": STARFACE}) for leg in LEGS),
    ],
)
def test_what_cannot_be_read_is_nothing(profile: Profile, content: str) -> None:
    (profile.root / "standing.json").write_text(content)
    assert last_standing(profile) is None


@pytest.mark.parametrize(
    ("later", "found"),
    [
        (timedelta(seconds=-3), True),
        (timedelta(days=6), True),
        (timedelta(days=8), False),
        (timedelta(seconds=-5), False),
    ],
    ids=["just now", "days ago", "too long ago", "in the future"],
)
async def test_who_was_ended_by_force_leaves_word_since_when_nobody_watches(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, later: timedelta, found: bool
) -> None:
    monkeypatch.setattr(standing, "LOOK_S", 0.0)
    office = Office()
    assert unwatched_since(profile, NOW) is None
    with kept(profile, office) as task:
        await read(profile, office, TOLD)
        since = unwatched_since(profile, NOW + later)
    assert since == (TOLD.starface.watched_until if found else None)
    await asyncio.wait({task})
    assert unwatched_since(profile, NOW) is None


def test_who_was_ended_before_any_way_worked_leaves_when_it_ran(profile: Profile) -> None:
    (profile.root / "standing.json").write_text(
        json.dumps(
            {
                "at": NOW.isoformat(),
                "legs": [],
                "starface": {
                    "transport": None,
                    "polling": False,
                    "event_at": None,
                    "watched_until": None,
                    "barred": None,
                },
            }
        ),
        "utf-8",
    )
    assert unwatched_since(profile, NOW + timedelta(seconds=5)) == NOW


async def test_time_that_only_goes_on_is_no_news(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "LOOK_S", 0.0)
    office = Office()
    with kept(profile, office):
        await read(profile, office, TOLD)
        watched = replace(TOLD.starface, watched_until=NOW + timedelta(seconds=30))
        office.told = replace(TOLD, at=NOW + timedelta(seconds=31), starface=watched)
        looks = office.looks + 3
        async with asyncio.timeout(10):
            while office.looks < looks:
                await office.looks_again()
        assert last_standing(profile) == TOLD
