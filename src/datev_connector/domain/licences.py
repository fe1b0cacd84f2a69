"""Licences: what one allows, and whether the connector may serve.

Three things let it serve: a valid licence, the trial after the first start, and the time of grace
after a valid licence was last read. Which of them it is follows from what can be read now and from
what is remembered (`Seen`).

Time counts as the connector has lived it: it never goes back, whatever the clock does. A clock that
is set back makes no licence last longer, and stops nobody whose licence was valid a short while
ago. The days of a licence are days of UTC, the first and the last included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

PRODUCT = "datev-connector-for-starface"
TRIAL = timedelta(days=30)
"""After the first start."""
GRACE = timedelta(days=30)
"""After a valid licence was last read."""
AHEAD = timedelta(days=30)
"""So long before its end a licence is spoken of."""
TRIAL_AHEAD = timedelta(days=7)
FRESH = timedelta(days=3)
"""So long what was read counts as if it were read now: over a weekend nobody need hear of it."""
SET_BACK = timedelta(days=1)
"""A clock that is further behind has been set back; the rest is drift."""
REMEMBERED = 20
"""So many licences are known again."""


class Origin(StrEnum):
    """Where a licence is put."""

    MODULE = "module"
    """The tab of the module in the PBX."""
    FILE = "file"


class Flaw(StrEnum):
    """Why a text is no licence."""

    FOREIGN = "foreign"
    """It is something else."""
    TOO_LONG = "too-long"
    SEVERAL = "several"
    DAMAGED = "damaged"
    """Letters have been changed, added or lost on the way."""
    FORGED = "forged"
    """Whole, but not signed by the key that it names."""
    UNKNOWN_KEY = "unknown-key"
    WITHDRAWN_KEY = "withdrawn-key"
    """Issued after the last day of its key."""
    NEWER = "newer"
    """Signed, but not in words that this version understands."""


class LicenceState(StrEnum):
    """What there is to say of a licence."""

    VALID = "valid"
    TOO_MANY_SEATS = "too-many-seats"
    """Valid, and used by more than it was issued for."""
    UNREAD = "unread"
    """A valid one was read, but not lately."""
    CLOCK = "clock-set-back"
    NOT_YET = "not-yet-valid"
    ENDED = "ended"
    OTHER_PBX = "other-pbx"
    OTHER_PRODUCT = "other-product"
    UNKNOWN_KEY = "unknown-key"
    TAMPERED = "tampered"
    NONE = "none"


RANK = {state: rank for rank, state in enumerate(LicenceState)}
"""Of two licences the one further up is spoken of."""
USABLE = frozenset({LicenceState.VALID, LicenceState.TOO_MANY_SEATS})


class Ground(StrEnum):
    """By what the connector serves."""

    LICENCE = "licence"
    GRACE = "grace"
    TRIAL = "trial"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What the vendor has signed."""

    id: str
    product: str
    customer: str
    seats: int
    """How many logins of the PBX may use it."""
    features: tuple[str, ...] = ()
    """Names of parts that are paid for apart; today nothing asks for one."""
    issued: date
    valid_from: date
    valid_until: date
    """The last day."""
    pbx: tuple[str, ...] = ()
    """Names or addresses of the PBX that it is for, as in `starface.host`; empty: of any."""
    key_id: str

    @property
    def begins(self) -> datetime:
        """The first moment at which it is valid."""
        return datetime.combine(self.valid_from, time(), UTC)

    @property
    def ends(self) -> datetime:
        """The first moment at which it is valid no longer."""
        return datetime.combine(self.valid_until, time(), UTC) + timedelta(days=1)

    def covers(self, moment: datetime) -> bool:
        """Tell whether it is valid then."""
        return self.begins <= moment < self.ends

    def is_for(self, pbx: str) -> bool:
        """Tell whether it is for this PBX; as long as none is set (empty), it may be."""
        wanted = {_plain(name) for name in self.pbx}
        return not wanted or not pbx.strip() or _plain(pbx) in wanted


def _plain(host: str) -> str:
    return host.strip().rstrip(".").casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found in one place."""

    found: Licence | Flaw | None
    """None: the place is empty."""
    origin: Origin
    read_at: datetime
    """By lived time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is remembered from one start to the next. All times are UTC."""

    first_start: datetime
    lived: datetime
    """The latest time that was ever reached. It goes on where the clock has been set back."""
    clock: datetime
    """What the clock showed last."""
    valid_at: datetime | None = None
    """When a valid licence was last read, by lived time."""
    known: tuple[str, ...] = ()
    """Ids of the licences that were read as valid, the latest last."""

    @property
    def is_set_back(self) -> bool:
        """Tell whether the clock shows a day that is long over."""
        return self.lived - self.clock > SET_BACK


def first_seen(now: datetime) -> Seen:
    """What there is to remember at the first start."""
    return Seen(first_start=now, lived=now, clock=now)


def onward(seen: Seen, now: datetime) -> Seen:
    """The same at a later time, or after the clock was set.

    Behind the time that was lived already only small steps count as time: a large one is a clock
    that is put right.
    """
    step = now - seen.clock
    lives = timedelta(0) <= step <= SET_BACK
    lived = max(now, seen.lived + step if lives else seen.lived)
    return replace(seen, lived=lived, clock=now)


def remembering(seen: Seen, readings: Iterable[Reading], pbx: str) -> Seen:
    """What is to be remembered of what was read.

    With a clock that is set back only that is read as valid which is so by the clock as well as by
    lived time: nobody gains by it, and who had the clock wrong for an hour is not stopped a month
    later. A licence that was never seen before tells more: the vendor has issued it, so it is the
    time before that was wrong, and is forgotten.
    """
    for reading in readings:
        licence = reading.found
        if not isinstance(licence, Licence) or not _is_ours(licence, pbx):
            continue
        is_new = licence.id not in seen.known
        if seen.is_set_back and is_new and licence.covers(seen.clock):
            seen = _put_right(seen)
            reading = replace(reading, read_at=seen.lived)  # noqa: PLW2901 - the same, in time
        by_clock = not seen.is_set_back or licence.covers(seen.clock)
        if by_clock and licence.covers(reading.read_at):
            seen = replace(
                seen,
                valid_at=max(reading.read_at, seen.valid_at or reading.read_at),
                known=(*(one for one in seen.known if one != licence.id), licence.id)[-REMEMBERED:],
            )
    return seen


def _put_right(seen: Seen) -> Seen:
    now, valid_at = seen.clock, seen.valid_at
    return replace(
        seen,
        lived=now,
        first_start=min(seen.first_start, now),
        valid_at=None if valid_at is None else min(valid_at, now),
    )


def _is_ours(licence: Licence, pbx: str) -> bool:
    return licence.product == PRODUCT and licence.is_for(pbx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether the connector may serve, by what, and what there is to say of the licence."""

    state: LicenceState
    ground: Ground
    at: datetime
    """By lived time."""
    until: datetime | None = None
    """When this ground ends; None: there is none."""
    licence: Licence | None = None
    """The one that is spoken of."""
    flaw: Flaw | None = None
    """Why there is a text and no licence."""
    origin: Origin | None = None
    """Where it was read."""
    seats_in_use: int = 0

    @property
    def serves(self) -> bool:
        """Tell whether the connector may serve."""
        return self.ground is not Ground.NOTHING

    @property
    def ends_soon(self) -> bool:
        """Tell whether somebody has to see to what comes next."""
        ahead = TRIAL_AHEAD if self.ground is Ground.TRIAL else AHEAD
        return self.until is not None and self.until - self.at <= ahead


def judge(readings: Iterable[Reading], seen: Seen, *, pbx: str, seats_in_use: int = 0) -> Judgement:
    """Judge by all that can be read; `pbx` is `starface.host`.

    Of several licences the most usable one counts, of equals the one that ends last, then the one
    that is named first.
    """
    judged = [(state_of(reading, seen, pbx, seats_in_use), reading) for reading in readings]
    nothing = Reading(found=None, origin=Origin.MODULE, read_at=seen.lived)
    state, best = min(judged, key=_rank, default=(LicenceState.NONE, nothing))
    licence = best.found if isinstance(best.found, Licence) else None
    ground, until = _ground(state, licence, seen)
    if state is LicenceState.NONE and _is_trial_by_clock_alone(seen):
        state = LicenceState.CLOCK
    return Judgement(
        state=state,
        ground=ground,
        at=seen.lived,
        until=until,
        licence=licence,
        flaw=best.found if isinstance(best.found, Flaw) else None,
        origin=None if best.found is None else best.origin,
        seats_in_use=seats_in_use,
    )


def state_of(reading: Reading, seen: Seen, pbx: str, seats_in_use: int = 0) -> LicenceState:  # noqa: PLR0911 - a line for each state
    """What there is to say of what was read in one place."""
    found = reading.found
    if found is None:
        return LicenceState.NONE
    if not isinstance(found, Licence):
        keys = (Flaw.UNKNOWN_KEY, Flaw.WITHDRAWN_KEY)
        return LicenceState.UNKNOWN_KEY if found in keys else LicenceState.TAMPERED
    if found.product != PRODUCT:
        return LicenceState.OTHER_PRODUCT
    if not found.is_for(pbx):
        return LicenceState.OTHER_PBX
    if seen.is_set_back and seen.clock < found.ends:
        return LicenceState.CLOCK
    if not found.covers(seen.lived):
        return LicenceState.NOT_YET if seen.lived < found.begins else LicenceState.ENDED
    if seen.lived - reading.read_at > FRESH:
        return LicenceState.UNREAD
    return LicenceState.TOO_MANY_SEATS if seats_in_use > found.seats else LicenceState.VALID


def _rank(judged: tuple[LicenceState, Reading]) -> tuple[int, float]:
    state, reading = judged
    usable = LicenceState.VALID if state in USABLE else state
    found = reading.found
    lasting = found.valid_until.toordinal() if isinstance(found, Licence) else 0
    return RANK[usable], -lasting


def _ground(
    state: LicenceState, licence: Licence | None, seen: Seen
) -> tuple[Ground, datetime | None]:
    if state in USABLE and licence is not None:
        return Ground.LICENCE, licence.ends
    grounds = [(seen.first_start + TRIAL, Ground.TRIAL)]
    if seen.valid_at is not None:
        grounds.append((seen.valid_at + GRACE, Ground.GRACE))
    until, ground = max(grounds, key=lambda one: (one[0], one[1] is Ground.GRACE))
    return (ground, until) if seen.lived <= until else (Ground.NOTHING, None)


def _is_trial_by_clock_alone(seen: Seen) -> bool:
    end = seen.first_start + TRIAL
    return seen.is_set_back and seen.clock <= end < seen.lived
