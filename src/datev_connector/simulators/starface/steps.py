"""One step of a script or one line of the console, before anything is done.

Both have the same words: `incoming a 0123 004972112345 name="Ada Byron"` on one line is
`{do = "incoming", call = "a", user = "0123", number = "004972112345", name = "Ada Byron"}` in
a file.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum


class BadStep(ValueError):
    """A step that cannot be understood; the text says what is wrong and what would be right."""


class Kind(StrEnum):
    """What a word of a step must be."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "yes or no"


Value = str | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A parameter of an action."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be asked for: its name, its words in order, and what it is for."""

    name: str
    words: tuple[Word, ...]
    summary: str

    @property
    def usage(self) -> str:
        """How it is written on one line."""
        shown = [w.name.upper() if w.required else f"[{w.name}=...]" for w in self.words]
        return " ".join([self.name, *shown])


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An action with its words filled in."""

    action: str
    words: Mapping[str, Value] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A text word."""
        return str(self.words.get(name, default))

    def number(self, name: str, default: float = 0.0) -> float:
        """A number word."""
        return float(self.words.get(name, default))

    def flag(self, name: str) -> bool:
        """A yes-or-no word; no if absent."""
        return self.words.get(name) is True


def takes(*words: str) -> tuple[Word, ...]:
    """Words in short: `call`, `name?` (optional), `seconds#` (number), `new_id!` (flag)."""
    return tuple(_word(word) for word in words)


def step_from_line(line: str, actions: Mapping[str, Action]) -> Step:
    """Read one line; words in order, or `name=value`. Raises BadStep."""
    try:
        name, *given = shlex.split(line)
    except ValueError as problem:
        raise BadStep(f"{line.strip() or 'empty line'}: {problem}") from None
    action = _action(name, actions)
    return Step(action=name, words=_filled(action, _placed(action, given)))


def step_from_table(table: Mapping[str, object], actions: Mapping[str, Action]) -> Step:
    """Read a table with the key `do` and one key for each word. Raises BadStep."""
    name = table.get("do")
    if not isinstance(name, str):
        raise BadStep('no action: write do = "ring" or another one')
    action = _action(name, actions)
    given = {key: value for key, value in table.items() if key != "do"}
    return Step(action=name, words=_filled(action, given))


def _word(short: str) -> Word:
    kinds = {"#": Kind.NUMBER, "!": Kind.FLAG}
    required = "?" not in short
    kind = next((kind for mark, kind in kinds.items() if mark in short), Kind.TEXT)
    return Word(name=short.rstrip("?#!"), kind=kind, required=required and kind is not Kind.FLAG)


def _action(name: str, actions: Mapping[str, Action]) -> Action:
    if name in actions:
        return actions[name]
    near = get_close_matches(name, actions, n=1)
    raise BadStep(f"unknown action {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))


def _placed(action: Action, given: Sequence[str]) -> dict[str, object]:
    """Give each word of a line its name."""
    names = [word.name for word in action.words]
    placed: dict[str, object] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if equals and name in names:
            placed[name] = value
            continue
        free = [name for name in names if name not in placed]
        if not free:
            raise BadStep(f"too many words; usage: {action.usage}")
        placed[free[0]] = text
    return placed


def _filled(action: Action, given: Mapping[str, object]) -> dict[str, Value]:
    known = {word.name: word for word in action.words}
    for name in given:
        if name not in known:
            raise BadStep(f"{action.name} has no {name!r}; usage: {action.usage}")
    for word in action.words:
        if word.required and word.name not in given:
            raise BadStep(f"{action.name} needs {word.name!r}; usage: {action.usage}")
    return {name: _read(known[name], value) for name, value in given.items()}


def _read(word: Word, value: object) -> Value:
    match word.kind, value:
        case Kind.TEXT, str():
            return value
        case Kind.FLAG, bool():
            return value
        case Kind.FLAG, "yes" | "true" | "on":
            return True
        case Kind.FLAG, "no" | "false" | "off":
            return False
        case Kind.NUMBER, str():
            return _number(word, value)
        case Kind.NUMBER, int() | float() if not isinstance(value, bool):
            return float(value)
    raise BadStep(f"{word.name!r} must be {word.kind}, not {value!r}")


def _number(word: Word, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadStep(f"{word.name!r} must be a number, not {text!r}") from None
