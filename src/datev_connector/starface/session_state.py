"""How far the way to the PBX is, and why a session on it is over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from datev_connector.starface.trouble import Trouble


class SessionState(StrEnum):
    """How far the way to the PBX is."""

    SIGNED_OUT = "signed-out"
    SIGNING_IN = "signing-in"
    SUBSCRIBING = "subscribing"
    RECONCILING = "reconciling"
    READY = "ready"
    REFUSED = "refused"
    WAITING = "waiting"
    OVER = "over"


SIGNED_IN = frozenset({SessionState.SUBSCRIBING, SessionState.RECONCILING, SessionState.READY})


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Why a session is over. `signing_in`: the PBX may have counted it as a wrong sign-in."""

    trouble: Trouble
    signing_in: bool
