"""Tells DATEV what the desk wants told: one notification after the other, each answered.

What became of a notification comes back as an input; whoever listens hears of it as well.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from datev_connector.domain.inputs import DatevAnswered
from datev_connector.domain.record import Delivery, Method
from datev_connector.engine.news import DatevTold

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from datev_connector.domain.effects import Notify
    from datev_connector.engine.keeper import Keeper
    from datev_connector.engine.ports import Datev


class Notifier:
    """The notifications that wait for DATEV. Call it on the loop only."""

    def __init__(
        self,
        keeper: Keeper,
        now: Callable[[], datetime],
        feed: Callable[[DatevAnswered], None],
        tell: Callable[[DatevTold, datetime], None],
    ) -> None:
        """`feed` takes the answers, `tell` the news of them."""
        self._keeper = keeper
        self._now = now
        self._feed = feed
        self._tell = tell
        self._waiting: asyncio.Queue[Notify] = asyncio.Queue()

    async def run(self, datev: Datev) -> None:
        """Send what waits, in order, until cancelled."""
        while True:
            wanted = await self._waiting.get()
            delivery, hresult = await datev.notify(wanted.method, wanted.record)
            self._answered(wanted, delivery, hresult, self._now())

    def notify(self, wanted: Notify, at: datetime) -> None:
        """Send this when its turn has come."""
        if wanted.method is Method.NEW_JOURNAL and self._keeper.lacks(wanted.record.call_id):
            # An entry that is not in the store could go out twice after a crash.
            self._feed_answer(wanted, Delivery.AWAY, 0, at)
        else:
            self._waiting.put_nowait(wanted)

    def call_back(self, at: datetime) -> None:
        """Call back what waits for a DATEV that is gone: it must not reach the next one."""
        while not self._waiting.empty():
            self._answered(self._waiting.get_nowait(), Delivery.AWAY, 0, at)

    def _answered(self, wanted: Notify, delivery: Delivery, hresult: int, at: datetime) -> None:
        self._feed_answer(wanted, delivery, hresult, at)
        told = DatevTold(
            method=wanted.method,
            call=wanted.call,
            record=wanted.record,
            delivery=delivery,
            hresult=hresult,
        )
        self._tell(told, at)

    def _feed_answer(self, wanted: Notify, delivery: Delivery, hresult: int, at: datetime) -> None:
        self._feed(
            DatevAnswered(
                at=at, notification=wanted.notification, delivery=delivery, hresult=hresult
            )
        )
