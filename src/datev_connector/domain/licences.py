"""Licences: what one allows, and whether the connector may serve.

Three things let it serve: a valid licence, the trial after the first start, and the time of grace
after a valid licence was last read. Which of them it is follows from what can be read now and from
what is remembered (`Seen`).

The clock counts as long as it is not far behind the time that the connector has lived
(`lived_time`). So a clock that leaps ahead and is put right again stops nobody, and one that is set
back, however often, has licence, grace and trial last `SET_BACK` longer in all. The days of a
licence are days of UTC, the first and the last included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from datev_connector.domain.lived_time import lived_on, moved

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
SET_BACK = timedelta(days=30)
"""A clock that is further behind lived time has been set back; less may be left by a leap ahead."""
LEAP = timedelta(days=30)
"""A clock that is further ahead of lived time is wrong, or the connector did not run for long."""
DRIFT = timedelta(days=1)
"""So far may the clocks of vendor and office be apart, and their days."""
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
        return _start_of(self.valid_from)

    @property
    def ends(self) -> datetime:
        """The first moment at which it is valid no longer."""
        return moved(_start_of(self.valid_until), timedelta(days=1))

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
    """By the time that counted then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is remembered from one start to the next. All times are UTC."""

    first_start: datetime
    lived: datetime
    """The time that is lived, see `lived_time`."""
    clock: datetime
    """What the clock showed last."""
    valid_at: datetime | None = None
    """When a valid licence was last read, by the time that counted then."""
    known: tuple[str, ...] = ()
    """Ids of the licences that were read as valid, the latest last."""

    @property
    def is_set_back(self) -> bool:
        """Tell whether the clock shows a day that is long over."""
        return self.lived - self.clock > SET_BACK

    @property
    def has_leapt(self) -> bool:
        """Tell whether the clock shows a day that may be yet to come."""
        return self.clock - self.lived > LEAP

    @property
    def present(self) -> datetime:
        """The time that counts. Lived time is never more than `SET_BACK` ahead of it."""
        return self.lived if self.is_set_back else self.clock

    def in_past(self, moment: datetime) -> datetime:
        """When something was that has been: by a clock that was ahead it may seem yet to come."""
        return moment if self.is_set_back else min(moment, max(self.clock, self.lived))


def first_seen(now: datetime) -> Seen:
    """What there is to remember at the first start."""
    return Seen(first_start=now, lived=now, clock=now)


def onward(seen: Seen, now: datetime, ran: timedelta) -> Seen:
    """The same at another look at the clock; `ran`: how long the connector ran since the last."""
    lived, valid_at = lived_on(seen.lived, now, ran), seen.valid_at
    seen = replace(seen, lived=lived, clock=now)
    return seen if valid_at is None else replace(seen, valid_at=seen.in_past(valid_at))


def remembering(seen: Seen, readings: Iterable[Reading], pbx: str) -> Seen:
    """What is to be remembered of what was read."""
    for reading in readings:
        if isinstance(reading.found, Licence) and _is_ours(reading.found, pbx):
            seen = _having_read(seen, reading.found, reading.read_at)
    return seen


def _having_read(seen: Seen, licence: Licence, read_at: datetime) -> Seen:
    """What is to be remembered of a licence.

    One that was never read before is a witness: the vendor issued it at a time that is over.
    """
    now = seen
    if licence.id not in seen.known and _may_be_new(licence, seen.clock):
        now = _put_right(seen, licence.issued)
        read_at = min(read_at, now.present)
    if not _was_valid(licence, now, read_at):
        return seen
    return replace(
        now,
        valid_at=max(read_at, now.valid_at or read_at),
        known=(*(one for one in now.known if one != licence.id), licence.id)[-REMEMBERED:],
    )


def _may_be_new(licence: Licence, clock: datetime) -> bool:
    return licence.covers(clock) and _start_of(licence.issued) <= moved(clock, DRIFT)


def _put_right(seen: Seen, issued: date) -> Seen:
    """By the clock, as far as the day of issue allows."""
    now, valid_at = seen.clock, seen.valid_at
    return replace(
        seen,
        lived=min(now, max(seen.lived, _start_of(issued))),
        first_start=min(seen.first_start, now),
        valid_at=None if valid_at is None else min(valid_at, now),
    )


def _was_valid(licence: Licence, seen: Seen, read_at: datetime) -> bool:
    """Tell whether a valid licence was read, by clock and lived time where these are far apart."""
    if seen.is_set_back and not licence.covers(seen.clock):
        return False
    if seen.has_leapt and not licence.covers(seen.lived):
        return False
    return licence.covers(read_at)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _is_ours(licence: Licence, pbx: str) -> bool:
    return licence.product == PRODUCT and licence.is_for(pbx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether the connector may serve, by what, and what there is to say of the licence."""

    state: LicenceState
    ground: Ground
    at: datetime
    """The time that counts."""
    until: datetime | None = None
    """When this ground ends; None: there is none."""
    licence: Licence | None = None
    """The one that is spoken of."""
    flaw: Flaw | None = None
    """Why there is a text and no licence."""
    origin: Origin | None = None
    """Where it was read."""
    seats_in_use: int = 0
    has_leapt: bool = False
    """The clock may be wrong: it is far ahead of the time that was lived."""
    is_file_closed: bool = False
    """The file that may hold a licence could not be read just now."""

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
    nothing = Reading(found=None, origin=Origin.MODULE, read_at=seen.present)
    state, best = min(judged, key=_rank, default=(LicenceState.NONE, nothing))
    licence = best.found if isinstance(best.found, Licence) else None
    ground, until = _ground(state, licence, seen)
    if state is LicenceState.NONE and _is_trial_by_clock_alone(seen):
        state = LicenceState.CLOCK
    return Judgement(
        state=state,
        ground=ground,
        at=seen.present,
        until=until,
        licence=licence,
        flaw=best.found if isinstance(best.found, Flaw) else None,
        origin=None if best.found is None else best.origin,
        seats_in_use=seats_in_use,
        has_leapt=seen.has_leapt,
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
    if seen.present >= found.ends:
        return LicenceState.ENDED
    if seen.present < found.begins:
        has_begun = seen.lived - found.begins > DRIFT
        return LicenceState.CLOCK if has_begun else LicenceState.NOT_YET
    if seen.present - reading.read_at > FRESH:
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
    grounds = [(moved(seen.first_start, TRIAL), Ground.TRIAL)]
    if seen.valid_at is not None:
        grounds.append((moved(seen.valid_at, GRACE), Ground.GRACE))
    until, ground = max(grounds, key=lambda one: (one[0], one[1] is Ground.GRACE))
    return (ground, until) if seen.present <= until else (Ground.NOTHING, None)


def _is_trial_by_clock_alone(seen: Seen) -> bool:
    end = moved(seen.first_start, TRIAL)
    return seen.is_set_back and seen.clock <= end < seen.lived
