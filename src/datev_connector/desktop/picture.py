"""What is known of legs and calls, folded from the news. Pure: no Qt, no thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from datev_connector.domain.calls import Call
from datev_connector.domain.effects import CallChanged, Window
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.engine.news import News


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The state of the program at one moment."""

    legs: dict[Leg, LegReport] = field(default_factory=dict)
    active: dict[str, Call] = field(default_factory=dict)
    """Calls that live, by our id, oldest first."""

    def after(self, news: News) -> Picture:
        """The picture after a piece of news; the same one if it changes nothing here."""
        match news.matter:
            case LegReport() as report:
                return replace(self, legs={**self.legs, report.leg: report})
            case CallChanged(call) | Window(_, call):
                return self._with_call(call)
            case _:
                return self

    def _with_call(self, call: Call) -> Picture:
        if self.active.get(call.call) is call or (not call.active and call.call not in self.active):
            return self
        others = {one: known for one, known in self.active.items() if one != call.call}
        if not call.active:
            return replace(self, active=others)
        if call.call in self.active:
            return replace(self, active={**self.active, call.call: call})
        return replace(self, active={**others, call.call: call})

    @property
    def state(self) -> LegState:
        """The worst state of all legs; up where none has reported."""
        states = {report.state for report in self.legs.values()}
        for state in (LegState.DOWN, LegState.DEGRADED):
            if state in states:
                return state
        return LegState.UP
