from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from datev_connector.datev import wire
from datev_connector.datev.link import SimulatorLink
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.record import Delivery, DialAnswer, DialWish, Method
from tests.datev.standin import (
    BERLIN,
    LIMIT_S,
    NOON,
    QUICK,
    Desk,
    StandIn,
    record,
    running,
    sent,
    talking,
)

IMPATIENT = replace(QUICK, answer_s=0.05)


def up(report: LegReport) -> bool:
    return report.state is LegState.UP


def down(report: LegReport) -> bool:
    return report.state is LegState.DOWN


# --- presence -------------------------------------------------------------------------------------


async def test_datev_that_comes_and_goes_is_reported_once_per_change() -> None:
    desk = Desk()
    async with StandIn() as datev:
        await datev.stop()
        async with running(datev.address, desk):
            assert "not running" in (await desk.until(down)).reason
            await datev.start()
            await desk.until(up)
            connection = await datev.connection()
            await connection.cut()
            assert "closed the connection" in (await desk.until(down)).reason
            await desk.until(up)
    states = [report.state for report in desk.reports]
    assert states == [LegState.DOWN, LegState.UP, LegState.DOWN, LegState.UP]
    assert {report.leg for report in desk.reports} == {Leg.DATEV}


async def test_down_is_down_since_it_went_down_whatever_the_reason() -> None:
    desk, minutes = Desk(), count()
    async with (
        StandIn() as datev,
        talking(datev, desk, now=lambda: NOON + timedelta(minutes=next(minutes))),
    ):
        await datev.stop()
        gone = await desk.until(down)
        later = await desk.until(lambda report: "not running" in report.reason)
    assert later.since == gone.since


def test_a_bad_address_is_refused_at_once() -> None:
    desk = Desk()
    with pytest.raises(ValueError, match="host:port"):
        SimulatorLink(
            "nowhere",
            emit=desk.emit,
            on_dial=desk.dial,
            on_drop=desk.drop,
            now=lambda: NOON,
            local_zone=BERLIN,
        )


# --- notifications --------------------------------------------------------------------------------


async def test_a_notification_is_confirmed() -> None:
    desk = Desk()
    async with StandIn() as datev, talking(datev, desk) as (link, connection):
        sending = sent(link)
        message = await connection.hear()
        assert message["method"] == "NewCall"
        assert message["call"]["Begin"] == "2026-03-02T12:00:00"
        await connection.answer(message)
        assert await sending == (Delivery.CONFIRMED, 0)


@pytest.mark.parametrize(
    ("hresult", "delivery", "reported"),
    [
        (1, Delivery.CONFIRMED, 1),
        (0x80010105, Delivery.REFUSED, -2147417851),
        (-2147417851, Delivery.REFUSED, -2147417851),
    ],
)
async def test_hresults_decide(hresult: int, delivery: Delivery, reported: int) -> None:
    async with StandIn() as datev, talking(datev) as (link, connection):
        sending = sent(link)
        await connection.answer(await connection.hear(), hresult)
        assert await sending == (delivery, reported)


async def test_notifications_go_out_one_after_another_in_order() -> None:
    async with StandIn() as datev, talking(datev) as (link, connection):
        names = [f"c-{number}" for number in range(5)]
        sending = [sent(link, name) for name in names]
        heard = []
        for _ in names:
            message = await connection.hear()
            heard.append(message["call"]["CallID"])
            assert not connection._reader._buffer  # type: ignore[attr-defined]
            await connection.answer(message)
        assert heard == names
        assert [await each for each in sending] == [(Delivery.CONFIRMED, 0)] * 5


async def test_nothing_is_written_while_datev_is_away() -> None:
    desk = Desk()
    async with StandIn() as datev:
        await datev.stop()
        async with running(datev.address, desk) as link:
            await desk.until(down)
            assert await link.notify(Method.NEW_CALL, record()) == (Delivery.AWAY, 0)
            await datev.start()
            connection = await datev.connection()
            await desk.until(up)
            sending = sent(link, "c-2")
            message = await connection.hear()
            assert message["call"]["CallID"] == "c-2"
            await connection.answer(message)
            assert await sending == (Delivery.CONFIRMED, 0)


@pytest.mark.parametrize("busy", [0x80010001, 0x8001010A])
async def test_a_busy_datev_is_asked_again(busy: int) -> None:
    async with StandIn() as datev, talking(datev) as (link, connection):
        sending = [sent(link, "c-1"), sent(link, "c-2")]
        heard = []
        for hresult in (busy, busy, 0, 0):
            message = await connection.hear()
            heard.append(message["call"]["CallID"])
            await connection.answer(message, hresult)
        assert heard == ["c-1", "c-1", "c-1", "c-2"]
        assert [await each for each in sending] == [(Delivery.CONFIRMED, 0)] * 2


async def test_a_datev_that_stays_busy_has_refused() -> None:
    async with StandIn() as datev, talking(datev) as (link, connection):
        sending = sent(link)
        for _ in range(1 + len(QUICK.busy_pauses_s)):
            await connection.answer(await connection.hear(), 0x80010001)
        assert await sending == (Delivery.REFUSED, wire.signed(0x80010001))


# --- faults ---------------------------------------------------------------------------------------


async def test_a_line_cut_before_the_answer_leaves_it_unclear() -> None:
    desk = Desk()
    async with StandIn() as datev, talking(datev, desk) as (link, connection):
        sending = sent(link)
        await connection.hear()
        await connection.say_bytes(b'{"id": 1, "hres')
        await connection.cut()
        assert await sending == (Delivery.UNCLEAR, 0)
        again = await datev.connection()
        await desk.until(up)
        sending = sent(link, "c-2")
        await again.answer(await again.hear())
        assert await sending == (Delivery.CONFIRMED, 0)


async def test_a_datev_that_hangs_loses_the_line_and_its_late_answer_counts_for_nothing() -> None:
    desk = Desk()
    async with StandIn() as datev, talking(datev, desk, IMPATIENT) as (link, connection):
        assert await link.notify(Method.NEW_CALL, record()) == (Delivery.UNCLEAR, 0)
        link._times = QUICK  # what follows has time
        late = await connection.hear()
        await connection.hear_end()
        again = await datev.connection()
        await desk.until(up)
        assert any("hangs" in report.reason for report in desk.reports)
        sending = sent(link, "c-2")
        message = await again.hear()
        assert message["id"] != late["id"]
        await again.answer(late, -1)
        await again.answer(message)
        assert await sending == (Delivery.CONFIRMED, 0)


async def test_garbage_degrades_the_leg_and_the_next_good_line_mends_it() -> None:
    desk = Desk()
    async with StandIn() as datev, talking(datev, desk, line_limit=1000) as (link, connection):
        await connection.say_bytes(b"\xff\xfe<html>\nnot json\n" + b"x" * 5000 + b"\n[]\n")
        report = await desk.until(lambda latest: latest.state is LegState.DEGRADED)
        assert "nonsense" in report.reason
        sending = sent(link)
        await connection.answer(await connection.hear())
        assert await sending == (Delivery.CONFIRMED, 0)
        await desk.until(up)
    assert len(desk.reports) == 3


async def test_an_answer_without_hresult_is_unclear_at_once() -> None:
    async with StandIn() as datev, talking(datev) as (link, connection):
        sending = sent(link)
        message = await connection.hear()
        await connection.say({"id": message["id"], "hresult": "fine"})
        assert await sending == (Delivery.UNCLEAR, 0)


async def test_answers_nobody_waits_for_and_answers_in_pieces_do_no_harm() -> None:
    async with StandIn() as datev, talking(datev) as (link, connection):
        sending = sent(link)
        message = await connection.hear()
        await connection.say({"id": 4711, "hresult": -1})
        for piece in (b'{"id": ', str(message["id"]).encode(), b', "hresult"', b": 0}\r\n"):
            await connection.say_bytes(piece)
        assert await sending == (Delivery.CONFIRMED, 0)


async def test_a_link_that_ends_lets_nobody_wait() -> None:
    async with StandIn() as datev:
        async with talking(datev) as (link, connection):
            sending = sent(link)
            await connection.hear()
        assert await asyncio.wait_for(sending, LIMIT_S) == (Delivery.UNCLEAR, 0)
        await connection.hear_end()


# --- Dial and Drop --------------------------------------------------------------------------------


async def test_dial_is_answered_with_a_call_id_before_anything_else() -> None:
    desk = Desk()
    async with StandIn() as datev, talking(datev, desk) as (link, connection):
        sending: list[asyncio.Task[tuple[Delivery, int]]] = []

        def dial(wish: DialWish) -> DialAnswer:
            sending.append(sent(link))
            return DialAnswer(hresult=0, call_id="d-1")

        link._on_dial = dial
        await connection.say({"id": 9, "method": "Dial", "call": {"CalledNumber": "0721/1"}})
        answer = await connection.hear()
        assert (answer["id"], answer["hresult"]) == (9, 0)
        assert answer["call"]["CallID"] == "d-1"
        assert answer["call"]["CalledNumber"] == "0721/1"
        await connection.answer(await connection.hear())
        assert await sending[0] == (Delivery.CONFIRMED, 0)


async def test_dial_and_drop_in_one_piece_are_answered_in_order() -> None:
    desk = Desk()
    async with StandIn() as datev, talking(datev, desk) as (_link, connection):
        await connection.say_bytes(
            b'{"id": 1, "method": "Dial", "call": {"CalledNumber": "0721", "SyncID": "s-1"}}\n'
            b'{"id": 2, "method": "Drop", "call": {"CallID": "d-1", "Note": null}}\n'
        )
        dial, drop = await connection.hear(), await connection.hear()
    assert (dial["id"], dial["call"]["CallID"], dial["call"]["SyncID"]) == (1, "d-1", "s-1")
    assert drop == {"id": 2, "hresult": 0, "call": {"CallID": "d-1"}}
    assert desk.dialled == [DialWish(number="0721", sync_id="s-1")]
    assert desk.dropped == ["d-1"]


async def test_a_refused_dial_has_no_call_id() -> None:
    desk = Desk()
    desk.answer = DialAnswer(hresult=-2147467259)
    async with StandIn() as datev, talking(datev, desk) as (_link, connection):
        await connection.say({"id": 1, "method": "Dial", "call": {"CalledNumber": "0721"}})
        answer = await connection.hear()
    assert (answer["hresult"], answer["call"]["CallID"]) == (-2147467259, "")


@pytest.mark.parametrize(
    ("request_", "hresult"),
    [
        ({"id": 1, "method": "GetCallData", "call": {}}, wire.E_NOTIMPL),
        ({"id": "a", "method": "NewCall"}, wire.E_NOTIMPL),
        ({"id": None, "method": "Dial", "call": {"CalledNumber": 721}}, wire.E_INVALIDARG),
        ({"method": "Drop", "call": {"CallID": {}}}, wire.E_INVALIDARG),
    ],
)
async def test_what_cannot_be_done_is_refused(request_: dict[str, object], hresult: int) -> None:
    desk = Desk()
    async with StandIn() as datev, talking(datev, desk) as (_link, connection):
        await connection.say(request_)
        answer = await connection.hear()
    assert (answer["id"], answer["hresult"]) == (request_.get("id"), hresult)
    assert not desk.dialled
    assert not desk.dropped


async def test_nothing_personal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    desk = Desk()
    async with StandIn() as datev, talking(datev, desk, IMPATIENT) as (link, connection):
        await connection.say({"id": 1, "method": "Dial", "call": {"CalledNumber": "07219876543"}})
        await connection.hear()
        await connection.say_bytes(b"nonsense about 07219876543\n")
        await connection.say({"id": 2, "method": "Call 07219876543"})
        await connection.hear()
        await link.notify(Method.NEW_CALL, record(number="07219876543"))
    assert caplog.records
    assert "07219876543" not in caplog.text
