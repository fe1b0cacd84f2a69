from __future__ import annotations

import xmlrpc.client

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    FaultCodes,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.simulators.starface.accounts import rest_secret, uci_token
from tests.simulators.starface.client import Client
from tests.simulators.starface.clock import Clock

LOGIN_CALL = xmlrpc.client.dumps((), "ucp.v30.requests.connection.login").encode()
SHA_123 = (
    "123:81d8af78c98b153485f7d48e3437eb735ba37f0f013c5e06ba74536776c59456"
    "94e7cde71e2effbed7b5a1d1a4566fadcd847ef4098c234052fdfd288e8b6ced"
)
REST_0001 = (
    "0001:65ef4a7a16c3031bc6a5ad766d18568497f468f7c7988d08f9105df59781b0f7"
    "350edb914033d85269aedb9fa1c33a6df21bfef7762cd5ded32e87f69927ee42"
)


@pytest.mark.parametrize(
    ("login", "password", "mode", "token"),
    [
        ("123", "Pass123", AuthMode.SHA512, SHA_123),
        ("265", "Geheim", AuthMode.MD5, "c39083417b2146e4d0b8a63d7697cd16"),
        ("jdoe", "Geheim", AuthMode.ACTIVE_DIRECTORY, "amRvZSpHZWhlaW0="),
    ],
)
def test_published_tokens(login: str, password: str, mode: AuthMode, token: str) -> None:
    assert uci_token(login, password, mode) == token


def test_published_rest_secret() -> None:
    nonce = "pds24hmip1ctbogn1l8ujvs5u4"
    assert rest_secret("0001", nonce, "Test1234", AuthMode.SHA512) == REST_0001


CLASSIC = [mode for mode in AuthMode if mode is not AuthMode.OAUTH]


@pytest.mark.parametrize("mode", CLASSIC)
async def test_signs_in_with_the_configured_mode_only(mode: AuthMode) -> None:
    async with StarfaceSimulator(StarfaceConfig(auth_modes=frozenset({mode}))) as starface:
        for tried in CLASSIC:
            client = Client(simulator=starface, mode=tried)
            if tried is mode:
                assert await client.ask("connection.login") is True
            else:
                with pytest.raises(xmlrpc.client.Fault):
                    await client.ask("connection.login")
        assert starface.accounts.attempts("0123").good == 1


async def test_strict_answers_a_fault(starface: StarfaceSimulator) -> None:
    client = Client(simulator=starface, password="wrong")
    with pytest.raises(xmlrpc.client.Fault, match="UciIllegalAccessException") as caught:
        await client.ask("connection.login")
    assert caught.value.faultCode == FaultCodes().illegal_access
    assert starface.accounts.attempts("0123").bad == 1


async def test_lenient_answers_false() -> None:
    async with StarfaceSimulator(StarfaceConfig(bad_login=BadLogin.LENIENT)) as starface:
        client = Client(simulator=starface, password="wrong")
        assert await client.ask("connection.login") is False
        with pytest.raises(xmlrpc.client.Fault):
            await client.ask("call.getCallIds")


@pytest.mark.parametrize(
    ("mode", "status"),
    [(BadLogin.HTML, 200), (BadLogin.REDIRECT, 302), (BadLogin.UNAUTHORIZED, 401)],
)
async def test_web_answers(mode: BadLogin, status: int) -> None:
    async with StarfaceSimulator(StarfaceConfig(bad_login=mode)) as starface:
        answer = await Client(simulator=starface, password="wrong").post(LOGIN_CALL)
        assert answer.status == status
        assert answer.headers["content-type"].startswith("text/html")


async def test_account_locks_and_unlocks() -> None:
    clock = Clock()
    config = StarfaceConfig(lock_after=2, lock_s=300, bad_login=BadLogin.LENIENT, now=clock)
    async with StarfaceSimulator(config) as starface:
        wrong, right = Client(simulator=starface, password="x"), Client(simulator=starface)
        for _ in range(2):
            assert await wrong.ask("connection.login") is False
        assert await right.ask("connection.login") is False
        attempts = starface.accounts.attempts("0123")
        assert (attempts.bad, attempts.while_locked) == (2, 1)
        clock.forward(300)
        assert await right.ask("connection.login") is True
        await wrong.ask("connection.login")
        await wrong.ask("connection.login")
        starface.accounts.unlock("0123")
        assert await right.ask("connection.login") is True


async def test_changed_password(starface: StarfaceSimulator) -> None:
    client = await Client(simulator=starface).sign_in()
    starface.accounts.set_password("0123", "new")
    with pytest.raises(xmlrpc.client.Fault):
        await client.ask("connection.keepAlive")
    client.password = "new"
    assert await client.ask("connection.keepAlive") is True


def test_unknown_user_is_named(starface: StarfaceSimulator) -> None:
    with pytest.raises(LookupError, match="no user with login '9'; there are: 0123, 0124"):
        starface.pbx.incoming("9", "0049721")
