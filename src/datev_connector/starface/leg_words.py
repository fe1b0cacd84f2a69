"""The one report of the STARFACE leg: told when it says something new, and only then.

Here too is what is said of any way that works, with or without flaws.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from datev_connector.domain.inputs import LegChanged
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.commands import Transport
from datev_connector.starface.trouble import Complaint

NOT_YET = Complaint(reason=worded("Not signed in to STARFACE yet."))
PUSHED = {
    Transport.HTTPS: Complaint(
        reason=worded("Signed in over HTTPS; STARFACE reports calls as they happen.")
    ),
    Transport.XMPP: Complaint(
        reason=worded("Signed in over XMPP; STARFACE reports calls as they happen.")
    ),
}
POLLED = Complaint(reason=worded("Signed in; calls are asked for every second, as set."))
EVENTS_MISSING = {
    Transport.HTTPS: Complaint(
        reason=worded(
            "STARFACE's events do not reach this computer; calls are asked for every second."
        ),
        mender=Mender.NETWORK_ADMIN,
        remedy=worded(
            "Let the PBX connect to this computer (firewall), and set starface.callback_host and "
            "starface.callback_port where the way back differs."
        ),
    ),
    Transport.XMPP: Complaint(
        reason=worded(
            "STARFACE's events do not arrive over XMPP; calls are asked for every second."
        ),
        mender=Mender.PBX_ADMIN,
        remedy=worded('Check the XMPP service of the PBX, or set starface.transport = "auto".'),
    ),
}
UNVERIFIED = Complaint(
    reason=worded("The certificate of the PBX is not checked."),
    mender=Mender.USER,
    remedy=worded('Set starface.verify_certificate = "pin".'),
)


class LegWords:
    """Remembers what was said last, and since when the leg is in its state."""

    def __init__(self) -> None:
        self._said: LegReport | None = None

    def down(self, complaint: Complaint, at: datetime) -> LegChanged | None:
        """The PBX cannot be used; None if that was said before."""
        return self._say(LegState.DOWN, complaint, at)

    def working(
        self, complaint: Complaint, flaws: Iterable[Complaint], at: datetime
    ) -> LegChanged | None:
        """The PBX can be used, with or without flaws; None if that was said before."""
        flaws = tuple(flaws)
        if not flaws:
            return self._say(LegState.UP, complaint, at)
        told = Complaint(
            reason=joined(*(flaw.reason for flaw in flaws)),
            mender=flaws[0].mender,
            remedy=flaws[0].remedy,
        )
        return self._say(LegState.DEGRADED, told, at)

    def _say(self, state: LegState, complaint: Complaint, at: datetime) -> LegChanged | None:
        before = self._said
        report = LegReport(
            leg=Leg.STARFACE,
            state=state,
            since=before.since if before is not None and before.state is state else at,
            reason=complaint.reason,
            mender=complaint.mender,
            remedy=complaint.remedy,
        )
        if report.says_the_same(before):
            return None
        self._said = report
        return LegChanged(at=at, report=report)
