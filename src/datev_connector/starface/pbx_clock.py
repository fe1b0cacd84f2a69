"""The difference between the PBX's clock and ours, measured from the events themselves.

An event names the PBX's time of the change and reaches us a little later: arrival minus timestamp
is the difference of the clocks plus a delay. A delay only ever adds, so the smallest of the last
observations is the best measure.

Timestamps carry no zone. Both ends stand in one office, so they are read as times of our zone, each
with the offset that holds at that very time: summer time begins and ends for both, and what was
measured before still holds after it. The zone of a PBX that stands elsewhere is simply a part of
the difference.

One observation that is far off the rest is taken for a stray; two in a row that agree are a clock
that was set, or a change of summer time that one end does not know, and measuring starts anew.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta, tzinfo

from datev_connector.starface.local_zone import LocalZone

WINDOW = 50
"""Observations that count; old ones leave, so that slowly drifting clocks are followed."""

JUMP = timedelta(minutes=2)
"""No event is under way this long: whatever is further off is another clock."""


class PbxClock:
    """Turns the PBX's timestamps into our UTC."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        """`zone` is that of our wall clock; None: that of this computer."""
        self._zone = LocalZone() if zone is None else zone
        self._seen: deque[timedelta] = deque(maxlen=WINDOW)
        self._stray: timedelta | None = None
        self._measured_at: datetime | None = None

    @property
    def difference(self) -> timedelta | None:
        """What had to be added to a timestamp to get UTC when it was last measured; None: never."""
        if self._measured_at is None:
            return None
        return self._behind - (self._measured_at.astimezone(self._zone).utcoffset() or timedelta(0))

    def observe(self, timestamp: datetime, arrival: datetime) -> datetime:
        """Learn from a change that is reported as it happens; answer its time in UTC.

        `timestamp` is naive PBX time, or aware; `arrival` is aware and by our clock.
        """
        try:
            offset = arrival - self._read(timestamp, arrival - self._behind + JUMP)
        except OverflowError:
            return arrival
        if self._measured_at is None or abs(offset - self._behind) <= JUMP:
            self._seen.append(offset)
        elif self._stray is None or abs(offset - self._stray) > JUMP:
            self._stray = offset
            return arrival
        else:
            self._seen.clear()
            self._seen.extend((self._stray, offset))
        self._stray = None
        self._measured_at = arrival
        return self.correct(timestamp, arrival) or arrival

    def correct(self, timestamp: datetime, arrival: datetime) -> datetime | None:
        """The UTC time of a change that may be long past, never later than `arrival`.

        None while the difference is unknown, and for a time at the ends of the calendar.
        """
        if self._measured_at is None:
            return None
        try:
            return min(self.utc_time(timestamp, until=arrival + JUMP), arrival)
        except OverflowError:
            return None

    def pbx_time(self, moment: datetime) -> datetime:
        """What the PBX's clock shows at `moment`, naive; until it is measured, what ours does."""
        return (moment - self._behind).astimezone(self._zone).replace(tzinfo=None, fold=0)

    def utc_time(self, shown: datetime, *, until: datetime | None = None) -> datetime:
        """The UTC time at which the PBX's clock shows `shown`: the other way round.

        Where summer time ends, an hour is shown twice: it is the second one unless that lies after
        `until` (aware), and the first one if nothing is known. Raises OverflowError at the ends of
        the calendar.
        """
        return self._read(shown, None if until is None else until - self._behind) + self._behind

    @property
    def _behind(self) -> timedelta:
        """How far the PBX's clock is behind ours, if it stands in our zone."""
        return min(self._seen, default=timedelta(0))

    def _read(self, shown: datetime, until: datetime | None) -> datetime:
        """Take what the PBX shows for a time of our zone, and turn it into UTC."""
        first, second = (_as_utc(shown, self._zone, fold) for fold in (0, 1))
        return second if until is not None and first < second <= until else first


def _as_utc(shown: datetime, zone: tzinfo, fold: int) -> datetime:
    ours = shown if shown.tzinfo is not None else shown.replace(tzinfo=zone, fold=fold)
    return ours.astimezone(UTC)
