"""What a desk needs beside its inputs: the same terms and inputs make the same effects."""

from __future__ import annotations

from typing import NamedTuple

from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.rules import CallRules


class Terms(NamedTuple):
    """Rules, plan and ids of a desk at one moment; a tuple, since every input makes one."""

    rules: CallRules
    plan: DialPlan
    station: str
    run: int
    issued: int
    """How many ids this run has made."""
    next_position: int
    """The place of the next entry in the outbox."""
    next_flight: int = 1
    """The number of the next notification for DATEV."""
