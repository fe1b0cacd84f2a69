"""On which line a key stands.

`tomllib` gives values without positions. A statement ends where the text since the last one
parses by itself, since an unclosed string or list never does; so the parser itself tells where
each statement begins, however its keys are written (quoted, dotted, inline).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

Path = tuple[str, ...]


def key_lines(text: str) -> dict[Path, int]:
    """For every table and key of a valid TOML text the line (from 1) where it first stands."""
    lines: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        content = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _header(content)
            lines.setdefault(table, line)
        else:
            for path in _paths(content):
                lines.setdefault((*table, *path), line)
    return lines


def section_end(text: str, section: str) -> int | None:
    """The last line of the last key below the header of a section, or of the header itself.

    None if it has no header. What follows there, such as notes, may be about the next section.
    """
    end, inside = None, False
    for line, statement in _statements(text):
        content = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            inside = _header(content) == (section,)
        if inside and content:
            end = line + statement.count("\n") - 1
    return end


def _statements(text: str) -> Iterator[tuple[int, str]]:
    begin, pending = 1, ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        pending += line + "\n"
        try:
            tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        yield begin, pending
        begin, pending = number + 1, ""


def _header(content: Mapping[str, object]) -> Path:
    path: Path = ()
    inner: object = content
    while inner:
        if isinstance(inner, list):
            inner = inner[0]
        elif isinstance(inner, dict):
            (name, inner) = next(iter(inner.items()))
            path = (*path, name)
    return path


def _paths(content: Mapping[str, object]) -> Iterator[Path]:
    for name, inner in content.items():
        yield (name,)
        if isinstance(inner, dict):
            yield from ((name, *path) for path in _paths(inner))
