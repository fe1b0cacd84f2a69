"""One option as a row: everything the file check, the overview and the documentation need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from datev_connector.domain.wording import worded

TYPE_NAMES = {
    str: worded("text"),
    bool: worded("true or false"),
    int: worded("a whole number"),
}

Value = str | bool | int
"""What an option can hold; choices are `StrEnum` members, hence text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A usable value, and what had to be changed to make it one."""

    value: Value
    hint: str = ""


class NotAllowed(Exception):
    """A value can't be used; `text` says what is allowed."""

    def __init__(self, text: str) -> None:
        """`text` may be `Worded`."""
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One row of the registry."""

    section: str
    key: str
    kind: type[str | bool | int]
    """`str`, `bool`, `int`, or the `StrEnum` of a closed set."""
    default: Value
    windows_default: Value | None = None
    """Set where Windows differs from everything else."""
    help: str
    allowed: Mapping[str, str] = field(default_factory=dict)
    """For a closed set: a sentence for each value."""
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    restart: bool = False
    """True: a change counts from the next start on."""
    rule: Callable[[str], Cleaned] | None = None
    """Cleans and checks a text; raises `NotAllowed`."""

    @property
    def name(self) -> str:
        """The full name, `section.key`."""
        return f"{self.section}.{self.key}"

    def default_on(self, platform: str) -> Value:
        """The built-in value on a platform, named as `sys.platform` does."""
        if platform == "win32" and self.windows_default is not None:
            return self.windows_default
        return self.default

    def clean(self, raw: object) -> Cleaned:
        """The usable form of a raw value; raises `NotAllowed` saying what is allowed."""
        if issubclass(self.kind, StrEnum):
            return Cleaned(value=self._choice(raw))
        if type(raw) is not self.kind:
            kind = TYPE_NAMES[self.kind]
            raise NotAllowed(worded("must be {kind}, not {given}", kind=kind, given=described(raw)))
        if isinstance(raw, int) and not isinstance(raw, bool):
            return Cleaned(value=self._in_range(raw))
        if self.rule is not None and isinstance(raw, str):
            return self.rule(raw)
        return Cleaned(value=raw)

    def _choice(self, raw: object) -> Value:
        if isinstance(raw, str) and raw in self.allowed:
            return self.kind(raw)
        allowed = ", ".join(f'"{value}"' for value in self.allowed)
        given = described(raw)
        raise NotAllowed(
            worded("must be one of {allowed}, not {given}", allowed=allowed, given=given)
        )

    def _in_range(self, number: int) -> int:
        low = self.minimum if self.minimum is not None else number
        high = self.maximum if self.maximum is not None else number
        if not low <= number <= high:
            raise NotAllowed(
                worded(
                    "must be from {minimum} to {maximum}, not {given}",
                    minimum=self.minimum,
                    maximum=self.maximum,
                    given=number,
                )
            )
        return number


def described(raw: object) -> str:
    """A raw value in words for a message: short, and on one line."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        shortened = raw if len(raw) <= 40 else raw[:37] + "..."
        return worded("the text {text}", text=repr(shortened))
    if isinstance(raw, int | float):
        return worded("the number {number}", number=raw)
    names = {"list": worded("a list"), "dict": worded("a table")}
    return names.get(type(raw).__name__, worded("a date or time"))
