"""Which call stands in which row, as far as it is known: a window into a long list. Pure.

The list may have a hundred thousand rows; kept are those that were looked at last. What is asked
for is reckoned from a call that is known and stands above it, so that calls which come on top
meanwhile shift nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from datev_connector.domain.calls import Call

BLOCK = 100
"""Rows that are asked for together."""
FIRST = 40
"""Rows that a new list begins with: about as many as a window shows, for they are awaited."""
KEPT = 600
"""Rows kept at most."""


@dataclass(slots=True, kw_only=True)
class Request:
    """Rows that were asked for."""

    first: int
    """Moves when calls come above it."""
    after: Call | None
    skip: int
    limit: int

    def covers(self, row: int) -> bool:
        """Tell whether it asks for a row."""
        return self.first <= row < self.first + self.limit


class Rows:
    """Rows from 0 to `total`, newest first."""

    def __init__(self, total: int = 0, kept: int = KEPT) -> None:
        self.total = total
        self._kept = kept
        self._calls: dict[int, Call] = {}
        self._places: dict[str, int] = {}
        self._strangers: set[str] = set()
        self._requests: list[Request] = []

    def at(self, row: int) -> Call | None:
        """The call of a row; None: it is not known here."""
        return self._calls.get(row)

    def row_of(self, call: str) -> int | None:
        """The row of a call; None: it is not known here."""
        return self._places.get(call)

    def __len__(self) -> int:
        """How many rows are known."""
        return len(self._calls)

    @property
    def is_whole(self) -> bool:
        """Tell whether every row is known."""
        return len(self._calls) == self.total

    # --- asking -------------------------------------------------------------------------------

    def request(self, row: int) -> Request | None:
        """What to ask for to know this row and those around it; None: it is known or not there."""
        if not 0 <= row < self.total or self._is_taken(row):
            return None
        begin = row - row % BLOCK
        end = min(begin + BLOCK, self.total)
        first = next(r for r in range(row, begin - 1, -1) if r == begin or self._is_taken(r - 1))
        last = next((r for r in range(row, end) if self._is_taken(r)), end)
        after, skip = self._reckoned(first)
        request = Request(first=first, after=after, skip=skip, limit=last - first)
        self._requests.append(request)
        return request

    def _is_taken(self, row: int) -> bool:
        """Known, or asked for: requests lie off the blocks once a call came on top."""
        return row in self._calls or any(one.covers(row) for one in self._requests)

    def _reckoned(self, first: int) -> tuple[Call | None, int]:
        """The nearest known call above a row, and how many calls of the list are between."""
        above = max((row for row in self._calls if row < first), default=None)
        if above is None:
            return None, first
        return self._calls[above], first - above - 1

    def forget(self, request: Request) -> None:
        """Nothing comes of a request."""
        self._requests = [one for one in self._requests if one is not request]

    def answer(self, request: Request, calls: Sequence[Call]) -> bool:
        """Take what came of a request; False: the list has changed and must be asked for anew."""
        self.forget(request)
        known = [call for call in calls if call.call in self._places]
        if known or len(calls) != request.limit:
            return False
        self.put(request.first, calls)
        self._thin_out(request.first)
        return True

    def put(self, first: int, calls: Iterable[Call]) -> None:
        """These are the rows from `first` on."""
        for row, call in enumerate(calls, first):
            self._calls[row] = call
            self._places[call.call] = row
        self.total = max(self.total, max(self._calls, default=-1) + 1)

    def _thin_out(self, around: int) -> None:
        """Forget what is far from a row.

        The first row stays: it tells whether a call is the newest. So does what does not belong
        here any longer: nobody would bring it again, and rows below would be reckoned wrongly.
        """
        spare = len(self._calls) - self._kept
        if spare <= 0:
            return
        far = sorted(self._calls, key=lambda row: abs(row - around), reverse=True)
        loose = [row for row in far if row and self._calls[row].call not in self._strangers]
        for row in loose[:spare]:
            del self._places[self._calls.pop(row).call]

    # --- changes ------------------------------------------------------------------------------

    def replace(self, call: Call, *, belongs: bool) -> int | None:
        """A call has changed; its row stays where it is, also if it `belongs` here no longer."""
        row = self._places.get(call.call)
        if row is None:
            return None
        self._calls[row] = call
        if belongs:
            self._strangers.discard(call.call)
        else:
            self._strangers.add(call.call)
        return row

    def place_for(self, call: Call) -> int | None:
        """The row where a call that is not here belongs; None: it is among rows not known."""
        if self.total == 0:
            return 0
        order = (call.began_at, call.call)
        row = 0
        while (there := self._calls.get(row)) is not None:
            if (there.began_at, there.call) < order:
                return row
            row += 1
        return self.total if row == self.total else None

    def insert(self, row: int, call: Call) -> None:
        """A call comes between."""
        self._calls = {r + (r >= row): one for r, one in self._calls.items()}
        self._places = {name: r + (r >= row) for name, r in self._places.items()}
        for request in self._requests:
            request.first += request.first >= row
        self.total += 1
        self.put(row, [call])
