"""The built module in a simulated PBX, asked by the standard library's XML-RPC client."""

from __future__ import annotations

import json
import xmlrpc.client
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    FaultKind,
    LogLevel,
    ModuleConfig,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.starface.module.archive import MODULE_VERSION, module_archive
from tests.simulators.starface.client import Client, fetch

NAME = "DATEVConnectorforSTARFACE"
ARCHIVE = module_archive()


def pbx(name: str = NAME, **changes: object) -> StarfaceConfig:
    module = ModuleConfig(archive=ARCHIVE, name=name, log_level=LogLevel.TRACE)
    return StarfaceConfig(modules=(module,), **changes)  # type: ignore[arg-type]


@pytest.fixture
async def starface() -> AsyncIterator[StarfaceSimulator]:
    async with StarfaceSimulator(pbx()) as simulator:
        yield simulator


@pytest.fixture
def client(starface: StarfaceSimulator) -> Client:
    return Client(simulator=starface)


async def test_tells_its_version_and_what_the_tabs_hold(
    starface: StarfaceSimulator, client: Client
) -> None:
    assert await client.call(f"{NAME}.getInfo", {}) == {
        "moduleVersion": float(MODULE_VERSION),
        "licence": "",
        "logLevel": "WARN",
    }
    licence = "-----BEGIN -----\n  <&> ä\n-----END-----"
    starface.modules[NAME].set("GUI_LICENCE", licence)
    starface.modules[NAME].set("GUI_LOG_LEVEL", "TRACE")
    answer = await client.call(f"{NAME}.getInfo", {})
    assert (answer["licence"], answer["logLevel"]) == (licence, "TRACE")


async def test_answers_a_ping(client: Client) -> None:
    assert await client.call(f"{NAME}.ping", {}) == {"ok": True}
    assert await client.call(f"{NAME}.ping", {"more": 1}) == {"ok": True}


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("ERROR", LogLevel.ERROR),
        ("WARN", LogLevel.WARN),
        ("INFO", LogLevel.INFO),
        ("DEBUG", LogLevel.DEBUG),
        ("TRACE", LogLevel.DEBUG),
        ("anything", LogLevel.INFO),
    ],
)
async def test_writes_what_is_reported(
    starface: StarfaceSimulator, client: Client, level: str, written: LogLevel
) -> None:
    struct = {"level": level, "user": "0123", "text": "signed in <again> & ready"}
    assert await client.call(f"{NAME}.report", struct) == {"ok": True}
    (entry,) = starface.modules[NAME].log
    assert (entry.level, entry.text) == (written, "0123: signed in <again> & ready")


async def test_log_level_of_the_configuration_decides_what_can_be_read(
    starface: StarfaceSimulator, client: Client
) -> None:
    configuration = starface.modules[NAME]
    configuration.log_level = LogLevel.WARN
    for level in ("ERROR", "WARN", "INFO", "DEBUG"):
        await client.call(f"{NAME}.report", {"level": level, "user": "u", "text": level})
    assert [entry.level for entry in configuration.log] == [LogLevel.ERROR, LogLevel.WARN]
    assert [entry.text for entry in configuration.kept_back] == ["u: INFO", "u: DEBUG"]


async def test_needs_no_uci_session_but_a_login(starface: StarfaceSimulator) -> None:
    stranger = Client(simulator=starface, password="wrong")
    with pytest.raises(xmlrpc.client.Fault) as caught:
        await stranger.call(f"{NAME}.ping", {})
    assert caught.value.faultCode == starface.config.fault_codes.illegal_access
    assert starface.accounts.attempts("0123").bad == 1


@pytest.mark.parametrize(
    ("way", "status"),
    [(BadLogin.HTML, 200), (BadLogin.REDIRECT, 302), (BadLogin.UNAUTHORIZED, 401)],
)
async def test_turns_strangers_away_as_the_version_does(way: BadLogin, status: int) -> None:
    body = xmlrpc.client.dumps(({},), f"{NAME}.ping").encode()
    async with StarfaceSimulator(pbx(bad_login=way)) as starface:
        answer = await Client(simulator=starface, password="wrong").post(body)
    assert answer.status == status
    assert b"<boolean>" not in answer.body


@pytest.mark.parametrize(
    "name", [f"{NAME} ", f" {NAME}", NAME.lower(), "DATEV Connector for STARFACE", "DATEV.Modul"]
)
async def test_only_the_very_name_is_known(name: str) -> None:
    async with StarfaceSimulator(pbx(name)) as starface:
        client = Client(simulator=starface)
        assert await client.call(f"{name}.ping", {}) == {"ok": True}
        with pytest.raises(xmlrpc.client.Fault) as caught:
            await client.call(f"{NAME}.ping", {})
    assert caught.value.faultCode == starface.config.fault_codes.unknown_method


@pytest.mark.parametrize("entry", ["other", "Ping", "ping ", "ping.ping", "", "GUI_LICENCE"])
async def test_only_what_the_module_declares_is_an_entry_point(
    starface: StarfaceSimulator, client: Client, entry: str
) -> None:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        await client.call(f"{NAME}.{entry}", {})
    assert caught.value.faultCode == starface.config.fault_codes.unknown_method
    assert not starface.modules[NAME].log


@pytest.mark.parametrize("method", ["ping", ".ping", f"{NAME}..ping"])
async def test_an_entry_point_is_known_by_its_full_name_alone(client: Client, method: str) -> None:
    with pytest.raises(xmlrpc.client.Fault, match="No such handler"):
        await client.call(method, {})


async def test_renamed_switched_off_and_on_again(
    starface: StarfaceSimulator, client: Client
) -> None:
    starface.modules.rename(NAME, "other")
    assert await client.call("other.ping", {}) == {"ok": True}
    starface.modules.activate("other", active=False)
    with pytest.raises(xmlrpc.client.Fault, match="No such handler"):
        await client.call("other.ping", {})
    starface.modules.activate("other")
    starface.modules.save_anew("other")
    with pytest.raises(xmlrpc.client.Fault, match="No item with that key"):
        await client.call("other.ping", {})
    starface.modules.activate("other")
    assert await client.call("other.ping", {}) == {"ok": True}
    starface.modules.remove("other")
    with pytest.raises(xmlrpc.client.Fault, match="No such handler"):
        await client.call("other.ping", {})


@pytest.mark.parametrize("params", [(), ("text",), ({}, {})])
async def test_takes_one_struct(client: Client, params: tuple[object, ...]) -> None:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        await client.call(f"{NAME}.ping", *params)
    assert caught.value.faultCode == 5


async def test_inputs_are_cast_and_missing_ones_empty(
    starface: StarfaceSimulator, client: Client
) -> None:
    await client.call(f"{NAME}.report", {"level": "WARN", "user": 123, "text": True})
    await client.call(f"{NAME}.report", {"level": "WARN"})
    assert [entry.text for entry in starface.modules[NAME].log] == ["123: true", ": "]


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        (FaultKind.WRONG_TYPES, None),
        (FaultKind.UCI_FAULT, xmlrpc.client.Fault),
        (FaultKind.HTML, Exception),
        (FaultKind.UNAVAILABLE, xmlrpc.client.ProtocolError),
    ],
)
async def test_misbehaves_by_its_name(
    starface: StarfaceSimulator,
    client: Client,
    kind: FaultKind,
    broken: type[Exception] | None,
) -> None:
    starface.faults.add(kind, method=f"{NAME}.*")
    if broken is None:
        answer = await client.call(f"{NAME}.getInfo", {})
        assert answer == {"moduleVersion": "x", "licence": [1], "logLevel": [1]}
    else:
        with pytest.raises(broken):
            await client.call(f"{NAME}.getInfo", {})
    assert await client.call(f"{NAME}.ping", {}) == {"ok": True}


async def token(starface: StarfaceSimulator) -> str:
    """An access token for the password of 0123."""
    oauth = starface.config.oauth
    form = {
        "grant_type": "password",
        "scope": "login",
        "username": "0123",
        "password": "Pass123",
        "client_id": oauth.client_id,
        "client_secret": oauth.client_secret,
    }
    answer = await fetch(
        starface,
        "POST",
        "/auth/realms/pbx/oauth2/token",
        body=urlencode(form).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    return str(json.loads(answer.body)["access_token"])


async def test_an_access_token_will_do() -> None:
    body = xmlrpc.client.dumps(({},), f"{NAME}.ping").encode()
    config = pbx(auth_modes=frozenset({AuthMode.OAUTH}))
    async with StarfaceSimulator(config) as starface:
        client = Client(simulator=starface)
        refused = await client.post(body, query="de.vertico.starface.jwt=made-up")
        assert b"faultCode" in refused.body
        taken = await client.post(body, query=f"de.vertico.starface.jwt={await token(starface)}")
        assert b"<boolean>1</boolean>" in taken.body


async def test_methods_are_listed_where_the_pbx_does_so() -> None:
    async with StarfaceSimulator(pbx(lists_methods=True)) as starface:
        client = Client(simulator=starface)
        listed = await client.call("system.listMethods")
        starface.modules.activate(NAME, active=False)
        without = await client.call("system.listMethods")
    assert listed == [f"{NAME}.getInfo", f"{NAME}.ping", f"{NAME}.report"]
    assert without == []


async def test_requests_are_in_the_chronicle(starface: StarfaceSimulator, client: Client) -> None:
    await client.call(f"{NAME}.ping", {})
    (record,) = starface.chronicle.requests
    assert (record.method, record.login, record.outcome) == (f"{NAME}.ping", "0123", "ok")
