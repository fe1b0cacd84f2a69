"""How findings look to a person: a heading for each leg, a mark for each step, all well in a line.

What is broken stands out by its mark, in colour where there is a terminal, and takes more lines:
what was tried, what came back, who mends it and how.
"""

from __future__ import annotations

import textwrap

import click

from datev_connector.app.diagnosis.finding import UNKNOWN, Finding, Step
from datev_connector.desktop.sentences import capital
from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.wording import sentence
from datev_connector.texts.language import Language, Tongue

WHO = {
    Mender.NOBODY: "nobody needs to",
    Mender.USER: "you",
    Mender.PBX_ADMIN: "the administrator of the PBX",
    Mender.DATEV_ADMIN: "the administrator of DATEV",
    Mender.NETWORK_ADMIN: "the administrator of the network",
    Mender.WINDOWS_ADMIN: "the administrator of this computer",
    Mender.VENDOR: "the vendor of this program",
}
MARKS = {LegState.UP: "ok", LegState.DEGRADED: "note", LegState.DOWN: "DOWN"}
COLOURS = {LegState.UP: "green", LegState.DEGRADED: "yellow", LegState.DOWN: "red"}
MARK_WIDTH = max(map(len, MARKS.values()))
STEP_WIDTH = max(map(len, Step))
INDENT = " " * (MARK_WIDTH + STEP_WIDTH + 6)
LABEL_WIDTH = len("what to do: ")
SKIPPED = "skip"
"""The mark of what was not tried, and has nothing to be mended."""
SLOW_S = 1.0
"""What took longer is worth a word."""


class Page:
    """Turns findings into lines, one after another."""

    def __init__(self, width: int | None) -> None:
        """`width` in characters; None: lines are as long as they come."""
        self.language = Language.of(Tongue.ENGLISH)
        self._width = width
        self._leg = ""

    def lines(self, finding: Finding) -> list[str]:
        """The lines of a finding, under a heading if it begins another leg."""
        heading = []
        if finding.leg != self._leg:
            heading = [*([""] if self._leg else []), click.style(str(finding.leg), bold=True)]
            self._leg = str(finding.leg)
        return [*heading, *self._wrapped(finding)]

    def _wrapped(self, finding: Finding) -> list[str]:
        first, *rest = in_lines(finding)
        mark = click.style(
            f"{_mark(finding):<{MARK_WIDTH}}",
            fg=COLOURS[finding.state],
            bold=finding.state is LegState.DOWN,
        )
        start = f"  {mark}  {finding.step:<{STEP_WIDTH}}  "
        head, *tail = self._broken(first, INDENT)
        lines = [start + head.removeprefix(INDENT), *tail]
        for line in rest:
            lines += self._broken(line, INDENT + " " * LABEL_WIDTH)
        return lines

    def last(self, findings: list[Finding]) -> list[str]:
        """What all of it comes to, where nothing is broken."""
        if any(finding.state is LegState.DOWN for finding in findings):
            return [""]
        return ["", *self._broken(in_sum(findings), "  ", "")]

    def errors(self, findings: list[Finding]) -> list[str]:
        """What is broken; what to do stands with each finding."""
        return in_short(findings, with_remedies=False)

    def error(self, finding: Finding) -> str:
        """What keeps a command from being done."""
        why = sentence(finding.meaning or finding.found)
        return f"Error: {finding.leg}, {finding.step}: {why} {finding.remedy}".rstrip()

    def _broken(self, text: str, hanging: str, indent: str = INDENT) -> list[str]:
        """The text in lines of the page, the first as far in as all, the others at `hanging`."""
        if self._width is None:
            return [indent + text]
        return textwrap.wrap(
            text,
            max(self._width, 2 * len(INDENT)),
            initial_indent=indent,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _mark(finding: Finding) -> str:
    return SKIPPED if _is_left_out(finding) else MARKS[finding.state]


def _is_left_out(finding: Finding) -> bool:
    return finding.found == UNKNOWN and not finding.remedy


def in_lines(finding: Finding) -> list[str]:
    """What a finding says to people: one line if all is well, otherwise all that is known."""
    slow = f" ({finding.duration_s:.1f} s)" if finding.duration_s >= SLOW_S else ""
    if finding.state is LegState.UP:
        said = f"{finding.found.removesuffix('.')}. {finding.meaning}"
        return [capital(said if finding.meaning else finding.found) + slow]
    if _is_left_out(finding):
        return [finding.meaning]
    first = capital(sentence(finding.meaning or finding.found))
    lines = [first + slow, f"tried:      {finding.tried}"]
    if finding.meaning:
        lines.append(f"came back:  {finding.found}")
    if finding.remedy and finding.mender is not Mender.NOBODY:
        lines.append(f"mended by:  {WHO[finding.mender]}")
    if finding.remedy:
        lines.append(f"what to do: {finding.remedy}")
    return lines


def in_short(findings: list[Finding], *, with_remedies: bool) -> list[str]:
    """What is broken, a line each; without remedies where each finding names its own."""
    broken = [finding for finding in findings if finding.state is LegState.DOWN]
    if not broken:
        return []
    what_to_do = "" if with_remedies else "; what to do stands with each finding"
    lines = [f"Error: not everything works{what_to_do}:"]
    for finding in broken:
        why = sentence(finding.meaning or finding.found)
        remedy = finding.remedy if with_remedies else ""
        lines.append(f"  {finding.leg}, {finding.step}: {why} {remedy}".rstrip())
    return lines


def in_sum(findings: list[Finding]) -> str:
    """The last line where nothing is broken."""
    notes = [f"{one.leg}, {one.step}" for one in findings if one.state is LegState.DEGRADED]
    return f"Nothing is broken. Notes: {'; '.join(notes)}." if notes else "Everything works."
