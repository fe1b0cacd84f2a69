"""The licence as windows are given it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from datev_connector.domain.legs import LegReport


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLicence:
    """The licence that counts, and what there is to say of it."""

    report: LegReport
    """The leg `licence` as it is now."""
    customer: str = ""
    """Empty: there is no licence to speak of."""
    number: str = ""
    """Its id."""
    seats: int = 0
    logins: int = 0
    """How many logins have used the connector on this computer in the last 30 days."""
    first_day: datetime | None = None
    last_day: datetime | None = None
    """A moment in it."""
