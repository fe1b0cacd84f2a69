"""No PBX: nobody has said yet which one it is, or who signs in."""

from __future__ import annotations

import asyncio

from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.inputs import LegChanged
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.domain.wording import worded
from datev_connector.starface.adapter import StarfacePbx


class UnsetPbx(StarfacePbx):
    """Asks nobody anything; every wish is refused with the reason."""

    async def run(self) -> None:
        """Say so, and wait until cancelled."""
        at = self._now()
        report = LegReport(
            leg=Leg.STARFACE,
            state=LegState.DOWN,
            since=at,
            reason=worded("The PBX has not been set up yet."),
            mender=Mender.USER,
            remedy=worded("Enter its address, your login and your password in the settings."),
        )
        self._emit(LegChanged(at=at, report=report))
        await asyncio.Event().wait()

    async def place_call(self, number: str, pbx_call: str) -> str:
        """Refuse."""
        raise PlaceRefused(worded("The PBX has not been set up yet."))

    async def hang_up(self, pbx_call: str) -> bool:
        """There is nothing to end."""
        return False

    async def outcome(self, call: Call) -> Outcome | None:
        """There is no call list."""
        return None

    def retry_now(self) -> None:
        """Nothing can be tried before the settings are there."""

    def look_again(self) -> None:
        """There is no line."""
