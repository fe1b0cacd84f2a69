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
        return f"{at.astimezone(self._zone):%H:%M}"

    def date(self, at: datetime) -> str:
        """The day: 23.11.2026, in English 23 Nov 2026."""
        local = at.astimezone(self._zone)
        if self._language.tongue is Tongue.GERMAN:
            return f"{local:%d.%m.%Y}"
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"

    def when(self, at: datetime, now: datetime) -> str:
        """Day and time as people say them: today 14:03, yesterday 14:03, 20.11.2026 14:03."""
        days = (now.astimezone(self._zone).date() - at.astimezone(self._zone).date()).days
        if days == 0:
            return self._language.say("today {time}", time=self.time(at))
        if days == 1:
            return self._language.say("yesterday {time}", time=self.time(at))
        return f"{self.date(at)} {self.time(at)}"

    def since(self, at: datetime, now: datetime) -> str:
        """Today's moments by their time alone, others with their day."""
        same_day = now.astimezone(self._zone).date() == at.astimezone(self._zone).date()
        return self.time(at) if same_day else f"{self.date(at)} {self.time(at)}"


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def duration(length: timedelta) -> str:
    """Minutes and seconds, with hours once there are any: 3:07, 1:02:45. Never negative."""
    seconds = max(0, int(length.total_seconds()))
    minutes, hours = seconds // 60 % 60, seconds // 3600
    if hours:
        return f"{hours}:{minutes:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"
