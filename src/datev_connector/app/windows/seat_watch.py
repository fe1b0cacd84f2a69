"""What happens to the session reaches the desk; where there may be no later, notes come first."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Future

from datev_connector.domain.seat import KEEP, Seat

KEEP_S = 2.0
"""Longest wait for the store: Windows waits about so long before it sleeps, and longer at the end
of a session."""

_log = logging.getLogger(__name__)


class SeatWatch:
    """Takes what happens to the session, on the thread of Qt."""

    def __init__(
        self,
        *,
        flush: Callable[[], object],
        pass_on: Callable[[Seat], Future[None] | None],
        end: Callable[[], None],
    ) -> None:
        """`flush` hands over what was typed, `pass_on` what happened, both in this order.

        `pass_on` gives None where there is no desk yet; `end` ends the program while it is called.
        """
        self._flush = flush
        self._pass_on = pass_on
        self._end = end

    def heard(self, seat: Seat) -> None:
        """This has happened to the session."""
        _log.info("the session: %s", seat)
        if seat in KEEP:
            self._flush()
        passed = self._pass_on(seat)
        if seat is Seat.ENDED:
            self._end()
        elif seat in KEEP and passed is not None:
            self._wait(passed)

    def _wait(self, passed: Future[None]) -> None:
        """The desk has what was typed when it has heard of what came after."""
        with contextlib.suppress(CancelledError):  # the core has ended, and kept everything then
            try:
                passed.result(KEEP_S)
            except TimeoutError:
                _log.warning("what was typed may not be kept yet")


if sys.platform == "win32":
    from datev_connector.system.session_watch import SessionWindow

    def watch(
        heard: Callable[[Seat], None], asked_to_end: Callable[[], None]
    ) -> Callable[[], None]:
        """Have Windows tell what happens to the session; return what ends that."""
        try:
            return SessionWindow(heard, asked_to_end=asked_to_end).close
        except OSError as fault:
            _log.warning("nothing is heard of the session: %s", fault)
            return _nothing

else:

    def watch(
        _heard: Callable[[Seat], None], _asked_to_end: Callable[[], None]
    ) -> Callable[[], None]:
        """Other systems end programs by a signal, and by the session manager of Qt."""
        return _nothing


def _nothing() -> None:
    """Nothing was begun."""
