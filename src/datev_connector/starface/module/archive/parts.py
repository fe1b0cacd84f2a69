"""What a module is made of, in the words of STARFACE's module designer, as values.

Every part has a key, unique in the module, from which its id is made; parts refer to one another by
key. Texts for people are in German and English.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """Types of variables; on the wire text, `double` and `boolean`."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"


class Level(StrEnum):
    """Levels that the function `Log` writes at; TRACE has been seen in no archive."""

    ERROR = "ERROR"
    WARN = "WARN"
    INFO = "INFO"
    DEBUG = "DEBUG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text in both languages."""

    de: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of the module, or an input or output of a function."""

    key: str
    name: str
    type: Type
    value: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A value that is written as it is."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The value of a variable."""

    key: str


Source = Literal | Reference


# --- what a function does -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Give a variable a value."""

    key: str
    target: Reference
    value: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Write into the log of the configuration. The PBX wants the level as a literal."""

    key: str
    level: Level
    messages: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is done if the variable has this value."""

    key: str
    value: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Do what the value of a text variable asks for; `otherwise` if no case does."""

    key: str
    on: Reference
    cases: tuple[Case, ...]
    otherwise: tuple[Step, ...] = ()


Step = Assign | Log | Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of the module that anybody with a login may call under its entry point."""

    name: str
    description: str
    steps: tuple[Step, ...]
    inputs: tuple[Variable, ...] = ()
    outputs: tuple[Variable, ...] = ()

    @property
    def key(self) -> str:
        """Where its id comes from."""
        return f"function/{self.name}"

    @property
    def entry_point(self) -> str:
        """Where the id of its entry point comes from."""
        return f"entry-point/{self.name}"


# --- what an administrator sees -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A heading inside a tab."""

    key: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoText:
    """A paragraph inside a tab."""

    key: str
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInput:
    """A field for a text of any length."""

    key: str
    label: Words
    hint: Words
    variable: Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChoice:
    """A choice of one text out of several; the variable's value is the one to begin with."""

    key: str
    label: Words
    hint: Words
    variable: Variable
    choices: tuple[str, ...]


Element = Headline | InfoText | TextInput | TextChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab of the configuration."""

    key: str
    label: Words
    elements: tuple[Element, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables that its fields fill."""
        return tuple(
            element.variable
            for element in self.elements
            if isinstance(element, TextInput | TextChoice)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """The whole module."""

    name: str
    label: Words
    short: str
    description: str
    tabs: tuple[Tab, ...]
    functions: tuple[Function, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What a configuration holds."""
        return tuple(variable for tab in self.tabs for variable in tab.variables)
