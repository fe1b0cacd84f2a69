from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from datev_connector.simulators.datev import (
    Blemish,
    DatevConfig,
    DatevSimulator,
    Fault,
    Office,
    parse_line,
)

ACCEPT = {"Accept": "application/json; charset=utf-8", "Accept-Encoding": "identity"}
MASTER = "/datev/api/master-data/v1"
LIST = f"{MASTER}/addressees"
COUNT = 60


@pytest.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    async with DatevSimulator(DatevConfig(http_port=0, office=Office(count=COUNT))) as simulator:
        yield simulator


@pytest.fixture
async def client(datev: DatevSimulator) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        base_url=datev.connect.http_url or "", headers=ACCEPT, timeout=20
    ) as browser:
        yield browser


def single(datev: DatevSimulator, index: int = 0) -> str:
    return f"{LIST}/{datev.config.office.addressee_id(index)}?expand=communications"


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (Fault.HTML, 200, "<!DOCTYPE html>"),
        (Fault.NO_RIGHT, 403, "DCO10400"),
        (Fault.NO_ENTRY, 403, ""),
        (Fault.SIGN_IN, 401, ""),
        (Fault.NO_PLUGIN, 404, "none of the loaded plug-ins"),
        (Fault.TOO_LARGE, 416, "too large"),
        (Fault.STATUS, 502, "failed"),
        (Fault.EMPTY, 200, ""),
        (Fault.XML, 200, "<ArrayOfAddressee "),
    ],
)
async def test_bad_answers_instead_of_a_list(
    datev: DatevSimulator, client: httpx2.AsyncClient, fault: Fault, status: int, words: str
) -> None:
    datev.connect.faults.play(fault, "list", status=502)
    assert (await client.get(single(datev))).status_code == 200
    response = await client.get(LIST)
    assert response.status_code == status
    assert words in response.text
    assert bool(words) == bool(response.content)
    assert len((await client.get(LIST)).json()) == COUNT


async def test_after_so_many_requests_until_mended(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.faults.play(Fault.NO_RIGHT, "single", skip=2, times=0)
    told = [(await client.get(single(datev, n))).status_code for n in range(5)]
    assert told == [200, 200, 403, 403, 403]
    assert (await client.get(LIST)).status_code == 200
    datev.connect.faults.clear()
    assert (await client.get(single(datev))).status_code == 200


async def test_requests_are_meant_by_their_path(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.faults.play(Fault.STATUS, "master-data/v1/clients*", times=2, status=500)
    assert (await client.get(LIST)).status_code == 200
    assert (await client.get(f"{MASTER}/clients")).status_code == 500
    assert (await client.get(f"{MASTER}/clients/deletion-log")).status_code == 500
    assert (await client.get(f"{MASTER}/clients")).status_code == 200


async def test_a_redirect_leads_to_a_sign_in_page(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.faults.play(Fault.LOGIN, times=1)
    response = await client.get(LIST, follow_redirects=True)
    assert [each.status_code for each in response.history] == [302]
    assert response.status_code == 200
    assert "html" in response.headers["content-type"]


@pytest.mark.parametrize("path", ["list", "single"])
@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CUT])
async def test_the_connection_ends_in_the_middle(
    datev: DatevSimulator, client: httpx2.AsyncClient, fault: Fault, path: str
) -> None:
    datev.connect.faults.play(fault, path)
    url = LIST if path == "list" else single(datev)
    broken = httpx2.ReadError if fault is Fault.RESET else httpx2.RemoteProtocolError
    with pytest.raises(broken):
        await client.get(url)
    assert (await client.get(url)).status_code == 200


async def test_a_body_longer_than_its_length(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    whole = (await client.get(single(datev))).content
    datev.connect.faults.play(Fault.OVERLONG)
    response = await client.get(single(datev), headers={"Connection": "close"})
    assert int(response.headers["content-length"]) < len(whole)
    assert response.content == whole[: len(response.content)]


async def test_compressed_without_being_asked(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    proper = await client.get(LIST)
    datev.connect.faults.play(Fault.GZIP)
    response = await client.get(LIST)
    assert response.headers["content-encoding"] == "gzip"
    assert response.json() == proper.json()


async def test_what_calls_itself_no_json_or_is_none(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    for fault in (Fault.CONTENT_TYPE, Fault.NO_JSON, Fault.NO_UTF8):
        datev.connect.faults.play(fault)
    response = await client.get(LIST)
    assert response.headers.get_list("content-type") == ["text/plain"]
    assert len(response.json()) == COUNT
    with pytest.raises(json.JSONDecodeError):
        (await client.get(LIST)).json()
    with pytest.raises(UnicodeDecodeError):
        (await client.get(LIST)).content.decode()


async def test_a_slow_answer_comes_when_it_is_released(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.faults.play(Fault.SLOW, "single")
    asked = asyncio.get_running_loop().create_task(client.get(single(datev)))
    await datev.connect.faults.until_held()
    assert not asked.done()
    datev.connect.faults.release()
    async with asyncio.timeout(10):
        assert (await asked).status_code == 200
    assert datev.connect.faults.held == 0


async def test_silence_lasts_until_the_client_goes(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.faults.play(Fault.SILENCE)
    asked = asyncio.get_running_loop().create_task(client.get(LIST))
    await datev.connect.faults.until_held()
    datev.connect.faults.release()
    assert (await client.get(LIST)).status_code == 200
    assert not asked.done()
    asked.cancel()
    await asyncio.wait({asked})
    await datev.connect.faults.until_released()


async def test_a_service_that_goes_away_ends_the_silence(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.faults.play(Fault.SILENCE)
    asked = asyncio.get_running_loop().create_task(client.get(LIST))
    await datev.connect.faults.until_held()
    await datev.connect.go_away()
    async with asyncio.timeout(10):
        with pytest.raises(httpx2.TransportError):
            await asked


# --- spoiled entries ------------------------------------------------------------------------------

FIELDS = ("id", "type", "status", "timestamp", "communications", "communications.data_content")


def values(entry: dict[str, Any], field: str) -> list[Any]:
    first, _, inner = field.partition(".")
    if not inner:
        return [entry.get(first, "absent")]
    return [item.get(inner, "absent") for item in entry[first]]


@pytest.mark.parametrize("field", FIELDS)
async def test_a_chosen_field_of_a_chosen_addressee(
    datev: DatevSimulator, client: httpx2.AsyncClient, field: str
) -> None:
    proper = (await client.get(single(datev, 3))).json()
    guid = datev.config.office.addressee_id(3)

    async def spoiled(blemish: Blemish) -> Any:
        datev.connect.faults.clear()
        datev.connect.faults.spoil(blemish, field, ids=[guid])
        assert (await client.get(single(datev, 2))).json()["id"] != guid
        return values((await client.get(single(datev, 3))).json(), field)

    count = len(values(proper, field))
    assert await spoiled(Blemish.MISSING) == ["absent"] * count
    assert await spoiled(Blemish.NULL) == [None] * count
    kinds = {type(value) for value in await spoiled(Blemish.WRONG_TYPE)}
    assert type(values(proper, field)[0]) not in kinds
    assert {len(value) for value in await spoiled(Blemish.LONG)} == {10000}
    assert {len(value) for value in await spoiled(Blemish.DIGITS)} == {30}


async def test_every_field_at_once_and_any_one_in_some_entries(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    proper = (await client.get(LIST)).json()
    datev.connect.faults.spoil(Blemish.NULL, "*")
    assert {value for entry in (await client.get(LIST)).json() for value in entry.values()} == {
        None
    }
    datev.connect.faults.clear()
    datev.connect.faults.spoil(Blemish.MISSING, one_in=3)
    found = (await client.get(LIST)).json()
    assert found == (await client.get(LIST)).json()
    lacking = [len(before) - len(now) for before, now in zip(proper, found, strict=True)]
    assert set(lacking) == {0, 1}


async def test_entries_twice_or_no_objects(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    office = datev.config.office
    datev.connect.faults.spoil(Blemish.TWICE, ids=[office.addressee_id(5)])
    datev.connect.faults.spoil(
        Blemish.NO_OBJECT, ids=[office.addressee_id(n) for n in range(9, 30)]
    )
    found = (await client.get(LIST)).json()
    ids = [entry["id"] for entry in found if isinstance(entry, dict)]
    assert ids.count(office.addressee_id(5)) == 2
    assert len(found) == COUNT + 1
    assert {type(entry) for entry in found} >= {dict, int, type(None)}


async def test_a_number_field_gets_a_number_of_thirty_digits(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.faults.spoil(Blemish.DIGITS, "number")
    entry = (await client.get(f"{MASTER}/clients")).json()[0]
    assert len(str(entry["number"])) == 30
    assert isinstance(entry["number"], int)


async def test_from_the_console(datev: DatevSimulator, client: httpx2.AsyncClient) -> None:
    for line in ("connect-fault html single skip=1", "connect-spoil null id one_in=1"):
        action = parse_line(line)
        assert action is not None
        await action.perform(datev)
    assert (await client.get(single(datev))).json()["id"] is None
    assert "html" in (await client.get(single(datev))).headers["content-type"]
    datev.connect.faults.play(Fault.SLOW)
    asked = asyncio.get_running_loop().create_task(client.get(LIST))
    await datev.connect.faults.until_held()
    release = parse_line("connect-release")
    assert release is not None
    await release.perform(datev)
    assert (await asked).status_code == 200
