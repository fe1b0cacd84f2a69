"""What a server says while a stream is opened: one element after the other, for one who waits."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

from datev_connector.starface.trouble import LinkTrouble, Trouble

Step = TypeVar("Step")

STRAY = 16
"""Elements that may wait while a stream is opened; a server sends one and waits for us."""


class Steps(Generic[Step]):
    """The elements that have come and were not taken yet."""

    def __init__(self) -> None:
        self._come: deque[Step] = deque()
        self._awaited: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> bool:
        """Tell whether one has come that was not taken yet."""
        return bool(self._come)

    @property
    def too_many(self) -> bool:
        """Tell whether the server sends without waiting for us."""
        return len(self._come) > STRAY

    def add(self, step: Step) -> None:
        """Keep one for who opens the stream."""
        self._come.append(step)
        if not self.too_many and self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    async def next(self) -> Step:
        """The next one; waits without limit. Raises LinkTrouble when the stream is over."""
        if not self._come:
            self._awaited = asyncio.get_running_loop().create_future()
            try:
                await self._awaited
            finally:
                self._awaited = None
        return self._come.popleft()

    def end(self, trouble: Trouble) -> None:
        """Tell who waits that the stream is over."""
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(LinkTrouble(trouble))
