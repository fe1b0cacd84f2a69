"""Asking the module of a simulated PBX over real TLS, and what goes wrong with it."""

from __future__ import annotations

import logging

import pytest

from datev_connector.domain.legs import Mender
from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    Certificate,
    FaultKind,
    OAuthConfig,
)
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.module.answers import LogLevel, ModuleInfo
from datev_connector.starface.module.archive.parts import Type
from datev_connector.starface.module.names import STANDARD
from datev_connector.starface.module.trouble import ModuleTrouble, ModuleTroubleKind
from datev_connector.starface.pacing import Pace
from tests.starface.module.office import answering, configured, office

SECRET = OAuthConfig().client_secret
MODES = [
    ({AuthMode.SHA512}, ""),
    ({AuthMode.ACTIVE_DIRECTORY}, ""),
    ({AuthMode.OAUTH}, SECRET),
]
INFO = "*.getInfo"
K = ModuleTroubleKind


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("modes", "secret"), MODES)
async def test_the_module_is_asked_with_every_form_of_sign_in(
    modes: set[AuthMode], secret: str
) -> None:
    async with office(auth_modes=frozenset(modes), secret=secret) as at:
        async with at.module() as module:
            assert await module.info() == ModuleInfo(
                version=1, licence="LICENCE", log_level=LogLevel.INFO
            )
            await module.ping()
        methods = [record.method for record in at.pbx.chronicle.requests]
        assert not any(method.endswith("connection.login") for method in methods)


async def test_lines_for_the_log_carry_who_sent_them() -> None:
    async with office() as at:
        async with at.module() as module:
            await module.report(LogLevel.WARN, "two\nlines \x07\tand a bell")
            await module.report(LogLevel.ERROR, "x" * 10_000)
        first, second = at.log()
        assert (first.level, first.text) == ("WARN", "0123: two lines ? and a bell")
        assert second.level == "ERROR"
        assert len(second.text) == len("0123: ") + 2000


async def test_a_licence_of_many_lines_arrives_as_it_was_entered() -> None:
    text = "-----BEGIN-----\nÄÖÜ&<>\r\n  ab cd\n-----END-----\n" * 200
    async with office([configured(licence=text)]) as at, at.module() as module:
        told = (await module.info()).licence
    assert told.splitlines() == text.splitlines()


@pytest.mark.parametrize("letters", [300_000, 1_100_000])
async def test_a_licence_that_is_far_too_long_is_looked_for_in_its_tab(letters: int) -> None:
    async with office([configured(licence="A" * letters)]) as at:
        trouble = await at.trouble()
    assert trouble.kind is K.BAD_ANSWER
    assert "too long" in trouble.complaint.reason
    assert 'the tab "Lizenz"' in trouble.complaint.remedy


@pytest.mark.parametrize("name", ["DATEV Connector for STARFACE", f"{STANDARD} ", "Ä & <b>"])
async def test_any_name_that_the_pbx_allows_can_be_asked(name: str) -> None:
    async with office([configured(name)]) as at, at.module(name) as module:
        assert (await module.info()).version == 1


# --- missing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "there", [f"{STANDARD} ", STANDARD.lower(), "DATEV Connector for STARFACE", "Other"]
)
async def test_another_name_is_none(there: str) -> None:
    async with office([configured(there)]) as at:
        trouble = await at.trouble()
    assert trouble.kind is K.MISSING
    assert f'called "{STANDARD}"' in trouble.complaint.reason
    assert trouble.complaint.mender is Mender.PBX_ADMIN
    assert trouble.pace(accepted_before=True) is trouble.pace(accepted_before=False) is Pace.QUICK


async def test_a_configuration_that_is_not_active_is_none() -> None:
    async with office([configured(active=False)]) as at:
        assert (await at.trouble()).kind is K.MISSING
        at.pbx.modules.activate(STANDARD)
        async with at.module() as module:
            assert (await module.info()).version == 1


async def test_a_module_that_was_saved_anew_in_the_designer() -> None:
    async with office() as at:
        at.pbx.modules.save_anew(STANDARD)
        trouble = await at.trouble()
        assert trouble.kind is K.MISSING
        assert at.times_asked("ping") == 1, "its fault may mean anything"
        at.pbx.modules.activate(STANDARD)
        async with at.module() as module:
            await module.ping()


async def test_a_configuration_whose_name_sounds_like_a_refusal() -> None:
    async with office([]) as at:
        assert (await at.trouble("Login password denied")).kind is K.MISSING


async def test_a_module_that_fails_inside_is_not_missing() -> None:
    async with office() as at:
        at.pbx.faults.add(FaultKind.UCI_FAULT, method=INFO)
        trouble = await at.trouble()
        assert trouble.kind is K.BAD_ANSWER
        assert trouble.came_back == "fault (code 2, UciException)"
        assert at.times_asked("ping") == 1
    async with office() as at:
        at.pbx.faults.add(FaultKind.UCI_FAULT, times=None)
        trouble = await at.trouble()
        assert trouble.kind is K.MISSING, "whatever faults in all is none of ours"
        assert trouble.pace(accepted_before=True) is Pace.QUICK
        assert trouble.pace(accepted_before=False) is Pace.REFUSED, "it may mean the password"


# --- who may not ----------------------------------------------------------------------------------


@pytest.mark.parametrize("bad_login", BadLogin)
async def test_a_wrong_password_is_shown_once(bad_login: BadLogin) -> None:
    async with office(password="wrong", bad_login=bad_login) as at:
        trouble = await at.trouble()
        assert at.pbx.accounts.attempts("0123").bad == 1
    assert trouble.kind is K.NOT_ALLOWED
    assert trouble.pace(accepted_before=False) is Pace.REFUSED
    assert "wrong" not in f"{trouble}{trouble.came_back}"


async def test_a_wrong_password_is_shown_once_for_a_token() -> None:
    modes = frozenset({AuthMode.OAUTH})
    async with office(password="wrong", secret=SECRET, auth_modes=modes) as at:
        for _ in range(3):
            assert (await at.trouble()).kind is K.NOT_ALLOWED
        assert at.pbx.accounts.attempts("0123").bad == 1
        assert at.times_asked("getInfo") == 0


async def test_a_token_that_ended_is_exchanged_for_another() -> None:
    modes = frozenset({AuthMode.OAUTH})
    async with office(secret=SECRET, auth_modes=modes) as at, at.module() as module:
        for gate in (FaultKind.UNAUTHORIZED, FaultKind.HTML, FaultKind.REDIRECT):
            await module.info()
            at.pbx.faults.add(gate, method=INFO)
            await module.info()
        assert at.pbx.accounts.attempts("0123").bad == 0


async def test_settings_that_cannot_work_ask_nobody() -> None:
    async with office(password="") as at:
        assert (await at.trouble()).kind is K.NOT_ALLOWED
        assert not at.pbx.chronicle.requests


# --- what is no answer ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (FaultKind.WRONG_TYPES, K.BAD_ANSWER),
        (FaultKind.EMPTY, K.BAD_ANSWER),
        (FaultKind.GARBAGE, K.BAD_ANSWER),
        (FaultKind.OVERSIZE, K.BAD_ANSWER),
        (FaultKind.ENTITIES, K.BAD_ANSWER),
        (FaultKind.HTML, K.NOT_ALLOWED),
        (FaultKind.REDIRECT, K.NOT_ALLOWED),
        (FaultKind.UNAUTHORIZED, K.NOT_ALLOWED),
        (FaultKind.SERVER_ERROR, K.UNREACHABLE),
        (FaultKind.UNAVAILABLE, K.UNREACHABLE),
        (FaultKind.DROP, K.UNREACHABLE),
        (FaultKind.LOST_ANSWER, K.UNREACHABLE),
    ],
)
async def test_whatever_the_pbx_answers_is_told(fault: FaultKind, kind: ModuleTroubleKind) -> None:
    async with office() as at:
        at.pbx.faults.add(fault, method=INFO, times=None)
        trouble = await at.trouble()
    assert trouble.kind is kind
    assert trouble.came_back
    assert trouble.complaint.reason.endswith((".", ")."))


async def test_a_page_from_somebody_who_is_no_pbx() -> None:
    async with office() as at:
        at.pbx.faults.add(FaultKind.HTML, times=None)
        trouble = await at.trouble()
    assert trouble.kind is K.UNREACHABLE
    assert "web page" in trouble.complaint.reason


@pytest.mark.parametrize(
    "outputs",
    [
        {"moduleVersion": (Type.STRING, "new"), "licence": (Type.STRING, "")},
        {"moduleVersion": (Type.BOOLEAN, "true"), "licence": (Type.STRING, "")},
        {"moduleVersion": (Type.NUMBER, "1.5"), "licence": (Type.STRING, "")},
        {"moduleVersion": (Type.NUMBER, "1"), "licence": (Type.NUMBER, "7")},
        {"moduleVersion": (Type.NUMBER, "1"), "logLevel": (Type.BOOLEAN, "true")},
        {"licence": (Type.STRING, "LICENCE")},
        {},
    ],
)
async def test_an_answer_of_another_module(outputs: dict[str, tuple[Type, str]]) -> None:
    async with office([configured(archive=answering(**outputs))]) as at:
        trouble = await at.trouble()
    assert trouble.kind is K.BAD_ANSWER
    assert "getInfo" in trouble.complaint.reason
    assert trouble.complaint.mender is Mender.PBX_ADMIN


@pytest.mark.parametrize("entry", ["ping", "report"])
async def test_an_entry_point_that_does_not_agree(entry: str) -> None:
    async with office() as at, at.module() as module:
        at.pbx.faults.add(FaultKind.WRONG_TYPES, method=f"*.{entry}")
        with pytest.raises(ModuleTrouble, match=entry) as caught:
            await (module.ping() if entry == "ping" else module.report(LogLevel.INFO, "text"))
    assert caught.value.kind is K.BAD_ANSWER


async def test_a_pbx_that_says_nothing() -> None:
    times = HttpTimes(connect_s=5.0, answer_s=0.2)
    async with office(options={"times": times}) as at:
        at.pbx.faults.add(FaultKind.SILENCE, method=INFO)
        trouble = await at.trouble()
    assert trouble.kind is K.UNREACHABLE
    assert "does not answer in time" in trouble.complaint.reason


async def test_a_pbx_that_is_away() -> None:
    async with office() as at:
        await at.pbx.go_down()
        trouble = await at.trouble()
        assert trouble.kind is K.UNREACHABLE
        assert str(at.pbx.port) in trouble.complaint.reason


async def test_a_certificate_that_changed_gets_no_token() -> None:
    async with office() as at:
        async with at.module() as module:
            await module.info()
        await at.pbx.restart(certificate=Certificate.make())
        asked = len(at.asked)
        trouble = await at.trouble()
        assert len(at.asked) == asked
    assert trouble.kind is K.UNREACHABLE
    assert "certificate" in trouble.complaint.reason


async def test_nothing_secret_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with office() as at:
        async with at.module() as module:
            await module.info()
        query = await at.who.query()
    assert all(value not in caplog.text for value in query.values())
    assert "LICENCE" not in caplog.text
