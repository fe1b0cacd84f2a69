"""The one timer of the engine: rings no later than the earliest time it was asked for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

EARLY = timedelta(seconds=1)
"""So much may the clock of the loop and that of the wall differ when a timer fires."""


class Alarm:
    """Rings once for all times that have come, and then waits to be asked again."""

    def __init__(self, now: Callable[[], datetime], ring: Callable[[datetime], None]) -> None:
        """`ring` is called on the loop with the time that has come."""
        self._now = now
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None
        self._due_at: datetime | None = None

    def no_later_than(self, when: datetime) -> None:
        """Ring at this time, unless an earlier one is due. Call it on the loop only."""
        if self._due_at is not None and self._due_at <= when:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due_at = when
        delay_s = max(0.0, (when - self._now()).total_seconds())
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._fired)

    def stop(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _fired(self) -> None:
        at = self._now()
        if self._due_at is not None and timedelta(0) < self._due_at - at < EARLY:
            at = self._due_at  # the loop's clock is a little early; for the desk the time has come
        self._timer, self._due_at = None, None
        self._ring(at)
