"""What diagnosis and `module check` say of the module in the PBX, with real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.diagnosis import Step
from datev_connector.app.diagnosis import module as module_probes
from datev_connector.app.diagnosis.module_check import Checked, check_module
from datev_connector.app.folders import Profile
from datev_connector.app.requests_by_file import Request
from datev_connector.app.running.standing import LastStanding, StandingFile
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.simulators.datev import DatevConfig, DatevSimulator
from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    FaultKind,
    OAuthConfig,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.simulators.starface.module import LogLevel, ModuleConfig
from datev_connector.starface.module.edition import MODULE_VERSION
from datev_connector.starface.module.names import MOST_GUESSES, STANDARD
from datev_connector.starface.standing import Standing
from datev_connector.texts.language import Language, Tongue
from tests.app.diagnosis_desk import (
    PASSWORD,
    ExaminedProfile,
    findings,
    running_connector,
    standing_in,
)
from tests.app.later_program import program_is_later
from tests.starface.module.office import LICENCE, configured, of_version


@pytest.fixture
def profile(tmp_path: Path) -> ExaminedProfile:
    return ExaminedProfile(tmp_path / "profile")


def pbx_with(*modules: ModuleConfig, **config: Any) -> StarfaceSimulator:
    return StarfaceSimulator(StarfaceConfig(modules=modules, **config))


def info_requests(pbx: StarfaceSimulator) -> list[str]:
    asked = [record.method for record in pbx.chronicle.requests]
    return [method for method in asked if method.endswith(".getInfo")]


async def checked(profile: ExaminedProfile, **ground: Any) -> Checked:
    return await check_module(profile.ground(**ground))


@asynccontextmanager
async def written_down(
    profile: Profile, *legs: LegReport, age: timedelta = timedelta()
) -> AsyncIterator[None]:
    """A connector wrote this down so long ago, and does nothing any more."""
    at = datetime.now(UTC) - age
    said = LastStanding(at=at, legs=legs, starface=Standing(transport=None))
    keeping = asyncio.get_running_loop().create_task(
        StandingFile(profile, look=lambda: said).keep()
    )
    await standing_in(profile.root, lambda standing: standing.at == at)
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})


# --- in the whole examination ---------------------------------------------------------------------


async def test_a_module_that_is_as_it_should_be(profile: ExaminedProfile) -> None:
    async with pbx_with(configured(licence="hush")) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    module = found.of(Step.MODULE)
    assert (module.leg, module.state) == (Leg.MODULE, LegState.UP)
    assert module.found == "log level INFO"
    assert module.meaning == f"The module answers, version {MODULE_VERSION}."
    assert found.of(Step.MODULE_LICENCE).state is LegState.UP
    assert "hush" not in found.text


async def test_its_administrator_reads_what_was_found(profile: ExaminedProfile) -> None:
    async with pbx_with(configured()) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
        log = pbx.modules[STANDARD].log
    assert found.of(Step.MODULE_LOG).found == "It took 3 lines."
    assert found.found[-1].step is Step.MODULE_LOG, "it tells of all that stands before it"
    assert [entry.level for entry in log] == ["ERROR", "WARN", "INFO"]
    assert f"datev, link: {found.of(Step.LINK).meaning}" in log[0].text
    for entry in log:
        assert entry.text.startswith("0123: ")
        assert PASSWORD not in entry.text


@pytest.mark.parametrize(("level", "count"), [("ERROR", 1), ("WARN", 2), ("TRACE", 3)])
async def test_he_reads_no_more_than_he_wants_to(
    profile: ExaminedProfile, level: str, count: int
) -> None:
    async with pbx_with(configured(level=level)) as pbx:
        profile.write_settings(pbx.port)
        await profile.examine()
        assert len(pbx.modules[STANDARD].log) == count


async def test_what_the_log_of_the_pbx_keeps_back_is_not_called_written(
    profile: ExaminedProfile,
) -> None:
    async with pbx_with(replace(configured(), log_level=LogLevel.ERROR)) as pbx:
        profile.write_settings(pbx.port)
        told = (await profile.examine()).of(Step.MODULE_LOG).found
        configuration = pbx.modules[STANDARD]
        assert (len(configuration.log), len(configuration.kept_back)) == (1, 2)
    assert told == "It took 3 lines."
    assert Language.of(Tongue.GERMAN).tell(told) == "Es hat 3 Zeilen angenommen."


async def test_a_pbx_without_the_module_breaks_nothing(profile: ExaminedProfile) -> None:
    async with pbx_with() as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    module = found.of(Step.MODULE)
    assert (module.state, module.mender) == (LegState.DEGRADED, Mender.PBX_ADMIN)
    assert f'exactly "{STANDARD}"' in module.remedy
    assert [leg for leg, _ in found.down] == [Leg.DATEV]
    assert not found.has(Step.MODULE_LICENCE)
    assert not found.has(Step.MODULE_LOG)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (f"{STANDARD} ", "with a blank at its end"),
        ("datevconnectorforstarface", "in other upper and lower case"),
        ("DATEV Connector for STARFACE", "with blanks inside"),
        (f"{STANDARD} 2", 'with "2" behind it'),
    ],
)
async def test_a_name_that_is_nearly_right_is_named(
    profile: ExaminedProfile, name: str, words: str
) -> None:
    async with pbx_with(configured(name)) as pbx:
        profile.write_settings(pbx.port)
        module = (await profile.examine()).of(Step.MODULE)
    assert f'"{name}" ({words})' in module.meaning
    assert f'exactly "{STANDARD}"' in module.remedy


async def test_a_newer_module_is_told_of(profile: ExaminedProfile) -> None:
    async with pbx_with(configured(archive=of_version(MODULE_VERSION + 1))) as pbx:
        profile.write_settings(pbx.port)
        module = (await profile.examine()).of(Step.MODULE)
    assert module.state is LegState.UP
    assert "newer than those that this program knows" in module.meaning


async def test_an_older_module_is_told_of_with_its_remedy(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    program_is_later(monkeypatch)
    async with pbx_with(configured()) as pbx:
        profile.write_settings(pbx.port)
        module = (await profile.examine()).of(Step.MODULE)
        alone = await checked(profile)
    assert (module.state, module.mender) == (LegState.DEGRADED, Mender.PBX_ADMIN)
    assert "older than this program" in module.meaning
    assert "module build" in module.remedy
    assert not alone.is_well


async def test_an_empty_tab_is_told_of(profile: ExaminedProfile) -> None:
    async with pbx_with(configured(licence="  ")) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    assert found.of(Step.MODULE_LICENCE).state is LegState.DEGRADED
    assert "Lizenz" in found.of(Step.MODULE_LICENCE).remedy


async def test_a_module_that_takes_no_reports(profile: ExaminedProfile) -> None:
    async with pbx_with(configured()) as pbx:
        profile.write_settings(pbx.port)
        pbx.faults.add(FaultKind.WRONG_TYPES, method="*.report")
        found = await profile.examine()
    assert found.of(Step.MODULE).state is LegState.UP
    assert found.of(Step.MODULE_LOG).state is LegState.DEGRADED
    assert "report" in found.of(Step.MODULE_LOG).meaning


@pytest.mark.parametrize("bad_login", BadLogin)
async def test_a_refused_password_is_not_shown_to_the_module(
    profile: ExaminedProfile, bad_login: BadLogin
) -> None:
    async with pbx_with(configured(), bad_login=bad_login) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine(password="wrong")
        assert pbx.accounts.attempts("0123").bad == 1
        assert not info_requests(pbx)
    assert found.of(Step.MODULE).tried.startswith("nothing: ")
    assert found.of(Step.MODULE).remedy == ""


async def test_an_office_that_does_without(profile: ExaminedProfile) -> None:
    async with pbx_with(configured()) as pbx:
        profile.write_settings(pbx.port, 'module_name = ""')
        found = await profile.examine()
        assert not info_requests(pbx)
        assert (await checked(profile)).is_well
    assert found.of(Step.MODULE).state is LegState.UP
    assert "does without" in found.of(Step.MODULE).meaning


# --- beside a running connector -------------------------------------------------------------------


async def test_a_running_connector_is_asked_to_look_now(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", PASSWORD)
    async with (
        pbx_with(configured(f"{STANDARD} ")) as pbx,
        DatevSimulator(DatevConfig()) as datev,
    ):
        profile.write_settings(pbx.port, datev=f"127.0.0.1:{datev.port}")
        async with running_connector(profile.folder):
            before = await checked(profile, password="not-the-right-one")
            pbx.modules.rename(f"{STANDARD} ", STANDARD)
            after = await checked(profile, password="not-the-right-one")
        assert pbx.accounts.attempts("0123").bad == 0
    (missing,) = [each for each in before.findings if each.step is Step.MODULE]
    (there,) = [each for each in after.findings if each.step is Step.MODULE]
    assert "with a blank at its end" in missing.meaning
    assert missing.found.startswith("told by the running connector")
    assert not before.is_well
    assert there.state is LegState.UP
    assert after.is_well


@pytest.mark.parametrize("reported", [LegState.UP, LegState.DEGRADED])
async def test_what_a_connector_said_before_it_hung_is_called_old(
    profile: ExaminedProfile, reported: LegState, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile.write_settings(1)
    monkeypatch.setattr(module_probes, "WAITING", 0.01)
    ground = replace(profile.ground(), within_connector=True)
    well = reported is LegState.UP
    leg = LegReport(
        leg=Leg.MODULE,
        state=reported,
        since=ground.now(),
        reason="as it was",
        mender=Mender.NOBODY if well else Mender.PBX_ADMIN,
        remedy="" if well else "Mend it.",
    )
    async with written_down(ground.profile, leg):
        module = (await findings(ground)).of(Step.MODULE)
    assert module.state is LegState.DEGRADED
    assert module.found.startswith("told by the running connector")
    assert module.meaning.startswith("as it was. The running connector has not asked the module")
    assert "within 0.3 seconds" in module.meaning
    assert "Sekunden nicht abgefragt" in Language.of(Tongue.GERMAN).tell(module.meaning)
    assert module.mender is (Mender.USER if well else Mender.PBX_ADMIN)
    assert ("restart the connector" in module.remedy) is well


async def test_a_connector_that_hung_before_it_said_anything_is_told_of_too(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile.write_settings(1)
    monkeypatch.setattr(module_probes, "WAITING", 0.01)
    ground = replace(profile.ground(), within_connector=True)
    async with written_down(ground.profile):
        module = (await findings(ground)).of(Step.MODULE)
    assert (module.state, module.mender) == (LegState.DEGRADED, Mender.USER)
    assert "has not asked the module within 0.3 seconds" in module.meaning
    assert "restart the connector" in module.remedy


async def test_a_connector_that_hangs_is_not_waited_for(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile.write_settings(1)
    ground = replace(profile.ground(), within_connector=True)
    monkeypatch.setattr(Request, "ask", lambda *_: pytest.fail("it is waited for"))
    async with written_down(ground.profile, age=timedelta(minutes=6)):
        found = await findings(ground)
    assert "it hangs" in found.of(Step.CONNECTOR).meaning
    assert found.of(Step.MODULE).found == "unknown"


async def test_a_connector_that_is_not_signed_in_is_not_pressed(profile: ExaminedProfile) -> None:
    async with pbx_with(configured()) as pbx:
        profile.write_settings(pbx.port)
        found = await findings(replace(profile.ground(), within_connector=True))
        assert not info_requests(pbx)
    assert found.of(Step.MODULE).state is LegState.DEGRADED
    assert found.of(Step.MODULE).tried.startswith("nothing: ")
    assert not found.has(Step.MODULE_LOG)


# --- the module alone -----------------------------------------------------------------------------


MODES: Sequence[tuple[AuthMode, str]] = [
    (AuthMode.SHA512, ""),
    (AuthMode.ACTIVE_DIRECTORY, ""),
    (AuthMode.OAUTH, OAuthConfig().client_secret),
]


@pytest.mark.parametrize(("mode", "secret"), MODES)
async def test_the_module_alone_is_asked_without_a_session(
    profile: ExaminedProfile, mode: AuthMode, secret: str
) -> None:
    async with pbx_with(configured(), auth_modes=frozenset({mode})) as pbx:
        profile.write_settings(pbx.port)
        result = await checked(profile, client_secret=secret)
        asked = [record.method for record in pbx.chronicle.requests]
        assert not any(method.endswith("connection.login") for method in asked)
        assert not pbx.modules[STANDARD].log
    assert result.is_well
    assert result.info is not None
    assert result.info.licence == "LICENCE"
    told = result.as_json()
    assert (told["answers"], told["version"], told["licence"]) == (True, MODULE_VERSION, True)


@pytest.mark.parametrize("bad_login", BadLogin)
@pytest.mark.parametrize(("mode", "secret"), MODES)
async def test_the_module_alone_shows_a_wrong_password_once(
    profile: ExaminedProfile, mode: AuthMode, secret: str, bad_login: BadLogin
) -> None:
    async with pbx_with(configured(), auth_modes=frozenset({mode}), bad_login=bad_login) as pbx:
        profile.write_settings(pbx.port)
        result = await checked(profile, password="wrong", client_secret=secret)
        assert pbx.accounts.attempts("0123").bad == 1
    assert not result.is_well
    assert result.broken is not None
    assert result.broken.step is Step.MODULE


async def test_other_names_are_tried_only_with_a_password_that_is_right(
    profile: ExaminedProfile,
) -> None:
    async with pbx_with(configured(f"{STANDARD} ")) as pbx:
        profile.write_settings(pbx.port)
        pbx.faults.add(FaultKind.UCI_FAULT, method=f"{STANDARD}.*", times=None)
        refused = await checked(profile, password="wrong")
        assert info_requests(pbx) == [f"{STANDARD}.getInfo"], "its fault may mean the password"
        assert pbx.accounts.attempts("0123").bad == 1
        found = await checked(profile)
    assert refused.broken is not None
    assert "does not accept login or password" in refused.broken.meaning
    assert [near.name for near in found.near] == [f"{STANDARD} "]


async def test_a_name_that_was_found_is_told_though_the_pbx_has_enough_of_being_asked(
    profile: ExaminedProfile,
) -> None:
    async with pbx_with(configured(f"{STANDARD} ")) as pbx:
        profile.write_settings(pbx.port)
        pbx.faults.add(FaultKind.SERVER_ERROR, method="*.getInfo", skip=3, times=None)
        result = await checked(profile)
        assert len(info_requests(pbx)) < MOST_GUESSES
    assert [near.name for near in result.near] == [f"{STANDARD} "]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (FaultKind.HTML, "web page"),
        (FaultKind.WRONG_TYPES, "something unexpected"),
        (FaultKind.GARBAGE, "something unexpected"),
        (FaultKind.SERVER_ERROR, "HTTP status 500"),
        (FaultKind.SILENCE, "does not answer in time"),
    ],
)
async def test_what_the_module_alone_may_answer(
    profile: ExaminedProfile, fault: FaultKind, words: str
) -> None:
    async with pbx_with(configured()) as pbx:
        profile.write_settings(pbx.port)
        pbx.faults.add(fault, method="*.getInfo", times=None)
        result = await checked(profile, limit_s=3.0 if fault is FaultKind.SILENCE else 30.0)
    assert not result.is_well
    assert result.broken is not None
    assert words in result.broken.meaning


async def test_what_stands_before_the_module_is_told_instead(profile: ExaminedProfile) -> None:
    async with pbx_with(configured()) as pbx:
        profile.write_settings(pbx.port)
        without = await checked(profile, password="")
        await pbx.go_down()
        nobody = await checked(profile)
    assert without.broken is not None
    assert without.broken.step is Step.PASSWORD
    assert nobody.broken is not None
    assert nobody.broken.step is Step.TCP
    assert not nobody.is_well


async def test_the_modules_own_log_level_of_the_pbx_is_its_business(
    profile: ExaminedProfile,
) -> None:
    quiet = replace(configured(), log_level=LogLevel.ERROR)
    async with pbx_with(quiet) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
        assert [entry.level for entry in pbx.modules[STANDARD].log] == [LogLevel.ERROR]
    assert found.of(Step.MODULE_LOG).state is LegState.UP


async def test_an_inactive_configuration(profile: ExaminedProfile) -> None:
    async with pbx_with(configured(active=False)) as pbx:
        profile.write_settings(pbx.port)
        result = await checked(profile)
        assert not result.is_well
        pbx.modules.activate(STANDARD)
        pbx.modules[STANDARD].set(LICENCE, "")
        again = await checked(profile)
    assert again.is_well
    assert again.as_json()["licence"] is False
