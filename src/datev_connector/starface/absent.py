"""No PBX: nobody has said yet which one it is, or there is no licence to use it by."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.inputs import LegChanged
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.domain.wording import worded
from datev_connector.starface.adapter import StarfacePbx


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Why nobody signs in, and who can mend it."""

    reason: str
    mender: Mender
    remedy: str


class AbsentPbx(StarfacePbx):
    """Signs in nowhere; every wish is refused with the reason."""

    absence: Absence

    async def run(self) -> None:
        """Say so, and wait until cancelled."""
        at = self._now()
        report = LegReport(
            leg=Leg.STARFACE,
            state=LegState.DOWN,
            since=at,
            reason=self.absence.reason,
            mender=self.absence.mender,
            remedy=self.absence.remedy,
        )
        self._emit(LegChanged(at=at, report=report))
        try:
            await asyncio.Event().wait()
        finally:
            await self.credentials.close()  # others may have used them

    async def place_call(self, number: str, pbx_call: str) -> str:
        """Refuse."""
        raise PlaceRefused(self.absence.reason)

    async def hang_up(self, pbx_call: str) -> bool:
        """There is nothing to end."""
        return False

    async def outcome(self, call: Call) -> Outcome | None:
        """There is no call list."""
        return None

    def retry_now(self) -> None:
        """Nothing can be tried."""

    def look_again(self) -> None:
        """There is no line."""


class UnsetPbx(AbsentPbx):
    """The settings do not say which PBX it is, or who signs in."""

    absence = Absence(
        reason=worded("The PBX has not been set up yet."),
        mender=Mender.USER,
        remedy=worded("Enter its address, your login and your password in the settings."),
    )


class UnlicensedPbx(AbsentPbx):
    """There is no licence to sign in by; what the matter is with it, the leg `licence` tells."""

    absence = Absence(
        reason=worded("Without a valid licence the connector does not sign in to STARFACE."),
        mender=Mender.VENDOR,
        remedy=worded("What is to be done is told beside the licence."),
    )
