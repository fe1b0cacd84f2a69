"""What is said of the PBX's XMPP door, and that no password is shown again after a refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.diagnosis import Step
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    Certificate,
    Manners,
    Mechanism,
    StarfaceConfig,
    StarfaceSimulator,
    StartTls,
    XmppConfig,
)
from tests.app.diagnosis_desk import ExaminedProfile, Findings, running_connector, server
from tests.ports import kept_port
from tests.prosody import Prosody, ProsodyOptions, running_prosody

STARFACE = Leg.STARFACE
DOMAIN, COMPONENT, SECRET = "pbx.example", "uci.pbx.example", "component-secret"
SET_DOMAIN = 'xmpp_domain = "pbx.example"'
USERS = {"0123": "Pass123"}
DOOR = StarfaceConfig(xmpp=XmppConfig())
XMPP_STEPS = (
    *(Step.XMPP_TCP, Step.XMPP_TLS, Step.XMPP_FORM),
    *(Step.XMPP_SIGN_IN, Step.XMPP_ENDPOINT),
)


@pytest.fixture
def profile(tmp_path: Path) -> ExaminedProfile:
    return ExaminedProfile(tmp_path / "profile")


@pytest.fixture
def closed_port() -> Iterator[int]:
    with kept_port() as port:
        yield port


@asynccontextmanager
async def prosody_pbx(
    *, attached: bool = True, **options: Any
) -> AsyncIterator[tuple[Prosody, StarfaceSimulator]]:
    """A PBX whose XMPP service is a real server; UCI is part of it if `attached`."""
    chosen = {"domain": DOMAIN, "users": USERS, "components": {COMPONENT: SECRET}} | options
    async with (
        running_prosody(ProsodyOptions(**chosen)) as prosody,
        StarfaceSimulator(StarfaceConfig()) as pbx,
    ):
        if attached:
            pbx.attach_to_xmpp(
                "127.0.0.1",
                prosody.component_port,
                component=COMPONENT,
                secret=SECRET,
                domain=DOMAIN,
            )
            await pbx.xmpp_attached()
        yield prosody, pbx


def xmpp_steps(found: Findings) -> list[Step]:
    return [finding.step for finding in found.found if finding.step in XMPP_STEPS]


# --- all is well ----------------------------------------------------------------------------------


async def test_the_best_way_step_by_step(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(DOOR) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        found = await profile.examine()
        attempts = pbx.accounts.attempts("0123")
        assert (attempts.good, attempts.bad) == (3, 0), "UCI twice, and REST"
    assert xmpp_steps(found) == [*XMPP_STEPS]
    assert all(found.of(step).state is LegState.UP for step in XMPP_STEPS)
    assert found.of(Step.XMPP_TLS).found == "the same certificate as over HTTPS"
    assert "first time" in found.of(Step.XMPP_TLS).meaning
    form = found.of(Step.XMPP_FORM).found
    assert "domain pbx.example" in form
    assert form.endswith("ours: SCRAM-SHA-256")
    assert "at the domain pbx.example" in found.of(Step.XMPP_SIGN_IN).found
    assert found.of(Step.XMPP_ENDPOINT).found.startswith("uci.pbx.example, named by the PBX")
    assert "getCallIds: answered" in found.of(Step.XMPP_ENDPOINT).found
    assert found.of(Step.WAY).found == "XMPP"
    assert found.of(Step.RIGHTS).found == "events: accepted; calls: answered; call list: answered"
    assert found.of(Step.ADDRESS_BOOK).state is LegState.UP
    assert "0123" not in found.text.replace("2012", "")


async def test_a_real_server_with_uci(profile: ExaminedProfile) -> None:
    async with prosody_pbx() as (prosody, pbx):
        profile.write_settings(pbx.port, SET_DOMAIN, xmpp=prosody.port)
        found = await profile.examine()
        again = await profile.examine()
    assert 'certificate of "pbx.example"' in found.of(Step.XMPP_TLS).found
    assert "another one than over HTTPS" in found.of(Step.XMPP_TLS).found
    assert "known since" in again.of(Step.XMPP_TLS).meaning
    assert found.of(Step.XMPP_ENDPOINT).state is LegState.UP
    assert found.of(Step.WAY).found == again.of(Step.WAY).found == "XMPP"


async def test_without_tls_all_can_be_read(profile: ExaminedProfile) -> None:
    config = StarfaceConfig(encrypted=False, xmpp=XmppConfig(starttls=StartTls.NONE))
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port, "encrypted = false", xmpp=pbx.xmpp_port)
        found = await profile.examine()
    assert found.of(Step.XMPP_TLS).state is LegState.DEGRADED
    assert "can be read on the way" in found.of(Step.XMPP_TLS).meaning
    assert found.of(Step.WAY).found == "XMPP"


async def test_only_xmpp_is_wanted(profile: ExaminedProfile, closed_port: int) -> None:
    async with StarfaceSimulator(DOOR) as pbx:
        profile.write_settings(closed_port, 'transport = "xmpp"', xmpp=pbx.xmpp_port)
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").good == 1
    assert [leg for leg, _ in found.down] == [Leg.DATEV]
    assert found.of(Step.TCP).state is LegState.DEGRADED
    assert "address book and OAuth" in found.of(Step.TCP).meaning
    for step in (Step.TLS, Step.SIGN_IN, Step.CALLBACK, Step.ADDRESS_BOOK):
        assert not found.has(step)
    assert found.of(Step.WAY).found == "XMPP"
    assert found.of(Step.VERSION).found == "STARFACE 8.1.0.5, UCI v30"


def logins(pbx: StarfaceSimulator) -> int:
    """How often somebody began a session; the connector reads the address book in its own time."""
    return sum(asked.method.endswith("connection.login") for asked in pbx.chronicle.requests)


async def test_a_running_connector_tells_its_way(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "Pass123")
    async with StarfaceSimulator(DOOR) as pbx, server(None) as datev:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port, datev=f"127.0.0.1:{datev}")
        async with running_connector(profile.folder):
            sessions = logins(pbx)
            found = await profile.examine(password="not-the-right-one")
            assert pbx.accounts.attempts("0123").bad == 0
            assert logins(pbx) == sessions
    assert found.of(Step.WAY).found.startswith("XMPP, ")
    assert xmpp_steps(found) == [Step.XMPP_TCP, Step.XMPP_TLS, Step.XMPP_FORM]
    assert "Signed in over XMPP" in found.of(Step.SIGN_IN).meaning


# --- XMPP is not there, and nobody misses it ------------------------------------------------------


async def test_a_pbx_without_xmpp_is_no_fault(profile: ExaminedProfile, closed_port: int) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port, xmpp=closed_port)
        found = await profile.examine()
    assert xmpp_steps(found) == [Step.XMPP_TCP]
    assert found.of(Step.XMPP_TCP).state is LegState.UP
    assert found.of(Step.XMPP_TCP).found == f"Nothing listens at 127.0.0.1:{closed_port}."
    assert "Not needed: calls are reported over HTTPS." in found.of(Step.XMPP_TCP).meaning
    assert found.of(Step.WAY).state is LegState.UP
    assert found.of(Step.WAY).found == "HTTPS with callback"
    assert f"Not XMPP: Nothing listens at 127.0.0.1:{closed_port}." in found.of(Step.WAY).meaning


async def test_xmpp_for_chat_alone_is_no_fault(profile: ExaminedProfile) -> None:
    async with prosody_pbx(attached=False, components={}) as (prosody, pbx):
        profile.write_settings(pbx.port, SET_DOMAIN, xmpp=prosody.port)
        found = await profile.examine()
    assert found.of(Step.XMPP_SIGN_IN).state is LegState.UP
    assert found.of(Step.XMPP_ENDPOINT).state is LegState.UP
    assert "No UCI endpoint was found" in found.of(Step.XMPP_ENDPOINT).found
    assert "Not needed" in found.of(Step.XMPP_ENDPOINT).meaning
    assert "Not XMPP: No UCI endpoint" in found.of(Step.WAY).meaning


@pytest.mark.parametrize("setting", ['transport = "https"', 'events = "callback"'])
async def test_xmpp_that_is_not_wanted(profile: ExaminedProfile, setting: str) -> None:
    async with StarfaceSimulator(DOOR) as pbx:
        profile.write_settings(pbx.port, setting, xmpp=pbx.xmpp_port)
        found = await profile.examine()
    assert xmpp_steps(found) == [Step.XMPP_TCP]
    assert found.of(Step.XMPP_TCP).state is LegState.UP
    assert found.of(Step.XMPP_TCP).meaning.startswith(f"starface.{setting} is set")
    assert f"Not XMPP: starface.{setting} is set" in found.of(Step.WAY).meaning


async def test_where_only_xmpp_is_wanted_its_absence_is_the_fault(
    profile: ExaminedProfile, closed_port: int
) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port, 'transport = "xmpp"', xmpp=closed_port)
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").good == 0
    assert found.down[0] == (STARFACE, Step.XMPP_TCP)
    assert "starface.xmpp_port" in found.of(Step.XMPP_TCP).remedy
    assert "https_port" not in found.of(Step.XMPP_TCP).remedy


# --- one password, one refusal --------------------------------------------------------------------


@pytest.mark.parametrize("bad_login", BadLogin)
async def test_a_wrong_password_is_shown_at_one_door_once(
    profile: ExaminedProfile, bad_login: BadLogin
) -> None:
    config = StarfaceConfig(xmpp=XmppConfig(), bad_login=bad_login)
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        found = await profile.examine(password="not-the-right-one")
        attempts = pbx.accounts.attempts("0123")
        assert (attempts.good, attempts.bad) == (0, 1)
    assert found.down[0] == (STARFACE, Step.SIGN_IN)
    left_out = found.of(Step.XMPP_SIGN_IN)
    assert (left_out.found, left_out.mender) == ("unknown", Mender.NOBODY)
    assert "not tried twice" in left_out.meaning
    for step in (Step.XMPP_ENDPOINT, Step.WAY, Step.RIGHTS, Step.ADDRESS_BOOK, Step.EVENTS):
        assert not found.has(step)


async def test_a_wrong_password_for_a_token_is_shown_once(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = StarfaceConfig(xmpp=XmppConfig(), auth_modes=frozenset({AuthMode.OAUTH}))
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        secret = config.oauth.client_secret
        found = await profile.examine(password="not-the-right-one", client_secret=secret)
        attempts = pbx.accounts.attempts("0123")
        assert (attempts.good, attempts.bad) == (0, 1)
        assert found.down[0] == (STARFACE, Step.SIGN_IN)
        found = await profile.examine(client_secret=secret)
        attempts = pbx.accounts.attempts("0123")
        assert (attempts.good, attempts.bad) == (1, 1), "one token serves every door"
    assert found.of(Step.SIGN_IN_FORM).found == "OAuth, as the PBX offers it"
    assert found.of(Step.XMPP_FORM).found.endswith("ours: PLAIN")
    assert found.of(Step.WAY).found == "XMPP"
    assert found.of(Step.ADDRESS_BOOK).state is LegState.UP


async def test_a_wrong_password_where_only_xmpp_is_wanted(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(DOOR) as pbx:
        profile.write_settings(pbx.port, 'transport = "xmpp"', xmpp=pbx.xmpp_port)
        found = await profile.examine(password="not-the-right-one")
        assert pbx.accounts.attempts("0123").bad == 1
    assert found.down[0] == (STARFACE, Step.XMPP_SIGN_IN)
    assert "login or password" in found.of(Step.XMPP_SIGN_IN).meaning
    assert not found.has(Step.XMPP_ENDPOINT)


async def test_a_password_that_only_https_takes(profile: ExaminedProfile) -> None:
    config = StarfaceConfig(
        xmpp=XmppConfig(directory_users=False), auth_modes=frozenset({AuthMode.ACTIVE_DIRECTORY})
    )
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").bad <= 1
    refused = found.of(Step.XMPP_SIGN_IN)
    assert (refused.state, refused.mender) == (LegState.DEGRADED, Mender.PBX_ADMIN)
    assert "over HTTPS, but not over XMPP" in refused.meaning
    assert 'starface.transport = "https"' in refused.remedy
    assert found.of(Step.WAY).found == "HTTPS with callback"
    assert found.of(Step.ADDRESS_BOOK).found == "unknown", "no further sign-in after a refusal"


# --- whoever else stands there --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("manners", "found_words", "words"),
    [
        (Manners.WEB_SERVER, "web server or proxy", "does not speak XMPP"),
        (Manners.SILENT, "no answer in time", "does not answer in time"),
        (Manners.SILENT_AFTER_HEADER, "no answer in time", "does not answer in time"),
        (Manners.CLOSES, "the connection was cut", "was cut"),
        (Manners.ERROR, "the service ended the connection: ", "ended the connection"),
    ],
)
async def test_a_server_that_does_not_play_its_part(
    profile: ExaminedProfile, manners: Manners, found_words: str, words: str
) -> None:
    async with StarfaceSimulator(DOOR) as pbx:
        pbx.xmpp.server.manners = manners
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        found = await profile.examine(limit_s=5)
        assert pbx.accounts.attempts("0123").bad == 0
    assert found.of(Step.XMPP_TLS).state is LegState.DEGRADED
    assert found_words in found.of(Step.XMPP_TLS).found
    assert words in found.of(Step.XMPP_TLS).meaning
    assert "over HTTPS meanwhile" in found.of(Step.XMPP_TLS).meaning
    assert not found.has(Step.XMPP_SIGN_IN)
    assert [leg for leg, _ in found.down] == [Leg.DATEV]
    assert found.of(Step.WAY).found == "HTTPS with callback"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"220 mail.example ready\r\n", "a mail or FTP server"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "an SSH server"),
        (b"HTTP/1.0 400 Bad Request\r\n\r\n", "a web server or proxy"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "TLS from the first byte"),
        (b"\x00\x01\x02", "something that is not XMPP"),
    ],
)
async def test_somebody_else_at_the_port(
    profile: ExaminedProfile, answer: bytes, words: str
) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx, server(answer) as port:
        profile.write_settings(pbx.port, xmpp=port)
        found = await profile.examine()
    assert words in found.of(Step.XMPP_TLS).found
    assert "starface.xmpp_port" in found.of(Step.XMPP_TLS).remedy
    assert not found.has(Step.XMPP_SIGN_IN)


async def test_the_port_of_another_service_of_the_pbx(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.port)
        found = await profile.examine(limit_s=5)
    assert found.of(Step.XMPP_TLS).state is LegState.DEGRADED
    assert "TLS from the first byte" in found.of(Step.XMPP_TLS).found
    assert not found.has(Step.XMPP_SIGN_IN)


# --- certificates, domains, forms -----------------------------------------------------------------


async def test_a_certificate_that_changed_at_xmpp_alone(profile: ExaminedProfile) -> None:
    first, other = Certificate.make(), Certificate.make()
    config = StarfaceConfig(certificate=first, xmpp=XmppConfig())
    async with StarfaceSimulator(config) as pbx:
        ports = pbx.port, pbx.xmpp_port
        profile.write_settings(ports[0], xmpp=ports[1])
        await profile.examine()
    config = StarfaceConfig(
        port=ports[0], certificate=first, xmpp=XmppConfig(port=ports[1], certificate=other)
    )
    async with StarfaceSimulator(config) as pbx:
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").good == 2, "UCI over HTTPS, and REST"
    tls = found.of(Step.XMPP_TLS)
    assert tls.state is LegState.DEGRADED
    assert "has changed; nothing secret was sent" in tls.meaning
    assert other.fingerprint in tls.found.replace(":", "").lower()
    assert "forget-certificate" in tls.remedy
    assert not found.has(Step.XMPP_SIGN_IN)
    assert found.of(Step.WAY).found == "HTTPS with callback"


async def test_another_certificate_than_over_https_gets_no_password(
    profile: ExaminedProfile,
) -> None:
    own = Certificate.make()
    door = XmppConfig(mechanisms=(Mechanism.PLAIN,), certificate=own)
    async with StarfaceSimulator(StarfaceConfig(xmpp=door)) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").good == 2, "UCI over HTTPS, and REST"
    form = found.of(Step.XMPP_FORM)
    assert form.state is LegState.DEGRADED
    assert own.fingerprint in form.meaning.replace(":", "").lower()
    assert "neither password nor token was sent" in form.meaning
    assert 'verify_certificate = "system"' in form.remedy
    assert not found.has(Step.XMPP_SIGN_IN)
    assert found.of(Step.WAY).found == "HTTPS with callback"


async def test_where_somebody_may_stand_between_xmpp_gets_no_password_either(
    profile: ExaminedProfile,
) -> None:
    async with StarfaceSimulator(DOOR) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        await profile.examine()
        good = pbx.accounts.attempts("0123").good
        await pbx.restart(certificate=Certificate.make())
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").good == good
    assert found.down[0] == (STARFACE, Step.TLS)
    assert found.of(Step.XMPP_TLS).state is LegState.DEGRADED


async def test_where_somebody_may_stand_between_nobody_is_trusted_from_now_on(
    profile: ExaminedProfile,
) -> None:
    async with StarfaceSimulator(DOOR) as pbx:
        profile.write_settings(pbx.port, 'transport = "https"')
        await profile.examine()
        await pbx.restart(certificate=Certificate.make())
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        first, second = await profile.examine(), await profile.examine()
    for found in (first, second):
        assert found.down[0] == (STARFACE, Step.TLS)
        assert "it is not trusted as long as" in found.of(Step.XMPP_TLS).meaning


async def test_a_certificate_for_another_host(profile: ExaminedProfile) -> None:
    async with prosody_pbx() as (prosody, pbx):
        system = 'verify_certificate = "system"'
        profile.write_settings(pbx.port, SET_DOMAIN, system, xmpp=prosody.port)
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").good == 0
    assert "made for pbx.example, and not for 127.0.0.1" in found.of(Step.XMPP_TLS).found
    assert "issued by itself" in found.of(Step.TLS).found
    assert not found.has(Step.XMPP_SIGN_IN)


async def test_a_server_without_encryption(profile: ExaminedProfile) -> None:
    async with prosody_pbx(starttls="none") as (prosody, pbx):
        profile.write_settings(pbx.port, SET_DOMAIN, xmpp=prosody.port)
        found = await profile.examine()
    assert found.of(Step.XMPP_TLS).state is LegState.DEGRADED
    assert "offers no encryption" in found.of(Step.XMPP_TLS).meaning
    assert not found.has(Step.XMPP_SIGN_IN)


async def test_a_domain_that_is_not_served(profile: ExaminedProfile) -> None:
    async with prosody_pbx() as (prosody, pbx):
        profile.write_settings(pbx.port, 'xmpp_domain = "other.example"', xmpp=prosody.port)
        found = await profile.examine()
    assert found.of(Step.XMPP_TLS).state is LegState.DEGRADED
    assert "does not serve the domain other.example" in found.of(Step.XMPP_TLS).meaning
    assert "starface.xmpp_domain" in found.of(Step.XMPP_TLS).remedy


async def test_no_form_of_sign_in_that_carries_a_token(profile: ExaminedProfile) -> None:
    door = XmppConfig(mechanisms=(Mechanism.SCRAM_SHA_1,))
    config = StarfaceConfig(xmpp=door, auth_modes=frozenset({AuthMode.OAUTH}))
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        found = await profile.examine(client_secret=config.oauth.client_secret)
    assert found.of(Step.XMPP_FORM).state is LegState.DEGRADED
    assert "no form of sign-in that may be used" in found.of(Step.XMPP_FORM).meaning
    assert "offered: none" in found.of(Step.XMPP_FORM).found
    assert not found.has(Step.XMPP_SIGN_IN)
    assert found.of(Step.WAY).found == "HTTPS with callback"


async def test_an_endpoint_that_is_set_wrongly(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(DOOR) as pbx:
        wrong = 'xmpp_endpoint = "nobody.pbx.example"'
        profile.write_settings(pbx.port, wrong, xmpp=pbx.xmpp_port)
        found = await profile.examine(limit_s=6)
    endpoint = found.of(Step.XMPP_ENDPOINT)
    assert endpoint.state is LegState.DEGRADED
    assert endpoint.found.startswith("nobody.pbx.example, as set")
    assert "starface.xmpp_endpoint" in endpoint.remedy
    assert found.of(Step.WAY).found == "HTTPS with callback"
