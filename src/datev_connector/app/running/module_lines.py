"""What connectors have written into the log of the module in the PBX; pure.

The administrator of the PBX sees there what the connectors see: legs that fail and come back, and
what a diagnosis has found. A line holds no number, name, note or secret; the login of the user
travels beside it. Lines are few: a PBX must not be flooded by an office whose network flaps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from datev_connector.app.masking import mask_text, without_owners
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.starface.module.answers import LogLevel

if TYPE_CHECKING:
    from datetime import datetime

MOST_WAITING = 20
LEVELS = {
    LegState.UP: LogLevel.WARN,
    LegState.DEGRADED: LogLevel.WARN,
    LegState.DOWN: LogLevel.ERROR,
}
"""Of a change of state: who reads that something fails reads as well that it is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry for the log."""

    level: LogLevel
    at: datetime
    """When it happened, UTC: the log itself tells when it arrived."""
    text: str
    """English and masked, as in the log of the connector."""
    leg: Leg | None = None

    @property
    def told(self) -> str:
        """The line as the module gets it, with the local time."""
        text = mask_text(without_owners(self.text))
        return f"{self.at.astimezone():%Y-%m-%d %H:%M:%S} {text}"


class LegLines:
    """Turns reports of legs into lines: what changes a state is told, the rest is for DEBUG."""

    def __init__(self) -> None:
        self._states: dict[Leg, LegState] = {}

    def line(self, report: LegReport, at: datetime) -> Line:
        """Word a report; `at` is now, UTC."""
        before = self._states.get(report.leg, LegState.UP)
        self._states[report.leg] = report.state
        level = LogLevel.DEBUG if report.state is before else LEVELS[report.state]
        text = f"{report.leg} is {report.state}: {report.reason}"
        if report.mender is not Mender.NOBODY and report.remedy:
            text += f" To be mended by {report.mender}: {report.remedy}"
        return Line(level=level, at=at, text=text, leg=report.leg)


class WaitingLines:
    """Lines that have not been told yet, the oldest first."""

    def __init__(self, limit: int = MOST_WAITING) -> None:
        self._limit = limit
        self._lines: list[Line] = []
        self._left_out = 0

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: Line) -> None:
        """Have a line wait; if there are too many, the least important of the oldest goes.

        Of what a leg says for DEBUG only the last counts.
        """
        if line.level is LogLevel.DEBUG:
            self._lines = [
                old
                for old in self._lines
                if (old.level, old.leg) != (line.level, line.leg) or line.leg is None
            ]
        self._lines.append(line)
        self._shorten()

    def put_back(self, line: Line) -> None:
        """Have a line that was taken be the next one again."""
        self._lines.insert(0, line)
        self._shorten()

    def take(self, level: LogLevel) -> Line | None:
        """The next line for a log of that level; those below it are dropped. None: there is none.

        How many were lost before it is told with it.
        """
        while self._lines:
            line = self._lines.pop(0)
            if not level.includes(line.level):
                continue
            left_out, self._left_out = self._left_out, 0
            if left_out:
                line = replace(line, text=f"{line.text} ({left_out} earlier lines were left out)")
            return line
        return None

    def _shorten(self) -> None:
        levels = tuple(LogLevel)
        while len(self._lines) > self._limit:
            least = max(levels.index(line.level) for line in self._lines)
            self._lines.remove(
                next(line for line in self._lines if levels.index(line.level) == least)
            )
            self._left_out += least < levels.index(LogLevel.DEBUG)


def summary_lines(found: Iterable[tuple[str, LegState, str]], at: datetime) -> tuple[Line, ...]:
    """What a diagnosis came to, a line for each grade of it.

    `found`: place, state and sentence of each finding that was tried.
    """
    told = list(found)
    lines = []
    for state in (LegState.DOWN, LegState.DEGRADED):
        these = [f"{place}: {sentence}" for place, each, sentence in told if each is state]
        if these:
            text = f"diagnosis found {state}: {' | '.join(these)}"
            lines.append(Line(level=LEVELS[state], at=at, text=text))
    down, degraded = (
        sum(each is state for _, each, _ in told) for state in (LegState.DOWN, LegState.DEGRADED)
    )
    text = f"diagnosis: {len(told)} steps, {down} down, {degraded} degraded"
    return (*lines, Line(level=LogLevel.INFO, at=at, text=text))
