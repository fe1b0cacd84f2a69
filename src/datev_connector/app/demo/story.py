"""Prints the day: headings, and lines that say when, who and what.

Colours are for terminals only; nothing is said by colour alone.
"""

from __future__ import annotations

import asyncio
import shutil
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

import click

from datev_connector.app.demo.language import Language, Text, same

NARROWEST, WIDEST = 80, 100


class Side(Enum):
    """Where something happens; its word stands in front of the line."""

    PBX = Text("Anlage", "PBX")
    DESK = Text("Platz", "Desk")
    DATEV = same("DATEV")
    TROUBLE = Text("Fehler", "Error")


_COLOURS = {Side.PBX: "cyan", Side.DESK: "green", Side.DATEV: "yellow", Side.TROUBLE: "red"}
_LABEL_WIDTH = max(len(word) for side in Side for word in (side.value.de, side.value.en))


def page_width() -> int:
    """Columns to use: those of the terminal within limits, the widest where there is none."""
    columns = shutil.get_terminal_size((WIDEST, 0)).columns
    return max(NARROWEST, min(WIDEST, columns)) - 1


def _print(text: str) -> None:
    click.echo(text)


@dataclass(slots=True, kw_only=True)
class Story:
    """Tells the day in one language; pauses after each line if it is read by a person.

    pause_s: after a line; 0 for none. The clock shows the hour of the story.
    """

    language: Language
    pause_s: float = 0.0
    width: int = field(default_factory=page_width)
    write: Callable[[str], None] = _print
    _clock: str = "08:00"
    _began_s: float = field(default_factory=time.monotonic)
    _unread: int = 0

    def plain(self, text: Text) -> None:
        """A paragraph of the teller."""
        for line in textwrap.wrap(self._worded(text), self.width):
            self.write(line)
        self._unread += 1

    def item(self, text: Text) -> None:
        """One of a list."""
        for line in textwrap.wrap(
            self._worded(text), self.width, initial_indent="  - ", subsequent_indent="    "
        ):
            self.write(line)

    def gap(self) -> None:
        """An empty line."""
        self.write("")

    def heading(self, clock: str, title: Text) -> None:
        """A new scene begins at that hour of the story."""
        self._clock, self._began_s = clock, time.monotonic()
        self.write("")
        self.write(click.style(f"{clock}  {title.say(self.language)}", bold=True))
        self._unread += 1

    def line(self, side: Side, text: Text) -> None:
        """Something happens."""
        label = side.value.say(self.language).ljust(_LABEL_WIDTH)
        lead = f"  {self._now()}  {label}  "
        body = textwrap.wrap(self._worded(text), self.width - len(lead)) or [""]
        coloured = f"  {self._now()}  {click.style(label, fg=_COLOURS[side])}  "
        self.write(coloured + body[0])
        for more in body[1:]:
            self.write(" " * len(lead) + more)
        self._unread += len(body)

    async def breathe(self) -> None:
        """Leave time to read what was written since the last pause."""
        lines, self._unread = self._unread, 0
        if self.pause_s and lines:
            await asyncio.sleep(self.pause_s * lines)

    def _now(self) -> str:
        shown = datetime.strptime(self._clock, "%H:%M") + timedelta(  # noqa: DTZ007 -- a story's hour
            seconds=time.monotonic() - self._began_s
        )
        return shown.strftime("%H:%M:%S")

    def _worded(self, text: Text) -> str:
        said = text.say(self.language)
        # A name or a note comes from strangers: it may not move the cursor.
        return "".join(letter if letter.isprintable() else " " for letter in said)
