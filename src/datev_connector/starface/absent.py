"""No PBX: nobody has said yet which one it is, and who signs in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.inputs import Input, LegChanged
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.domain.wording import worded
from datev_connector.starface.ladder import Standing


class NoPbx:
    """Fulfils the port of the engine; every wish is refused with the reason."""

    def __init__(self, *, emit: Callable[[Input], None], now: Callable[[], datetime]) -> None:
        self._emit = emit
        self._now = now

    @property
    def standing(self) -> Standing:
        """There is no way into the PBX."""
        return Standing(transport=None)

    async def run(self) -> None:
        """Say so, and wait until cancelled."""
        at = self._now()
        report = LegReport(
            leg=Leg.STARFACE,
            state=LegState.DOWN,
            since=at,
            reason=worded("The telephone system has not been set up yet."),
            mender=Mender.USER,
            remedy=worded("Enter its address, your login and your password in the settings."),
        )
        self._emit(LegChanged(at=at, report=report))
        await asyncio.Event().wait()

    async def place_call(self, number: str, pbx_call: str) -> str:
        """Refuse."""
        raise PlaceRefused(worded("The telephone system has not been set up yet."))

    async def hang_up(self, pbx_call: str) -> bool:
        """There is nothing to end."""
        return False

    async def outcome(self, call: Call) -> Outcome | None:
        """There is no call list."""
        return None

    def retry_now(self) -> None:
        """Waits for the settings all the same."""
