"""Dates, times and durations as German and English offices write them.

Moments come in as aware datetimes and are written in the zone of `local`.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from datev_connector.texts.language import Language, Tongue


class Moments:
    """Writes moments in one language and zone."""

    def __init__(self, language: Language, zone: tzinfo | None = None) -> None:
        """`zone`: None is that of the system."""
        self._language = language
        self._zone = zone

    def time(self, at: datetime) -> str:
        """The time of day to the minute: 14:03."""
        return f"{self._local(at):%H:%M}"

    def date(self, at: datetime) -> str:
        """The day: 23.11.2026, in English 23 Nov 2026."""
        local = self._local(at)
        if self._language.tongue is Tongue.GERMAN:
            return f"{local:%d.%m.%Y}"
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"

    def when(self, at: datetime, now: datetime) -> str:
        """Day and time as people say them: today 14:03, yesterday 14:03, 20.11.2026 14:03."""
        days = (self._local(now).date() - self._local(at).date()).days
        if days == 0:
            return self._language.say("today {time}", time=self.time(at))
        if days == 1:
            return self._language.say("yesterday {time}", time=self.time(at))
        return f"{self.date(at)} {self.time(at)}"

    def since(self, at: datetime, now: datetime) -> str:
        """Today's moments by their time alone, others with their day."""
        same_day = self._local(now).date() == self._local(at).date()
        return self.time(at) if same_day else f"{self.date(at)} {self.time(at)}"

    def _local(self, at: datetime) -> datetime:
        """The moment in the zone; as it is where none is known there.

        The zone of Windows ends with the year 3000, every calendar with 9999.
        """
        try:
            return at.astimezone(self._zone)
        except (OSError, OverflowError, ValueError):
            return at


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def duration(length: timedelta) -> str:
    """Minutes and seconds, with hours once there are any: 3:07, 1:02:45. Never negative."""
    seconds = max(0, int(length.total_seconds()))
    minutes, hours = seconds // 60 % 60, seconds // 3600
    if hours:
        return f"{hours}:{minutes:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"
