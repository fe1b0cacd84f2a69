"""Words for how DATEV can be reached by COM: one standing for each thing that can be the matter.

Codes are those that COM gives; who reads the sentence need not know one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from datev_connector.datev.com import hresults
from datev_connector.datev.com.seen import Seen
from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.wording import worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the leg can be relied on, why, who can mend it and how."""

    state: LegState
    reason: str
    mender: Mender = Mender.NOBODY
    remedy: str = ""
    pauses: bool = False
    """DATEV has not gone away: it may go on where it was."""


THERE: Final = Standing(state=LegState.UP, reason=worded("DATEV is connected."))

NOT_RUNNING: Final = Standing(
    state=LegState.DOWN,
    reason=worded("DATEV Telefonie is not running in this Windows session."),
    mender=Mender.USER,
    remedy=worded(
        "Start DATEV; the connection is made by itself. If DATEV does run: both programs need the"
        " same Windows user and session, and neither may run as administrator."
    ),
)
NOT_ALLOWED: Final = Standing(
    state=LegState.DOWN,
    reason=worded("Windows does not let the connector speak to DATEV Telefonie."),
    mender=Mender.USER,
    remedy=worded(
        "Start both programs as the same Windows user in the same session, neither as"
        " administrator."
    ),
)
ENDED: Final = Standing(
    state=LegState.DOWN,
    reason=worded("DATEV Telefonie has ended."),
    mender=Mender.USER,
    remedy=worded("Start DATEV again if it was ended; the connection is made by itself."),
)
DIED: Final = Standing(
    state=LegState.DOWN,
    reason=worded("DATEV Telefonie ended in the middle of a call to it."),
    mender=Mender.USER,
    remedy=worded("Start DATEV again; look there whether the call was taken."),
)
HANGS: Final = Standing(
    state=LegState.DOWN,
    reason=worded("DATEV hangs: it takes messages and does not answer."),
    mender=Mender.USER,
    remedy=worded("Close open dialogues of DATEV, or restart it."),
    pauses=True,
)
BUSY: Final = Standing(
    state=LegState.DEGRADED,
    reason=worded("DATEV is busy and takes no calls, for instance because a dialogue is open."),
    mender=Mender.USER,
    remedy=worded("Close open dialogues of DATEV; calls and notes are kept meanwhile."),
)
FAULT: Final = Standing(
    state=LegState.DEGRADED,
    reason=worded("DATEV reported a fault of its own when it was told of a call."),
    mender=Mender.DATEV_ADMIN,
    remedy=worded("Restart DATEV Telefonie; if it fails again, let DATEV's support look at it."),
)
CLASS_NOT_REGISTERED: Final = Standing(
    state=LegState.DOWN,
    reason=worded("A part of DATEV Telefonie is not registered in Windows (0x80040154)."),
    mender=Mender.DATEV_ADMIN,
    remedy=worded("Repair the installation of DATEV Telefonie Basis."),
)
INTERFACE_NOT_REGISTERED: Final = Standing(
    state=LegState.DOWN,
    reason=worded("DATEV's telephony interface is not registered in Windows (0x80040155)."),
    mender=Mender.WINDOWS_ADMIN,
    remedy=worded(
        "Repair the installation of the connector, which registers it where DATEV has not; then"
        " that of DATEV Telefonie Basis."
    ),
)
NOT_DATEV: Final = Standing(
    state=LegState.DOWN,
    reason=worded("What is registered as DATEV Telefonie does not answer as DATEV does."),
    mender=Mender.DATEV_ADMIN,
    remedy=worded(
        "Restart DATEV; if it stays so, repair the installation of DATEV Telefonie Basis."
    ),
)
NOT_CARRIED: Final = Standing(
    state=LegState.DEGRADED,
    reason=worded(
        "DATEV hears of calls, but may not be able to dial through the connector: Windows does not"
        " know DATEV's telephony interface here."
    ),
    mender=Mender.WINDOWS_ADMIN,
    remedy=worded(
        "Repair the installation of the connector, which registers it where DATEV has not; then"
        " that of DATEV Telefonie Basis."
    ),
)
OUR_MISTAKE: Final = Standing(
    state=LegState.DEGRADED,
    reason=worded("Windows would not carry a call to DATEV; this is a mistake of the connector."),
    mender=Mender.VENDOR,
    remedy=worded("Restart the connector and send the log to the vendor."),
)

_TABLE: Final[dict[int, Standing]] = {
    hresults.MK_E_UNAVAILABLE: NOT_RUNNING,
    hresults.E_ACCESSDENIED: NOT_ALLOWED,
    hresults.RPC_E_ACCESS_DENIED: NOT_ALLOWED,
    hresults.REGDB_E_CLASSNOTREG: CLASS_NOT_REGISTERED,
    hresults.REGDB_E_IIDNOTREG: INTERFACE_NOT_REGISTERED,
    hresults.E_NOINTERFACE: NOT_DATEV,
    hresults.DISP_E_UNKNOWNNAME: NOT_DATEV,
    hresults.DISP_E_MEMBERNOTFOUND: NOT_DATEV,
    hresults.RPC_S_SERVER_UNAVAILABLE: ENDED,
    hresults.RPC_S_CALL_FAILED: DIED,
    hresults.RPC_E_SERVER_DIED: DIED,
    hresults.RPC_E_CONNECTION_TERMINATED: DIED,
    hresults.RPC_E_CALL_CANCELED: HANGS,
    hresults.RPC_E_SERVERFAULT: FAULT,
    **dict.fromkeys(hresults.GONE, ENDED),
    **dict.fromkeys(hresults.BUSY, BUSY),
    **dict.fromkeys(hresults.OUR_MISTAKE, OUR_MISTAKE),
}


def standing(hresult: int) -> Standing:
    """What a failure (signed, negative) of a look or a notification says about the leg."""
    known = _TABLE.get(hresult)
    if known is not None:
        return known
    return Standing(
        state=LegState.DEGRADED,
        reason=worded("DATEV refused a call with the error {code}.", code=hresults.spelt(hresult)),
        mender=Mender.DATEV_ADMIN,
        remedy=worded("Restart DATEV Telefonie; if it fails again, send the log to the vendor."),
    )


def competitor(process: str) -> Standing:
    """Another telephony program is registered beside us; `process` is empty if nobody knows it."""
    other = process or worded("another telephony program")
    return Standing(
        state=LegState.DEGRADED,
        reason=worded(
            "Two telephony programs are registered for DATEV: this one and {other}. Which of them"
            " dials, and which DATEV listens to, is left to chance.",
            other=other,
        ),
        mender=Mender.USER,
        remedy=worded("End the other telephony program; the connector sees when it has gone."),
    )


def not_registered(hresult: int) -> Standing:
    """Windows did not let us register: DATEV cannot dial through us."""
    return Standing(
        state=LegState.DEGRADED,
        reason=worded(
            "DATEV cannot dial through the connector: Windows did not register it ({code}).",
            code=hresults.spelt(hresult),
        ),
        mender=Mender.USER,
        remedy=worded(
            "Start the connector in the session of the user of DATEV, not as administrator."
        ),
    )


def standing_of(seen: Seen) -> Standing:
    """What a look round says of the leg; the worst of it."""
    if seen.datev < 0:
        return standing(seen.datev)
    if seen.registration < 0:
        return not_registered(seen.registration)
    if not seen.carried:
        return NOT_CARRIED
    return competitor(seen.competitor) if seen.others else THERE
