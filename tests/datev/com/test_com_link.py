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
from datev_connector.datev.com.overdue import MOST_STUCK
from datev_connector.datev.com.seen import Seen, Sent
from datev_connector.domain.legs import LegState
from datev_connector.domain.record import Delivery, Method
from tests.datev.com.apartment_by_hand import (
    LIMIT_S,
    QUICK,
    House,
    Sending,
    record,
    running,
)

IMPATIENT = replace(QUICK, answer_s=0.2)
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
        assert await ended(sending) == (Delivery.OVERDUE, 0)
        assert (await house.until("hangs")).state is LegState.DOWN
        assert house.reports[-1].pauses
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
        asked = await first.asked_to_send()
        assert asked.attempt.begin()
        assert (await ended(sending))[0] is Delivery.OVERDUE
        await house.wait(lambda: len(house.apartments) == 2)
        assert first.abandoned
        assert house.apartment.left_behind == (7,)
        assert told_late(house) == [("c-1", Delivery.UNCLEAR)], "nobody waits for it any longer"
        await house.until("connected")

        asked.future.set_result(Sent(hresult=0, left=True))
        await house.wait(lambda: len(house.late) == 2)
        assert told_late(house)[-1] == ("c-1", Delivery.CONFIRMED), "DATEV took it after all"


async def test_the_end_of_a_call_to_a_datev_of_the_past_says_nothing_of_the_present_one() -> None:
    async with running(House(IMPATIENT)) as house:
        sending = sent(house)
        asked = await house.apartment.asked_to_send()
        assert asked.attempt.begin()
        await ended(sending)
        await house.wait(lambda: len(house.apartments) == 2)
        await house.until("connected")
        reports = len(house.reports)
        asked.future.set_result(Sent(hresult=RPC_S_CALL_FAILED, left=True))
        await house.wait(lambda: len(house.late) == 2)
        looked = len(house.apartment.looks)
        await house.wait(lambda: len(house.apartment.looks) > looked + 1)
        assert len(house.reports) == reports


async def stuck(house: House) -> Sending:
    """Another call that DATEV does not come back from."""
    await house.until("connected")
    sending = sent(house)
    asked = await house.apartment.asked_to_send()
    assert asked.attempt.begin()
    await ended(sending)
    return asked


async def test_not_every_stuck_apartment_gets_another_until_one_comes_back() -> None:
    async with running(House(IMPATIENT)) as house:
        first = await stuck(house)
        for number in range(MOST_STUCK):
            await house.wait(lambda wanted=number + 2: len(house.apartments) == wanted)  # type: ignore[misc]
            await stuck(house)
        await house.until("hangs")
        assert len(house.apartments) == MOST_STUCK + 1
        assert not house.apartment.abandoned

        first.future.set_result(Sent(hresult=RPC_S_CALL_FAILED, left=True))
        await house.wait(lambda: len(house.apartments) == MOST_STUCK + 2)


def told_late(house: House) -> list[tuple[str, Delivery]]:
    return [(late.call_id, late.delivery) for late in house.late]


@pytest.mark.parametrize(
    ("became", "delivery"),
    [
        (Sent(hresult=0, left=True), Delivery.CONFIRMED),
        (Sent(hresult=E_FAIL, left=True), Delivery.REFUSED),
        (Sent(hresult=RPC_E_CALL_CANCELED, left=False), Delivery.AWAY),
        (Sent(hresult=RPC_S_CALL_FAILED, left=True), Delivery.UNCLEAR),
    ],
)
async def test_the_desk_hears_what_became_of_a_call_before_it_hears_that_datev_goes_on(
    became: Sent, delivery: Delivery
) -> None:
    async with running(House(replace(IMPATIENT, recover_s=60))) as house:
        sending = sent(house)
        asked = await house.apartment.asked_to_send()
        assert asked.attempt.begin()
        assert (await ended(sending))[0] is Delivery.OVERDUE
        asked.future.set_result(became)
        await house.wait(lambda: house.reports[-1].state is not LegState.DOWN)
        assert told_late(house) == [("c-1", delivery)]
        (before,) = house.reports_before_late
        assert house.reports[before - 1].reason.startswith("DATEV hangs")


async def test_what_comes_late_after_the_end_is_nobodys_business() -> None:
    async with running(House(replace(IMPATIENT, recover_s=60))) as house:
        sending = sent(house)
        asked = await house.apartment.asked_to_send()
        assert asked.attempt.begin()
        await ended(sending)
    asked.future.set_result(Sent(hresult=0, left=True))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert house.late == []


@pytest.mark.parametrize(
    ("identity", "reasons"),
    [
        (b"one", ["DATEV hangs"]),
        (b"two", ["DATEV hangs", "DATEV Telefonie has ended"]),
        (b"", ["DATEV hangs", "DATEV Telefonie has ended"]),
    ],
)
async def test_a_datev_that_hung_goes_on_only_if_it_is_surely_the_same(
    identity: bytes, reasons: list[str]
) -> None:
    async with running(House()) as house:
        house.apartment.seen = Seen(datev=MK_E_UNAVAILABLE)
        await house.until("not running")
        house.apartment.seen = Seen(datev=0, identity=b"one")
        await house.until("connected")
        begun = len(house.reports)
        house.apartment.seen = Seen(datev=RPC_E_CALL_CANCELED)
        await house.until("hangs")
        house.apartment.seen = Seen(datev=0, identity=identity)
        await house.until("connected")
        told = [report for report in house.reports[begun:] if report.state is LegState.DOWN]
        assert [report.reason.split(":")[0].rstrip(".") for report in told] == reasons
        assert [report.pauses for report in told] == [True, False][: len(reasons)]


async def test_without_a_marshaller_calls_are_told_and_the_person_is_warned() -> None:
    async with running(House()) as house:
        house.apartment.seen = Seen(datev=0, carried=False)
        told = await house.until("may not be able to dial")
        assert told.state is LegState.DEGRADED
        sending = sent(house)
        (await house.apartment.asked_to_send()).ends(0)
        assert await ended(sending) == (Delivery.CONFIRMED, 0)
        house.apartment.seen = Seen(datev=0)
        await house.until("connected")


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
