"""Time as a connector has lived it, beside what a clock tells.

A clock tells what it is set to: years ahead with an empty battery or a wrong time server, and back
again as somebody likes. Sure is only how long the connector has run. Lived time goes on by that,
and follows a clock that is ahead of it by `PACE` times that at most:

- No time that it ran is lived twice, whatever is done to the clock.
- A clock that was ahead while it ran for a day, and was put right, leaves lived time at most
  `PACE - 1` days ahead of the right one, however far ahead the clock was.
- Nights, weekends and holidays are caught up with by all who run it one hour in `PACE`.

It cannot be seen that time has passed where the connector did not run and the clock stood still.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

PACE = 7
"""Working days catch up with weeks, and a clock that is wrong for an hour costs six."""

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def lived_on(lived: datetime, clock: datetime, ran: timedelta) -> datetime:
    """The time that is lived, after the connector `ran` so long and the clock shows `clock`."""
    followed = min(clock, moved(lived, PACE * ran))
    return max(followed, moved(lived, ran))


def moved(moment: datetime, by: timedelta) -> datetime:
    """A moment so much later, or the last one (first one) that there is. UTC."""
    try:
        return moment + by
    except OverflowError:
        return LATEST if by > timedelta(0) else EARLIEST
