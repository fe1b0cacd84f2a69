"""What a person sets while the connector runs counts without a restart, and costs no call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from datev_connector.app.folders import find_profile
from datev_connector.app.level_watch import LevelWatch, WishInSettings
from datev_connector.app.logs import start_log
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.tracing import TRACE
from datev_connector.simulators.datev import DatevSimulator
from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from tests.app.end_to_end.followed import (
    ADA,
    LOGIN,
    OTHER_LOGIN,
    OTHER_PASSWORD,
    PASSWORD,
    PATIENCE_S,
    Followed,
    account,
    followed,
    logins,
    swift,  # noqa: F401 - a fixture
)
from tests.app.end_to_end.line import line_to
from tests.app.keyrings import MemoryKeyring

AUTOMATIC = {"calls": {"transfer_automatically": True}}
PREFIXED = "9072112345"
PLAIN = "5550100"

pytestmark = pytest.mark.usefixtures("swift")


@pytest_asyncio.fixture
async def pbx() -> AsyncIterator[StarfaceSimulator]:
    async with StarfaceSimulator() as simulator:
        yield simulator


@pytest_asyncio.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    async with DatevSimulator() as simulator:
        yield simulator
        assert simulator.violations == ()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


async def ready(running: Followed) -> None:
    await running.leg(Leg.STARFACE, LegState.UP)
    await running.leg(Leg.DATEV, LegState.UP)


def chains(datev: DatevSimulator) -> list[list[str]]:
    return [[state.name.lower() for state in call.states] for call in datev.calls]


# --- rules and dial plan --------------------------------------------------------------------------


async def test_rules_and_dial_plan_count_at_once_and_a_living_chain_goes_on(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with followed(profile, pbx, datev, AUTOMATIC) as running:
        await ready(running)
        at_pbx = pbx.pbx.incoming(LOGIN, ADA)
        at_pbx.ring()
        call = await running.call(ADA, "ringing")
        at_pbx.answer()
        await running.call(ADA, "connected")
        running.note(call, "Bilanz besprochen")
        running.transfer(call)
        mark = running.mark

        saved = await running.save(
            dial_plan__exchange_prefix="9",
            dial_plan__area_code="30",
            calls__transfer_automatically=False,
            calls__close_after_call=True,
        )
        assert (saved.flaws, saved.remarks) == ((), ())
        assert saved.form.field("dial_plan.exchange_prefix").value == "9"
        at_pbx.hangup()
        await running.call(ADA, "ended", after=mark)
        await datev.wait_for(lambda seen: len(seen.journal) == 1, PATIENCE_S)
        assert chains(datev) == [["offered", "connected", "finished"]]
        assert datev.journal[0].record.note == "Bilanz besprochen"

        at_pbx = pbx.pbx.incoming(LOGIN, PREFIXED)
        at_pbx.ring()
        call = await running.call(PREFIXED, "ringing")
        assert (call.name, call.e164) == ("Ada Byron", "+4972112345")
        at_pbx.answer()
        at_pbx.hangup()
        await running.call(PREFIXED, "ended")
        assert running.states(Leg.STARFACE, after=mark) == [], "nothing was connected anew"
        assert len(chains(datev)) == 1, "calls go to DATEV by themselves no longer"


async def test_the_log_looks_at_its_setting_as_soon_as_something_is_saved(
    profile: Path,
    pbx: StarfaceSimulator,
    datev: DatevSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("datev_connector.app.level_watch.LOOK_S", 3600.0)
    async with followed(profile, pbx, datev, {}) as running:
        await ready(running)
        with start_log(profile / "logs") as log:
            files = (profile / "settings.toml",)
            wish = WishInSettings(lambda: running.settings.loaded, files)
            watch = LevelWatch(
                log, find_profile(folder=profile), wish, now=lambda: datetime.now(UTC)
            )
            running.connector.log = watch
            following = asyncio.get_running_loop().create_task(watch.run())
            changed = asyncio.Event()
            watch.tell = lambda _: changed.set()
            saved = await running.save(general__log_level="trace")
            assert saved.flaws == ()
            await asyncio.wait_for(changed.wait(), PATIENCE_S)
            assert logging.getLogger("datev_connector.any").isEnabledFor(TRACE)
            following.cancel()


async def test_the_contact_index_follows_another_area_code(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with followed(profile, pbx, datev, {"dial_plan": {"area_code": "721"}}) as running:
        await ready(running)
        await running.save(dial_plan__area_code="30")
        contacts, plan = running.connector._store.contacts, running.connector._plan
        async with asyncio.timeout(PATIENCE_S):
            while contacts.outdated(plan):  # noqa: ASYNC110 - no news tell it
                await asyncio.sleep(0)
        at_pbx = pbx.pbx.incoming(LOGIN, "004930998877")
        at_pbx.ring()
        call_here = await running.call("004930998877", "ringing")
        assert call_here.name == "Lore Lokal"


# --- the connection to the PBX --------------------------------------------------------------------


async def test_a_right_password_is_tried_at_once_and_a_wrong_one_only_once(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with followed(profile, pbx, datev, password="wrong") as running:
        refused = (await running.reason(Leg.STARFACE, "password")).reason
        assert logins(pbx) == 1

        mark = running.mark
        await running.save(starface__events="polling")
        await running.reason(Leg.STARFACE, refused, after=mark)
        assert logins(pbx) == 1, "a refused password is not shown again for another setting"
        mark = running.mark
        await running.type_password("wrong")
        assert running.states(Leg.STARFACE, after=mark) == [], "the same password is no news"

        await running.type_password("wrong as well")
        await running.reason(Leg.STARFACE, refused, after=mark)
        assert logins(pbx) == 2

        await running.type_password(PASSWORD)
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)
        assert logins(pbx) == 3
        assert isinstance(running.keyring, MemoryKeyring)
        assert running.keyring.entries["DatevConnector", account()] == PASSWORD
        assert {"wrong as well", PASSWORD} <= set(running.hidden)


async def test_another_pbx_waits_for_the_last_call(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with (
        StarfaceSimulator() as other,
        followed(profile, pbx, datev, AUTOMATIC) as running,
    ):
        await ready(running)
        at_pbx = pbx.pbx.incoming(LOGIN, ADA)
        at_pbx.ring()
        await running.call(ADA, "ringing")
        at_pbx.answer()
        call = await running.call(ADA, "connected")
        mark = running.mark

        saved = await running.save(starface__https_port=other.port)
        assert len(saved.remarks) == 1
        running.note(call, "noch am alten")
        running.transfer(call)
        assert logins(other) == 0
        assert running.states(Leg.STARFACE, after=mark) == []
        at_pbx.hangup()
        await running.call(ADA, "ended", after=mark)
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)
        await datev.wait_for(lambda seen: len(seen.journal) == 1, PATIENCE_S)
        assert chains(datev) == [["offered", "connected", "finished"]]
        assert datev.journal[0].record.note == "noch am alten"
        assert not list(pbx.sessions), "it has signed out there"

        at_other = other.pbx.incoming(LOGIN, ADA)
        at_other.ring()
        await running.call(ADA, "ringing", after=mark)
        at_other.hangup()
        await running.call(ADA, "ended", after=running.mark - 1)


async def test_where_the_pbx_is_out_of_reach_a_living_call_is_found_again(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with (
        line_to(pbx.host, pbx.port) as line,
        followed(
            profile, pbx, datev, {**AUTOMATIC, "starface": {"https_port": line.port}}
        ) as running,
    ):
        await ready(running)
        at_pbx = pbx.pbx.incoming(LOGIN, ADA)
        at_pbx.ring()
        await running.call(ADA, "ringing")
        at_pbx.answer()
        before = await running.call(ADA, "connected")
        mark = running.mark
        pbx.behaviour.deliver_events = False
        await line.cut()
        await running.leg(Leg.STARFACE, LegState.DOWN, after=mark)
        missed = pbx.pbx.incoming(LOGIN, PLAIN)
        missed.ring()
        missed.hangup()
        pbx.behaviour.deliver_events = True

        mark = running.mark
        saved = await running.save(starface__https_port=pbx.port)
        assert saved.remarks == ()
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)
        at_pbx.hangup()
        after = await running.call(ADA, "ended", after=mark)
        assert after.call == before.call
        assert (await running.call(PLAIN, "ended", after=mark)).outcome == "missed"
        await datev.wait_for(lambda seen: len(seen.journal) == 1, PATIENCE_S)
        assert chains(datev) == [["offered", "connected", "finished"]]


async def test_the_address_book_of_the_other_pbx_is_read(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    def is_read(simulator: StarfaceSimulator) -> bool:
        return any("/contacts" in record.method for record in simulator.chronicle.requests)

    async with StarfaceSimulator() as other, followed(profile, pbx, datev) as running:
        await ready(running)
        await pbx.chronicle.until(lambda: is_read(pbx), 20)
        await running.save(starface__https_port=other.port)
        await other.chronicle.until(lambda: is_read(other), 20)


async def test_another_user_never_signs_in_with_the_password_of_the_last(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with followed(profile, pbx, datev) as running:
        await ready(running)
        mark = running.mark
        saved = await running.save(starface__login=OTHER_LOGIN)
        assert any(OTHER_LOGIN in remark for remark in saved.remarks)
        assert saved.form.field("secret.starface-password").value is False
        await running.reason(Leg.STARFACE, "password", after=mark)
        assert logins(pbx) == 1

        await running.type_password(OTHER_PASSWORD)
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)
        at_pbx = pbx.pbx.incoming(OTHER_LOGIN, ADA)
        at_pbx.ring()
        await running.call(ADA, "ringing")

        mark = running.mark
        saved = await running.save(starface__login=LOGIN)
        at_pbx.hangup()
        await running.call(ADA, "ended", after=mark)
        await running.leg(Leg.STARFACE, LegState.UP, after=mark)
        assert saved.form.field("secret.starface-password").value is True, "known in this run"


# --- DATEV ----------------------------------------------------------------------------------------


async def test_what_waits_goes_to_the_other_datev(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with (
        DatevSimulator() as other,
        line_to(datev.host, datev.port) as line,
        followed(
            profile,
            pbx,
            datev,
            {**AUTOMATIC, "datev": {"simulator_address": f"127.0.0.1:{line.port}"}},
        ) as running,
    ):
        await ready(running)
        await line.cut()
        await running.leg(Leg.DATEV, LegState.DOWN)
        at_pbx = pbx.pbx.incoming(LOGIN, ADA)
        at_pbx.ring()
        call = await running.call(ADA, "ringing")
        running.note(call, "für morgen")
        running.transfer(call)
        at_pbx.answer()
        at_pbx.hangup()
        await running.call(ADA, "ended")
        mark = running.mark
        saved = await running.save(datev__simulator_address=f"{other.host}:{other.port}")
        assert saved.remarks == ()
        await running.leg(Leg.DATEV, LegState.UP, after=mark)
        await other.wait_for(lambda seen: len(seen.journal) == 1, PATIENCE_S)
        assert other.journal[0].record.note == "für morgen"
        assert other.violations == ()
        assert running.states(Leg.STARFACE, after=mark) == []


async def test_another_datev_waits_for_the_last_call(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with (
        DatevSimulator() as other,
        followed(profile, pbx, datev, AUTOMATIC) as running,
    ):
        await ready(running)
        at_pbx = pbx.pbx.incoming(LOGIN, ADA)
        at_pbx.ring()
        await running.call(ADA, "ringing")
        mark = running.mark
        saved = await running.save(datev__simulator_address=f"{other.host}:{other.port}")
        assert len(saved.remarks) == 1
        at_pbx.answer()
        await running.call(ADA, "connected")
        at_pbx.hangup()
        await running.leg(Leg.DATEV, LegState.UP, after=mark)
        assert chains(datev) == [["offered", "connected", "finished"]]
        assert chains(other) == []


async def test_a_change_that_is_taken_back_meanwhile_cuts_nothing(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with followed(profile, pbx, datev, AUTOMATIC) as running:
        await ready(running)
        at_pbx = pbx.pbx.incoming(LOGIN, ADA)
        at_pbx.ring()
        await running.call(ADA, "ringing")
        mark = running.mark
        await running.save(starface__https_port=9)
        await running.save(starface__https_port=pbx.port)
        at_pbx.hangup()
        await running.call(ADA, "ended", after=mark)
        assert running.connector._changeover._waiting == {}
        assert running.states(Leg.STARFACE, after=mark) == []


# --- what cannot be followed ----------------------------------------------------------------------


async def test_flaws_change_nothing(
    profile: Path, pbx: StarfaceSimulator, datev: DatevSimulator
) -> None:
    async with followed(profile, pbx, datev) as running:
        await ready(running)
        mark, file = running.mark, (profile / "settings.toml").read_bytes()
        saved = await running.save(starface__https_port=0, calls__open_window=False)
        assert [flaw.name for flaw in saved.flaws] == ["starface.https_port"]
        assert saved.form == running.settings.form()
        assert (profile / "settings.toml").read_bytes() == file
        assert running.states(Leg.STARFACE, after=mark) == []
        assert running.connector._terms.settings.calls.open_window is True


async def test_a_connector_without_any_settings_is_set_up_while_it_runs(
    profile: Path, datev: DatevSimulator
) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        empty = {"starface": {"host": "", "login": ""}}
        async with followed(profile, pbx, datev, empty, password="") as running:
            await running.leg(Leg.STARFACE, LegState.DOWN)
            saved = await running.save(
                starface__host=pbx.host,
                starface__login=LOGIN,
                **{"secret__starface-password": PASSWORD},
            )
            assert saved.flaws == ()
            await running.leg(Leg.STARFACE, LegState.UP)
            at_pbx = pbx.pbx.incoming(LOGIN, ADA)
            at_pbx.ring()
            await running.call(ADA, "ringing")
