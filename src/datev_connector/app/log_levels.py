"""How much the log tells, and how long a detailed one lasts. Pure.

DEBUG and TRACE are for finding a fault. Whoever switched one of them on forgets it, and a log that
tells everything for a year holds nothing when it is needed: ten megabytes are soon written. So both
go back to the usual level by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from datev_connector.app.settings.sections import LogLevel

USUAL = LogLevel.INFO
DETAILED = frozenset({LogLevel.DEBUG, LogLevel.TRACE})
LASTS = timedelta(hours=24)
"""A working day and the next morning: what happens daily happens once in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Since when a detailed level is wanted; kept, so that a restart does not begin anew."""

    level: LogLevel
    since: datetime
    """UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelStanding:
    """How much the log tells now."""

    level: LogLevel
    until: datetime | None = None
    """When it goes back to the usual by itself, UTC; None: it stays."""
    ended: bool = False
    """A detailed level is wanted, and its time is up."""


def standing(
    wanted: LogLevel, mark: Mark | None, now: datetime
) -> tuple[Mark | None, LevelStanding]:
    """What counts at `now` (UTC), and the mark to be kept for it; None: none is needed."""
    if wanted not in DETAILED:
        return None, LevelStanding(level=wanted)
    if mark is None or mark.level is not wanted or mark.since > now:
        mark = Mark(level=wanted, since=now)  # a clock that was put back begins anew
    until = mark.since + LASTS
    if now >= until:
        return mark, LevelStanding(level=USUAL, ended=True)
    return mark, LevelStanding(level=wanted, until=until)
