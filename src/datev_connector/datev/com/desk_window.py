"""The window between the apartment and the event loop: `Dial` and `Drop` are handed through it.

The desk answers in the event loop, DATEV waits in the apartment, and that for a bounded time only.
If no answer came it is refused, and then nothing is dialled: a wish that the loop gets to later is
not even shown to the desk, and a call that the desk made too late is ended at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from datev_connector.datev.com.attempt import Attempt
from datev_connector.domain.record import DialAnswer, DialWish

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Asked:
    """A wish on its way; `answer` is there once `handed_over` was begun."""

    wish: DialWish
    shown: Attempt = field(default_factory=Attempt)
    handed_over: Attempt = field(default_factory=Attempt)
    answer: DialAnswer | None = None

    @property
    def answered(self) -> bool:
        """Tell whether there is an answer."""
        return self.handed_over.begun

    def refuse(self) -> bool:
        """Wait no longer; False if the answer has come after all."""
        self.shown.give_up()
        return self.handed_over.give_up()


class DeskWindow:
    """Used from the apartment; `on_dial` and `on_drop` are called in the event loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        on_dial: Callable[[DialWish], DialAnswer],
        on_drop: Callable[[str], None],
    ) -> None:
        self._loop = loop
        self._on_dial = on_dial
        self._on_drop = on_drop

    def ask(self, wish: DialWish, wake: Callable[[], None]) -> Asked:
        """Pass a wish on. `wake` is called in the loop when there is news of it."""
        asked = Asked(wish)

        def show() -> None:
            try:
                if asked.shown.begin():
                    self._answer(asked)
            finally:
                wake()

        self._in_loop(show)
        return asked

    def _answer(self, asked: Asked) -> None:
        asked.answer = answer = self._on_dial(asked.wish)
        if not asked.handed_over.begin() and answer.call_id:
            log.warning("the desk answered Dial too late; the call is ended")
            self._on_drop(answer.call_id)

    def drop(self, call_id: str) -> None:
        """Pass on which call is to be ended."""
        self._in_loop(lambda: self._on_drop(call_id))

    def _in_loop(self, work: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(work)
        except RuntimeError:
            return  # the loop is closed: nobody answers
