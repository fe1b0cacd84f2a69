from __future__ import annotations

import base64
import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx2
import pytest
import spnego
from hypothesis import given
from hypothesis import strategies as st
from spnego.channel_bindings import GssChannelBindings

from datev_connector.simulators.datev import (
    ChannelBinding,
    DatevConfig,
    DatevSimulator,
    Office,
    Scheme,
    SignOn,
    parse_line,
)
from datev_connector.simulators.datev.ntlm_message import read_presented, starts_handshake
from datev_connector.simulators.datev.rest_handshake import Account
from datev_connector.simulators.datev.rest_sign_on import EVERY, SignOnDesk, Visit

USER, PASSWORD = "anna", "Geheim-äß-1"
ACCEPT = {"Accept": "application/json; charset=utf-8"}
ECHO = "/datev/api/diagnostics/v1/echo"
LIST = "/datev/api/master-data/v1/addressees"


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def service(
    sign_on: SignOn | None = None, clock: Callable[[], datetime] | None = None
) -> AsyncIterator[DatevSimulator]:
    config = DatevConfig(
        http_port=0,
        https_port=0,
        user=USER,
        password=PASSWORD,
        sign_on=sign_on or SignOn(),
        office=Office(count=3),
        clock=clock or Clock(),
    )
    async with DatevSimulator(config) as simulator:
        yield simulator


def browser(
    datev: DatevSimulator, *, tls: bool = False, connections: int = 1
) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
    trust = ssl.create_default_context(cadata=datev.connect.certificate_pem)
    return httpx2.AsyncClient(
        base_url=(datev.connect.https_url if tls else datev.connect.http_url) or "",
        headers=ACCEPT,
        timeout=20,
        verify=trust,
        limits=httpx2.Limits(max_connections=connections),
    )


async def sign_on(
    client: httpx2.AsyncClient,
    scheme: str,
    user: str = USER,
    password: str = PASSWORD,
    bindings: bytes | None = None,
) -> httpx2.Response:
    """Ask for something, going through the handshake on the client's only connection."""
    channel = GssChannelBindings(application_data=bindings) if bindings else None
    context = spnego.client(
        user, password, hostname="localhost", protocol=scheme.lower(), channel_bindings=channel
    )
    token = context.step()
    for _ in range(4):
        assert token is not None
        header = f"{scheme} {base64.b64encode(token).decode()}"
        response = await client.get(ECHO, headers={"Authorization": header})
        challenges = response.headers.get_list("www-authenticate")
        told = [each.partition(" ")[2] for each in challenges if " " in each]
        if told:
            token = context.step(base64.b64decode(told[0]))
        if response.status_code == 200 or not told:
            return response
    raise AssertionError("the handshake has no end")


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("scheme", ["Negotiate", "NTLM"])
@pytest.mark.parametrize("user", ["anna", r"KANZLEI\anna", r"kanzlei\ANNA"])
async def test_windows_sign_on_admits_the_connection(scheme: str, user: str, tls: bool) -> None:
    async with service() as datev:
        async with browser(datev, tls=tls) as client:
            assert (await sign_on(client, scheme, user)).status_code == 200
            assert (await client.get(LIST)).status_code == 200
            assert (await client.get(LIST)).status_code == 200
        async with browser(datev, tls=tls) as another:
            assert (await another.get(LIST)).status_code == 401
        counts = datev.connect.sign_ons
        assert (counts.handshakes, counts.signed_on, counts.refused) == (1, 1, 0)
        assert counts.challenged == 1


@pytest.mark.parametrize("scheme", ["Negotiate", "NTLM"])
async def test_a_wrong_password_leads_back_to_the_beginning(scheme: str) -> None:
    async with service() as datev, browser(datev) as client:
        refused = await sign_on(client, scheme, password="falsch")
        assert refused.status_code == 401
        assert refused.headers.get_list("www-authenticate") == ["Negotiate", "NTLM"]
        assert (await client.get(LIST)).status_code == 401
        assert (await sign_on(client, scheme, "bernd")).status_code == 401
        assert (await sign_on(client, scheme, r"ANDERS\anna")).status_code == 401
        assert (await sign_on(client, scheme, "anna@kanzlei.example")).status_code == 401
        assert datev.connect.sign_ons.refused == 4
        assert (await sign_on(client, scheme)).status_code == 200
        assert datev.connect.sign_ons.signed_on == 1


async def test_basic_only_over_tls_unless_the_other_reading_is_wanted() -> None:
    async with service() as datev:
        async with browser(datev) as client:
            response = await client.get(LIST, auth=(USER, PASSWORD))
            assert response.status_code == 401
            assert response.headers.get_list("www-authenticate") == ["Negotiate", "NTLM"]
        async with browser(datev, tls=True) as client:
            refused = await client.get(LIST)
            offered = refused.headers.get_list("www-authenticate")
            assert offered == ["Negotiate", "NTLM", "Basic"]
            for name in (USER, rf"KANZLEI\{USER}"):
                assert (await client.get(LIST, auth=(name, PASSWORD))).status_code == 200
            assert (await client.get(LIST)).status_code == 401
            for name in ("anna@kanzlei.example", r"ANDERS\anna"):
                assert (await client.get(LIST, auth=(name, PASSWORD))).status_code == 401
    async with service(SignOn(over_http=EVERY)) as datev, browser(datev) as client:
        assert (await client.get(LIST, auth=(USER, PASSWORD))).status_code == 200


async def test_only_some_schemes_are_offered() -> None:
    rules = SignOn(over_https=(Scheme.NTLM,))
    async with service(rules) as datev, browser(datev, tls=True) as client:
        assert (await sign_on(client, "Negotiate")).status_code == 401
        refused = await client.get(LIST, auth=(USER, PASSWORD))
        assert refused.headers.get_list("www-authenticate") == ["NTLM"]
        assert (await sign_on(client, "NTLM")).status_code == 200


async def test_a_sign_on_for_each_request_if_wanted() -> None:
    async with service(SignOn(every_request=True)) as datev, browser(datev) as client:
        assert (await sign_on(client, "NTLM")).status_code == 200
        assert (await client.get(LIST)).status_code == 401
        assert (await sign_on(client, "NTLM")).status_code == 200
        assert datev.connect.sign_ons.signed_on == 2


@pytest.mark.parametrize("scheme", ["Negotiate", "NTLM"])
async def test_the_channel_is_checked_if_it_is_meant(scheme: str) -> None:
    async with service(SignOn(lock_after=1)) as datev, browser(datev, tls=True) as client:
        der = ssl.PEM_cert_to_DER_cert(datev.connect.certificate_pem)
        own = b"tls-server-end-point:" + sha256(der).digest()
        assert (await sign_on(client, scheme, bindings=own)).status_code == 200
        assert (await sign_on(client, scheme)).status_code == 200
        assert (await sign_on(client, scheme, bindings=own[:-1] + b"?")).status_code == 401
        assert not datev.connect.locked
    required = SignOn(channel_binding=ChannelBinding.REQUIRED)
    async with service(required) as datev, browser(datev, tls=True) as client:
        assert (await sign_on(client, scheme)).status_code == 401
    ignored = SignOn(channel_binding=ChannelBinding.IGNORED)
    async with service(ignored) as datev, browser(datev, tls=True) as client:
        assert (await sign_on(client, scheme, bindings=own)).status_code == 200


@pytest.mark.parametrize("scheme", ["Negotiate", "NTLM", "Basic"])
async def test_wrong_passwords_close_the_account_for_a_while(scheme: str) -> None:
    clock = Clock()
    rules = SignOn(over_http=EVERY, lock_after=3, lock_for_s=600)

    async def attempt(password: str) -> int:
        async with browser(datev) as client:
            if scheme == "Basic":
                return (await client.get(ECHO, auth=(USER, password))).status_code
            return (await sign_on(client, scheme, password=password)).status_code

    async with service(rules, clock) as datev:
        assert [await attempt("falsch"), await attempt("falsch")] == [401, 401]
        assert await attempt(PASSWORD) == 200
        for _ in range(3):
            assert await attempt("falsch") == 401
        assert datev.connect.locked
        assert await attempt(PASSWORD) == 401
        assert datev.connect.sign_ons.locked_out == 1
        clock.now += timedelta(seconds=601)
        assert await attempt(PASSWORD) == 200
        for _ in range(3):
            await attempt("falsch")
        datev.connect.unlock()
        assert await attempt(PASSWORD) == 200


async def test_a_changed_password_from_the_console() -> None:
    async with service() as datev, browser(datev) as client:
        assert (await sign_on(client, "NTLM")).status_code == 200
        for line in ("connect-password Neu-2", "connect-unlock"):
            action = parse_line(line)
            assert action is not None
            await action.perform(datev)
        assert (await client.get(LIST)).status_code == 200
        assert (await sign_on(client, "NTLM")).status_code == 401
        assert (await sign_on(client, "NTLM", password="Neu-2")).status_code == 200
        shown = parse_line("show sign-ons")
        assert shown is not None
        assert "signed_on 2" in await shown.perform(datev)


async def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    async with service() as datev, browser(datev) as client:
        monkeypatch.delenv("NTLM_USER_FILE", raising=False)
        assert (await sign_on(client, "NTLM")).status_code == 200
        assert "NTLM_USER_FILE" not in os.environ
        monkeypatch.setenv("NTLM_USER_FILE", "somewhere")
        assert (await sign_on(client, "Negotiate")).status_code == 200
        assert os.environ["NTLM_USER_FILE"] == "somewhere"


@given(st.binary(max_size=120), st.sampled_from(["Negotiate", "NTLM", "Basic", "Digest"]))
def test_any_token_is_answered(token: bytes, scheme: str) -> None:
    desk = SignOnDesk(Account(user=USER, password=PASSWORD), SignOn(), Clock())
    visit = Visit()
    for start in (b"", b"NTLMSSP\x00\x01\x00\x00\x00", b"NTLMSSP\x00\x03\x00\x00\x00", b"\x60"):
        header = f"{scheme} {base64.b64encode(start + token).decode()}"
        refusal = desk.admit(header, visit).refusal
        assert refusal is not None
        assert refusal.status == 401
    assert not visit.signed_on


def test_what_a_message_says_in_clear() -> None:
    server = b"NTLMSSP\x00\x02\x00\x00\x00"
    assert read_presented(server) is None
    assert read_presented(b"NTLMSSP\x00\x03\x00\x00\x00short") is None
    assert starts_handshake(b"NTLMSSP\x00\x01\x00\x00\x00")
    assert not starts_handshake(server)
