"""Every kind of call that people make, and what must have become of it for our user.

A call takes its time as calls do. The outcome that a scene expects is what somebody beside the
telephone would say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from datev_connector.domain.calls import Outcome
from datev_connector.domain.inputs import DialRequested
from datev_connector.simulators.starface import Call
from datev_connector.simulators.starface.legs import ForwardType
from tests.soak.office import COLLEAGUE, GROUP, USER, Office

RING_S = 12.0
TALK_S = 200.0

Scene = Callable[[Office], Awaitable[None]]


def rings(office: Office, outcome: Outcome, *, group: bool = False) -> Call:
    """A new call rings at our user; it must end as `outcome`."""
    number = office.new_number()
    office.expect(number, outcome)
    call = office.starface.pbx.incoming(USER, number, group=GROUP.group_id if group else None)
    call.ring()
    return call


async def answered(office: Office) -> None:
    call = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    call.answer()
    await asyncio.sleep(TALK_S)
    call.hangup()


async def missed(office: Office) -> None:
    call = rings(office, Outcome.MISSED)
    await asyncio.sleep(RING_S)
    call.no_answer()


async def rejected(office: Office) -> None:
    call = rings(office, Outcome.MISSED)
    await asyncio.sleep(RING_S)
    call.reject()


async def engaged(office: Office) -> None:
    """Rings nowhere: nobody hears of it, the connector neither."""
    office.starface.pbx.incoming(USER, office.new_number()).busy()


async def put_on_hold(office: Office) -> None:
    call = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    call.answer()
    await asyncio.sleep(TALK_S)
    call.hold()
    await asyncio.sleep(TALK_S)
    call.resume()
    await asyncio.sleep(TALK_S)
    call.hangup()


async def mailbox(office: Office) -> None:
    call = rings(office, Outcome.MISSED)
    await asyncio.sleep(RING_S)
    call.voicemail()
    await asyncio.sleep(RING_S)
    call.hangup()


async def group_answered(office: Office) -> None:
    call = rings(office, Outcome.ANSWERED, group=True)
    await asyncio.sleep(RING_S)
    call.answer(USER)
    await asyncio.sleep(TALK_S)
    call.hangup()


async def group_answered_elsewhere(office: Office) -> None:
    call = rings(office, Outcome.ANSWERED_ELSEWHERE, group=True)
    await asyncio.sleep(RING_S)
    call.answer(COLLEAGUE)
    await asyncio.sleep(TALK_S)
    call.hangup()


async def group_missed(office: Office) -> None:
    call = rings(office, Outcome.MISSED, group=True)
    await asyncio.sleep(RING_S)
    call.no_answer()


async def sent_on(office: Office) -> None:
    """Nobody is there: the exchange sends the caller on to the colleague."""
    call = rings(office, Outcome.MISSED)
    await asyncio.sleep(RING_S)
    call.forward(COLLEAGUE, ForwardType.NO_REPLY)
    await asyncio.sleep(RING_S)
    call.answer()
    await asyncio.sleep(TALK_S)
    call.hangup()


async def handed_over(office: Office) -> None:
    """The colleague asks first; then the call goes on under another id."""
    number = office.new_number()
    office.expect(number, Outcome.ANSWERED)
    call = office.starface.pbx.incoming(COLLEAGUE, number)
    call.ring()
    call.answer()
    await asyncio.sleep(RING_S)
    question = call.consult(USER)
    question.ring()
    await asyncio.sleep(RING_S)
    question.answer()
    await asyncio.sleep(RING_S)
    call.transfer(question, new_id=True)
    await asyncio.sleep(TALK_S)
    question.hangup()


async def second_call(office: Office) -> None:
    first = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    first.answer()
    await asyncio.sleep(TALK_S)
    second = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    first.hangup()
    await asyncio.sleep(RING_S)
    second.answer()
    await asyncio.sleep(TALK_S)
    second.hangup()


async def from_colleague(office: Office) -> None:
    office.expect("24", Outcome.ANSWERED)
    call = office.starface.pbx.internal(COLLEAGUE, USER)
    call.ring()
    await asyncio.sleep(RING_S)
    call.answer()
    await asyncio.sleep(TALK_S)
    call.hangup()


async def dialled_by_hand(office: Office) -> None:
    number = office.new_number()
    office.expect(number, Outcome.ANSWERED)
    call = office.starface.pbx.outgoing(USER, number)
    call.ring()
    await asyncio.sleep(RING_S)
    call.answer()
    await asyncio.sleep(TALK_S)
    call.hangup()


async def not_reached(office: Office) -> None:
    number = office.new_number()
    office.expect(number, Outcome.UNREACHED)
    call = office.starface.pbx.outgoing(USER, number)
    call.ring()
    await asyncio.sleep(RING_S)
    call.no_answer()


async def far_end_engaged(office: Office) -> None:
    number = office.new_number()
    office.expect(number, Outcome.UNREACHED)
    call = office.starface.pbx.outgoing(USER, number)
    await asyncio.sleep(RING_S)
    call.busy()


async def clicked(office: Office) -> None:
    """The user has the connector dial."""
    call = await _click(office, Outcome.ANSWERED)
    call.lift()
    await asyncio.sleep(1.0)
    call.ring()
    await asyncio.sleep(RING_S)
    call.answer()
    await asyncio.sleep(TALK_S)
    call.hangup()


async def clicked_in_vain(office: Office) -> None:
    call = await _click(office, Outcome.UNREACHED)
    await asyncio.sleep(RING_S)
    call.no_answer()


async def _click(office: Office, outcome: Outcome) -> Call:
    number = office.new_number()
    office.expect(number, outcome)
    office.engine.feed(DialRequested(at=office.computer.clock(), number=number))
    return await office.starface.pbx.dialled()


CALLS: tuple[Scene, ...] = (
    answered,
    missed,
    group_answered_elsewhere,
    dialled_by_hand,
    rejected,
    put_on_hold,
    clicked,
    engaged,
    handed_over,
    mailbox,
    not_reached,
    group_answered,
    second_call,
    sent_on,
    far_end_engaged,
    from_colleague,
    group_missed,
    clicked_in_vain,
)
