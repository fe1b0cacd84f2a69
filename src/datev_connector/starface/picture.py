"""Whose state to ask for, and how many at once, when the calls that exist are read one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Set as AbstractSet

from datev_connector.starface.known_calls import KnownCalls

STATES_AT_ONCE = 4
"""Requests for the state of a call that are under way together."""

STATES_A_ROUND = 50
"""Calls whose state one poll asks for; with more, the rest has its turn in the next polls."""


class Picture:
    """The queue of calls to ask for, over one poll and from poll to poll."""

    def __init__(self, known: KnownCalls) -> None:
        self._known = known
        self._to_ask: deque[str] = deque()
        self._turn: deque[str] = deque()
        self._under_way = 0

    @property
    def complete(self) -> bool:
        """Tell whether every state that this poll wants has been asked for and answered."""
        return not self._to_ask and not self._under_way

    def begin(self, alive: AbstractSet[str], *, everything: bool) -> None:
        """These calls exist: new ones are asked for first, then those that waited longest."""
        new = sorted(pbx_call for pbx_call in alive if not self._known.knows(pbx_call))
        waiting = [pbx_call for pbx_call in self._turn if pbx_call in alive]
        rest = sorted(alive - {*new, *waiting})
        queue = list(dict.fromkeys([*new, *waiting, *rest]))
        chosen = queue if everything else queue[:STATES_A_ROUND]
        self._turn = deque(queue[len(chosen) :] + chosen)
        self._to_ask = deque(chosen)

    def next(self) -> str | None:
        """The next call to ask for; None: enough are under way, or there is none left."""
        if not self._to_ask or self._under_way >= STATES_AT_ONCE:
            return None
        self._under_way += 1
        return self._to_ask.popleft()

    def answered(self) -> None:
        """One of them was answered, however."""
        self._under_way -= 1
