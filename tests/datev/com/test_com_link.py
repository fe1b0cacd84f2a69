from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from datev_connector.datev.com.hresults import (
    ALREADY_REGISTERED,
    E_FAIL,
    MK_E_UNAVAILABLE,
    RPC_E_CALL_CANCELED,
    RPC_E_CALL_REJECTED,
    RPC_E_DISCONNECTED,
    RPC_E_SERVERFAULT,
    RPC_S_CALL_FAILED,
)
from datev_connector.datev.com.link import MOST_GIVEN_UP
from datev_connector.datev.com.seen import Seen, Sent
from datev_connector.domain.legs import LegState
from datev_connector.domain.record import Delivery, Method
from tests.datev.com.apartment_by_hand import LIMIT_S, QUICK, House, record, running

IMPATIENT = replace(QUICK, answer_s=0.02)
RARE = replace(QUICK, there_s=60, away_s=60)
"""Nobody looks round unless something calls for it."""
Notified = asyncio.Task[tuple[Delivery, int]]


def sent(house: House, call_id: str = "c-1") -> Notified:
    notification = house.link.notify(Method.NEW_CALL, record(call_id))
    return asyncio.get_running_loop().create_task(notification)


async def ended(task: Notified) -> tuple[Delivery, int]:
    return await asyncio.wait_for(task, LIMIT_S)


# --- presence -------------------------------------------------------------------------------------


async def test_datev_comes_and_goes() -> None:
    async with running(House()) as house:
        assert (await house.until("connected")).state is LegState.UP
        house.apartment.seen = Seen(datev=MK_E_UNAVAILABLE)
        assert (await house.until("not running")).state is LegState.DOWN
        house.apartment.seen = Seen(datev=0)
        await house.until("connected")
    assert [report.state for report in house.reports] == [
        LegState.UP,
        LegState.DOWN,
        LegState.UP,
    ]


async def test_datev_itself_is_asked_only_until_it_answered() -> None:
    async with running(House()) as house:
        await house.wait(lambda: len(house.apartment.looks) > 3)
        assert house.apartment.looks[:3] == [True, False, False]
        house.apartment.seen = Seen(datev=MK_E_UNAVAILABLE)
        await house.until("not running")
        looked = len(house.apartment.looks)
        await house.wait(lambda: len(house.apartment.looks) > looked + 1)
        assert house.apartment.looks[looked:] == [True] * (len(house.apartment.looks) - looked)


async def test_a_competitor_is_named_warned_of_once_and_watched(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(House()) as house:
        house.apartment.seen = Seen(
            datev=0, others=1, competitor="Swyx.exe", registration=ALREADY_REGISTERED
        )
        told = await house.until("Swyx.exe")
        assert told.state is LegState.DEGRADED
        looked = len(house.apartment.looks)
        await house.wait(lambda: len(house.apartment.looks) > looked + 3)
        assert sum("Swyx.exe" in line for line in caplog.messages) == 1
        house.apartment.seen = Seen(datev=0, registration=ALREADY_REGISTERED)
        await house.until("connected")
        house.apartment.seen = Seen(datev=0, others=2)
        await house.until("another telephony program")
    assert sum("is registered for DATEV" in line for line in caplog.messages) == 2


async def test_calls_go_out_beside_a_competitor_and_without_a_registration() -> None:
    async with running(House()) as house:
        for seen in (Seen(datev=0, others=1), Seen(datev=0, registration=E_FAIL)):
            house.apartment.seen = seen
            await house.wait(lambda: house.reports[-1].state is LegState.DEGRADED)
            sending = sent(house)
            (await house.apartment.asked_to_send()).ends(0)
            assert await ended(sending) == (Delivery.CONFIRMED, 0)


async def test_the_registration_is_taken_back_at_the_end() -> None:
    async with running(House()) as house:
        left_early = house.apartment.has_left
    assert not left_early
    assert house.apartment.has_left
    assert await house.link.notify(Method.NEW_CALL, record()) == (Delivery.AWAY, 0)


async def test_before_it_runs_datev_is_away() -> None:
    assert await House().link.notify(Method.NEW_CALL, record()) == (Delivery.AWAY, 0)


# --- endings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hresult", "delivery", "words"),
    [
        (0, Delivery.CONFIRMED, "connected"),
        (1, Delivery.CONFIRMED, "connected"),
        (RPC_E_SERVERFAULT, Delivery.REFUSED, "fault of its own"),
        (E_FAIL, Delivery.REFUSED, "0x80004005"),
        (RPC_E_DISCONNECTED, Delivery.AWAY, "ended"),
        (RPC_S_CALL_FAILED, Delivery.UNCLEAR, "in the middle"),
        (RPC_E_CALL_CANCELED, Delivery.UNCLEAR, "hangs"),
    ],
)
async def test_how_it_ended_is_told_to_the_engine_and_to_people(
    hresult: int, delivery: Delivery, words: str
) -> None:
    async with running(House(RARE)) as house:
        sending = sent(house)
        (await house.apartment.asked_to_send()).ends(hresult)
        assert await ended(sending) == (delivery, hresult)
        assert any(words in report.reason for report in house.reports)


async def test_what_did_not_leave_is_away_and_datev_is_looked_for_at_once() -> None:
    async with running(House(RARE)) as house:
        sending = sent(house)
        asked = await house.apartment.asked_to_send()
        house.apartment.seen = Seen(datev=MK_E_UNAVAILABLE)
        asked.future.set_result(Sent(hresult=MK_E_UNAVAILABLE, left=False))
        assert await ended(sending) == (Delivery.AWAY, MK_E_UNAVAILABLE)
        await house.until("not running")
        await house.wait(lambda: len(house.apartment.looks) == 2)


async def test_a_busy_datev_is_asked_again_within_limits() -> None:
    async with running(House(RARE)) as house:
        sending = sent(house)
        for _try in range(2):
            (await house.apartment.asked_to_send()).ends(RPC_E_CALL_REJECTED)
        await house.until("busy")
        (await house.apartment.asked_to_send()).ends(0)
        assert await ended(sending) == (Delivery.CONFIRMED, 0)
        await house.until("connected")


async def test_a_datev_that_stays_busy_refused_it() -> None:
    async with running(House(RARE)) as house:
        sending = sent(house)
        for _try in range(3):
            (await house.apartment.asked_to_send()).ends(RPC_E_CALL_REJECTED)
        assert await ended(sending) == (Delivery.REFUSED, RPC_E_CALL_REJECTED)
        assert house.apartment.sendings.empty()


async def test_a_fault_is_shown_until_datev_takes_a_call() -> None:
    async with running(House()) as house:
        sending = sent(house)
        (await house.apartment.asked_to_send()).ends(RPC_E_SERVERFAULT)
        await ended(sending)
        looked = len(house.apartment.looks)
        await house.wait(lambda: len(house.apartment.looks) > looked + 2)
        assert "fault of its own" in house.reports[-1].reason
        sending = sent(house)
        (await house.apartment.asked_to_send()).ends(0)
        await ended(sending)
        assert house.reports[-1].state is LegState.UP


async def test_notifications_go_out_one_after_another() -> None:
    async with running(House(RARE)) as house:
        sending = [sent(house, f"c-{number}") for number in range(4)]
        for number in range(4):
            asked = await house.apartment.asked_to_send()
            assert asked.record.call_id == f"c-{number}"
            assert house.apartment.sendings.empty()
            asked.ends(0)
        assert [await ended(one) for one in sending] == [(Delivery.CONFIRMED, 0)] * 4


# --- a DATEV that hangs ---------------------------------------------------------------------------


async def test_the_engine_goes_on_when_datev_does_not_answer() -> None:
    async with running(House(replace(IMPATIENT, recover_s=60))) as house:
        sending = sent(house)
        asked = await house.apartment.asked_to_send()
        assert asked.attempt.begin()
        assert await ended(sending) == (Delivery.UNCLEAR, 0)
        assert (await house.until("hangs")).state is LegState.DOWN
        assert await ended(sent(house)) == (Delivery.AWAY, 0)
        assert house.apartment.sendings.empty(), "nothing is sent while it has not come back"

        asked.future.set_result(Sent(hresult=RPC_E_CALL_CANCELED, left=True))
        await house.until("connected")
        sending = sent(house)
        (await house.apartment.asked_to_send()).ends(0)
        assert await ended(sending) == (Delivery.CONFIRMED, 0)


async def test_what_had_not_left_when_the_time_was_up_never_leaves() -> None:
    async with running(House(IMPATIENT)) as house:
        sending = sent(house)
        asked = await house.apartment.asked_to_send()
        assert await ended(sending) == (Delivery.AWAY, 0)
        assert not asked.attempt.begin()


async def test_a_call_that_was_called_off_never_leaves() -> None:
    async with running(House(RARE)) as house:
        sending = sent(house)
        asked = await house.apartment.asked_to_send()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert not asked.attempt.begin()


async def test_an_apartment_that_never_comes_back_is_given_up() -> None:
    async with running(House(IMPATIENT)) as house:
        first = house.apartment
        sending = sent(house)
        assert (await first.asked_to_send()).attempt.begin()
        assert (await ended(sending))[0] is Delivery.UNCLEAR
        await house.wait(lambda: len(house.apartments) == 2)
        assert first.abandoned
        assert house.apartment.left_behind == (7,)
        await house.until("connected")


async def test_not_every_stuck_apartment_gets_another() -> None:
    async with running(House(IMPATIENT)) as house:
        for number in range(MOST_GIVEN_UP + 1):
            await house.until("connected")
            sending = sent(house)
            assert (await house.apartment.asked_to_send()).attempt.begin()
            await ended(sending)
            if number < MOST_GIVEN_UP:
                await house.wait(lambda wanted=number + 2: len(house.apartments) == wanted)  # type: ignore[misc]
        await house.until("hangs")
        assert len(house.apartments) == MOST_GIVEN_UP + 1
        assert not house.apartment.abandoned


async def test_an_apartment_that_stumbles_is_no_end_of_the_engine(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(House(RARE)) as house:
        sending = sent(house)
        asked = await house.apartment.asked_to_send()
        assert asked.attempt.begin()
        asked.future.set_exception(ValueError("a mistake"))
        assert await ended(sending) == (Delivery.UNCLEAR, 0)
    assert "speaking to DATEV failed" in caplog.text
