"""What keeps master data from being read, as one value: what to say, and how long to wait."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from datev_connector.domain.legs import Mender


class Pace(StrEnum):
    """How soon it makes sense, and is safe, to try again."""

    QUICK = "quick"
    """It may pass by itself: not ready yet, out of reach, broken off."""
    LASTING = "lasting"
    """Somebody has to mend it first; trying does no harm."""
    REFUSED = "refused"
    """A sign-in was refused: trying again soon could lock an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong."""

    code: str
    """For logs and tests, such as `right-missing`; never changes its meaning."""
    reason: str
    """One plain sentence; holds no name, number or secret of a client."""
    mender: Mender = Mender.NOBODY
    remedy: str = ""
    """What the mender does: one or more plain sentences."""
    pace: Pace = Pace.QUICK


class MasterDataTrouble(Exception):
    """Raised by whatever reads master data instead of a result."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble
