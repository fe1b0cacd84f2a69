"""What a probe found out: the leg report of one step, with what was tried and what came back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import sentence, worded
from datev_connector.starface.in_short import in_short
from datev_connector.starface.trouble import Complaint, Trouble

PROGRAM = "program"
"""What concerns the program itself and belongs to no leg."""


class Step(StrEnum):
    """A single question that diagnosis asks."""

    PROGRAM = "program"
    SETTINGS = "settings"
    PASSWORD = "password"  # noqa: S105 - a name
    CONNECTOR = "connector"
    CALL_WINDOWS = "call windows"
    KEY = "key"
    OPEN = "open"
    DISK = "disk"
    INDEX = "index"
    NAME = "name"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    SIGN_IN_FORM = "sign-in form"
    SIGN_IN = "sign-in"
    XMPP_TCP = "xmpp tcp"
    XMPP_TLS = "xmpp tls"
    XMPP_FORM = "xmpp sign-in form"
    XMPP_SIGN_IN = "xmpp sign-in"
    XMPP_ENDPOINT = "xmpp endpoint"
    VERSION = "version"
    RIGHTS = "rights"
    ADDRESS_BOOK = "address book"
    WAY = "way in use"
    CALLBACK = "callback"
    EVENTS = "events"
    CLOCK = "clock"
    LINK = "link"
    MASTER_DATA = "master data"
    VERSIONS = "versions"
    MODULE = "module"
    MODULE_LICENCE = "module licence"
    MODULE_LOG = "module log"
    LICENCE = "licence"
    SEATS = "seats"
    CAPTURE = "capture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one probe saw. Plain sentences that hold no number, name, note or secret."""

    state: LegState
    tried: str
    found: str
    """What came back."""
    meaning: str = ""
    """Empty where `found` says it all."""
    mender: Mender = Mender.NOBODY
    remedy: str = ""
    """What the mender does; empty when there is nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An observation with its place: what people and programs are shown."""

    leg: Leg | str
    """A leg, or `PROGRAM`."""
    step: Step
    state: LegState
    tried: str
    found: str
    meaning: str
    mender: Mender
    remedy: str
    duration_s: float

    def as_json(self) -> dict[str, object]:
        """The finding for other programs; names and values may be added, not changed."""
        return asdict(self) | {"duration_s": round(self.duration_s, 3)}


def well(tried: str, found: str, meaning: str = "") -> Observation:
    """What was tried works."""
    return Observation(state=LegState.UP, tried=tried, found=found, meaning=meaning)


def trouble_seen(
    tried: str,
    trouble: Trouble,
    *,
    state: LegState = LegState.DOWN,
    found: str = "",
) -> Observation:
    """What a trouble with the PBX means, in its own words.

    `found`: what came back, if there is more to say than the kind.
    """
    complaint = trouble.complaint
    return Observation(
        state=state,
        tried=tried,
        found=found or in_short(trouble),
        meaning=complaint.reason,
        mender=complaint.mender,
        remedy=complaint.remedy,
    )


def leg_seen(tried: str, report: LegReport, *, found: str = "") -> Observation:
    """What a leg says of itself; `found`: what stood behind it."""
    return Observation(
        state=report.state,
        tried=tried,
        found=found or sentence(report.reason),
        meaning=sentence(report.reason) if found else "",
        mender=report.mender,
        remedy=report.remedy,
    )


def flawed(tried: str, found: str, complaint: Complaint) -> Observation:
    """It works, but not as it should."""
    return Observation(
        state=LegState.DEGRADED,
        tried=tried,
        found=found,
        meaning=complaint.reason,
        mender=complaint.mender,
        remedy=complaint.remedy,
    )


UNKNOWN = worded("unknown")
"""What came back where nothing was tried."""


def left_out(tried: str, why: str) -> Observation:
    """What is not tried, and thus not known; nothing of it is to be mended."""
    return Observation(state=LegState.DEGRADED, tried=tried, found=UNKNOWN, meaning=why)
