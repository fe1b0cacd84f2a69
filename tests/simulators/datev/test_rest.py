from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from datev_connector.simulators.datev import DatevConfig, DatevSimulator, Office, Refusal

USER = ("service", "geheim")
ACCEPT = {"Accept": "application/json; charset=utf-8"}
MASTER = "/datev/api/master-data/v1"
COUNT = 500


@pytest.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    config = DatevConfig(
        http_port=0, https_port=0, user=USER[0], password=USER[1], office=Office(count=COUNT)
    )
    async with DatevSimulator(config) as simulator:
        yield simulator


@pytest.fixture
async def client(datev: DatevSimulator) -> AsyncIterator[httpx2.AsyncClient]:
    trust = ssl.create_default_context(cadata=datev.connect.certificate_pem)
    async with httpx2.AsyncClient(
        base_url=datev.connect.https_url or "", auth=USER, headers=ACCEPT, timeout=20, verify=trust
    ) as browser:
        yield browser


async def fetch(client: httpx2.AsyncClient, path: str, **query: str) -> Any:
    response = await client.get(MASTER + path, params=query)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    return response.json()


async def test_a_phone_book_costs_one_request_and_one_for_each(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    listed = await fetch(client, "/addressees")
    assert len(listed) == COUNT
    assert not any("communications" in entry for entry in listed)
    one = await fetch(client, f"/addressees/{listed[0]['id']}")
    assert "communications" not in one
    for expand in ("communications", "*", "detail, communications"):
        one = await fetch(client, f"/addressees/{listed[0]['id']}", expand=expand)
        assert one["communications"]
    assert datev.connect.requests == 5


async def test_delta_by_timestamp_and_deletion_log(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    listed = await fetch(client, "/addressees")
    newest = max(entry["timestamp"] for entry in listed)
    delta = {"filter": f"timestamp gt {newest} and status eq 'active'"}
    assert await fetch(client, "/addressees", **delta) == []
    datev.connect.change_addressee(listed[3]["id"], status="active", current_short_name="Neu")
    datev.connect.delete_addressee(listed[4]["id"])
    changed = await fetch(client, "/addressees", **delta)
    assert [entry["current_short_name"] for entry in changed] == ["Neu"]
    log = await fetch(client, "/addressees/deletion-log", filter=f"timestamp gt {newest}")
    assert [entry["id"] for entry in log] == [listed[4]["id"]]
    gone = await client.get(f"{MASTER}/addressees/{listed[4]['id']}")
    assert gone.status_code == 404
    assert len(await fetch(client, "/addressees")) == COUNT - 1


async def test_the_client_of_a_caller(datev: DatevSimulator, client: httpx2.AsyncClient) -> None:
    owners = await fetch(client, "/addressees", filter="type eq 'legal_person'", select="id")
    assert {tuple(owner) for owner in owners} == {("id",)}
    (found,) = await fetch(client, "/clients", filter=f"legal_person_id eq '{owners[5]['id']}'")
    assert await fetch(client, f"/clients/{found['id']}") == found
    extra = {"id": "k", "name": "Zwei", "number": 1, "type": "natural_person"}
    datev.connect.put_client({**extra, "natural_person_id": "p-1"})
    (second,) = await fetch(client, "/clients", filter="natural_person_id eq 'p-1'")
    assert second["name"] == "Zwei"
    datev.connect.delete_client("k")
    assert await fetch(client, "/clients", filter="natural_person_id eq 'p-1'") == []
    assert [entry["id"] for entry in await fetch(client, "/clients/deletion-log")] == ["k"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{MASTER}/addressees/unknown", 404, "unknown"),
        (f"{MASTER}/fish", 404, "no resource"),
        (MASTER, 404, "no resource"),
        ("/datev/api/master-data/v2/addressees", 404, "none of the loaded plug-ins"),
        ("/elsewhere", 404, "none of the loaded plug-ins"),
        ("/datev/api/diagnostics/v1/nothing", 404, "no resource"),
        (f"{MASTER}/addressees?filter=phone eq 1", 400, "cannot be filtered"),
        (f"{MASTER}/addressees?select=,", 400, "no field"),
    ],
)
async def test_errors_have_a_body(
    client: httpx2.AsyncClient, path: str, status: int, words: str
) -> None:
    response = await client.get(path)
    assert response.status_code == status
    body = response.json()
    assert words in body["error_description"]
    assert {"error", "request_id", "additional_messages"} <= body.keys()
    assert body["additional_messages"][0]["severity"] == "error"


async def test_expand_must_be_known_and_alone(client: httpx2.AsyncClient) -> None:
    guid = (await fetch(client, "/addressees"))[0]["id"]
    for query in ({"expand": "phones"}, {"expand": "*", "select": "id"}):
        response = await client.get(f"{MASTER}/addressees/{guid}", params=query)
        assert response.status_code == 400
    assert await fetch(client, f"/addressees/{guid}", select="id") == {"id": guid}


async def test_health(client: httpx2.AsyncClient) -> None:
    root = "/datev/api"
    assert (await client.get(f"{root}/diagnostics/v1/echo")).json()["echo_message"]
    domains = (await client.get(f"{root}/diagnostics/v1/domains")).json()
    assert {"name": "master-data", "version": "v1"} in domains
    assert (await client.get(f"{root}/iam/v1/Users/me")).json()["user_name"] == USER[0]


async def test_every_request_signs_in(datev: DatevSimulator, client: httpx2.AsyncClient) -> None:
    response = await client.get(f"{MASTER}/addressees", auth=("service", "falsch"))
    assert response.status_code == 401
    assert response.headers.get_list("www-authenticate") == ["Negotiate", "NTLM", "Basic"]
    assert response.content == b""


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html", "application/xml"])
async def test_another_accept_header_gets_406(client: httpx2.AsyncClient, accept: str) -> None:
    response = await client.get(f"{MASTER}/addressees", headers={"Accept": accept})
    assert response.status_code == 406


async def test_writing_is_not_served(client: httpx2.AsyncClient) -> None:
    response = await client.post(f"{MASTER}/addressees", json={"type": "legal_person"})
    assert response.status_code == 405


async def test_faults(datev: DatevSimulator, client: httpx2.AsyncClient) -> None:
    path = f"{MASTER}/addressees"
    datev.connect.faults.refusal = Refusal.WITH_CODE
    response = await client.get(path)
    assert (response.status_code, response.json()["error"]) == (403, "DCO10400")
    datev.connect.faults.refusal = Refusal.EMPTY
    response = await client.get(path)
    assert (response.status_code, response.content) == (403, b"")
    assert response.headers["server"].startswith("Microsoft-HTTPAPI")
    datev.connect.faults.html = True
    assert (await client.get(path)).text.startswith("<!DOCTYPE html>")
    datev.connect.faults.clear()
    datev.connect.faults.failure = 503
    assert (await client.get(path)).status_code == 503
    datev.connect.faults.clear()
    assert (await client.get(path)).status_code == 200


async def receive(client: httpx2.AsyncClient, url: str, received: list[bytes]) -> None:
    async with client.stream("GET", url) as response:
        async for piece in response.aiter_bytes():
            received.append(piece)  # noqa: PERF401 -- what came before the break counts


async def test_a_list_that_stops_half_way(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.faults.cut_lists = 1
    received: list[bytes] = []
    with pytest.raises(httpx2.RemoteProtocolError):
        await receive(client, f"{MASTER}/addressees", received)
    assert b"".join(received).count(b'"timestamp"') == COUNT // 2
    assert len(await fetch(client, "/addressees")) == COUNT


async def test_https_by_name_with_the_certificate_trusted(datev: DatevSimulator) -> None:
    trust = ssl.create_default_context(cadata=datev.connect.certificate_pem)
    url = datev.connect.https_url or ""
    async with httpx2.AsyncClient(auth=USER, headers=ACCEPT, verify=trust) as client:
        response = await client.get(f"{url}{MASTER}/addressees")
        assert len(response.json()) == COUNT
        with pytest.raises(httpx2.ConnectError):
            await client.get(f"{url.replace('localhost', '127.0.0.1')}{MASTER}/addressees")


async def test_away_and_back_with_another_certificate(datev: DatevSimulator) -> None:
    before, url = datev.connect.certificate_pem, datev.connect.https_url
    await datev.connect.go_away()
    datev.connect.renew_certificate()
    trust = ssl.create_default_context(cadata=before)
    async with httpx2.AsyncClient(auth=USER, headers=ACCEPT, verify=trust) as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get(f"{url}{MASTER}/addressees")
        await datev.connect.come_back()
        await datev.connect.come_back()
        with pytest.raises(httpx2.ConnectError):
            await client.get(f"{url}{MASTER}/addressees")
    assert datev.connect.https_url == url
    assert datev.connect.certificate_pem != before


async def test_what_is_no_http_ends_the_connection(datev: DatevSimulator) -> None:
    port = int((datev.connect.http_url or "").rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection(datev.host, port)
    writer.write(b"\x16\x03\x01 no http at all\r\n\r\n")
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_without_ports_nothing_is_served() -> None:
    async with DatevSimulator() as simulator:
        assert simulator.connect.http_url is None
        assert simulator.connect.https_url is None
