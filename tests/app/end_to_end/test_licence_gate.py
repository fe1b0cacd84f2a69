"""What happens to a running connector when its licence ends, or comes: no call is cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from datev_connector.app.licence import keeper, kept, keys
from datev_connector.app.licence.kept import Kept
from datev_connector.app.running import module_watch, wiring
from datev_connector.app.running.licence_gate import looked_up_since
from datev_connector.app.running.module_timetable import WatchTimes
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.licences import GRACE, LicenceState, Seen
from datev_connector.simulators.datev import DatevSimulator
from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from datev_connector.starface.module.names import STANDARD
from tests.app.end_to_end.followed import (
    ADA,
    LOGIN,
    OTHER_LOGIN,
    OTHER_PASSWORD,
    PASSWORD,
    PATIENCE_S,
    Followed,
    followed,
    logins,
    now,
    swift,  # noqa: F401 - a fixture
)
from tests.app.licence import signed
from tests.soak.office import computer_in
from tests.starface.module.office import LICENCE, configured

PLAIN = "5550100"
AUTOMATIC = {"calls": {"transfer_automatically": True}}
LONG_AGO = timedelta(days=400)
LEFT = timedelta(seconds=80)
"""Of the grace: more than any of these tests takes, and less than what counts as sleep."""

pytestmark = pytest.mark.usefixtures("swift", "hasty", "same_zone")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of the tests, and short pauses."""
    times = WatchTimes(soon_s=0.05, every_s=0.2, alone_s=0.2)
    monkeypatch.setattr(keys, "shipped", signed.keys)
    monkeypatch.setattr(keeper, "LOOK_S", 0.1)
    monkeypatch.setattr(wiring, "ModuleWatch", partial(module_watch.ModuleWatch, times=times))


@pytest.fixture
def same_zone() -> Iterator[None]:
    """This computer is where the PBX is, whatever zone tests run in."""
    with computer_in("UTC"):
        yield


@pytest_asyncio.fixture
async def pbx() -> AsyncIterator[StarfaceSimulator]:
    config = StarfaceConfig(zone="UTC", modules=(configured(licence=""),))
    async with StarfaceSimulator(config) as simulator:
        yield simulator


@pytest_asyncio.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    async with DatevSimulator() as simulator:
        yield simulator
        assert simulator.violations == ()


class Clock:
    """The clock of this computer, which somebody may set."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return now() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("tests.app.end_to_end.followed.now", made)
    return made


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


def remembered(monkeypatch: pytest.MonkeyPatch, *, grace: timedelta | None) -> None:
    """The first start is long ago; `grace`: how long what was read then still serves."""
    at = now()
    valid_at = None if grace is None else at - GRACE + grace
    seen = Seen(first_start=at - LONG_AGO, lived=at, clock=at, valid_at=valid_at)
    monkeypatch.setattr(kept, "recalled", lambda _notes, _now: Kept(seen=seen))


def bad_logins(pbx: StarfaceSimulator) -> int:
    return pbx.accounts.attempts(LOGIN).bad


async def unlicensed(running: Followed, *, after: int = 0) -> LegReport:
    return await running.reason(Leg.STARFACE, "valid licence", after=after)


async def test_a_call_that_lives_is_not_cut_when_the_grace_ends(
    profile: Path,
    pbx: StarfaceSimulator,
    datev: DatevSimulator,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remembered(monkeypatch, grace=LEFT)
    async with followed(profile, pbx, datev, AUTOMATIC) as running:
        await running.leg(Leg.STARFACE, LegState.UP)
        at_pbx = pbx.pbx.incoming(LOGIN, ADA)
        at_pbx.ring()
        await running.call(ADA, "ringing")
        at_pbx.answer()
        call = await running.call(ADA, "connected")
        mark, clock.ahead = running.mark, LEFT
        await running.leg(Leg.LICENCE, LegState.DOWN, after=mark)

        running.note(call, "bleibt erhalten")
        running.transfer(call)
        assert running.states(Leg.STARFACE, after=mark) == []
        at_pbx.hangup()
        over = await running.call(ADA, "ended", after=mark)
        assert over.outcome == "answered"
        await unlicensed(running, after=mark)
        await datev.wait_for(lambda seen: len(seen.journal) == 1, PATIENCE_S)
        assert datev.journal[0].record.note == "bleibt erhalten"
        states = [state.name.lower() for call in datev.calls for state in call.states]
        assert states == ["offered", "connected", "finished"]
        async with asyncio.timeout(PATIENCE_S):
            while list(pbx.sessions):  # noqa: ASYNC110 - the PBX tells nobody of that
                await asyncio.sleep(0.02)


async def test_without_a_licence_only_the_module_is_asked_until_there_is_one(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered(monkeypatch, grace=None)
    async with followed(profile, pbx, datev, AUTOMATIC) as running:
        await unlicensed(running)
        await running.leg(Leg.MODULE, LegState.UP)
        missed = pbx.pbx.incoming(LOGIN, PLAIN)
        missed.ring()
        missed.hangup()
        assert logins(pbx) == 0

        mark = running.mark
        pbx.modules[STANDARD].set(LICENCE, signed.a_text())
        await running.leg(Leg.LICENCE, LegState.UP, after=mark)
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)
        assert (await running.call(PLAIN, "ended", after=mark)).outcome == "missed"
        assert running.connector.licence.idle_since is None

        at_pbx = pbx.pbx.incoming(LOGIN, ADA)
        at_pbx.ring()
        await running.call(ADA, "ringing")


@pytest.mark.parametrize("year", [2099, 9999])
async def test_a_clock_that_leaps_ahead_and_is_put_right_stops_nobody_and_loses_no_call(
    profile: Path,
    pbx: StarfaceSimulator,
    datev: DatevSimulator,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    year: int,
) -> None:
    remembered(monkeypatch, grace=None)
    pbx.modules[STANDARD].set(LICENCE, signed.a_text())
    async with followed(profile, pbx, datev, AUTOMATIC) as running:
        await running.leg(Leg.LICENCE, LegState.UP)
        await running.leg(Leg.STARFACE, LegState.UP)

        mark, clock.ahead = running.mark, datetime(year, 12, 31, 12, tzinfo=UTC) - now()
        ended = await running.leg(Leg.LICENCE, LegState.DOWN, after=mark)
        assert "clock of this computer is wrong" in ended.remedy
        await unlicensed(running, after=mark)
        missed = pbx.pbx.incoming(LOGIN, PLAIN)
        missed.ring()
        missed.hangup()

        mark, clock.ahead = running.mark, timedelta(0)
        await running.leg(Leg.LICENCE, LegState.UP, after=mark)
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)
        assert (await running.call(PLAIN, "ended", after=mark)).outcome == "missed"
        assert running.connector.licence.idle_since is None

        pbx.pbx.incoming(LOGIN, ADA).ring()
        await running.call(ADA, "ringing", after=mark)


@pytest.mark.parametrize(
    ("idle_days", "looked_up_days"),
    [(0, 0), (3, 3), (7, 7), (400, 7), (-1, 7), (-3650, 7)],
)
def test_calls_are_looked_up_since_the_licence_ended_or_for_a_week(
    idle_days: int, looked_up_days: int
) -> None:
    at, day = now(), timedelta(days=1)
    assert looked_up_since(at - idle_days * day, at) == at - looked_up_days * day


def test_there_is_no_week_before_the_first_day_of_all_calendars() -> None:
    first = datetime.min.replace(tzinfo=UTC)
    assert looked_up_since(now(), first) == first


async def test_a_password_that_the_module_was_refused_is_not_shown_again_when_a_licence_comes(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered(monkeypatch, grace=None)
    async with followed(profile, pbx, datev, password="wrong") as running:
        await running.leg(Leg.MODULE, LegState.DEGRADED)
        assert bad_logins(pbx) == 1
        mark = running.mark
        (profile / "licence.txt").write_text(signed.a_text(), "utf-8")
        await running.leg(Leg.LICENCE, LegState.UP, after=mark)
        report = await running.reason(Leg.STARFACE, "does not accept login or password", after=mark)
        assert report.state is LegState.DOWN
        assert bad_logins(pbx) == 1
        assert logins(pbx) == 0

        mark = running.mark
        await running.type_password(PASSWORD)
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)


async def test_a_password_that_was_refused_is_not_shown_to_the_module_when_the_licence_ends(
    profile: Path,
    pbx: StarfaceSimulator,
    datev: DatevSimulator,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remembered(monkeypatch, grace=LEFT)
    at_once = partial(module_watch.ModuleWatch, times=WatchTimes(soon_s=0.0))
    monkeypatch.setattr(wiring, "ModuleWatch", at_once)
    async with followed(profile, pbx, datev, password="wrong") as running:
        await running.reason(Leg.STARFACE, "does not accept login or password")
        assert bad_logins(pbx) == 1
        mark, clock.ahead = running.mark, LEFT
        await running.leg(Leg.LICENCE, LegState.DOWN, after=mark)
        await unlicensed(running, after=mark)
        await running.type_password(PASSWORD)
        await running.leg(Leg.MODULE, LegState.UP, after=mark)
        assert bad_logins(pbx) == 1


async def test_a_licence_for_another_pbx_counts_once_it_is_the_one_of_the_settings(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered(monkeypatch, grace=None)
    async with followed(profile, pbx, datev) as running:
        pbx.modules[STANDARD].set(LICENCE, signed.a_text(pbx=("localhost",)))
        await running.reason(Leg.LICENCE, "another phone system")
        assert logins(pbx) == 0
        mark = running.mark
        await running.save(starface__host="localhost", **{"secret__starface-password": PASSWORD})
        await running.leg(Leg.LICENCE, LegState.UP, after=mark)
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)


async def test_a_licence_file_of_the_settings_is_read_at_once(
    profile: Path,
    pbx: StarfaceSimulator,
    datev: DatevSimulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    remembered(monkeypatch, grace=None)
    file = tmp_path / "lizenz der kanzlei.txt"
    file.write_bytes(signed.a_text().encode("utf-16"))
    async with followed(profile, pbx, datev) as running:
        await unlicensed(running)
        mark = running.mark
        saved = await running.save(general__licence_file=str(file))
        assert saved.flaws == ()
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)


async def test_seats_are_the_logins_that_have_used_it(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    pbx.modules[STANDARD].set(LICENCE, signed.a_text(seats=1))
    async with followed(profile, pbx, datev) as running:
        await running.reason(Leg.LICENCE, "valid until")
        assert running.connector.licence.judgement.seats_in_use == 1
        mark = running.mark
        await running.save(
            starface__login=OTHER_LOGIN, **{"secret__starface-password": OTHER_PASSWORD}
        )
        crowded = await running.leg(Leg.LICENCE, LegState.DEGRADED, after=mark)
        assert "2 logins" in crowded.reason
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)
        judgement = running.connector.licence.judgement
        assert (judgement.state, judgement.serves) == (LicenceState.TOO_MANY_SEATS, True)
        assert LOGIN not in running.connector._store.noted("licence").split('"')  # type: ignore[union-attr]


async def test_a_connector_without_settings_asks_nobody_for_a_licence(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered(monkeypatch, grace=None)
    empty = {"starface": {"host": "", "login": ""}}
    async with followed(profile, pbx, datev, empty, password="") as running:
        report = await running.leg(Leg.STARFACE, LegState.DOWN)
        assert "set up" in report.reason
        await running.leg(Leg.LICENCE, LegState.DOWN)
        await asyncio.sleep(0)
        assert not pbx.chronicle.requests
