from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from datev_connector.simulators.starface import PbxGroup, StarfaceConfig, StarfaceSimulator
from tests.simulators.starface.client import Client
from tests.simulators.starface.clock import Clock

EARLY = datetime(2026, 7, 1, 0, 0, 0)  # noqa: DTZ001 -- XML-RPC knows wall clocks only
LATE = datetime(2026, 7, 2, 0, 0, 0)  # noqa: DTZ001 -- as above


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def starface(clock: Clock) -> AsyncIterator[StarfaceSimulator]:
    group = PbxGroup(group_id="g1", number="30", members=("0123", "0124"))
    config = StarfaceConfig(now=clock, groups=(group,), session_timeout_s=10**6)
    async with StarfaceSimulator(config) as simulator:
        a_day(simulator, clock)
        yield simulator


def a_day(starface: StarfaceSimulator, clock: Clock) -> None:
    """Answered, missed, answered by a colleague in the group, and an outgoing call."""
    answered = starface.pbx.incoming("0123", "0049721001")
    answered.ring()
    clock.forward(5)
    answered.answer()
    clock.forward(65)
    answered.hangup()
    missed = starface.pbx.incoming("0123", "0049721002")
    missed.ring()
    clock.forward(30)
    missed.no_answer()
    group = starface.pbx.incoming("0123", "0049721003", group="g1")
    group.ring()
    group.answer_elsewhere("0124")
    clock.forward(10)
    group.hangup()
    out = starface.pbx.outgoing("0123", "0049721004")
    out.ring()
    out.hangup()


async def read(client: Client, **changes: Any) -> dict[str, Any]:
    values = {
        "before": LATE,
        "after": EARLY,
        "direction": "",
        "result": "",
        "group": "",
        "order": "startTime",
        "order_direction": "ASCENDING",
        "offset": 0,
        "limit": 100,
    } | changes
    found: dict[str, Any] = await client.ask("callList.getCallList", *values.values())
    return found


def callers(found: dict[str, Any]) -> list[str]:
    return [entry["callerNumber"][-3:] for entry in found["entries"]]


async def test_all_entries(starface: StarfaceSimulator) -> None:
    client = await Client(simulator=starface).sign_in()
    found = await read(client)
    assert found["totalCount"] == 4
    rows = [(e["direction"], e["result"], e["duration"], e["groupId"]) for e in found["entries"]]
    assert rows == [
        ("INBOUND", "ANSWERED", 65, ""),
        ("INBOUND", "MISSED", 0, ""),
        ("INBOUND", "ANSWERED_ELSEWHERE", 0, "g1"),
        ("OUTBOUND", "MISSED", 0, ""),
    ]
    first = found["entries"][0]
    assert first["startTime"] == datetime(2026, 7, 1, 11, 0, 0)  # noqa: DTZ001 -- wall clock
    assert (first["callerNumber"], first["calledNumber"]) == ("0049721001", "23")
    assert len({entry["id"] for entry in found["entries"]}) == 4


async def test_colleague_has_own_list(starface: StarfaceSimulator) -> None:
    bernd = await Client(simulator=starface, login="0124", password="Pass124").sign_in()
    found = await read(bernd)
    assert [(e["result"], e["duration"]) for e in found["entries"]] == [("ANSWERED", 10)]


async def test_filters(starface: StarfaceSimulator) -> None:
    client = await Client(simulator=starface).sign_in()
    assert callers(await read(client, direction="INBOUND")) == ["001", "002", "003"]
    assert callers(await read(client, result="MISSED", direction="INBOUND")) == ["002"]
    assert callers(await read(client, result="ANSWERED")) == ["001"]
    assert callers(await read(client, group="g1")) == ["003"]
    assert callers(await read(client, group="NON_GROUP", direction="INBOUND")) == ["001", "002"]
    noon = datetime(2026, 7, 1, 11, 1, 0)  # noqa: DTZ001 -- wall clock
    assert callers(await read(client, before=noon)) == ["001"]
    assert callers(await read(client, after=noon, direction="INBOUND")) == ["002", "003"]


async def test_pages_and_order(starface: StarfaceSimulator) -> None:
    client = await Client(simulator=starface).sign_in()
    found = await read(client, order_direction="DESCENDING", offset=1, limit=2)
    assert (callers(found), found["totalCount"]) == (["003", "002"], 4)


async def test_entries_can_be_deleted(starface: StarfaceSimulator) -> None:
    client = await Client(simulator=starface).sign_in()
    ids = [entry["id"] for entry in (await read(client))["entries"]]
    assert await client.ask("callList.deleteCallListEntry", ids[0]) is True
    assert await client.ask("callList.deleteCallListEntry", ids[0]) is False
    assert await client.ask("callList.deleteCallListEntries", ids[1:3]) is True
    assert (await read(client))["totalCount"] == 1


async def test_entries_may_come_late() -> None:
    clock = Clock()
    config = StarfaceConfig(now=clock, call_list_lag_s=3, session_timeout_s=1000)
    async with StarfaceSimulator(config) as starface:
        client = await Client(simulator=starface).sign_in()
        starface.pbx.incoming("0123", "0049721001").hangup()
        assert (await read(client))["totalCount"] == 0
        clock.forward(3)
        assert (await read(client))["totalCount"] == 1
