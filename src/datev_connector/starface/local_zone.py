"""The time zone of this computer, with the summer time that held at each moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


class LocalZone(tzinfo):
    """Asks the system each time, so that a zone changed in the settings of Windows counts at once.

    A moment that the system cannot place (Windows knows none before 1970) counts as UTC.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """How far the wall clock is ahead of UTC; `fold` tells the two of an hour apart."""
        if moment is None:
            return None
        return _offset(moment.replace(tzinfo=None))

    def dst(self, _moment: datetime | None) -> timedelta | None:
        """Which part of it is summer time is not known."""
        return None

    def tzname(self, _moment: datetime | None) -> str | None:
        """It has no name of its own."""
        return None

    def fromutc(self, moment: datetime) -> datetime:
        """The wall clock at a UTC time; the second hour of two is marked by `fold`."""
        ahead = _offset(moment.replace(tzinfo=UTC))
        wall = moment + ahead
        return wall.replace(fold=1) if self.utcoffset(wall.replace(fold=0)) != ahead else wall


def _offset(moment: datetime) -> timedelta:
    try:
        return moment.astimezone().utcoffset() or timedelta(0)
    except (OSError, OverflowError, ValueError):
        return timedelta(0)
