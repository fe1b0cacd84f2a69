"""What the ladder wants done, and what it is told when it is done.

Ladder and session are machines without sockets; these values are their whole traffic with whoever
runs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from datev_connector.domain.inputs import Input
from datev_connector.starface.trouble import Complaint, Trouble
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse


class Transport(StrEnum):
    """What carries UCI to the PBX."""

    HTTPS = "https"
    XMPP = "xmpp"


@dataclass(frozen=True, slots=True)
class Prepare:
    """Make the link of this transport ready; answered by `prepared` or `failed`."""

    attempt: int
    transport: Transport


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request over a link; answered by `answered` with the same ticket."""

    ticket: int
    call: MethodCall
    transport: Transport


@dataclass(frozen=True, slots=True)
class Drop:
    """Close a link; requests under way need no answer any more."""

    transport: Transport


@dataclass(frozen=True, slots=True)
class Leave:
    """Say these farewells over a link that is not needed any more, and close it."""

    transport: Transport
    farewells: tuple[MethodCall, ...]


@dataclass(frozen=True, slots=True)
class Tell:
    """Give this to the engine."""

    news: Input


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Nobody watched in this time: read the call list for the calls that came and went in it."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A link is ready. `pushes`: events can be sent to us; `flaws`: what is wrong all the same."""

    pushes: bool
    flaws: tuple[Complaint, ...] = ()


Command: TypeAlias = Prepare | Send | Drop | Leave | Tell | Recall
Answer: TypeAlias = MethodResponse | Fault | Trouble
