"""What changes while DATEVconnect runs: clock, data, and what it does one way or the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from datev_connector.simulators.datev import (
    BadAction,
    DatevConfig,
    DatevSimulator,
    Office,
    RestManners,
    parse_line,
)

ACCEPT = {"Accept": "application/json; charset=utf-8"}
MASTER = "/datev/api/master-data/v1"
COUNT = 40
START = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # half past one, summer time ends at three


@pytest.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    config = DatevConfig(
        http_port=0,
        office=Office(count=COUNT),
        clock=lambda: START,
        zone=ZoneInfo("Europe/Berlin"),
    )
    async with DatevSimulator(config) as simulator:
        yield simulator


@pytest.fixture
async def client(datev: DatevSimulator) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        base_url=datev.connect.http_url or "", headers=ACCEPT, timeout=20
    ) as browser:
        yield browser


async def fetch(client: httpx2.AsyncClient, path: str, **query: str) -> Any:
    response = await client.get(MASTER + path, params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def say(datev: DatevSimulator, line: str) -> list[str]:
    action = parse_line(line)
    assert action is not None
    return await action.perform(datev)


async def test_one_clock_for_stamps_and_date(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    guid = datev.config.office.addressee_id(0)

    async def changed() -> tuple[str, datetime]:
        datev.connect.change_addressee(guid, status="active")
        response = await client.get(f"{MASTER}/addressees/{guid}")
        return response.json()["timestamp"], parsedate_to_datetime(response.headers["date"])

    assert await changed() == ("2026-10-25T01:30:00.000", START)
    await say(datev, "connect-clock 3600")
    assert (await changed())[0] == "2026-10-25T02:30:00.000"
    await say(datev, "connect-clock 3600")
    later = START + timedelta(hours=2)
    assert await changed() == ("2026-10-25T02:30:00.000", later)  # the hour that comes twice
    datev.connect.manners = RestManners(offset=True)
    assert (await changed())[0] == "2026-10-25T02:30:00.000+01:00"
    assert await say(datev, "connect-clock 2026-01-01T08:00:00+01:00") == [
        "DATEVconnect's clock says 2026-01-01T08:00:00+01:00"
    ]
    assert (await changed())[1] == datetime(2026, 1, 1, 7, tzinfo=UTC)
    await say(datev, "connect-manner date_header no")
    assert "date" not in (await client.get(f"{MASTER}/addressees/{guid}")).headers


@pytest.mark.parametrize(
    ("offset", "milliseconds", "expected"),
    [
        (False, True, "2025-01-01T08:00:00.000"),
        (False, False, "2025-01-01T08:00:00"),
        (True, True, "2025-01-01T08:00:00.000+01:00"),
        (True, False, "2025-01-01T08:00:00+01:00"),
    ],
)
async def test_how_timestamps_are_written(
    datev: DatevSimulator,
    client: httpx2.AsyncClient,
    offset: bool,
    milliseconds: bool,
    expected: str,
) -> None:
    datev.connect.manners = RestManners(offset=offset, milliseconds=milliseconds)
    listed = await fetch(client, "/addressees")
    assert listed[0]["timestamp"] == expected
    guid = listed[0]["id"]
    assert (await fetch(client, f"/addressees/{guid}"))["timestamp"] == expected
    found = await fetch(client, "/addressees", filter=f"timestamp le {expected}")
    assert [entry["id"] for entry in found] == [guid]


async def test_with_offsets_the_hour_that_comes_twice_is_told_apart(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.manners = RestManners(offset=True)
    first, second = (datev.config.office.addressee_id(n) for n in (1, 2))
    datev.connect.clock.jump(3600)
    datev.connect.change_addressee(first, status="active")
    datev.connect.clock.jump(3600)
    datev.connect.change_addressee(second, status="active")
    since = {"filter": "timestamp gt 2026-10-25T02:30:00.000+02:00"}
    assert [entry["id"] for entry in await fetch(client, "/addressees", **since)] == [second]
    without = {"filter": "timestamp ge 2026-10-25T02:30:00"}
    assert len(await fetch(client, "/addressees", **without)) == 2


async def test_phones_that_move_the_stamp_or_do_not(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    guid = datev.config.office.addressee_id(0)

    async def seen() -> tuple[str, str]:
        entry = await fetch(client, f"/addressees/{guid}", expand="communications")
        return entry["timestamp"], entry["communications"][0]["data_content"]

    before, _ = await seen()
    datev.connect.manners = RestManners(phones_move_stamp=False)
    await say(datev, f'change-phone {guid} "0721 / 1"')
    assert await seen() == (before, "0721 / 1")
    assert await fetch(client, "/addressees", filter="timestamp gt 2026-10-01T00:00:00") == []
    datev.connect.manners = RestManners()
    datev.connect.change_phone(guid, "0721 / 2")
    assert await seen() == ("2026-10-25T01:30:00.000", "0721 / 2")


async def test_a_mass_update_stamps_everything_and_keeps_nothing(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    guid = datev.config.office.addressee_id(0)
    datev.connect.change_addressee(guid, current_short_name="Neu")
    datev.connect.clock.jump(60)
    await say(datev, "touch-all")
    since = {"filter": "timestamp gt 2026-10-25T01:30:00"}
    everybody = await fetch(client, "/addressees", **since)
    assert len(everybody) == COUNT
    assert {entry["timestamp"] for entry in everybody} == {"2026-10-25T01:31:00.000"}
    assert len(await fetch(client, "/clients", **since)) == len(await fetch(client, "/clients"))
    assert len(datev.connect.data.addressees.changed()) == 1
    datev.connect.clock.jump(60)
    datev.connect.change_addressee(guid, current_short_name="Neuer")
    later = {"filter": "timestamp gt 2026-10-25T01:31:00"}
    assert [entry["id"] for entry in await fetch(client, "/addressees", **later)] == [guid]
    one = await fetch(client, f"/addressees/{datev.config.office.addressee_id(5)}")
    assert one["timestamp"] == "2026-10-25T01:31:00.000"


async def test_clients_and_addressees_by_script(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    since = {"filter": "timestamp ge 2026-10-25T01:30:00"}
    await say(datev, 'add-addressee a-1 "Probebau GmbH" "0721 / 1"')
    await say(datev, 'add-client c-1 4711 "Probebau" a-1')
    (added,) = await fetch(client, "/clients", filter="legal_person_id eq 'a-1'")
    assert (added["number"], added["timestamp"]) == (4711, "2026-10-25T01:30:00.000")
    other = datev.config.office.client_id(0)
    await say(datev, f"change-client {other} status inactive")
    await say(datev, f"change-client {other} number 99")
    assert (await fetch(client, f"/clients/{other}"))["number"] == 99
    assert {entry["id"] for entry in await fetch(client, "/clients", **since)} == {"c-1", other}
    assert [entry["id"] for entry in await fetch(client, "/addressees", **since)] == ["a-1"]
    await say(datev, f"delete-client {other}")
    log = await fetch(client, "/clients/deletion-log", **since)
    assert log == [{"id": other, "timestamp": "2026-10-25T01:30:00.000"}]
    assert await fetch(client, "/addressees/deletion-log") == []


async def test_a_deletion_log_that_forgets(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    ids = [datev.config.office.addressee_id(n) for n in range(5)]
    for guid in ids:
        datev.connect.delete_addressee(guid)
    await say(datev, "connect-manner deletion_log_limit 2")
    log = await fetch(client, "/addressees/deletion-log")
    assert [entry["id"] for entry in log] == ids[3:]
    await say(datev, "connect-manner deletion_log_limit 0")
    assert len(await fetch(client, "/addressees/deletion-log")) == 5


async def test_select_ignored_and_xml_for_those_who_ask_for_no_json(
    datev: DatevSimulator, client: httpx2.AsyncClient
) -> None:
    datev.connect.manners = RestManners(honours_select=False, xml_without_accept=True)
    assert "timestamp" in (await fetch(client, "/addressees", select="id"))[0]
    response = await client.get(f"{MASTER}/clients", headers={"Accept": "*/*"})
    assert response.status_code == 200
    assert "xml" in response.headers["content-type"]
    assert response.text.startswith("<ArrayOfClient ")
    assert "<Client><Id>" in response.text
    single = await client.get(
        f"{MASTER}/addressees/{datev.config.office.addressee_id(0)}",
        params={"expand": "communications"},
        headers={"Accept": "*/*"},
    )
    assert "<Communication><Id>" in single.text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("connect-clock soon", "a time or seconds"),
        ("connect-clock 2026-01-01T08:00:00", "lacks a zone"),
        ("connect-manner politeness yes", "there is date_header"),
        ("connect-manner offset perhaps", "'perhaps'"),
        ("connect-manner deletion_log_limit yes", "'yes'"),
        ("connect-fault fire", "there is html"),
        ("connect-fault html times=-1", "0 or more"),
        ("connect-spoil mouldy", "there is missing"),
        ("connect-spoil null id 0", "1 or more"),
        ("add-client c 1 Name a king", "there is natural_person"),
        ("change-client c number eins", "'eins'"),
    ],
)
def test_command_lines_not_understood(line: str, words: str) -> None:
    with pytest.raises(BadAction, match=words):
        parse_line(line)
