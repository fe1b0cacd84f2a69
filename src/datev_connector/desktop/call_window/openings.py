"""Whether a window opens by itself or because a person asked for it. Pure.

The desk opens a window by itself in the same breath in which it tells of the call; a window that
a person wants to see again is opened without such news before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from datev_connector.domain.effects import CallChanged, Window, WindowAction
from datev_connector.engine.news import News


@dataclass(frozen=True, slots=True)
class Openings:
    """What the last news about a call was."""

    told: str = ""
    at: datetime | None = None

    def after(self, news: News) -> Openings:
        """Take note of a piece of news."""
        match news.matter:
            case CallChanged(call):
                return Openings(call.call, news.at)
            case _:
                return self if self.at is None else Openings()

    def is_asked_for(self, news: News) -> bool:
        """Tell whether these news open a window that a person wants to see."""
        match news.matter:
            case Window(WindowAction.OPEN, call):
                return (self.told, self.at) != (call.call, news.at)
            case _:
                return False
