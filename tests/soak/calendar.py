"""When what happens: calls in office hours, a restart each night, and troubles all week long."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tests.soak.calls import CALLS, Scene, answered
from tests.soak.office import BERLIN, Office, Setup
from tests.soak.troubles import TROUBLES

SATURDAY, SUNDAY = 5, 6
FIRST_CALL, LAST_CALL = time(8, 5), time(17, 50)
BETWEEN_CALLS = timedelta(minutes=20)

NIGHTLY = (time(3, 30), "nightly restart")
WEEK: dict[int, tuple[tuple[time, str], ...]] = {
    0: (
        (time(9, 10), "cut in mid-call"),
        (time(11, 10), "silent"),
        (time(12, 10), "asleep over lunch"),
        (time(15, 10), "nap"),
        (time(16, 10), "closed for a moment"),
        (time(19, 0), "asleep over night"),
    ),
    1: (
        (time(9, 10), "away"),
        (time(11, 10), "restart in mid-call"),
        (time(12, 10), "asleep over lunch, counting"),
        (time(15, 10), "wrong clock"),
        (time(19, 0), "asleep over night, counting"),
    ),
    2: (
        (time(9, 10), "slow"),
        (time(11, 10), "deaf"),
        (time(12, 10), "asleep with events under way"),
        (time(14, 30), "sessions forgotten"),
        (time(15, 10), "wrong clock of the PBX"),
        (time(20, 0), "password changed"),
    ),
    3: (
        (time(9, 10), "overloaded"),
        (time(11, 10), "DATEV away"),
        (time(14, 10), "proxy answers"),
        (time(19, 0), "certificate replaced"),
    ),
    4: (
        (time(10, 10), "subscription refused"),
        (time(14, 10), "away"),
    ),
    SATURDAY: (
        (time(6, 0), "silent"),
        (time(8, 0), "away"),
    ),
    SUNDAY: ((time(12, 0), "nap"),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Something that happens, not before its time."""

    at: datetime
    name: str
    play: Scene
    sign_ins: tuple[int, int]


def of_day(day: date, setup: Setup) -> list[Appointment]:
    """What happens on a day, in order."""
    return sorted((*_troubles(day, setup), *_calls(day, setup)), key=lambda one: one.at)


def _troubles(day: date, setup: Setup) -> Iterator[Appointment]:
    for at, name in (NIGHTLY, *WEEK[day.weekday()]):
        trouble = TROUBLES[name]
        yield Appointment(
            at=datetime.combine(day, at, BERLIN),
            name=name,
            play=trouble.play,
            sign_ins=trouble.over_both if setup.both_ways else trouble.sign_ins,
        )


def _calls(day: date, setup: Setup) -> Iterator[Appointment]:
    sign_ins = (0, 1) if setup.both_ways else (0, 0)  # the better way is tried again at any time
    if day.weekday() in (SATURDAY, SUNDAY):
        if day.weekday() == SUNDAY:  # while an hour is left out, or begins anew
            at = datetime.combine(day, time(0, 58), UTC)
            yield Appointment(at=at, name="answered", play=answered, sign_ins=sign_ins)
        return
    # Each day begins with another kind, so that each kind meets each trouble.
    kinds = itertools.islice(itertools.cycle(CALLS), day.toordinal() % len(CALLS), None)
    at, last = (datetime.combine(day, one, BERLIN) for one in (FIRST_CALL, LAST_CALL))
    while at <= last:
        play = next(kinds)
        name = getattr(play, "__name__", "a call")
        yield Appointment(at=at, name=name, play=play, sign_ins=sign_ins)
        at += BETWEEN_CALLS


async def keep(office: Office, appointment: Appointment) -> None:
    """Wait for the time, play, and see that the connector is back with no more than its sign-ins.

    Raises AssertionError with what was wrong, and when.
    """
    await office.computer.until(appointment.at)
    before, begin = office.sign_ins, office.local_time()
    told = f"{begin:%a %d %b %H:%M} {appointment.name}"
    try:
        await appointment.play(office)
        await office.connected()
    except TimeoutError as late:
        raise AssertionError(f"{told}: {office.state()}") from late
    needed = office.sign_ins - before
    least, most = appointment.sign_ins
    assert least <= needed <= most, f"{told}: {needed} sign-ins instead of {least} to {most}"
