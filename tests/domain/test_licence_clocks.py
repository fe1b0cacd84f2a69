"""What clocks do to licences over months: an office is not stopped by them, and nobody gains.

Two promises, each played against a computer that runs and rests, whose clock leaps ahead and back
at random:

- An office whose licence is valid is served whenever its clock is right. It may run for five days
  with a clock that is ahead, however far, between one new licence and the next.
- Whoever sets the clock at will is served for a month longer, in all, than the licence and its
  grace last, or the trial. What counts is the time that the connector runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from datev_connector.domain.licences import (
    DRIFT,
    GRACE,
    PRODUCT,
    SET_BACK,
    TRIAL,
    Ground,
    Judgement,
    Licence,
    LicenceState,
    Origin,
    Reading,
    Seen,
    first_seen,
    judge,
    onward,
    remembering,
)
from datev_connector.domain.lived_time import LATEST, PACE, moved

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOK = DAY
"""A connector looks at the clock each minute; here it need not be so often."""
WRONG_AT_MOST = SET_BACK / (PACE - 1)
PBX = "pbx.kanzlei.example"

AHEAD = st.integers(1, 400).map(timedelta) | st.sampled_from(
    [HOUR, 3650 * DAY, LATEST - START, timedelta.max]
)
BEHIND = st.integers(1, 400).map(timedelta) | st.sampled_from([HOUR, 3650 * DAY])


def test_five_days_with_a_wrong_clock_are_made_good() -> None:
    assert WRONG_AT_MOST == 5 * DAY


def a_licence(number: int, issued: datetime, days: int, *, begins_in: int = 0) -> Licence:
    return Licence(
        id=f"L-{number}",
        product=PRODUCT,
        customer="Kanzlei",
        seats=5,
        issued=issued.date(),
        valid_from=(issued + begins_in * DAY).date(),
        valid_until=(issued + (begins_in + days) * DAY).date(),
        key_id="a",
    )


@dataclass
class Computer:
    """One on which a connector runs now and then, with a clock that shows what it likes."""

    licence: Licence | None = None
    now: datetime = START
    """The time as it is."""
    wrong_by: timedelta = timedelta(0)
    """How far the clock is ahead of it."""
    is_readable: bool = True
    seen: Seen = field(default_factory=lambda: first_seen(START))
    reading: Reading | None = None
    judgement: Judgement = field(init=False)

    def __post_init__(self) -> None:
        self.look()

    @property
    def clock(self) -> datetime:
        return moved(self.now, self.wrong_by)

    def runs(self, time: timedelta) -> None:
        """The connector runs so long, and looks at the clock."""
        self.now += time
        self.look(time)

    def look(self, ran: timedelta = timedelta(0)) -> Judgement:
        """It looks at the clock: after a while, or because it starts."""
        self.seen = onward(self.seen, self.clock, ran)
        if self.is_readable:
            found, at = self.licence, self.seen.present
            self.reading = Reading(found=found, origin=Origin.MODULE, read_at=at)
        elif self.reading is not None:
            read_at = self.seen.in_past(self.reading.read_at)
            self.reading = replace(self.reading, read_at=read_at)
        readings = [] if self.reading is None else [self.reading]
        self.seen = remembering(self.seen, readings, PBX)
        self.judgement = judge(readings, self.seen, pbx=PBX)
        return self.judgement


# --- who has a licence ----------------------------------------------------------------------------


class Office(RuleBasedStateMachine):
    """An office that has a licence, orders the next one in time, and has trouble with its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.licences = 1
        self.licence = a_licence(1, START, 60)
        self.computer = Computer(self.licence)
        self.wrong = timedelta(0)
        """How long it ran with a clock that was ahead."""
        self.read_at: datetime | None = START
        """When the licence was read last by the right time; None: since then it was behind."""

    def _look(self, ran: timedelta = timedelta(0)) -> None:
        computer, known = self.computer, self.computer.seen.known
        computer.licence = self.licence
        computer.runs(ran)
        is_right = not computer.wrong_by
        if computer.wrong_by > timedelta(0):
            self.wrong += ran
        if is_right and computer.is_readable:
            self.read_at = computer.now
            if self.licence.id not in known:
                self.wrong = timedelta(0)
        self._is_served(is_right=is_right)

    def _is_served(self, *, is_right: bool) -> None:
        computer = self.computer
        if is_right and computer.is_readable:
            assert computer.judgement.ground is Ground.LICENCE
            assert computer.judgement.state is LicenceState.VALID
        if is_right and self.read_at is not None and computer.now - self.read_at <= GRACE:
            assert computer.judgement.serves
        assert computer.seen.lived <= computer.now + (PACE - 1) * self.wrong

    @rule(looks=st.integers(1, 30))
    def works(self, looks: int) -> None:
        for _ in range(looks):
            is_ahead = self.computer.wrong_by > timedelta(0)
            if is_ahead and self.wrong + LOOK > WRONG_AT_MOST:
                break
            if self.licence.covers(self.computer.now + LOOK):
                self._look(LOOK)

    @rule(hours=st.integers(1, 24 * 30))
    def rests(self, hours: int) -> None:
        last = self.licence.ends - HOUR
        self.computer.now = max(self.computer.now, min(last, self.computer.now + hours * HOUR))
        self._look()

    @rule(by=AHEAD, looks=st.integers(0, 10), soon=st.booleans())
    def the_clock_leaps_ahead(self, by: timedelta, looks: int, soon: bool) -> None:
        self.computer.wrong_by = by
        self._look()
        self.works(looks)
        if soon:
            self.the_clock_is_put_right()

    @rule(by=BEHIND)
    def the_clock_falls_behind(self, by: timedelta) -> None:
        self.computer.wrong_by = -by
        self.read_at = None
        self._look()

    @rule()
    def the_clock_is_put_right(self) -> None:
        self.computer.wrong_by = timedelta(0)
        self._look()

    @rule(is_readable=st.booleans())
    def the_module_comes_and_goes(self, is_readable: bool) -> None:
        self.computer.is_readable = is_readable
        self._look()

    @precondition(lambda self: self.licence.ends - self.computer.now < 20 * DAY)
    @rule(days=st.integers(30, 200))
    def the_next_licence_comes(self, days: int) -> None:
        self.licences += 1
        self.licence = a_licence(self.licences, self.computer.now, days)
        self._look()


TestOffice = Office.TestCase
TestOffice.settings = settings(stateful_step_count=30)


# --- who sets the clock ---------------------------------------------------------------------------


class Cheat(RuleBasedStateMachine):
    """Somebody who sets the clock, runs the connector and puts licences into it as he likes."""

    def __init__(self) -> None:
        super().__init__()
        self.computer = Computer()
        self.owned: list[Licence] = []
        self.served = timedelta(0)
        self.since = START
        """Lived time when this began to be counted."""
        self.witnesses = 0
        """How often lived time was put back."""

    @property
    def entitled_until(self) -> datetime:
        """When the trial is over, and the grace after the last of all licences."""
        return max([START + TRIAL, *(licence.ends + GRACE for licence in self.owned)])

    def _look(self, ran: timedelta = timedelta(0)) -> None:
        computer, was_served = self.computer, self.computer.judgement.serves
        before, known = computer.seen.lived, computer.seen.known
        computer.runs(ran)
        if was_served:
            self.served += ran
        if computer.seen.lived < before + ran:
            self._is_put_back(known)

    def _is_put_back(self, known: tuple[str, ...]) -> None:
        """By a licence that was never read as valid before; it may have been taken away since."""
        now_known = self.computer.seen.known
        (licence,) = [one for one in self.owned if one.id in now_known and one.id not in known]
        issued = datetime.combine(licence.issued, datetime.min.time(), UTC)
        assert self.computer.seen.lived >= issued - DRIFT
        self.witnesses += 1
        self.since, self.served = self.computer.seen.lived, timedelta(0)

    @initialize(days=st.integers(1, 60))
    def begins(self, days: int) -> None:
        self.orders(days, 0)

    @precondition(lambda self: len(self.owned) < 4)
    @rule(days=st.integers(1, 60), begins_in=st.integers(-60, 60))
    def orders(self, days: int, begins_in: int) -> None:
        number = len(self.owned)
        licence = a_licence(number, self.computer.now, days, begins_in=begins_in)
        self.owned.append(licence)

    @rule(number=st.integers(-1, 3))
    def puts_in(self, number: int) -> None:
        self.computer.licence = self.owned[number % len(self.owned)] if number >= 0 else None
        self._look()

    @rule(looks=st.integers(1, 30))
    def runs(self, looks: int) -> None:
        for _ in range(looks):
            self._look(LOOK)

    @rule(looks=st.integers(1, 30), days=st.integers(-100, 200))
    def runs_and_keeps_the_clock_from_going_on(self, looks: int, days: int) -> None:
        for _ in range(looks):
            self._set(START + days * DAY)
            self._look(LOOK)

    @rule(hours=st.integers(1, 24 * 30))
    def rests(self, hours: int) -> None:
        self.computer.now += hours * HOUR
        self._look()

    @rule(days=st.integers(-100, 300))
    def sets_the_clock(self, days: int) -> None:
        self._set(START + days * DAY)
        self._look()

    @rule(days=st.integers(-60, 60))
    def sets_the_clock_by_lived_time(self, days: int) -> None:
        self._set(self.computer.seen.lived + days * DAY)
        self._look()

    @rule(is_readable=st.booleans())
    def lets_it_be_read(self, is_readable: bool) -> None:
        self.computer.is_readable = is_readable
        self._look()

    def _set(self, clock: datetime) -> None:
        self.computer.wrong_by = clock - self.computer.now

    @invariant()
    def gains_a_month_at_most(self) -> None:
        assert self.served <= self.entitled_until + SET_BACK + LOOK - self.since

    @invariant()
    def puts_time_back_once_for_a_licence(self) -> None:
        assert self.witnesses <= len(self.owned)


TestCheat = Cheat.TestCase
TestCheat.settings = settings(stateful_step_count=30)


# --- in figures -----------------------------------------------------------------------------------


def served(computer: Computer, *, until: datetime) -> timedelta:
    """How long somebody is served who sets the clock to wherever that helps."""
    total, days = timedelta(0), [START + 10 * n * DAY for n in range(16)]
    while computer.now < until:
        if not computer.judgement.serves:
            for clock in [computer.now, computer.seen.lived - SET_BACK, *days]:
                computer.wrong_by = clock - computer.now
                if computer.look().serves:
                    break
        total += LOOK if computer.judgement.serves else timedelta(0)
        computer.runs(LOOK)
    return total


def test_a_licence_of_a_hundred_days_is_of_use_for_a_hundred_and_sixty_at_most() -> None:
    gone = 600 * DAY
    total = served(Computer(a_licence(1, START, 100)), until=START + gone)
    assert 130 * DAY < total <= 101 * DAY + GRACE + SET_BACK + LOOK


def test_a_trial_is_of_use_for_sixty_days_at_most() -> None:
    total = served(Computer(), until=START + 600 * DAY)
    assert 30 * DAY < total <= TRIAL + SET_BACK + LOOK


def test_who_was_honest_until_the_licence_ended_gains_a_month_at_most() -> None:
    computer = Computer(a_licence(1, START, 100))
    while computer.judgement.serves:
        computer.runs(LOOK)
    assert served(computer, until=START + 600 * DAY) <= SET_BACK + LOOK
