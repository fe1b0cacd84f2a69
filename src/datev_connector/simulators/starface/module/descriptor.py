"""What a module is, read from its `module-descriptor.xml` (STARFACE module archives, 6.5 to 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha1


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A value as it is written, or with `by_reference` the id or name of a variable."""

    value: str = ""
    by_reference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable: of the module, an input or output of a function, or a slot of a step."""

    id: str
    name: str
    type: str
    source: Source = Source()
    several: tuple[Source, ...] = ()
    """What a slot holds that takes more than one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A function: of this module, of another one, or the PBX's own."""

    domain: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a function; `kind` is the name of its element. Disabled ones are left out."""

    kind: str
    inputs: tuple[Variable, ...] = ()
    outputs: tuple[Variable, ...] = ()
    steps: tuple[Step, ...] = ()
    target: Target | None = None
    declares: Variable | None = None
    """The variable that a definition makes."""

    def input(self, name: str) -> Variable | None:
        """An input by its name."""
        return next((variable for variable in self.inputs if variable.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function. `compiled`: the class that does the work, `""` for one made in the designer."""

    id: str
    name: str
    inputs: tuple[Variable, ...] = ()
    outputs: tuple[Variable, ...] = ()
    steps: tuple[Step, ...] = ()
    compiled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """A function that can be called from outside; `open_to_all`: without signing in."""

    name: str
    function: Target
    open_to_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something in a tab. Texts are by locale; `variable` is the id of what it fills, or `""`."""

    label: Mapping[str, str]
    text: Mapping[str, str]
    variable: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab of the configuration."""

    label: Mapping[str, str]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module of the library."""

    id: str
    name: str
    version: int
    vendor: str = ""
    changed: str = ""
    """`lastChangedTime`, in milliseconds."""

    no_licence_id: str = ""
    write_hash: str = ""
    variables: tuple[Variable, ...] = ()
    functions: Mapping[str, Function] = field(default_factory=dict)
    entry_points: Mapping[str, EntryPoint] = field(default_factory=dict)
    tabs: tuple[Tab, ...] = ()

    @property
    def needs_licence(self) -> bool:
        """Whether the PBX itself wants a licence for it."""
        marked = f"{self.id}{self.changed}STARFACE"
        return self.no_licence_id != sha1(marked.encode(), usedforsecurity=False).hexdigest()

    def function_of(self, target: Target) -> Function | None:
        """The function that a reference leads to, if it is one of this module."""
        return self.functions.get(target.id) if target.domain == self.id else None
