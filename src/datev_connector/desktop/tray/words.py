"""What tooltip and menu of the icon say. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from datev_connector.desktop.legs import LEGS, leg_line, leg_name, since_words, state_word
from datev_connector.desktop.ports import Counts
from datev_connector.domain.calls import Call
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.numbers import national_format
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments

LONGEST_TOOLTIP = 120
"""Characters; Windows cuts at 127."""
LONGEST_NAME = 40
"""Characters of a name in the menu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayWords:
    """Words the state of the program in one language."""

    language: Language
    moments: Moments

    def tooltip(self, legs: Mapping[Leg, LegReport], counts: Counts, now: datetime) -> str:
        """Tell what is not in order, since when, and what waits; at most `LONGEST_TOOLTIP`."""
        language = self.language
        lines = [*self._troubles(legs, now), *self.waiting(counts)]
        if not lines:
            state = language.say("Everything is in order") if legs else language.say("Starting")
            lines = [state]
        kept = [language.say("DATEV Connector"), *lines]
        if _length(kept) <= LONGEST_TOOLTIP:
            return "\n".join(kept)
        for left_out in range(1, len(lines)):
            more = language.count("and {number} more", "and {number} more", left_out)
            shorter = [*kept[:-left_out], more]
            if _length(shorter) <= LONGEST_TOOLTIP:
                return "\n".join(shorter)
        return "\n".join(kept)[: LONGEST_TOOLTIP - 1] + "…"

    def status(self, leg: Leg, report: LegReport, now: datetime) -> str:
        """The line of a leg in the menu; since when is told of those that are not in order."""
        if report.state is LegState.UP:
            return leg_line(leg, report, self.language)
        return self._trouble(leg, report, now)

    def waiting(self, counts: Counts) -> list[str]:
        """What waits for the person, one line each; nothing where nothing does."""
        return [
            line for line in (self.drafts(counts.drafts), self.transfers(counts.waiting)) if line
        ]

    def drafts(self, number: int) -> str:
        """How many notes are drafts; empty for none."""
        if not number:
            return ""
        return self.language.count("{number} note not sent", "{number} notes not sent", number)

    def transfers(self, number: int) -> str:
        """How many transfers wait; empty for none."""
        if not number:
            return ""
        return self.language.count(
            "{number} transfer waiting", "{number} transfers waiting", number
        )

    def call(self, call: Call) -> str:
        """The line of a call that lives: who, else the number."""
        number = national_format(call.e164) if call.e164 else call.number
        if call.name and number:
            return self.language.say("{name}, {number}", name=_short(call.name), number=number)
        return _short(call.name) or number or self.language.say("Number withheld")

    def _troubles(self, legs: Mapping[Leg, LegReport], now: datetime) -> Iterator[str]:
        for state in (LegState.DOWN, LegState.DEGRADED):
            for leg in LEGS:
                report = legs.get(leg)
                if report is not None and report.state is state:
                    yield self._trouble(leg, report, now)

    def _trouble(self, leg: Leg, report: LegReport, now: datetime) -> str:
        return self.language.say(
            "{leg}: {state} {since}",
            leg=leg_name(leg, self.language),
            state=state_word(report.state, self.language),
            since=since_words(report, self.language, self.moments, now),
        )


def menu_text(text: str) -> str:
    """A text as menus take it: `&` would make an access key."""
    return text.replace("&", "&&")


def _length(lines: list[str]) -> int:
    return len("\n".join(lines))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
