"""What commands print: aligned tables for people, JSON for programs, progress on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from unicodedata import combining, east_asian_width

import click

Item = TypeVar("Item")


def print_json(value: object) -> None:
    """Print a value as JSON; in ASCII where the output does not take all of Unicode."""
    click.echo(json_text(value, indent=2))


def json_text(value: object, indent: int | None = None) -> str:
    """Return a value as JSON for standard output."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return json.dumps(value, ensure_ascii=encoding != "utf8", indent=indent)


def fitted(text: str, width: int) -> str:
    """Return a text as a cell of exactly this width; what is too long ends in dots."""
    text = shown(text)
    if _width(text) > width:
        while _width(text) >= width:
            text = text[: min(len(text) - 1, width)]
        text += "…"
    return text + " " * (width - _width(text))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under headings, each column as wide as its widest cell."""
    table = [tuple(headings), *(tuple(shown(cell) for cell in row) for row in rows)]
    widths = [max(_width(row[column]) for row in table) for column in range(len(headings))]
    for row in table:
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        click.echo("  ".join(cells).rstrip())


def local_text(moment: datetime | None) -> str:
    """A time for people in this country, on this machine's clock: 02.03.2026 14:05."""
    return moment.astimezone().strftime("%d.%m.%Y %H:%M") if moment is not None else ""


def local_iso(moment: datetime | None) -> str | None:
    """A time for programs, with the zone of this machine."""
    return moment.astimezone().isoformat(timespec="seconds") if moment is not None else None


def plural(number: int, word: str) -> str:
    """`1 contact`, `2 contacts`, `0 entries`."""
    if number == 1:
        return f"1 {word}"
    return f"{number} {word[:-1]}ies" if word.endswith("y") else f"{number} {word}s"


def with_progress(items: Iterable[Item], length: int | None, label: str) -> Iterator[Item]:
    """Give the items, with a bar on stderr if a person is watching it."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=length, label=label, file=sys.stderr) as bar:
        yield from bar


class ProgressLine:
    """A line on stderr that is written over again and again; nobody sees it but at a terminal."""

    def __init__(self) -> None:
        self._width = 0

    def show(self, text: str) -> None:
        """Put `text` in the place of what stood there."""
        if sys.stderr.isatty():
            click.echo(f"\r{text:<{self._width}}", nl=False, err=True)
            self._width = len(text)

    def clear(self) -> None:
        """Leave no trace."""
        if self._width:
            click.echo(f"\r{'':<{self._width}}\r", nl=False, err=True)


@contextmanager
def progress_line() -> Iterator[ProgressLine]:
    """Make a line that is gone in the end."""
    line = ProgressLine()
    try:
        yield line
    finally:
        line.clear()


def shown(text: str) -> str:
    """Return a text of strangers as one line that cannot move the cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _width(text: str) -> int:
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text
    )
