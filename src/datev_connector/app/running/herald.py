"""Passes news on to listeners, a moment after it happened.

Writing a log and an event stream takes longer than telling DATEV of a call. So news wait for the
end of the turn: whatever the turn has to send is on its way first.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from datev_connector.engine.news import News


_log = logging.getLogger(__name__)


class Herald:
    """Takes news at any time on the loop and tells them in order."""

    def __init__(self, *listeners: Callable[[News], None]) -> None:
        """Each listener hears every piece of news, in the order of the listeners."""
        self._listeners = listeners
        self._news: deque[News] = deque()

    def tell(self, news: News) -> None:
        """Tell `news` as soon as the running turn is over."""
        if not self._news:
            asyncio.get_running_loop().call_soon(self.tell_now)
        self._news.append(news)

    def tell_now(self) -> None:
        """Tell all that waits."""
        while self._news:
            news = self._news.popleft()
            for listener in self._listeners:
                try:
                    listener(news)
                except Exception:  # noqa: BLE001 - the border: who shows things must not stop others
                    _log.exception("news could not be told")
