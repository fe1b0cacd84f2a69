"""Who may use the connector at which moment, whatever was read.

What clocks do over a long time is played in `test_licence_clocks.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.licences import (
    AHEAD,
    FRESH,
    GRACE,
    PRODUCT,
    SET_BACK,
    TRIAL,
    Flaw,
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
from datev_connector.domain.lived_time import LATEST

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PBX = "pbx.kanzlei.example"


def a_licence(begin: date, end: date, **more: object) -> Licence:
    facts: dict[str, object] = {
        "id": f"L-{begin}-{end}",
        "product": PRODUCT,
        "customer": "Kanzlei",
        "seats": 5,
        "issued": begin,
        "valid_from": begin,
        "valid_until": end,
        "key_id": "a",
    }
    return Licence(**(facts | more))  # type: ignore[arg-type]


def lasting(first: int, last: int, **more: object) -> Licence:
    """A licence for these days after the start."""
    return a_licence((START + first * DAY).date(), (START + last * DAY).date(), **more)


def in_module(found: Licence | Flaw | None, read_at: datetime) -> Reading:
    return Reading(found=found, origin=Origin.MODULE, read_at=read_at)


def in_file(found: Licence | Flaw | None, read_at: datetime) -> Reading:
    return Reading(found=found, origin=Origin.FILE, read_at=read_at)


class Life:
    """A connector that runs all the time, and reads what is there when the clock is told to it."""

    def __init__(self, found: Licence | Flaw | None = None) -> None:
        self.seen = first_seen(START)
        self.found = found
        self.readable = True
        self.last: Reading | None = None

    def at(self, days: float, **more: int) -> Judgement:
        """The clock goes on to this day after the start; back it can only be set."""
        clock = START + days * DAY
        return self._looks(clock, max(timedelta(0), clock - self.seen.clock), **more)

    def set_to(self, days: float) -> Judgement:
        """The clock is set to this day after the start."""
        return self._looks(START + days * DAY, timedelta(0))

    def _looks(self, clock: datetime, ran: timedelta, **more: int) -> Judgement:
        self.seen = onward(self.seen, clock, ran)
        if self.last is not None:
            self.last = replace(self.last, read_at=self.seen.in_past(self.last.read_at))
        if self.readable:
            self.last = in_module(self.found, self.seen.present)
        readings = [] if self.last is None else [self.last]
        self.seen = remembering(self.seen, readings, PBX)
        return judge(readings, self.seen, pbx=PBX, **more)


# --- one state after the other --------------------------------------------------------------------


def test_the_trial_begins_with_the_first_start_and_ends_once() -> None:
    life = Life()
    assert life.at(0).ground is Ground.TRIAL
    assert life.at(0).until == START + TRIAL
    assert not life.at(22.9).ends_soon
    assert life.at(24).ends_soon
    assert life.at(29.9).serves
    over = life.at(31)
    assert (over.state, over.ground) == (LicenceState.NONE, Ground.NOTHING)
    assert not over.serves


def test_the_trial_is_no_reason_for_haste_at_its_beginning() -> None:
    assert not Life().at(1).ends_soon


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (None, LicenceState.NONE),
        (Flaw.DAMAGED, LicenceState.TAMPERED),
        (Flaw.FORGED, LicenceState.TAMPERED),
        (Flaw.FOREIGN, LicenceState.TAMPERED),
        (Flaw.TOO_LONG, LicenceState.TAMPERED),
        (Flaw.UNKNOWN_KEY, LicenceState.UNKNOWN_KEY),
        (Flaw.WITHDRAWN_KEY, LicenceState.UNKNOWN_KEY),
        (lasting(50, 90), LicenceState.NOT_YET),
        (lasting(-90, -1), LicenceState.ENDED),
        (lasting(0, 90, product="something-else"), LicenceState.OTHER_PRODUCT),
        (lasting(0, 90, pbx=("other.example",)), LicenceState.OTHER_PBX),
    ],
)
def test_what_is_no_valid_licence_leaves_the_trial_and_then_nothing(
    found: Licence | Flaw | None, state: LicenceState
) -> None:
    life = Life(found)
    assert (life.at(1).state, life.at(1).ground) == (state, Ground.TRIAL)
    later = life.at(35)
    assert (later.state, later.ground) == (state, Ground.NOTHING)
    assert later.licence == (found if isinstance(found, Licence) else None)
    assert later.flaw == (found if isinstance(found, Flaw) else None)


def test_a_licence_is_valid_on_its_first_and_on_its_last_day() -> None:
    licence = a_licence(date(2026, 12, 1), date(2026, 12, 31))
    assert not licence.covers(datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))
    assert licence.covers(datetime(2026, 12, 1, tzinfo=UTC))
    assert licence.covers(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert not licence.covers(datetime(2027, 1, 1, tzinfo=UTC))


def test_a_licence_that_ends_soon_is_spoken_of_ahead() -> None:
    life = Life(lasting(0, 365))
    assert (life.at(300).state, life.at(300).ends_soon) == (LicenceState.VALID, False)
    ahead = life.at(340)
    assert (ahead.ground, ahead.ends_soon) == (Ground.LICENCE, True)
    assert life.found is not None
    assert ahead.until is not None
    assert ahead.until - ahead.at <= AHEAD


def test_who_had_a_valid_licence_works_on_for_thirty_days_after_its_end() -> None:
    life = Life(lasting(0, 100))
    assert life.at(100).ground is Ground.LICENCE
    after = life.at(102)
    assert (after.state, after.ground) == (LicenceState.ENDED, Ground.GRACE)
    assert life.at(129).serves
    assert not life.at(131).serves


def test_what_cannot_be_read_counts_as_it_was_for_a_weekend_and_then_by_grace() -> None:
    life = Life(lasting(0, 365))
    life.at(100)
    life.readable = False
    assert life.at(102.9).state is LicenceState.VALID
    unread = life.at(104)
    assert (unread.state, unread.ground) == (LicenceState.UNREAD, Ground.GRACE)
    assert unread.until == START + 100 * DAY + GRACE
    assert life.at(130).serves
    assert not life.at(130.1).serves
    life.readable = True
    assert life.at(131).ground is Ground.LICENCE


def test_a_licence_that_was_taken_away_leaves_thirty_days() -> None:
    life = Life(lasting(0, 365))
    life.at(100)
    life.found = None
    assert (life.at(101).state, life.at(101).ground) == (LicenceState.NONE, Ground.GRACE)
    assert not life.at(131).serves


def test_too_many_seats_stop_nobody() -> None:
    life = Life(lasting(0, 365, seats=2))
    assert life.at(40, seats_in_use=2).state is LicenceState.VALID
    crowded = life.at(40, seats_in_use=3)
    assert (crowded.state, crowded.ground) == (LicenceState.TOO_MANY_SEATS, Ground.LICENCE)
    assert crowded.seats_in_use == 3


# --- which PBX ------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["PBX.Kanzlei.example", "pbx.kanzlei.example.", " 192.0.2.7 ", ""])
def test_a_pbx_is_known_by_any_of_its_names(host: str) -> None:
    assert lasting(0, 9, pbx=("pbx.kanzlei.example", "192.0.2.7")).is_for(host)


def test_another_pbx_is_another_one() -> None:
    assert not lasting(0, 9, pbx=("pbx.kanzlei.example",)).is_for("pbx2.kanzlei.example")
    assert lasting(0, 9).is_for("pbx2.kanzlei.example")


# --- several places -------------------------------------------------------------------------------


def test_of_two_places_the_better_one_counts_whichever_it_is() -> None:
    seen = replace(first_seen(START), lived=START + 40 * DAY, clock=START + 40 * DAY)
    valid, longer, ended = lasting(0, 60), lasting(0, 90), lasting(0, 30)
    at = seen.lived
    for first, second, best in [
        (valid, ended, valid),
        (ended, valid, valid),
        (valid, longer, longer),
        (longer, valid, longer),
        (None, valid, valid),
        (Flaw.DAMAGED, ended, ended),
    ]:
        found = judge([in_module(first, at), in_file(second, at)], seen, pbx=PBX)
        assert found.licence == best
    same = judge([in_module(valid, at), in_file(valid, at)], seen, pbx=PBX)
    assert same.origin is Origin.MODULE
    assert judge([in_file(valid, at)], seen, pbx=PBX).origin is Origin.FILE
    assert judge([], seen, pbx=PBX).state is LicenceState.NONE


# --- clocks ---------------------------------------------------------------------------------------


def test_a_clock_before_the_licence_is_named_and_stops_nobody_for_thirty_days() -> None:
    life = Life(lasting(40, 400))
    assert life.at(50).ground is Ground.LICENCE
    early = life.set_to(-300)
    assert (early.state, early.ground) == (LicenceState.CLOCK, Ground.GRACE)
    assert all(life.at(-300 + day).serves for day in range(30))
    life.at(-270)
    assert not life.at(-269.5).serves
    assert life.set_to(82).ground is Ground.LICENCE


def test_a_clock_before_a_licence_that_has_begun_is_wrong_however_little() -> None:
    life = Life(lasting(40, 400))
    life.at(50)
    early = life.set_to(35)
    assert (early.state, early.ground) == (LicenceState.CLOCK, Ground.GRACE)
    assert life.at(40.5).state is LicenceState.VALID


def test_a_clock_that_is_set_back_revives_no_licence_that_has_ended() -> None:
    life = Life(lasting(0, 100))
    life.at(100)
    assert not life.at(140).serves
    back = life.set_to(90)
    assert (back.state, back.serves) == (LicenceState.CLOCK, False)


def test_a_clock_that_is_set_back_makes_no_trial_longer() -> None:
    life = Life()
    life.at(40)
    back = life.set_to(9)
    assert (back.state, back.serves) == (LicenceState.CLOCK, False)


def test_a_licence_that_has_ended_by_a_clock_that_was_set_back_as_well_has_ended() -> None:
    life = Life(lasting(0, 100))
    life.at(50)
    life.at(200)
    assert life.set_to(150).state is LicenceState.ENDED


def test_a_clock_that_is_a_little_behind_takes_nothing_of_what_was_read() -> None:
    life = Life(lasting(0, 400))
    life.at(50)
    life.readable = False
    assert life.set_to(25).serves
    assert life.set_to(79).serves


def test_a_clock_that_is_far_behind_takes_nothing_of_what_was_read_after_a_long_rest() -> None:
    life = Life(lasting(0, 400))
    assert life.set_to(100).ground is Ground.LICENCE
    life.readable = False
    assert life.set_to(-50).state is LicenceState.CLOCK
    assert life.set_to(101).ground is Ground.LICENCE
    assert life.set_to(129).serves


@pytest.mark.parametrize("back", [0.5, 10, 30])
def test_a_clock_that_goes_a_little_back_within_a_licence_is_nothing_to_speak_of(
    back: float,
) -> None:
    life = Life(lasting(0, 100))
    life.at(50)
    assert life.set_to(50 - back).state is LicenceState.VALID


@pytest.mark.parametrize("days", [51, 99, 150, 4000, (LATEST - START) / DAY])
def test_a_clock_that_leaps_ahead_and_is_put_right_stops_nobody(days: float) -> None:
    life = Life(lasting(0, 100))
    life.at(50)
    life.set_to(days)
    assert life.set_to(50.1).state is LicenceState.VALID
    life.readable = False
    assert life.at(52.9).state is LicenceState.VALID
    assert life.at(80).ground is Ground.GRACE
    assert not life.at(80.2).serves, (
        "what was read ahead was read no later than the clock was right"
    )


def test_while_the_clock_is_ahead_of_the_licence_it_is_named_before_a_new_one_is_ordered() -> None:
    life = Life(lasting(0, 100))
    life.at(50)
    ahead = life.set_to(4000)
    assert (ahead.state, ahead.serves, ahead.has_leapt) == (LicenceState.ENDED, False, True)
    assert not life.set_to(51).has_leapt


def test_a_clock_that_is_lived_with_is_right_in_the_end() -> None:
    life = Life(lasting(0, 100))
    life.at(50)
    life.set_to(200)
    life.at(230)
    assert not life.seen.has_leapt
    back = life.set_to(81)
    assert (back.state, back.serves) == (LicenceState.CLOCK, False)


def test_a_licence_never_seen_before_says_that_the_clock_is_right_now() -> None:
    life = Life(lasting(0, 100))
    life.at(50)
    life.at(150)
    assert (life.set_to(51).state, life.set_to(51).serves) == (LicenceState.CLOCK, False)
    life.found = lasting(51, 365, id="new")
    assert life.set_to(51).ground is Ground.LICENCE
    assert life.seen.lived == START + 51 * DAY
    life.found = None
    assert life.at(80).ground is Ground.GRACE
    assert not life.at(82).serves


def test_a_new_licence_does_not_say_that_the_time_is_before_its_issue() -> None:
    life = Life(lasting(0, 100))
    life.at(140)
    issued = (START + 140 * DAY).date()
    life.found = lasting(0, 365, id="new", issued=issued)
    life.set_to(60)
    assert life.seen.lived == START + 140 * DAY
    assert life.set_to(142).ground is Ground.LICENCE


def test_a_new_licence_says_that_time_has_passed_in_which_nothing_ran() -> None:
    life = Life(lasting(0, 500, issued=(START + 90 * DAY).date()))
    life.set_to(100)
    assert life.seen.lived == datetime.combine(START.date(), time(), UTC) + 90 * DAY


def test_a_first_start_by_a_clock_that_was_ahead_leaves_no_trial_of_years() -> None:
    life = Life(lasting(0, 100))
    life.seen = first_seen(START + 4000 * DAY)
    assert life.set_to(1).ground is Ground.LICENCE
    life.found = None
    assert life.at(30).ground is Ground.GRACE
    assert not life.at(32).serves


def test_a_new_licence_says_nothing_before_it_was_read_as_valid() -> None:
    life = Life(lasting(60, 100))
    life.at(59)
    life.readable = False
    life.at(62)
    life.set_to(60)
    assert life.seen.lived == START + 62 * DAY


def test_one_that_was_seen_before_says_nothing_of_the_clock() -> None:
    life = Life(lasting(0, 100))
    life.at(50)
    life.found = lasting(60, 200, id="second")
    life.at(70)
    life.at(4000)
    life.found = lasting(0, 100)
    assert not life.set_to(71).serves


def test_a_licence_to_come_gives_no_grace_by_a_clock_that_was_ahead_for_a_moment() -> None:
    life = Life(lasting(200, 500, issued=START.date()))
    life.at(31)
    assert life.set_to(250).serves
    back = life.set_to(32)
    assert (back.state, back.serves) == (LicenceState.NOT_YET, False)
    assert life.at(201).ground is Ground.LICENCE


def test_a_licence_may_last_to_the_end_of_all_calendars() -> None:
    life = Life(a_licence(START.date(), date.max))
    assert life.at(400).state is LicenceState.VALID
    assert life.set_to((LATEST - START) / DAY - 1).serves
    assert life.set_to(401).state is LicenceState.VALID


# --- whatever happens -----------------------------------------------------------------------------

FOUND = st.one_of(
    st.none(),
    st.sampled_from(Flaw),
    st.builds(
        lambda first, days, name, product, pbx: lasting(
            first, first + days, id=name, product=product, pbx=pbx
        ),
        st.integers(-100, 400),
        st.integers(0, 400),
        st.sampled_from("abcd"),
        st.sampled_from([PRODUCT, PRODUCT, PRODUCT, "other"]),
        st.sampled_from([(), (PBX,), ("other.example",)]),
    ),
)
CLOCKS = st.lists(st.integers(-4000, 8000).map(lambda tenth: tenth / 10), min_size=1, max_size=12)
READ = st.lists(FOUND, min_size=12, max_size=12)
FORWARD = CLOCKS.map(sorted)


@given(clocks=CLOCKS, found=READ)
def test_nobody_is_stopped_within_thirty_days_of_a_valid_reading(
    clocks: Sequence[float], found: Sequence[Licence | Flaw | None]
) -> None:
    life = Life()
    for days, there in zip(clocks, found, strict=False):
        life.found = there
        judged = life.at(days)
        valid_at = life.seen.valid_at
        if judged.ground is Ground.LICENCE:
            assert valid_at == judged.at
        if valid_at is not None and judged.at - valid_at <= GRACE:
            assert judged.serves
        if judged.at - life.seen.first_start <= TRIAL:
            assert judged.serves
        assert life.seen.lived - judged.at <= SET_BACK


@given(clocks=CLOCKS, found=READ)
def test_every_service_has_a_reason(
    clocks: Sequence[float], found: Sequence[Licence | Flaw | None]
) -> None:
    life = Life()
    for days, there in zip(clocks, found, strict=False):
        life.found = there
        judged = life.at(days)
        match judged.ground:
            case Ground.LICENCE:
                assert judged.licence == there
                assert isinstance(there, Licence)
                assert there.covers(judged.at)
                assert there.product == PRODUCT
                assert not life.seen.is_set_back
            case Ground.GRACE:
                assert life.seen.valid_at is not None
                assert judged.at <= life.seen.valid_at + GRACE
            case Ground.TRIAL:
                assert judged.at <= life.seen.first_start + TRIAL
            case Ground.NOTHING:
                assert judged.until is None


@given(clocks=FORWARD, found=FOUND)
def test_with_one_licence_service_ends_once_and_begins_again_only_where_a_licence_does(
    clocks: Sequence[float], found: Licence | Flaw | None
) -> None:
    life = Life(found)
    before: Judgement | None = None
    for days in clocks:
        judged = life.at(max(0.0, days))
        if before is not None and judged.serves and not before.serves:
            assert judged.ground is Ground.LICENCE
            assert before.state is LicenceState.NOT_YET
        before = judged


@given(clocks=CLOCKS, back=st.integers(0, 1000), found=FOUND)
def test_nobody_gains_more_than_a_month_by_setting_the_clock_back(
    clocks: Sequence[float], back: int, found: Licence | Flaw | None
) -> None:
    life = Life(found)
    before = [life.at(max(0.0, days)) for days in sorted(clocks)][-1]
    known = life.seen.known
    after = life.set_to((before.at - START) / DAY - back)
    if not isinstance(found, Licence) or found.id in known:
        assert before.at - after.at <= SET_BACK
        if back > SET_BACK / DAY:
            assert before.serves or not after.serves


@given(clocks=CLOCKS, found=FOUND, bad=st.sampled_from([None, *Flaw]))
def test_another_bad_text_beside_it_takes_nothing_away(
    clocks: Sequence[float], found: Licence | Flaw | None, bad: Flaw | None
) -> None:
    life = Life(found)
    for days in clocks:
        alone = life.at(days)
        beside = in_file(bad, life.seen.lived)
        assert life.last is not None
        both = judge([life.last, beside], life.seen, pbx=PBX)
        assert (both.ground, both.until) == (alone.ground, alone.until)


@given(age=st.floats(0, 100, allow_nan=False))
def test_a_remembered_reading_counts_by_its_age(age: float) -> None:
    now = START + 200 * DAY
    read_at = now - age * DAY
    seen = Seen(first_start=START, lived=now, clock=now, valid_at=read_at)
    judged = judge([in_module(lasting(0, 400), read_at)], seen, pbx=PBX)
    if now - read_at <= FRESH:
        assert judged.ground is Ground.LICENCE
    elif now - read_at <= GRACE:
        assert judged.ground is Ground.GRACE
    else:
        assert judged.ground is Ground.NOTHING
