"""Times as Automation has them: days since 30 December 1899, a wall clock without a zone.

Before that day the whole part counts backwards and the part of the day still forwards: -1.25 is
six in the morning of 29 December.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a DATE has no zone
EARLIEST: Final = datetime(100, 1, 1)  # noqa: DTZ001 - the first that Automation can say
_DAY_S: Final = 86_400


def ole_date(moment: datetime) -> float:
    """Days of a wall-clock time, whole seconds. Raises ValueError for a zone or a year below 100.

    The seconds survive the way there and back, whatever the year.
    """
    if moment.tzinfo is not None:
        raise ValueError("a wall-clock time has no zone")
    if moment < EARLIEST:
        raise ValueError("Automation knows no year before 100")
    since = moment.replace(microsecond=0) - ZERO
    part = since.seconds / _DAY_S
    return since.days + part if since.days >= 0 else since.days - part


def moment_of(days: float) -> datetime:
    """The wall-clock time, to the nearest second. Raises ValueError for what is no date."""
    if not math.isfinite(days):
        raise ValueError("not a number of days")
    part, whole = math.modf(days)
    try:
        moment = ZERO + timedelta(days=whole) + timedelta(seconds=round(abs(part) * _DAY_S))
    except OverflowError:
        raise ValueError("beyond the calendar") from None
    if moment < EARLIEST:
        raise ValueError("beyond the calendar")
    return moment
