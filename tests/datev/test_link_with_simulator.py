"""The link against the DATEV stand-in, which judges the contract by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta

import pytest

from datev_connector.datev.link import LinkTimes, SimulatorLink
from datev_connector.domain.legs import LegState
from datev_connector.domain.record import CallRecord, CtiState, Delivery, DialWish, Method
from datev_connector.simulators.datev import DatevConfig, DatevSimulator, Spoil
from tests.datev.standin import BERLIN, LIMIT_S, NOON, QUICK, Desk, record, running

CONFIRMED = (Delivery.CONFIRMED, 0)
IMPATIENT = replace(QUICK, answer_s=0.05)


@pytest.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    async with DatevSimulator(DatevConfig(clock=lambda: NOON, zone=BERLIN)) as simulator:
        yield simulator


def link_to(
    datev: DatevSimulator, desk: Desk, times: LinkTimes = QUICK
) -> AbstractAsyncContextManager[SimulatorLink]:
    return running(f"127.0.0.1:{datev.port}", desk, times)


async def both_connected(datev: DatevSimulator, desk: Desk) -> None:
    await desk.until(lambda report: report.state is LegState.UP)
    await datev.wait_for(lambda sim: bool(sim.connectors), LIMIT_S)


def story() -> tuple[tuple[Method, CallRecord], ...]:
    ringing = record()
    connected = replace(ringing, state=CtiState.CONNECTED)
    finished = replace(connected, state=CtiState.FINISHED, end=NOON + timedelta(minutes=2))
    journal = replace(finished, call_id="j-1", note="Rückruf am Montag")
    return (
        (Method.NEW_CALL, ringing),
        (Method.CALL_STATE_CHANGED, connected),
        (Method.CALL_STATE_CHANGED, finished),
        (Method.NEW_JOURNAL, journal),
    )


async def test_a_call_and_its_note_arrive_as_the_contract_wants_them(datev: DatevSimulator) -> None:
    desk = Desk()
    async with link_to(datev, desk) as link:
        await both_connected(datev, desk)
        assert [await link.notify(*step) for step in story()] == [CONFIRMED] * 4
    assert datev.violations == ()
    assert [entry.record.note for entry in datev.journal] == ["Rückruf am Montag"]
    assert datev.journal[0].record.end.isoformat() == "2026-03-02T12:02:00"


async def test_dial_and_drop_fulfil_the_contract(datev: DatevSimulator) -> None:
    desk = Desk()
    async with link_to(datev, desk):
        await both_connected(datev, desk)
        dialled = await datev.dial("0721 / 98 76", name="Müller", contact_id="4711")
        dropped = await datev.drop(dialled.call_id)
    assert (dialled.accepted, dialled.call_id, dialled.sync_id) == (
        True,
        "d-1",
        "DATEV-SYNC-000001",
    )
    assert dropped.accepted
    assert datev.violations == ()
    assert desk.dropped == ["d-1"]
    assert desk.dialled == [
        DialWish(
            number="0721 / 98 76",
            sync_id="DATEV-SYNC-000001",
            contact_name="Müller",
            contact_id="4711",
            data_source="DATEV_Adressaten",
        )
    ]


@pytest.mark.parametrize("before", [True, False])
async def test_a_datev_that_dies_leaves_it_unclear_and_is_found_again(
    datev: DatevSimulator, before: bool
) -> None:
    desk = Desk()
    async with link_to(datev, desk) as link:
        await both_connected(datev, desk)
        datev.faults.die_on(1, before=before)
        assert await link.notify(*story()[0]) == (Delivery.UNCLEAR, 0)
        await desk.until(lambda report: "not running" in report.reason)
        assert await link.notify(*story()[0]) == (Delivery.AWAY, 0)
        await datev.come_back()
        await both_connected(datev, desk)
        assert await link.notify(Method.NEW_CALL, record("c-2")) == CONFIRMED


async def test_a_datev_that_hangs_is_left_and_found_again(datev: DatevSimulator) -> None:
    desk = Desk()
    async with link_to(datev, desk, IMPATIENT) as link:
        await both_connected(datev, desk)
        datev.faults.hang(record=True)
        assert await link.notify(*story()[0]) == (Delivery.UNCLEAR, 0)
        datev.faults.clear()
        link._times = QUICK  # what follows has time
        await desk.until(lambda report: report.state is LegState.DOWN)
        await both_connected(datev, desk)
        assert await link.notify(Method.NEW_CALL, record("c-2")) == CONFIRMED


async def test_a_busy_datev_gets_it_once(datev: DatevSimulator) -> None:
    desk = Desk()
    async with link_to(datev, desk) as link:
        await both_connected(datev, desk)
        datev.faults.reject(0x80010001, times=2)
        assert await link.notify(*story()[0]) == CONFIRMED
    assert [call.call_id for call in datev.calls] == ["c-1"]


@pytest.mark.parametrize("kind", [Spoil.GARBAGE, Spoil.LONG, Spoil.UNKNOWN_METHOD])
async def test_a_spoiled_line_does_not_end_the_conversation(
    datev: DatevSimulator, kind: Spoil
) -> None:
    desk = Desk()
    async with link_to(datev, desk) as link:
        await both_connected(datev, desk)
        await datev.send_spoiled(kind)
        assert await link.notify(*story()[0]) == CONFIRMED


async def test_a_line_that_ends_in_the_middle_is_unclear(datev: DatevSimulator) -> None:
    desk = Desk()
    async with link_to(datev, desk) as link:
        await both_connected(datev, desk)
        datev.faults.spoil_answers(Spoil.PARTIAL)
        assert await link.notify(*story()[0]) == (Delivery.UNCLEAR, 0)
