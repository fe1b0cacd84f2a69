"""Every fault on the way to the PBX and at its door, with real sockets."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from datev_connector.app.diagnosis import Step
from datev_connector.app.diagnosis.network import is_public
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    Certificate,
    FaultKind,
    StarfaceConfig,
    StarfaceSimulator,
)
from tests.app.diagnosis_desk import ExaminedProfile, server
from tests.ports import kept_port

STARFACE = Leg.STARFACE


@pytest.fixture
def profile(tmp_path: Path) -> ExaminedProfile:
    return ExaminedProfile(tmp_path / "profile")


# --- the way there --------------------------------------------------------------------------------


async def test_a_name_that_nobody_knows(profile: ExaminedProfile) -> None:
    # The system's resolver refuses a zone that does not exist, without asking the network.
    profile.write_settings(443, 'host = "::1%nowhere"')
    found = await profile.examine()
    assert (STARFACE, Step.NAME) in found.down
    assert found.of(Step.NAME).mender is Mender.NETWORK_ADMIN
    assert "starface.host" in found.of(Step.NAME).remedy
    assert not found.has(Step.TCP)
    assert not found.has(Step.SIGN_IN)
    assert found.has(Step.LINK), "a broken leg does not hide the next one"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("192.168.1.5", False),
        ("10.1.2.3", False),
        ("127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::5", False),
        ("pbx", False),
    ],
)
def test_an_address_of_the_internet_is_told_from_one_of_an_office(
    address: str, public: bool
) -> None:
    assert is_public(address) is public


async def test_a_port_where_nothing_listens(profile: ExaminedProfile) -> None:
    with kept_port() as port:
        profile.write_settings(port)
        found = await profile.examine()
    assert found.of(Step.NAME).state is LegState.UP
    assert found.of(Step.TCP).meaning == f"Nothing listens at 127.0.0.1:{port}."
    assert "starface.https_port" in found.of(Step.TCP).remedy
    assert not found.has(Step.TLS)


async def test_a_server_that_stays_silent(profile: ExaminedProfile) -> None:
    async with server(None) as port:
        profile.write_settings(port)
        found = await profile.examine(limit_s=1.5)
    assert found.of(Step.TCP).state is LegState.UP
    assert found.of(Step.TLS).state is LegState.DOWN
    assert "does not answer in time" in found.of(Step.TLS).meaning


async def test_a_server_that_is_silent_behind_http(profile: ExaminedProfile) -> None:
    async with server(None) as port:
        profile.write_settings(port, "encrypted = false")
        found = await profile.examine(limit_s=4.0)
    assert found.of(Step.TLS).state is LegState.DEGRADED
    assert "can be read on the way" in found.of(Step.TLS).meaning
    assert "does not answer in time" in found.of(Step.HTTP).meaning
    assert not found.has(Step.SIGN_IN)


async def test_a_server_without_tls(profile: ExaminedProfile) -> None:
    async with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        profile.write_settings(port)
        found = await profile.examine()
    assert "does not answer encrypted" in found.of(Step.TLS).meaning
    assert "starface.encrypted" in found.of(Step.TLS).remedy
    assert not found.has(Step.HTTP)


async def test_plain_http_to_a_port_that_expects_tls(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port, "encrypted = false")
        found = await profile.examine()
        assert not pbx.accounts.attempts("0123").good
    assert (STARFACE, Step.HTTP) in found.down
    assert "speaks TLS" in found.of(Step.HTTP).meaning
    assert "starface.encrypted = true" in found.of(Step.HTTP).remedy
    assert found.of(Step.HTTP).mender is Mender.USER
    assert not found.has(Step.SIGN_IN)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"220 mail.example ready\r\n", "not UCI (no HTTP)"),
        (b"", "was cut"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "HTTP status 404"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "HTTP status 503"),
    ],
)
async def test_something_else_that_listens(
    profile: ExaminedProfile, answer: bytes, words: str
) -> None:
    async with server(answer) as port:
        profile.write_settings(port, "encrypted = false")
        found = await profile.examine()
    assert (STARFACE, Step.HTTP) in found.down
    assert words in found.of(Step.HTTP).meaning
    assert not found.has(Step.SIGN_IN), "no secret goes to a stranger"


@pytest.mark.parametrize("status", [407, 502, 504, 511])
async def test_a_proxy_that_answers_for_the_pbx(profile: ExaminedProfile, status: int) -> None:
    answer = f"HTTP/1.1 {status} No\r\nServer: squid/6.1\r\nContent-Length: 0\r\n\r\n"
    async with server(answer.encode()) as port:
        profile.write_settings(port, "encrypted = false")
        found = await profile.examine()
    http = found.of(Step.HTTP)
    assert (http.state, http.mender) == (LegState.DOWN, Mender.NETWORK_ADMIN)
    assert "A proxy answers for the PBX" in http.meaning
    assert http.found == f'HTTP status {status} (server "squid/6.1")'
    assert not found.has(Step.SIGN_IN)


async def test_a_proxy_that_lets_us_through_is_told_of(profile: ExaminedProfile) -> None:
    async with server(b"HTTP/1.1 400 No\r\nVia: 1.1 gate\r\nContent-Length: 0\r\n\r\n") as port:
        profile.write_settings(port, "encrypted = false")
        found = await profile.examine()
    assert found.of(Step.HTTP).state is LegState.UP
    assert found.of(Step.HTTP).meaning == "It came through a proxy."


# --- certificates ---------------------------------------------------------------------------------


async def test_whose_certificate_and_since_when_it_is_known(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        first = (await profile.examine()).of(Step.TLS)
        again = (await profile.examine()).of(Step.TLS)
        shown = pbx.certificate.fingerprint
    assert '"localhost", issued by itself' in first.found
    assert shown in first.found.replace(":", "").lower()
    assert "first time" in first.meaning
    assert first.found == again.found
    assert "known since" in again.meaning


async def test_a_certificate_that_changed_gets_no_secret(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        await profile.examine()
        logins = pbx.accounts.attempts("0123").good
        await pbx.restart(certificate=Certificate.make())
        found = await profile.examine()
        assert pbx.certificate.fingerprint in found.of(Step.TLS).found.replace(":", "").lower()
        assert pbx.accounts.attempts("0123").good == logins > 0
    assert (STARFACE, Step.TLS) in found.down
    assert "has changed" in found.of(Step.TLS).meaning
    assert found.of(Step.TLS).remedy.count("settings forget-certificate") == 1
    assert not found.has(Step.SIGN_IN)


async def test_a_certificate_that_the_system_does_not_trust(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port, 'verify_certificate = "system"')
        found = await profile.examine()
    tls = found.of(Step.TLS)
    assert (tls.state, tls.mender) == (LegState.DOWN, Mender.PBX_ADMIN)
    assert '"localhost", issued by itself' in tls.found


async def test_a_certificate_that_nobody_checks_is_said_to_be(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port, 'verify_certificate = "off"')
        found = await profile.examine()
    assert found.of(Step.TLS).state is LegState.DEGRADED
    assert found.of(Step.TLS).meaning == "The certificate of the PBX is not checked."
    assert found.of(Step.SIGN_IN).state is LegState.UP, "what is wrong is said where it is"


# --- HTTP that is no UCI --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [(FaultKind.HTML, "web page instead of data"), (FaultKind.REDIRECT, "sends us elsewhere")],
)
async def test_a_page_for_browsers_is_judged_by_the_sign_in(
    profile: ExaminedProfile, kind: FaultKind, words: str
) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        pbx.faults.add(kind, times=None)
        found = await profile.examine()
    assert found.of(Step.HTTP).state is LegState.DEGRADED
    assert words in found.of(Step.HTTP).meaning
    assert found.of(Step.SIGN_IN).state is LegState.DOWN
    assert words in found.of(Step.SIGN_IN).meaning
    assert not found.has(Step.VERSION)


# --- the sign-in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("bad_login", BadLogin)
async def test_a_wrong_password_is_tried_exactly_once(
    profile: ExaminedProfile, bad_login: BadLogin
) -> None:
    async with StarfaceSimulator(StarfaceConfig(bad_login=bad_login)) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine(password="not-the-right-one")
        attempts = pbx.accounts.attempts("0123")
        assert (attempts.good, attempts.bad) == (0, 1)
        assert pbx.accounts.attempts("").bad == 0
    sign_in = found.of(Step.SIGN_IN)
    assert sign_in.state is LegState.DOWN
    assert "login" in sign_in.remedy
    assert "not-the-right-one" not in found.text
    assert not found.has(Step.VERSION)


async def test_a_sign_in_that_is_never_answered_is_tried_exactly_once(
    profile: ExaminedProfile,
) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        pbx.faults.add(FaultKind.SILENCE, method="*.connection.login", times=None)
        found = await profile.examine(limit_s=4)
        logins = [asked for asked in pbx.chronicle.requests if asked.method.endswith(".login")]
        assert len(logins) == 1
    assert "does not answer in time" in found.of(Step.SIGN_IN).meaning
    assert found.of(Step.SIGN_IN).found == "login: no answer in time"


async def test_no_password_no_attempt(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine(password="")
        attempts = pbx.accounts.attempts("0123")
        assert (attempts.good, attempts.bad) == (0, 0)
    assert found.down[0] == ("program", Step.PASSWORD)
    remedy = found.of(Step.PASSWORD).remedy
    assert remedy.startswith("Enter it in the settings under Connection.")
    assert "DATEV_CONNECTOR_PASSWORD" in remedy
    assert found.of(Step.HTTP).state is LegState.UP
    assert not found.has(Step.SIGN_IN)


async def test_all_is_well_and_the_pbx_is_left_as_it_was(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig(server_version="8.1.0.5")) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").good == 2, "UCI, and REST for the address book"
        asked = [request.method for request in pbx.chronicle.requests]
        asked = [method for method in asked if method.startswith("ucp.")]
        assert asked[-2:] == [
            "ucp.v30.requests.service.unsubscribeEvents",
            "ucp.v30.requests.connection.logout",
        ]
    assert [leg for leg, _ in found.down] == [Leg.DATEV]
    assert found.of(Step.SIGN_IN).state is LegState.UP
    assert found.of(Step.SIGN_IN_FORM).found == "SHA-512, as the PBX names it"
    assert found.of(Step.VERSION).found == "STARFACE 8.1.0.5, UCI v30"


async def test_a_session_that_another_connector_may_share_is_not_ended(
    profile: ExaminedProfile,
) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port, 'events = "polling"')
        found = await profile.examine()
        asked = [request.method for request in pbx.chronicle.requests]
        assert not any(method.endswith("logout") for method in asked)
    assert found.of(Step.SIGN_IN).state is LegState.UP
    assert found.of(Step.CALLBACK).found == "none"
    assert found.of(Step.EVENTS).found == "none"
    assert found.of(Step.WAY).found == "HTTPS with polling"


async def test_an_older_generation_works_but_not_for_everything(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig(versions=frozenset({"v22"}))) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    assert found.of(Step.SIGN_IN).state is LegState.UP
    assert found.of(Step.VERSION).state is LegState.DEGRADED
    assert found.of(Step.VERSION).found == "The PBX does not tell its version, UCI v22"


async def test_the_form_of_signing_in(profile: ExaminedProfile) -> None:
    modes = frozenset({AuthMode.ACTIVE_DIRECTORY})
    async with StarfaceSimulator(StarfaceConfig(auth_modes=modes, encrypted=False)) as pbx:
        profile.write_settings(pbx.port, "encrypted = false")
        found = await profile.examine()
    assert found.of(Step.SIGN_IN_FORM).state is LegState.DEGRADED
    assert found.of(Step.SIGN_IN_FORM).found == "Active Directory, as the PBX names it"
    assert "password can be read" in found.of(Step.SIGN_IN_FORM).meaning


async def test_a_form_that_is_not_there_yet(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port, 'sign_in = "oauth"')
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").bad == 0
    assert (STARFACE, Step.SIGN_IN_FORM) in found.down
    assert not found.has(Step.SIGN_IN)


# --- around it ------------------------------------------------------------------------------------


async def test_where_the_pbx_must_be_able_to_reach_us(profile: ExaminedProfile) -> None:
    with kept_port() as port:
        async with StarfaceSimulator(StarfaceConfig()) as pbx:
            way_back = (f"callback_port = {port}", 'callback_host = "127.0.0.1"')
            profile.write_settings(pbx.port, *way_back)
            found = await profile.examine()
    assert found.of(Step.CALLBACK).found == f"127.0.0.1:{port}"
    assert "Our own port answers" in found.of(Step.CALLBACK).meaning
    assert "firewall" in found.of(Step.CALLBACK).meaning


async def test_a_way_back_that_cannot_be_opened(profile: ExaminedProfile) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        async with StarfaceSimulator(StarfaceConfig()) as pbx:
            profile.write_settings(pbx.port, f"callback_port = {port}")
            found = await profile.examine()
    assert found.of(Step.SIGN_IN).state is LegState.UP
    assert found.of(Step.CALLBACK).state is LegState.DEGRADED
    assert "cannot receive the events" in found.of(Step.CALLBACK).meaning
    assert found.of(Step.WAY).state is LegState.DEGRADED
    assert found.of(Step.WAY).found.startswith("HTTPS with polling. Not XMPP: Nothing listens")


@pytest.mark.parametrize(
    ("date", "state", "words"),
    [
        (b"Date: Thu, 01 Jan 2015 00:00:00 GMT\r\n", LegState.DEGRADED, "s behind"),
        (b"Date: Thu, 01 Jan 2099 00:00:00 GMT\r\n", LegState.DEGRADED, "s ahead"),
        (b"Date: yesterday\r\n", LegState.UP, "does not say"),
        (b"", LegState.UP, "does not say"),
    ],
)
async def test_the_clocks(
    profile: ExaminedProfile, date: bytes, state: LegState, words: str
) -> None:
    answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n" + date + b"\r\n"
    async with server(answer) as port:
        profile.write_settings(port, "encrypted = false")
        found = await profile.examine()
    assert found.of(Step.HTTP).state is LegState.UP
    assert found.of(Step.CLOCK).state is state
    assert words in found.of(Step.CLOCK).found
