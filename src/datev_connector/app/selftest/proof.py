"""What a part of the program has shown of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a proof ended."""

    PROVEN = "proven"
    FAILED = "failed"
    SKIPPED = "skipped"


class Failed(Exception):
    """The part does not work; the text says what was seen."""


class Skipped(Exception):
    """Nothing can be shown here; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One line of the self-test."""

    part: str
    outcome: Outcome
    told: str
    """What was proven, what went wrong, or why nothing was tried."""


def prove(part: str, attempt: Callable[[], str]) -> Proof:
    """Have a part prove itself; `attempt` returns what it has proven, or raises."""
    try:
        return Proof(part=part, outcome=Outcome.PROVEN, told=attempt())
    except Skipped as why:
        return Proof(part=part, outcome=Outcome.SKIPPED, told=str(why))
    except Failed as why:
        return Proof(part=part, outcome=Outcome.FAILED, told=str(why))
    except Exception as fault:  # noqa: BLE001 -- border: a damaged installation raises anything
        return Proof(
            part=part, outcome=Outcome.FAILED, told=f"{type(fault).__name__}: {fault}".strip()
        )
