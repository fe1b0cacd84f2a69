"""How findings look at a terminal in another language: in the words of the windows.

The English page (`page`) calls legs and steps by the names that other programs read. Here they have
the names that people read, so each finding begins with them.
"""

from __future__ import annotations

import textwrap

import click

from datev_connector.app.diagnosis.finding import Finding
from datev_connector.app.diagnosis.page import COLOURS, SLOW_S
from datev_connector.app.windows.shown_finding import for_windows
from datev_connector.desktop.diagnosis.words import details, finding_word, headline
from datev_connector.desktop.legs import leg_name
from datev_connector.desktop.ports import Finding as Shown
from datev_connector.domain.legs import LegState
from datev_connector.texts.language import Language

MARK_WIDTH = 15
"""Of the longest word for a state, with the blanks behind it."""
INDENT = " " * (MARK_WIDTH + 2)
LEAST_WIDTH = 60


class SpokenPage:
    """Turns findings into lines, one after another."""

    def __init__(self, width: int | None, language: Language) -> None:
        """`width` in characters; None: lines are as long as they come."""
        self._width = width
        self.language = language
        self._leg: str | None = None

    def lines(self, finding: Finding) -> list[str]:
        """The lines of a finding, under a heading if it begins another leg."""
        shown, language = for_windows(finding), self.language
        leg, heading = leg_name(shown.leg, language), list[str]()
        if leg != self._leg:
            heading = [*([] if self._leg is None else [""]), click.style(leg, bold=True)]
            self._leg = leg
        word = finding_word(shown, language)
        mark = click.style(
            f"{word:<{MARK_WIDTH}}",
            fg=COLOURS[finding.state],
            bold=finding.state is LegState.DOWN,
        )
        head, *tail = self._broken(self._said(shown))
        lines = [f"  {mark}{head.removeprefix(INDENT)}", *tail]
        for label, text in details(shown, language):
            lines += self._broken(f"{label}: {text}", within="  ")
        return [*heading, *lines]

    def last(self, findings: list[Finding]) -> list[str]:
        """What all of it comes to, where nothing is broken."""
        language = self.language
        shown = [for_windows(one) for one in findings]
        notes = [one for one in shown if one.state is LegState.DEGRADED and not one.left_out]
        if any(one.state is LegState.DOWN for one in shown):
            return [""]
        text = language.say("Everything is in order.")
        if notes:
            text = language.say("Nothing is broken. Remarks: {steps}.", steps=self._named(notes))
        return ["", *self._wrapped(text, "", "  ")]

    def errors(self, findings: list[Finding]) -> list[str]:
        """What is broken; what to do stands with each finding."""
        down = [for_windows(one) for one in findings if one.state is LegState.DOWN]
        if not down:
            return []
        text = self.language.say("Error: not everything works: {steps}.", steps=self._named(down))
        return self._wrapped(text, "", "  ")

    def error(self, finding: Finding) -> str:
        """What keeps a command from being done."""
        shown, language = for_windows(finding), self.language
        return language.say(
            "Error: {leg}, {step}: {why} {remedy}",
            leg=leg_name(shown.leg, language),
            step=language.tell(shown.step),
            why=headline(shown, language),
            remedy=language.tell(shown.remedy),
        ).rstrip()

    def _said(self, shown: Shown) -> str:
        language = self.language
        said = f"{language.tell(shown.step)}: {headline(shown, language)}"
        if shown.duration_s < SLOW_S:
            return said
        took = language.say("{seconds:.1f} s", seconds=shown.duration_s)
        return f"{said} ({took})"

    def _named(self, shown: list[Shown]) -> str:
        language = self.language
        return "; ".join(
            f"{leg_name(one.leg, language)}, {language.tell(one.step)}" for one in shown
        )

    def _broken(self, text: str, within: str = "") -> list[str]:
        return self._wrapped(text, INDENT + within, INDENT + within + "  ")

    def _wrapped(self, text: str, begin: str, hanging: str) -> list[str]:
        if self._width is None:
            return [begin + text]
        return textwrap.wrap(
            text,
            max(self._width, LEAST_WIDTH),
            initial_indent=begin,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
