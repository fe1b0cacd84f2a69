"""One look at DATEV from outside, for the diagnosis: nothing is registered, nothing is told."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from datev_connector.datev.com.seen import Seen

LEAVE_S = 1.0
"""For the visit to end in order."""

if sys.platform == "win32":

    async def look_round(*, now: Callable[[], datetime], limit_s: float) -> Seen:
        """What a visitor sees: whether DATEV answers, and how many telephony programs there are.

        `others` counts a running connector too. Raises TimeoutError if Windows itself hangs.
        """
        from datev_connector.datev.com.apartment.thread import ApartmentThread
        from datev_connector.datev.com.desk_window import DeskWindow
        from datev_connector.datev.com.times import ComTimes
        from datev_connector.domain.record import DialAnswer

        window = DeskWindow(
            asyncio.get_running_loop(),
            on_dial=lambda _wish: DialAnswer(hresult=0),
            on_drop=lambda _call: None,
        )
        visitor = ApartmentThread(
            window, times=ComTimes(look_s=0.8 * limit_s), now=now, zone=None, visiting=True
        )
        try:
            async with asyncio.timeout(limit_s):
                return await asyncio.shield(asyncio.wrap_future(visitor.look(deep=True)))
        finally:
            with suppress(TimeoutError):  # a process must not end in the middle of that
                async with asyncio.timeout(LEAVE_S):
                    await asyncio.shield(asyncio.wrap_future(visitor.leave()))

else:

    async def look_round(*, now: Callable[[], datetime], limit_s: float) -> Seen:
        """COM exists on Windows only."""
        del now, limit_s
        raise NotImplementedError
