"""DATEV's clock: the real one until somebody sets it, back and forth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import format_datetime


class ServiceClock:
    """Runs as `clock` does (aware time), apart from it by what it was set to.

    zone: of the wall clock; None for this machine's.
    """

    def __init__(self, clock: Callable[[], datetime], zone: tzinfo | None) -> None:
        self._clock = clock
        self._zone = zone
        self._apart = timedelta()
        self._second = -1
        self._http_date = ""

    def now(self) -> datetime:
        """The time in the clock's zone, aware."""
        return (self._clock().astimezone(UTC) + self._apart).astimezone(self._zone)

    def wall(self) -> datetime:
        """What the wall clock shows, without zone."""
        return self.now().replace(tzinfo=None)

    def set(self, moment: datetime) -> None:
        """Show this (aware) time from now on, and go on from it."""
        self._apart = moment - self._clock()

    def jump(self, seconds: float) -> None:
        """Go forth, or back if negative."""
        self._apart += timedelta(seconds=seconds)

    def http_date(self) -> str:
        """The time for the header `Date`."""
        now = self.now()
        second = int(now.timestamp())
        if second != self._second:
            self._second = second
            self._http_date = format_datetime(now.astimezone(UTC), usegmt=True)
        return self._http_date
