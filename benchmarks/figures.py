"""What a run found out, and the arithmetic behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` (0 to 1) of all samples do not exceed."""
    return sorted(samples)[max(math.ceil(share * len(samples)) - 1, 0)]


def median(samples: Sequence[float]) -> float:
    """The sample in the middle."""
    return percentile(samples, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comparison; both values are costs, so a smaller ratio is better."""

    what: str
    ours: str
    against: str
    ratio: float
    aim: float | None = None
    """What the ratio should not exceed."""

    @property
    def verdict(self) -> str:
        """The aim and whether it was met; empty if there is none."""
        if self.aim is None:
            return ""
        return f"at most {self.aim:g}: {'met' if self.ratio <= self.aim else 'missed'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The answer to one question."""

    title: str
    compared_with: str
    """What the second column holds."""
    rows: tuple[Row, ...]
    explanation: str
    """How it was measured; lines that end with a line end."""
