"""No DATEV to reach: the place of a link that this system does not have."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from datev_connector.domain.inputs import LegChanged
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.record import CallRecord, Delivery, Method
from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from datev_connector.domain.inputs import Input


class NoDatev:
    """Says that there is no link, and takes nothing; what is for DATEV waits in the outbox."""

    def __init__(self, *, emit: Callable[[Input], None], now: Callable[[], datetime]) -> None:
        """`emit` gets the one report."""
        self._emit = emit
        self._now = now

    async def run(self) -> None:
        """Report once, then wait until cancelled."""
        at = self._now()
        report = LegReport(
            leg=Leg.DATEV,
            state=LegState.DOWN,
            since=at,
            reason=worded("DATEV itself is reached on Windows only."),
            mender=Mender.USER,
            remedy=worded('Set link = "simulator" in [datev]; calls and notes are kept meanwhile.'),
        )
        self._emit(LegChanged(at=at, report=report))
        await asyncio.Event().wait()

    async def notify(self, method: Method, record: CallRecord) -> tuple[Delivery, int]:
        """Take nothing."""
        del method, record
        return Delivery.AWAY, 0
