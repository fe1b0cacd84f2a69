"""Everything that goes wrong in an office, with calls going on meanwhile.

With each trouble stands how many sign-ins it may cost; more would be hammering.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from datev_connector.app.running.trusted import server_name
from datev_connector.domain.calls import Outcome
from datev_connector.domain.legs import Leg, LegState
from datev_connector.simulators.starface import Certificate, FaultKind
from tests.soak.calls import RING_S, TALK_S, answered, missed, rings
from tests.soak.office import PASSWORD, USER, Office

MINUTE_S = 60.0
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One kind of trouble, played to its end.

    sign_ins: the least and the most it costs where HTTPS is the only way;
    over_both: where XMPP is the better way, which is signed in to after HTTPS.
    """

    play: Callable[[Office], Awaitable[None]]
    sign_ins: tuple[int, int]
    over_both: tuple[int, int]


# --- the PBX --------------------------------------------------------------------------------------


async def nightly_restart(office: Office) -> None:
    await office.starface.restart(down_s=4 * MINUTE_S)


async def restart_in_mid_call(office: Office) -> None:
    """Who talks has talked; whoever is ringing was not answered."""
    talk = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    talk.answer()
    await asyncio.sleep(TALK_S)
    rings(office, Outcome.MISSED)
    await asyncio.sleep(RING_S)
    await office.starface.restart(down_s=2 * MINUTE_S)


async def sessions_forgotten(office: Office) -> None:
    office.starface.sessions.clear()


async def subscription_refused(office: Office) -> None:
    """Polls tell the calls for an hour; then the PBX has its events again."""
    office.starface.behaviour.accept_subscriptions = False
    await office.starface.restart()
    await asyncio.sleep(HOUR_S)
    await answered(office)
    office.starface.behaviour.accept_subscriptions = True
    await office.starface.restart()


async def password_changed(office: Office) -> None:
    """For two hours; then the admin takes it back, and we find out in good time."""
    office.starface.accounts.set_password(USER, "another")
    office.starface.oauth.revoke_everything()
    await office.starface.restart()
    await asyncio.sleep(2 * HOUR_S)
    office.starface.accounts.set_password(USER, PASSWORD)
    await asyncio.sleep(4 * HOUR_S)


async def certificate_replaced(office: Office) -> None:
    """Nobody signs in until a person says that the new certificate is right."""
    new = Certificate.make(("localhost", office.starface.host))
    await office.starface.restart(certificate=new)
    await asyncio.sleep(HOUR_S)
    assert office.engine.legs[Leg.STARFACE].state is LegState.DOWN
    office.store.pins.forget_pin(server_name(office.starface.host, office.starface.port))
    office.pbx.retry_now()


# --- the network ----------------------------------------------------------------------------------


async def cut_in_mid_call(office: Office) -> None:
    call = rings(office, Outcome.ANSWERED)
    await office.starface.drop_connections()
    await asyncio.sleep(RING_S)
    call.answer()
    await office.starface.drop_connections()
    await asyncio.sleep(TALK_S)
    call.hangup()
    await office.starface.drop_connections()


async def closed_for_a_moment(office: Office) -> None:
    await office.close_the_doors()
    await asyncio.sleep(MINUTE_S / 3)
    await office.starface.listen()


async def away(office: Office) -> None:
    """The cable is out for a quarter of an hour: the PBX goes on without us."""
    before = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    before.answer()
    office.starface.behaviour.deliver_events = False
    await office.close_the_doors()
    await asyncio.sleep(TALK_S)
    before.hangup()
    await answered(office)
    await missed(office)
    after = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    after.answer()
    await asyncio.sleep(TALK_S)
    office.starface.behaviour.deliver_events = True
    await office.starface.listen()
    await asyncio.sleep(TALK_S)
    after.hangup()


async def silent(office: Office) -> None:
    """The PBX reads every request and answers none."""
    fault = office.starface.faults.add(FaultKind.SILENCE, times=None)
    await answered(office)
    await missed(office)
    office.starface.faults.remove(fault)


async def slow(office: Office) -> None:
    fault = office.starface.faults.add(FaultKind.SLOW, times=None, delay_s=4.0)
    await asyncio.sleep(10 * MINUTE_S)
    await answered(office)
    office.starface.faults.remove(fault)


async def overloaded(office: Office) -> None:
    fault = office.starface.faults.add(FaultKind.UNAVAILABLE, times=None)
    await asyncio.sleep(10 * MINUTE_S)
    office.starface.faults.remove(fault)


async def proxy_answers(office: Office) -> None:
    """A web page instead of the PBX, for half an hour."""
    fault = office.starface.faults.add(FaultKind.HTML, times=None)
    await asyncio.sleep(HOUR_S / 2)
    office.starface.faults.remove(fault)


async def deaf(office: Office) -> None:
    """Events do not reach us any more, as behind a new firewall; after an hour they do.

    Polls are rare here, so nobody gives up soon.
    """
    office.starface.behaviour.deliver_events = False
    call = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    call.answer()
    await asyncio.sleep(HOUR_S / 2)
    call.hangup()
    await asyncio.sleep(TALK_S)
    call = rings(office, Outcome.MISSED)
    await asyncio.sleep(10 * MINUTE_S)
    call.no_answer()
    await asyncio.sleep(10 * MINUTE_S)
    office.starface.behaviour.deliver_events = True
    await answered(office)


async def datev_away(office: Office) -> None:
    call = rings(office, Outcome.ANSWERED)
    await asyncio.sleep(RING_S)
    call.answer()
    await office.datev.go_away()
    await asyncio.sleep(TALK_S)
    call.hangup()
    await answered(office)
    await missed(office)
    await office.datev.come_back()


# --- the computer ---------------------------------------------------------------------------------


async def _sleeps(office: Office, duration: timedelta, *, counts: bool) -> None:
    """The computer sleeps, and calls go on without it: each of them ends before it wakes up."""
    behaviour = office.starface.behaviour
    talked = rings(office, Outcome.ANSWERED)
    missed_asleep = rings(office, Outcome.MISSED)
    await asyncio.sleep(RING_S)
    talked.answer()
    await asyncio.sleep(RING_S)
    quarter = duration / 4
    behaviour.deliver_events = False
    office.computer.sleep(quarter, counts=counts)
    talked.hangup()
    missed_asleep.no_answer()
    whole = rings(office, Outcome.ANSWERED)
    office.computer.sleep(quarter, counts=counts)
    whole.answer()
    office.computer.sleep(quarter, counts=counts)
    whole.hangup()
    rings(office, Outcome.MISSED).no_answer()
    office.computer.sleep(quarter, counts=counts)
    behaviour.deliver_events = True


def sleep(duration: timedelta, *, counts: bool) -> Callable[[Office], Awaitable[None]]:
    """The computer sleeps so long, and its connections do not outlast it."""

    async def play(office: Office) -> None:
        await _sleeps(office, duration, counts=counts)
        await office.starface.drop_connections()

    return play


async def asleep_with_events_under_way(office: Office) -> None:
    """What the PBX has just sent arrives when the computer wakes up, two hours late."""
    behaviour = office.starface.behaviour
    talk, vain = rings(office, Outcome.ANSWERED), rings(office, Outcome.MISSED)
    talk.answer()
    behaviour.deliver_events = False
    office.computer.sleep(timedelta(hours=1), counts=False)
    talk.hangup()
    vain.no_answer()
    office.computer.sleep(timedelta(hours=1), counts=False)
    behaviour.deliver_events = True
    await office.starface.drop_connections()


async def nap(office: Office) -> None:
    """Too short for anybody to notice."""
    office.computer.sleep(timedelta(seconds=20), counts=False)


async def wrong_clock(office: Office) -> None:
    """The clock is set on and back again in mid-call, by minutes and by a day."""
    for error in (timedelta(minutes=5), timedelta(days=1), timedelta(hours=-1)):
        call = rings(office, Outcome.ANSWERED)
        await asyncio.sleep(RING_S)
        office.computer.clock_error = error
        call.answer()
        await asyncio.sleep(TALK_S)
        office.computer.clock_error = timedelta(0)
        await asyncio.sleep(TALK_S)
        call.hangup()
        await asyncio.sleep(TALK_S)


async def wrong_pbx_clock(office: Office) -> None:
    behaviour = office.starface.behaviour
    for error in (timedelta(hours=2), timedelta(minutes=-10)):
        call = rings(office, Outcome.ANSWERED)
        behaviour.clock_offset = error
        await asyncio.sleep(RING_S)
        call.answer()
        await asyncio.sleep(TALK_S)
        call.hangup()
        await missed(office)
        behaviour.clock_offset = timedelta(0)
        await answered(office)
        await asyncio.sleep(TALK_S)


ASLEEP = {"sign_ins": (1, 1), "over_both": (2, 2)}
UNNOTICED = {"sign_ins": (0, 0), "over_both": (0, 0)}
LUNCH, NIGHT = timedelta(minutes=50), timedelta(hours=12)

TROUBLES = {
    "nightly restart": Trouble(play=nightly_restart, sign_ins=(1, 1), over_both=(2, 2)),
    "restart in mid-call": Trouble(play=restart_in_mid_call, sign_ins=(1, 1), over_both=(2, 2)),
    "sessions forgotten": Trouble(play=sessions_forgotten, sign_ins=(1, 1), over_both=(2, 2)),
    "subscription refused": Trouble(play=subscription_refused, sign_ins=(2, 2), over_both=(4, 8)),
    "password changed": Trouble(play=password_changed, sign_ins=(1, 4), over_both=(4, 8)),
    "certificate replaced": Trouble(play=certificate_replaced, sign_ins=(1, 1), over_both=(2, 2)),
    "cut in mid-call": Trouble(play=cut_in_mid_call, sign_ins=(0, 0), over_both=(2, 6)),
    "closed for a moment": Trouble(play=closed_for_a_moment, sign_ins=(0, 1), over_both=(2, 2)),
    "away": Trouble(play=away, sign_ins=(1, 1), over_both=(2, 2)),
    "silent": Trouble(play=silent, sign_ins=(1, 8), over_both=(2, 12)),
    "slow": Trouble(play=slow, **UNNOTICED),
    "overloaded": Trouble(play=overloaded, sign_ins=(4, 20), over_both=(10, 24)),
    "proxy answers": Trouble(play=proxy_answers, sign_ins=(2, 6), over_both=(4, 10)),
    "deaf": Trouble(play=deaf, sign_ins=(0, 0), over_both=(2, 6)),
    "DATEV away": Trouble(play=datev_away, **UNNOTICED),
    "asleep over lunch": Trouble(play=sleep(LUNCH, counts=False), **ASLEEP),
    "asleep over lunch, counting": Trouble(play=sleep(LUNCH, counts=True), **ASLEEP),
    "asleep over night": Trouble(play=sleep(NIGHT, counts=False), **ASLEEP),
    "asleep over night, counting": Trouble(play=sleep(NIGHT, counts=True), **ASLEEP),
    "asleep with events under way": Trouble(play=asleep_with_events_under_way, **ASLEEP),
    "nap": Trouble(play=nap, **UNNOTICED),
    "wrong clock": Trouble(play=wrong_clock, **UNNOTICED),
    "wrong clock of the PBX": Trouble(play=wrong_pbx_clock, **UNNOTICED),
}
