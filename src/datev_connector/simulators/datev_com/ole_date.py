"""OLE dates: days since 30 December 1899 with the time of day as a fraction; no zone.

Before that day the fraction still counts forward: -1.25 is 29 December 1899, six o'clock.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

from datev_connector.simulators.datev.record import UNSET_TIME

_DAY: Final = timedelta(days=1)
_STEP: Final = timedelta(milliseconds=1)
"""A double holds no day of our time more exactly than to some microseconds."""


def wall_clock(days: float) -> datetime:
    """The wall-clock time, to a millisecond. Raises ValueError outside the years 1 to 9999."""
    if not math.isfinite(days):
        raise ValueError(f"{days} is no date")
    whole = math.trunc(days)
    fraction = round(abs(days - whole) * (_DAY / _STEP)) * _STEP
    try:
        return UNSET_TIME + whole * _DAY + fraction
    except OverflowError as error:
        raise ValueError(f"{days:g} is a day beyond the calendar") from error


def ole_date(moment: datetime) -> float:
    """The OLE date of a wall-clock time without zone; the reverse of `wall_clock`."""
    whole, rest = divmod(moment - UNSET_TIME, _DAY)
    fraction = rest / _DAY
    return whole - fraction if whole < 0 else whole + fraction
