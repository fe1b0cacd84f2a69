"""What the icon shows of legs that flicker. Pure: time is a parameter.

A leg that gets worse is shown so only when it has stayed worse for a while: the way into the PBX
changes now and then, and nobody has to know. A leg that gets better is shown so at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from datev_connector.domain.legs import Leg, LegReport, LegState

HOLD = timedelta(seconds=2)
"""How long a leg must be worse before it is shown so."""

_BADNESS = {LegState.UP: 0, LegState.DEGRADED: 1, LegState.DOWN: 2}


class Badge(StrEnum):
    """What the icon tells of all legs."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"
    """Nothing has been reported for long enough to be believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A leg that got worse, and is not shown so yet."""

    report: LegReport
    until: datetime
    """UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """What is shown of every leg."""

    shown: Mapping[Leg, LegReport] = field(default_factory=dict)
    held: Mapping[Leg, Held] = field(default_factory=dict)

    def after(self, legs: Mapping[Leg, LegReport], now: datetime) -> Steady:
        """Return what is shown once these are the last reports of all legs, at `now` (UTC)."""
        shown, held = dict[Leg, LegReport](), dict[Leg, Held]()
        for leg, report in legs.items():
            before, waits = self.shown.get(leg), self.held.get(leg)
            if not _worse(report, before):
                shown[leg] = report
                continue
            until = now + HOLD if waits is None else min(waits.until, now + HOLD)
            if until <= now:
                shown[leg] = report
                continue
            held[leg] = Held(report=report, until=until)
            if before is not None:
                shown[leg] = before
        return Steady(shown=shown, held=held)

    @property
    def due(self) -> datetime | None:
        """When `after` must be asked again though no leg has reported (UTC); None: never."""
        return min((one.until for one in self.held.values()), default=None)

    @property
    def badge(self) -> Badge:
        """The worst state that is shown; unknown while a leg has yet to be shown at all."""
        worst = max((report.state for report in self.shown.values()), key=_badness, default=None)
        if worst in (LegState.DOWN, LegState.DEGRADED):
            return Badge(worst)
        if worst is None or self.held.keys() - self.shown.keys():
            return Badge.UNKNOWN
        return Badge.UP


def _badness(state: LegState) -> int:
    return _BADNESS[state]


def _worse(report: LegReport, before: LegReport | None) -> bool:
    """Tell whether a leg got worse; one that was never heard of is taken for one that is up."""
    known = LegState.UP if before is None else before.state
    return _badness(report.state) > _badness(known)
