"""How we stand with the PBX, for those who have to know without being part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from datev_connector.starface.commands import Transport
from datev_connector.starface.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which way is in use, and what keeps the better one from being used."""

    transport: Transport | None
    """None: no way works now."""
    polling: bool = False
    barred: Trouble | None = None
    event_at: datetime | None = None
    """When the last event came over that way, UTC; None: none has come."""
    watched_until: datetime | None = None
    """Until when no call can have escaped us, UTC; None: no way has worked yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The PBX has refused the password; it is not to be shown again before so many seconds."""

    trouble: Trouble
    pause_s: float
