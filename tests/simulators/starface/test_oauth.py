from __future__ import annotations

import base64
import json
import xmlrpc.client
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    OAuthConfig,
    PbxUser,
    StarfaceConfig,
    StarfaceSimulator,
)
from tests.simulators.starface.client import Answer, Client, Receiver, fetch
from tests.simulators.starface.clock import Clock

PATH = "/auth/realms/pbx/oauth2/token"
FORM = "application/x-www-form-urlencoded"
OAUTH = frozenset({AuthMode.OAUTH})
LOGIN = xmlrpc.client.dumps((), "ucp.v30.requests.connection.login").encode()
PLAIN_USER = PbxUser(login="0123", password="Pass123", number="23")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def starface(clock: Clock) -> AsyncIterator[StarfaceSimulator]:
    config = StarfaceConfig(now=clock, auth_modes=OAUTH, bad_login=BadLogin.UNAUTHORIZED)
    async with StarfaceSimulator(config) as simulator:
        yield simulator


def password_form(**changes: str | None) -> dict[str, Any]:
    """The arguments of `fetch` for a password grant."""
    form = {
        "grant_type": "password",
        "client_id": "rest-client-headless",
        "client_secret": OAuthConfig().client_secret,
        "scope": "login",
        "username": "0123",
        "password": "Pass123",
    } | changes
    kept = {name: value for name, value in form.items() if value is not None}
    return {
        "method": "POST",
        "target": PATH,
        "body": urlencode(kept).encode(),
        "headers": {"Content-Type": FORM},
    }


def refresh_form(token: str) -> dict[str, Any]:
    return password_form(
        grant_type="refresh_token", refresh_token=token, username=None, password=None, scope=None
    )


async def granted(starface: StarfaceSimulator) -> dict[str, Any]:
    answer = await fetch(starface, **password_form())
    assert answer.status == 200
    return dict(json.loads(answer.body))


async def jwt_login(starface: StarfaceSimulator, token: str) -> Answer:
    query = urlencode({"de.vertico.starface.jwt": token})
    return await Client(simulator=starface).post(LOGIN, query=query)


async def test_password_grant(starface: StarfaceSimulator) -> None:
    answer = await fetch(starface, **password_form())
    given = json.loads(answer.body)
    assert given["token_type"] == "Bearer"
    assert (given["expires_in"], given["refresh_expires_in"]) == (300, 21600)
    assert given["access_token"].count(".") == 2
    assert answer.headers["cache-control"] == "no-store"
    assert (await jwt_login(starface, given["access_token"])).status == 200
    assert len(starface.sessions) == 1
    attempts = starface.accounts.attempts("0123")
    assert (attempts.good, attempts.bad, attempts.refreshes) == (1, 0, 0)


async def test_access_token_ends_and_is_refreshed(
    starface: StarfaceSimulator, clock: Clock
) -> None:
    given = await granted(starface)
    clock.forward(300)
    assert (await jwt_login(starface, given["access_token"])).status == 401
    answer = await fetch(starface, **refresh_form(given["refresh_token"]))
    newer = json.loads(answer.body)
    assert (await jwt_login(starface, newer["access_token"])).status == 200
    again = await fetch(starface, **refresh_form(given["refresh_token"]))
    assert (again.status, json.loads(again.body)["error"]) == (400, "invalid_grant")
    attempts = starface.accounts.attempts("0123")
    assert (attempts.good, attempts.bad, attempts.refreshes) == (1, 0, 1)
    assert starface.accounts.attempts("").bad_refreshes == 1
    clock.forward(21600)
    late = await fetch(starface, **refresh_form(newer["refresh_token"]))
    assert json.loads(late.body)["error"] == "invalid_grant"


async def test_refresh_token_may_stay_the_same() -> None:
    config = StarfaceConfig(auth_modes=OAUTH, oauth=OAuthConfig(refresh_rotates=False))
    async with StarfaceSimulator(config) as starface:
        given = await granted(starface)
        for _ in range(2):
            answer = await fetch(starface, **refresh_form(given["refresh_token"]))
            assert json.loads(answer.body)["refresh_token"] == given["refresh_token"]


async def test_expiry_and_revocation_on_demand(starface: StarfaceSimulator) -> None:
    given = await granted(starface)
    starface.oauth.expire_access_tokens()
    assert (await jwt_login(starface, given["access_token"])).status == 401
    answer = await fetch(starface, **refresh_form(given["refresh_token"]))
    assert answer.status == 200
    starface.oauth.revoke_everything()
    newer = json.loads(answer.body)["refresh_token"]
    assert (await fetch(starface, **refresh_form(newer))).status == 400


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"password": "wrong"}, 400, "invalid_grant"),
        ({"username": "nobody"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"scope": None}, 400, "invalid_scope"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
    ],
)
async def test_refusals(
    starface: StarfaceSimulator, changes: dict[str, str | None], status: int, error: str
) -> None:
    answer = await fetch(starface, **password_form(**changes))
    assert (answer.status, json.loads(answer.body)["error"]) == (status, error)
    wrong = 1 if changes.get("password") else 0
    assert starface.accounts.attempts("0123").bad == wrong


async def test_what_is_no_form(starface: StarfaceSimulator) -> None:
    form = password_form()
    json_instead = form | {"headers": {"Content-Type": "application/json"}}
    assert (await fetch(starface, **json_instead)).status == 415
    assert (await fetch(starface, **form | {"method": "GET"})).status == 405
    assert (await fetch(starface, **form | {"body": b"a=\xff"})).status in (400, 401)
    twice = form | {"body": form["body"] + b"&scope=login"}
    assert json.loads((await fetch(starface, **twice)).body)["error"] == "invalid_request"


async def test_client_credentials_in_the_header(starface: StarfaceSimulator) -> None:
    form = password_form(client_id=None, client_secret=None)
    pair = f"rest-client-headless:{OAuthConfig().client_secret}".encode()
    basic = "Basic " + base64.b64encode(pair).decode()
    form["headers"] = {"Content-Type": FORM, "Authorization": basic}
    assert (await fetch(starface, **form)).status == 200
    form["headers"]["Authorization"] = "Basic ???"
    assert (await fetch(starface, **form)).status == 401


async def test_user_without_the_right() -> None:
    user = PbxUser(login="0123", password="Pass123", number="23", password_grant=False)
    async with StarfaceSimulator(StarfaceConfig(users=(user,), auth_modes=OAUTH)) as starface:
        answer = await fetch(starface, **password_form())
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "unauthorized_client")


async def test_lock_holds_over_all_doors(clock: Clock) -> None:
    modes = frozenset({AuthMode.OAUTH, AuthMode.SHA512})
    config = StarfaceConfig(auth_modes=modes, lock_after=2, now=clock, bad_login=BadLogin.LENIENT)
    async with StarfaceSimulator(config) as starface:
        for _ in range(2):
            assert (await fetch(starface, **password_form(password="x"))).status == 400
        assert (await fetch(starface, **password_form())).status == 400
        assert await Client(simulator=starface).ask("connection.login") is False
        assert starface.accounts.attempts("0123").while_locked == 2
        clock.forward(300)
        assert (await fetch(starface, **password_form())).status == 200


async def test_classic_tokens_are_refused_where_oauth_is_the_only_way(
    starface: StarfaceSimulator,
) -> None:
    assert (await Client(simulator=starface).post(LOGIN)).status == 401


async def test_without_oauth_there_is_no_token_endpoint() -> None:
    async with StarfaceSimulator(StarfaceConfig()) as starface:
        assert (await fetch(starface, **password_form())).status == 404
        assert b"faultCode" in (await jwt_login(starface, "x.y.z")).body


async def test_discovery_names_the_token_endpoint(starface: StarfaceSimulator) -> None:
    there = await fetch(starface, "GET", "/.well-known/openid-configuration")
    assert there.status == 302
    told = await fetch(starface, "GET", there.headers["location"])
    assert json.loads(told.body)["token_endpoint"] == starface.url + PATH


async def test_rest_takes_the_bearer(starface: StarfaceSimulator, clock: Clock) -> None:
    token = (await granted(starface))["access_token"]
    headers = {"X-Version": "2", "Authorization": f"Bearer {token}"}
    answer = await fetch(starface, "GET", "/rest/users/me", headers=headers)
    assert json.loads(answer.body)["login"] == "0123"
    assert starface.chronicle.requests[-1].login == "0123"
    clock.forward(300)
    answer = await fetch(starface, "GET", "/rest/users/me", headers=headers)
    assert answer.status == 401


@pytest.mark.parametrize("carried", [False, True])
async def test_events_of_a_bearer_session(receiver: Receiver, *, carried: bool) -> None:
    oauth = OAuthConfig(events_carry_token=carried)
    async with StarfaceSimulator(StarfaceConfig(auth_modes=OAUTH, oauth=oauth)) as starface:
        token = (await granted(starface))["access_token"]
        callback = "de.vertico.starface.callback."
        query = urlencode(
            {
                "de.vertico.starface.jwt": token,
                callback + "host": "127.0.0.1",
                callback + "port": receiver.port,
                callback + "path": "/",
            }
        )
        client = Client(simulator=starface)
        await client.post(LOGIN, query=query)
        subscribe = "ucp.v30.requests.service.subscribeEvents"
        body = xmlrpc.client.dumps(("ucp.v30.events.call",), subscribe).encode()
        await client.post(body, query=query)
        starface.pbx.incoming("0123", "0049721").ring()
        await starface.settled()
    (event,) = receiver.events
    expected = [token] if carried else None
    assert event.query.get("de.vertico.starface.auth") == expected


async def test_tokens_that_have_ended_are_forgotten(
    starface: StarfaceSimulator, clock: Clock
) -> None:
    given = await granted(starface)
    for _ in range(50):
        answer = await fetch(starface, **refresh_form(given["refresh_token"]))
        given = json.loads(answer.body)
        clock.forward(250)
    assert len(starface.oauth._access) <= 2
    assert len(starface.oauth._refresh) == 1
