"""Legs: the connections that can fail on their own, and the one report each of them gives.

Tray, diagnosis, log and event stream all show a `LegReport`; nobody words a failure twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Leg(StrEnum):
    """A connection that can fail on its own."""

    STARFACE = "starface"
    DATEV = "datev"
    CONTACTS_DATEV = "contacts.datev"
    CONTACTS_STARFACE = "contacts.starface"
    MODULE = "module"
    LICENCE = "licence"
    STORE = "store"


class LegState(StrEnum):
    """How far a leg can be relied on."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"


class Mender(StrEnum):
    """Who can mend a broken leg."""

    NOBODY = "nobody"
    """Nothing to mend: the leg is up, or heals by waiting."""
    USER = "user"
    PBX_ADMIN = "pbx-admin"
    DATEV_ADMIN = "datev-admin"
    NETWORK_ADMIN = "network-admin"
    WINDOWS_ADMIN = "windows-admin"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegReport:
    """What is the matter with one leg, since when, why, who can mend it and how."""

    leg: Leg
    state: LegState
    since: datetime
    """UTC."""
    reason: str
    """One plain sentence; holds no number, name, note or secret."""
    mender: Mender = Mender.NOBODY
    remedy: str = ""
    """What that person does; empty when there is nothing to do."""
    pauses: bool = False
    """Down, but nobody has gone away: who hangs may go on where it was."""

    def says_the_same(self, other: LegReport | None) -> bool:
        """Tell whether `other` differs in nothing but the time."""
        return other is not None and replace(self, since=other.since) == replace(
            other, mender=self.mender
        )
