"""The difference between the PBX's clock and ours, measured from the events themselves.

An event names the PBX's time of the change and reaches us a little later: arrival minus timestamp
is the difference of the clocks plus a delay. A delay only ever adds, so the smallest of the last
observations is the best measure. Timestamps carry no zone; the PBX's zone is simply a part of the
difference. One observation that is far off the rest is taken for a stray; two in a row that agree
are a clock that was set, or the end of summer time, and measuring starts anew.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta

WINDOW = 50
"""Observations that count; old ones leave, so that slowly drifting clocks are followed."""

JUMP = timedelta(minutes=2)
"""No event is under way this long: whatever is further off is another clock."""


class PbxClock:
    """Turns the PBX's timestamps into our UTC."""

    def __init__(self) -> None:
        self._seen: deque[timedelta] = deque(maxlen=WINDOW)
        self._stray: timedelta | None = None

    @property
    def difference(self) -> timedelta | None:
        """What must be added to a timestamp to get UTC; None before the first observation."""
        return min(self._seen, default=None)

    def observe(self, timestamp: datetime, arrival: datetime) -> datetime:
        """Learn from a change that is reported as it happens; answer its time in UTC.

        `timestamp` is naive PBX time, or aware; `arrival` is aware and by our clock.
        """
        offset = arrival - _as_utc(timestamp)
        difference = self.difference
        if difference is None or abs(offset - difference) <= JUMP:
            self._seen.append(offset)
            self._stray = None
        elif self._stray is None or abs(offset - self._stray) > JUMP:
            self._stray = offset
            return arrival
        else:
            self._seen.clear()
            self._seen.extend((self._stray, offset))
            self._stray = None
        return self.correct(timestamp, arrival) or arrival

    def correct(self, timestamp: datetime, arrival: datetime) -> datetime | None:
        """The UTC time of a change that may be long past, never later than `arrival`.

        None while the difference is unknown.
        """
        difference = self.difference
        if difference is None:
            return None
        return min(_as_utc(timestamp) + difference, arrival)

    def pbx_time(self, moment: datetime, *, assumed: timedelta = timedelta(0)) -> datetime:
        """What the PBX's clock shows at `moment`, naive; `assumed` serves until it is measured."""
        shown = moment - self._or_assumed(assumed)
        return shown.astimezone(UTC).replace(tzinfo=None)

    def utc_time(self, shown: datetime, *, assumed: timedelta = timedelta(0)) -> datetime:
        """The UTC time at which the PBX's clock shows `shown`: the other way round."""
        return _as_utc(shown) + self._or_assumed(assumed)

    def _or_assumed(self, assumed: timedelta) -> timedelta:
        difference = self.difference
        return assumed if difference is None else difference


def _as_utc(timestamp: datetime) -> datetime:
    """A naive timestamp as if it were UTC: the zone then ends up in the difference."""
    return timestamp.replace(tzinfo=UTC) if timestamp.tzinfo is None else timestamp
