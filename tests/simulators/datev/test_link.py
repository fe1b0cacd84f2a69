from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from datev_connector.simulators.datev import (
    ADDRESSEES,
    CallState,
    ConnectorGone,
    DatevConfig,
    DatevSimulator,
    Direction,
    Method,
    Rule,
    Rules,
    log_rows,
    log_table,
)
from datev_connector.simulators.datev.message_log import COLUMNS
from tests.simulators.datev.peer import TIMEOUT_S, Peer
from tests.simulators.datev.records import absent, connected, finished, journal, offered


@pytest.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    config = DatevConfig(rules=Rules(late_after_s=None), max_line_bytes=64 * 1024)
    async with DatevSimulator(config) as simulator:
        yield simulator


@pytest.fixture
async def peer(datev: DatevSimulator) -> AsyncIterator[Peer]:
    async with Peer(datev) as connected_peer:
        await datev.wait_for(lambda it: len(it.connectors) == 1, TIMEOUT_S)
        yield connected_peer


async def test_a_call_with_a_note_is_shown(datev: DatevSimulator, peer: Peer) -> None:
    ring = offered()
    talk = connected(ring)
    end = finished(talk)
    assert await peer.ask(Method.NEW_CALL, ring) == 0
    assert await peer.ask(Method.CALL_STATE_CHANGED, talk) == 0
    assert await peer.ask(Method.CALL_STATE_CHANGED, end) == 0
    assert await peer.ask(Method.NEW_JOURNAL, journal(end)) == 0
    (call,) = datev.calls
    assert call.states == (CallState.OFFERED, CallState.CONNECTED, CallState.FINISHED)
    assert [entry.record.note for entry in datev.journal] == ["called back"]
    assert datev.violations == ()
    assert datev.hints == ()


async def test_wait_for_wakes_on_a_change(datev: DatevSimulator, peer: Peer) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(datev.wait_for(lambda it: len(it.calls) == 1, TIMEOUT_S))
        await peer.ask(Method.NEW_CALL, offered())


async def test_wait_for_has_an_end(datev: DatevSimulator) -> None:
    with pytest.raises(TimeoutError):
        await datev.wait_for(lambda it: bool(it.calls), 0.01)


async def test_dial_and_the_call_that_follows(datev: DatevSimulator, peer: Peer) -> None:
    async with asyncio.TaskGroup() as group:
        dialling = group.create_task(
            datev.dial("0721 / 12345-0", "Probebau GmbH", "a-7", sync_id="S-1")
        )
        request = await peer.read()
        assert request["method"] == "Dial"
        assert request["call"]["CallID"] == ""
        assert request["call"]["SyncID"] == "S-1"
        answer = {"hresult": 0, "call": {**request["call"], "CallID": "c-9"}}
        await peer.write({"id": request["id"], **answer})
    result = dialling.result()
    assert (result.accepted, result.call_id, result.sync_id) == (True, "c-9", "S-1")
    ring = offered(
        "c-9",
        sync_id="S-1",
        direction=Direction.OUTGOING,
        name="Probebau GmbH",
        contact_id="a-7",
        data_source=ADDRESSEES,
    )
    await peer.ask(Method.NEW_CALL, ring)
    await peer.ask(Method.CALL_STATE_CHANGED, absent(ring))
    assert datev.violations == ()


async def test_dial_answered_without_call_id(datev: DatevSimulator, peer: Peer) -> None:
    async with asyncio.TaskGroup() as group:
        dialling = group.create_task(datev.dial("0721 12345"))
        request = await peer.read()
        await peer.write({"id": request["id"], "hresult": 0, "call": request["call"]})
    assert [finding.rule for finding in dialling.result().violations] == [Rule.DIAL]
    assert [finding.rule for finding in datev.violations] == [Rule.DIAL]


@pytest.mark.parametrize("code", [-2147467259, 0x80004005])
async def test_a_refused_dial_needs_no_call(datev: DatevSimulator, peer: Peer, code: int) -> None:
    async with asyncio.TaskGroup() as group:
        dialling = group.create_task(datev.dial("0721 12345"))
        request = await peer.read()
        await peer.write({"id": request["id"], "hresult": code})
    assert dialling.result().hresult == -2147467259
    assert not dialling.result().accepted
    assert datev.violations == ()


async def test_an_hresult_must_be_a_result_code(datev: DatevSimulator, peer: Peer) -> None:
    async with asyncio.TaskGroup() as group:
        dialling = group.create_task(datev.dial("0721 12345"))
        request = await peer.read()
        await peer.write({"id": request["id"], "hresult": "fine"})
    assert not dialling.result().accepted
    assert [finding.rule for finding in datev.violations] == [Rule.DIAL]


async def test_dial_not_answered_is_a_violation(datev: DatevSimulator, peer: Peer) -> None:
    with pytest.raises(TimeoutError):
        await datev.dial("0721 12345", timeout_s=0.01)
    assert [finding.rule for finding in datev.violations] == [Rule.DIAL]


async def test_dial_without_a_connector(datev: DatevSimulator) -> None:
    with pytest.raises(ConnectorGone):
        await datev.dial("0721 12345")


async def test_dial_when_the_connector_goes_away(datev: DatevSimulator, peer: Peer) -> None:
    async def hang_up() -> None:
        await peer.read()
        peer.writer.close()

    hanging = asyncio.get_running_loop().create_task(hang_up())
    with pytest.raises(ConnectorGone):
        await datev.dial("0721 12345")
    await hanging


async def test_drop_goes_to_the_connector_of_the_call(datev: DatevSimulator, peer: Peer) -> None:
    await peer.ask(Method.NEW_CALL, offered("c-1"))
    async with Peer(datev), asyncio.TaskGroup() as group:
        await datev.wait_for(lambda it: len(it.connectors) == 2, TIMEOUT_S)
        dropping = group.create_task(datev.drop("c-1"))
        request = await peer.read()
        assert (request["method"], request["call"]["CallID"]) == ("Drop", "c-1")
        await peer.write({"id": request["id"], "hresult": 0, "call": request["call"]})
    assert dropping.result().accepted
    assert datev.violations == ()


async def test_drop_must_be_answered_with_the_call(datev: DatevSimulator, peer: Peer) -> None:
    async with asyncio.TaskGroup() as group:
        dropping = group.create_task(datev.drop("c-1"))
        request = await peer.read()
        await peer.write({"id": request["id"], "hresult": 0})
    assert [finding.rule for finding in dropping.result().violations] == [Rule.DROP]
    with pytest.raises(TimeoutError):
        await datev.drop("c-1", timeout_s=0.01)
    assert [finding.rule for finding in datev.violations] == [Rule.DROP, Rule.DROP]


@pytest.mark.parametrize(
    "line",
    [
        b"no json\n",
        b"\xff\xfe\n",
        b"[1, 2]\n",
        b'{"id": 1}\n',
        b'{"id": 7, "hresult": 0}\n',
        b'{"id": "x", "hresult": 0}\n',
        b'{"id": 1, "method": "Transfer", "call": {}}\n',
        b"[" * 20000 + b"\n",
    ],
)
async def test_bad_lines_are_violations_and_the_link_lives_on(
    datev: DatevSimulator, peer: Peer, line: bytes
) -> None:
    await peer.raw(line)
    await datev.wait_for(lambda it: bool(it.violations), TIMEOUT_S)
    assert [finding.rule for finding in datev.violations] == [Rule.LINK]
    await peer.write({"id": 99, "method": "NewCall", "call": offered().as_json()})
    while (await peer.read())["id"] != 99:
        pass


async def test_an_unknown_method_and_an_unreadable_call_are_refused(
    datev: DatevSimulator, peer: Peer
) -> None:
    assert await peer.ask("Transfer", offered()) == -2147352570
    await peer.write({"id": 5, "method": "NewCall", "call": {**offered().as_json(), "Note": None}})
    assert (await peer.read())["hresult"] == -2147024809
    assert [finding.rule for finding in datev.violations] == [Rule.LINK, Rule.FIELDS]
    assert datev.calls == ()


async def test_a_request_needs_an_integer_id(datev: DatevSimulator, peer: Peer) -> None:
    await peer.write({"id": None, "method": "NewCall", "call": offered().as_json()})
    assert (await peer.read())["hresult"] == 0
    assert [finding.rule for finding in datev.violations] == [Rule.LINK]


async def test_an_endless_line_ends_the_connection(datev: DatevSimulator, peer: Peer) -> None:
    await peer.raw(b"x" * 200_000)
    await datev.wait_for(lambda it: it.connectors == (), TIMEOUT_S)
    assert [finding.rule for finding in datev.violations] == [Rule.LINK]


async def test_a_line_cut_off_earns_a_hint(datev: DatevSimulator, peer: Peer) -> None:
    await peer.raw(b'{"id": 1, "meth')
    peer.writer.close()
    await datev.wait_for(lambda it: it.connectors == (), TIMEOUT_S)
    assert [finding.rule for finding in datev.hints] == [Rule.LINK]
    assert datev.violations == ()


async def test_calls_of_a_lost_connection_are_continued_by_another(
    datev: DatevSimulator, peer: Peer
) -> None:
    ring = offered()
    await peer.ask(Method.NEW_CALL, ring)
    peer.writer.close()
    await datev.wait_for(lambda it: it.connectors == (), TIMEOUT_S)
    async with Peer(datev) as second:
        await second.ask(Method.CALL_STATE_CHANGED, absent(ring))
    assert datev.violations == ()
    assert datev.calls[0].over


async def test_the_log_keeps_lines_as_sent(datev: DatevSimulator, peer: Peer) -> None:
    await peer.ask(Method.NEW_CALL, replace(offered(), name="", number="+49 721 1"))
    table = log_table(datev.log.lines)
    assert "NewCall #1" in table
    assert "Offered" in table
    assert "0x00000000" in table
    assert {len(row) for row in log_rows(datev.log.lines)} == {len(COLUMNS)}
    sent = [line for line in datev.log.lines if not line.event]
    assert sent[0].message["call"] == offered(number="+49 721 1").as_json()
    assert sent[0].at.tzinfo is not None
