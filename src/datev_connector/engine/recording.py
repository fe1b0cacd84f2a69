"""Remembers the latest inputs of the desk, so that what happened can be played again.

An input is kept as it is, together with the terms under which the desk took it; to remember one
costs about as much as to count it. Nothing is written: masking and keeping are the business of
whoever asks for the recording.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from datev_connector.domain import inputs

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.calls import Call
    from datev_connector.domain.desk.terms import Terms
    from datev_connector.domain.inputs import Input, LegChanged
    from datev_connector.domain.legs import Leg
    from datev_connector.domain.outbox import JournalEntry

MOST = 2000
LONGEST = timedelta(hours=24)
LARGEST = 4_000_000
"""About so many bytes are kept at most, whatever long notes and lists there were."""
OF_INPUT, OF_ITEM = 500, 500
"""About so many bytes an input has, and each thing in a list of it."""
_LOOKING = (inputs.PictureTaken, inputs.Ticked)
"""Inputs that come by the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a desk took up of an earlier run before its first input."""

    at: datetime
    terms: Terms
    """As they were before."""
    calls: tuple[Call, ...]
    entries: tuple[JournalEntry, ...]
    next_position: int


@dataclass(frozen=True, slots=True)
class Recording:
    """The latest inputs of a desk, oldest first."""

    terms: Terms | None
    """As they were before the first input; None: there is no input."""
    inputs: tuple[Input, ...]
    begins_in_the_middle: bool
    """Inputs before the first one are forgotten: calls that lived then are not known."""
    restored: Restored | None = None
    """None: the desk took nothing up, or what it did with it is forgotten."""
    legs: tuple[LegChanged, ...] = ()
    """How the legs stood, if inputs are forgotten."""


class _Taken(NamedTuple):
    event: Input
    terms: Terms
    size: int
    idle: bool = False
    """It looked at what there is, and nothing came of it."""


class Recorder:
    """Belongs to one desk. Call it on the thread of the engine only."""

    def __init__(
        self, *, most: int = MOST, longest: timedelta = LONGEST, largest: int = LARGEST
    ) -> None:
        """`most` inputs are kept, none older than `longest`, and about `largest` bytes."""
        self._most, self._longest, self._largest = most, longest, largest
        self._taken: deque[_Taken] = deque()
        self._size = 0
        self._lost = False
        self._legs: dict[Leg, LegChanged] = {}
        self._restored: Restored | None = None

    def restored(self, restored: Restored) -> None:
        """The desk takes up the work of an earlier run, before its first input."""
        self._restored = restored

    def take(self, event: Input, terms: Terms) -> None:
        """Remember an input, to be called before the desk takes it."""
        self._leave_out_another(event)
        taken = _Taken(event, terms, _size(event))
        self._taken.append(taken)
        self._size += taken.size
        oldest_at = event.at - self._longest  # a clock that was put back makes no input old
        while self._taken and (
            len(self._taken) > self._most
            or self._size > self._largest
            or self._taken[0].event.at < oldest_at
        ):
            self._lose(self._taken.popleft())

    def nothing_came_of_it(self) -> None:
        """The desk has wanted nothing on the last input.

        Polls and the heartbeat come every second in which nothing happens. Those of which nothing
        came are left out as soon as another one of their kind follows: the desk does the same.
        """
        if self._taken and isinstance(self._taken[-1].event, _LOOKING):
            self._taken[-1] = self._taken[-1]._replace(idle=True)

    def _leave_out_another(self, event: Input) -> None:
        for place in range(len(self._taken) - 1, -1, -1):
            taken = self._taken[place]
            if not taken.idle or not isinstance(event, _LOOKING):
                return
            if type(taken.event) is type(event):
                if _says_no_more(taken.event, event):
                    self._size -= taken.size
                    del self._taken[place]
                return

    def _lose(self, taken: _Taken) -> None:
        self._size -= taken.size
        self._lost, self._restored = True, None
        if isinstance(taken.event, inputs.LegChanged):
            self._legs[taken.event.report.leg] = taken.event

    def recording(self) -> Recording:
        """Return what is remembered."""
        return Recording(
            terms=self._taken[0].terms if self._taken else None,
            inputs=tuple(taken.event for taken in self._taken),
            begins_in_the_middle=self._lost,
            restored=self._restored,
            legs=tuple(self._legs.values()),
        )


def _says_no_more(event: Input, later: Input) -> bool:
    if event.at > later.at:  # the clock was put back
        return False
    if isinstance(event, inputs.PictureTaken) and isinstance(later, inputs.PictureTaken):
        return event.alive == later.alive and event.asked_at <= later.asked_at
    return True


def _size(event: Input) -> int:
    """About how many bytes an input holds."""
    texts, lists = _LONG_FIELDS[type(event)]
    size = OF_INPUT
    for name in texts:
        size += 4 * len(getattr(event, name))
    for name in lists:
        size += OF_ITEM * len(getattr(event, name))
    return size


def _long_fields(kind: type[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the fields of an input that hold texts and lists, which may be long."""
    declared = {field.name: str(field.type) for field in fields(kind)}
    texts = tuple(name for name, text in declared.items() if text == "str")
    lists = tuple(
        name for name, text in declared.items() if text.startswith(("tuple[", "frozenset["))
    )
    return texts, lists


_LONG_FIELDS = {kind: _long_fields(kind) for kind in get_args(inputs.Input)}
