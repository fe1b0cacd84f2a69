"""What an examination has found so far, leg by leg. Pure: no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from datev_connector.desktop.ports import Finding
from datev_connector.domain.legs import Leg, LegState

_BADNESS = (LegState.UP, LegState.DEGRADED, LegState.DOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTrial:
    """What was found of one leg; `leg` None is the program itself."""

    leg: Leg | None
    findings: tuple[Finding, ...]

    @property
    def state(self) -> LegState | None:
        """The worst that was seen; None: nothing of it could be tried."""
        states = {one.state for one in self.findings if not one.left_out}
        return max(states, key=_BADNESS.index) if states else None

    @property
    def telling(self) -> Finding:
        """The finding that says most: the first of the worst, of those that were tried."""
        tried = [one for one in self.findings if not one.left_out] or list(self.findings)
        return next(one for one in tried if one.left_out or one.state is self.state)

    @property
    def words(self) -> str:
        """What is the matter; may be `Worded`. Empty if all is well."""
        telling = self.telling
        if self.state is LegState.UP:
            return ""
        return telling.meaning or telling.found


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An examination, running or over."""

    legs: tuple[LegTrial, ...] = ()
    """In the order in which they were reached."""
    running: bool = False
    broken_off: bool = False
    unanswered: bool = False
    """It could not be made at all."""
    _at: dict[Leg | None, int] = field(default_factory=dict, repr=False)

    def after(self, finding: Finding) -> Trial:
        """The trial with one more finding."""
        place = self._at.get(finding.leg)
        if place is None:
            new = LegTrial(leg=finding.leg, findings=(finding,))
            at = {**self._at, finding.leg: len(self.legs)}
            return replace(self, legs=(*self.legs, new), _at=at)
        old = self.legs[place]
        grown = replace(old, findings=(*old.findings, finding))
        return replace(self, legs=(*self.legs[:place], grown, *self.legs[place + 1 :]))

    @property
    def over(self) -> bool:
        """Tell whether it was made to its end."""
        return bool(self.legs) and not (self.running or self.broken_off or self.unanswered)

    @property
    def faults(self) -> tuple[LegTrial, ...]:
        """The legs that are not in order, in their order."""
        return tuple(one for one in self.legs if one.state in {LegState.DEGRADED, LegState.DOWN})

    @property
    def good(self) -> bool:
        """Tell whether it was made to its end and nothing is broken."""
        return self.over and not any(one.state is LegState.DOWN for one in self.legs)
