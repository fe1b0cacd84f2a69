"""What the apartment was asked and has not answered in time: until it has, DATEV hangs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

MOST_STUCK: Final = 3
"""So many apartments may be stuck at a time; one more would not help then."""


@dataclass(slots=True, kw_only=True)
class Overdue:
    """A question without an answer."""

    answer: asyncio.Future[Any]
    since_s: float
    """By the clock of the event loop."""
    call_id: str = ""
    """Of the notification; empty: it was a look."""


class OverdueDesk:
    """Knows what keeps the present apartment, and which ones were given up over such a question."""

    def __init__(self) -> None:
        self._present: Overdue | None = None
        self._given_up: list[Overdue] = []

    def note(self, answer: asyncio.Future[Any], at_s: float) -> None:
        """The time for this answer is up."""
        self._present = Overdue(answer=answer, since_s=at_s)

    @property
    def present(self) -> Overdue | None:
        """What has not come back yet in the apartment that is in use."""
        if self._present is not None and self._present.answer.done():
            self._present = None
        return self._present

    def may_give_up(self) -> bool:
        """Tell whether another apartment would be of use."""
        self._given_up = [one for one in self._given_up if not one.answer.done()]
        return len(self._given_up) < MOST_STUCK

    def give_up(self, overdue: Overdue) -> None:
        """Another apartment takes over; this one may still answer."""
        self._given_up.append(overdue)
        self._present = None
