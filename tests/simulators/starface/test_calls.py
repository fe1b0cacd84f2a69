"""What happens to calls that are passed on, as the people and the record of the PBX see it."""

from __future__ import annotations

import asyncio

import pytest

from datev_connector.simulators.starface import (
    Call,
    ForwardType,
    IllegalStep,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.simulators.starface.legs import Result, State
from tests.simulators.starface.client import Client
from tests.simulators.starface.clock import Clock

NUMBER = "004972112345"


def talking(starface: StarfaceSimulator) -> Call:
    call = starface.pbx.incoming("0123", NUMBER, "Müller")
    call.ring()
    call.answer()
    return call


async def test_blind_transfer_to_the_outside_ends_it_here(starface: StarfaceSimulator) -> None:
    call = talking(starface)
    call.blind_transfer("0301234")
    assert call.over
    assert (call.story.outcome, call.story.remarks) == ("answered", ["passed on (BLINDTRANSFER)"])


async def test_forwarding_to_the_outside_is_no_answer(starface: StarfaceSimulator) -> None:
    call = starface.pbx.incoming("0123", NUMBER)
    call.ring()
    call.forward("0301234", ForwardType.NO_REPLY)
    assert call.story.outcome == "forwarded"
    assert call.leg("0123").result is Result.MISSED


async def test_transfer_between_two_outsiders(starface: StarfaceSimulator) -> None:
    first = talking(starface)
    second = first.consult("0301234", "Amt")
    second.ring()
    second.answer()
    assert first.transfer(second) is second
    assert (first.over, second.over) == (True, True)
    assert starface.pbx.calls == ()


async def test_transfer_of_an_internal_caller_joins_both(starface: StarfaceSimulator) -> None:
    first = starface.pbx.internal("0124", "0123")
    first.ring()
    first.answer()
    second = first.consult("0301234", "Amt", by="0123")
    second.ring()
    second.answer()
    goes_on = first.transfer(second, by="0123")
    leg = goes_on.leg("0124")
    assert (leg.called.number, leg.forwarding.by.number) == ("0301234", "23")
    goes_on.hangup()
    assert leg.history == [State.OUTGOING, State.RINGBACK, State.CONNECTED, State.HANGUP]
    assert first.over


async def test_late_name_of_the_called_side(starface: StarfaceSimulator) -> None:
    call = starface.pbx.outgoing("0123", NUMBER)
    call.name_arrives("Müller")
    assert call.leg("0123").called.name == "Müller"
    assert call.leg("0123").caller.name == "Anna Berger"


async def test_reached_colleague_of_the_group(starface: StarfaceSimulator) -> None:
    call = starface.pbx.incoming("0123", NUMBER, group="sales")
    call.ring()
    call.answer_elsewhere("Frau Weber")
    assert (call.story.outcome, call.story.answered_by) == ("answered elsewhere", "Frau Weber")
    (entry,) = starface.call_list.entries("0123")
    assert (entry.result, entry.call_id) == (Result.ANSWERED_ELSEWHERE, call.call_id)


async def test_story_has_true_times() -> None:
    clock = Clock()
    async with StarfaceSimulator(StarfaceConfig(encrypted=False, now=clock)) as starface:
        begin = clock.at
        call = starface.pbx.incoming("0123", NUMBER)
        clock.forward(2)
        call.ring()
        clock.forward(3)
        call.answer()
        assert call.story.talked_s == 0
        clock.forward(60)
        call.hangup()
        story = call.story
        times = [story.rang_at, story.answered_at, story.ended_at]
        assert [(at - begin).total_seconds() for at in times if at] == [2, 5, 65]
        assert (story.talked_s, story.answered_by, story.users) == (60, "0123", ("0123",))


@pytest.mark.parametrize(
    "step", ["ring", "answer", "answer_elsewhere", "hangup", "reject", "busy", "no_answer", "hold"]
)
async def test_nothing_happens_to_an_ended_call(starface: StarfaceSimulator, step: str) -> None:
    call = talking(starface)
    call.hangup()
    before = list(call.leg("0123").history)
    with pytest.raises(IllegalStep):
        getattr(call, step)()
    assert call.leg("0123").history == before


async def test_wrong_people_are_named(starface: StarfaceSimulator) -> None:
    call = starface.pbx.incoming("0123", NUMBER)
    with pytest.raises(LookupError, match="user '0124' has no part"):
        call.leg("0124")
    with pytest.raises(LookupError, match="does not ring at '0124'"):
        call.answer("0124")


async def test_any_request_may_keep_a_session() -> None:
    clock = Clock()
    config = StarfaceConfig(encrypted=False, now=clock, any_request_extends=True)
    async with StarfaceSimulator(config) as starface:
        client = await Client(simulator=starface).sign_in()
        for _ in range(3):
            clock.forward(40)
            assert await client.ask("call.getCallIds") == []


async def test_waiting_for_a_happening(starface: StarfaceSimulator) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(starface.chronicle.until(lambda: len(starface.chronicle.calls) == 2))
        group.create_task(starface.chronicle.until(lambda: len(starface.chronicle.calls) == 1))
        await asyncio.sleep(0)
        starface.pbx.outgoing("0123", NUMBER)
        await asyncio.sleep(0)
        starface.pbx.outgoing("0124", NUMBER)
    with pytest.raises(TimeoutError):
        await starface.chronicle.until(lambda: False, timeout_s=0)
