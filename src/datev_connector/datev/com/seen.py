"""What comes back from the apartment: plain values that may cross to the event loop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look around found."""

    datev: int
    """HRESULT of looking for DATEV; negative: it cannot be reached."""
    registration: int = 0
    """HRESULT of our own registration; negative: DATEV cannot dial through us."""
    others: int = 0
    """How many other telephony programs are registered in this session."""
    competitor: str = ""
    """The file name of one of them, where it could be found out."""
    carried: bool = True
    """Whether Windows can carry calls of DATEV to us: it knows by what interface DATEV dials."""
    identity: bytes = b""
    """Which DATEV answered; a DATEV that was started anew has another one. Empty: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How sending a notification ended."""

    hresult: int
    left: bool
    """Whether DATEV may have taken it: its method was begun, and it answered or read the object."""
