"""The table at the end, and the sentences below it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click

from datev_connector.app.demo import phrases
from datev_connector.app.demo.language import Language, Text, same
from datev_connector.app.demo.office import JONAS, LENA
from datev_connector.app.demo.plan import Expected
from datev_connector.app.demo.verdict import Line, Verdict
from datev_connector.simulators.datev import Direction

_HEADINGS = (
    Text("Telefonanlage", "PBX"),
    Text("DATEV hat", "DATEV holds"),
    Text("erwartet war", "expected"),
)
_AGREES = Text("stimmt", "agrees")
_RIGHT = Text("ja", "yes")
_WRONG = Text("NEIN", "NO")
_COLLEAGUES = {user.login: user.first_name for user in (LENA, JONAS)}
_NUMBER_WIDTH, _MARK_WIDTH, _GAP = 2, 6, "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePrinter:
    """Writes a verdict within `width` columns."""

    language: Language
    width: int
    write: Callable[[str], None]

    def table(self, verdict: Verdict) -> None:
        """One row a call."""
        headings = [text.say(self.language) for text in _HEADINGS]
        self._row("", headings, _AGREES.say(self.language))
        self.write("-" * self.width)
        for number, line in enumerate(verdict.lines, start=1):
            mark = (_WRONG if line.differences else _RIGHT).say(self.language)
            colour = "red" if line.differences else "green"
            self._row(str(number), [*self._cells(line)], mark, colour)
        self.write("-" * self.width)

    def _cells(self, line: Line) -> Iterator[str]:
        for paragraph in (_happened(line), _held(line), _wanted(line.expected)):
            yield "\n".join(text.say(self.language) for text in paragraph)

    def _row(
        self,
        number: str,
        cells: Sequence[str],
        mark: str,
        colour: str | None = None,
    ) -> None:
        fixed = _NUMBER_WIDTH + _MARK_WIDTH + len(_GAP) * 4
        column = (self.width - fixed) // len(cells)
        wrapped = [
            [line for part in cell.split("\n") for line in textwrap.wrap(part, column) or [""]]
            for cell in cells
        ]
        for at in range(max(map(len, wrapped))):
            here = [lines[at] if at < len(lines) else "" for lines in wrapped]
            first = at == 0
            shown = [number.rjust(_NUMBER_WIDTH) if first else " " * _NUMBER_WIDTH]
            shown += [cell.ljust(column) for cell in here]
            text = _GAP.join(shown)
            end = click.style(mark, fg=colour, bold=True) if first else ""
            self.write(f"{text}{_GAP}{end}".rstrip())


def _happened(line: Line) -> list[Text]:
    story = line.story
    if story is None:
        return [line.expected.title, phrases.NOTHING]
    outgoing = line.expected.direction is Direction.OUTGOING
    number = story.called_number if outgoing else story.caller_number
    by = _COLLEAGUES.get(story.answered_by)
    return [line.expected.title, same(number), phrases.at_pbx(story.outcome, by)]


def _held(line: Line) -> list[Text]:
    if line.live is None and not line.journal:
        return [phrases.NOTHING]
    record = line.live.last if line.live is not None else line.journal[-1].record
    name = same(record.name) if record.name else phrases.NOBODY
    states = line.live.states if line.live is not None else ()
    return _summary(phrases.states(states), name, record.number, len(line.journal))


def _wanted(expected: Expected) -> list[Text]:
    if not expected.live and not expected.journal:
        return [phrases.NOTHING]
    contact = expected.contact
    name = same(contact.name) if contact else phrases.NOBODY
    return _summary(phrases.states(expected.live), name, expected.number, len(expected.journal))


def _summary(states: Text, name: Text, number: str, notes: int) -> list[Text]:
    lines = [states, name, same(number)]
    return [*lines, phrases.in_journal(notes)] if notes else lines
