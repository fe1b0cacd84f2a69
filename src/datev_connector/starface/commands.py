"""What the session wants done, and what it is told when it is done.

The session is a machine without sockets; these values are its whole traffic with whoever runs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from datev_connector.domain.inputs import Input
from datev_connector.starface.trouble import Complaint, Trouble
from datev_connector.starface.xmlrpc import Fault, MethodCall, MethodResponse


@dataclass(frozen=True, slots=True)
class Prepare:
    """Make a link to the PBX ready; answered by `prepared` or `failed` with the same attempt."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request over the link; answered by `answered` with the same ticket."""

    ticket: int
    call: MethodCall


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the link; requests under way need no answer any more."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Give this to the engine."""

    news: Input


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A link is ready. `pushes`: events can be sent to us; `flaws`: what is wrong all the same."""

    pushes: bool
    flaws: tuple[Complaint, ...] = ()


Command: TypeAlias = Prepare | Send | Drop | Tell
Answer: TypeAlias = MethodResponse | Fault | Trouble
