"""The modules of a PBX: its library, and the configurations by which they work.

A configuration has a name, a switch that makes it active, what stands in the fields of its tabs,
and a log. Its entry points are known as `<name>.<entry point>`, letter by letter, while it is
active (STARFACE, Admin, Module).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from datev_connector.simulators.starface.module.config import LogLevel, ModuleConfig
from datev_connector.simulators.starface.module.descriptor import EntryPoint, Module
from datev_connector.simulators.starface.module.reading import read_module
from datev_connector.simulators.starface.module.running import CannotRun, Runner
from datev_connector.simulators.starface.module.values import Value, cast

REMEMBERED: Final = 10_000
"""Entries of a log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A line in the log of a configuration."""

    at: datetime
    level: LogLevel
    text: str


@dataclass(slots=True, kw_only=True)
class Configuration:
    """A module at work. `values`: what its fields hold, by the name of the variable."""

    name: str
    module: Module
    active: bool = True
    values: dict[str, str] = field(default_factory=dict)
    log_level: LogLevel = LogLevel.ERROR
    log: deque[LogEntry] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """What the administrator can read: entries that the log level lets pass, oldest first."""

    kept_back: deque[LogEntry] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """What was written below the log level, and is nowhere to be read in a real PBX."""

    stale: bool = False
    """Whether the module was saved anew in the designer and this configuration not since then."""

    @property
    def works(self) -> bool:
        """Whether its entry points can be called."""
        return self.active and not self.module.needs_licence

    @property
    def methods(self) -> list[str]:
        """The full names of its entry points, as the tab XML-RPC shows them."""
        return [f"{self.name}.{entry}" for entry in self.module.entry_points]

    def set(self, variable: str, text: str) -> None:
        """Fill a field. Raises LookupError if the module has no such variable."""
        known = [one.name for one in self.module.variables]
        if variable not in known:
            raise LookupError(f"no field {variable!r}; there are: {', '.join(known)}")
        self.values[variable] = text

    def value(self, variable: str) -> str:
        """What a field holds: what was filled in, else what it begins with."""
        usual = {one.name: one.source.value for one in self.module.variables}
        return self.values.get(variable, usual.get(variable, ""))

    def call(
        self, entry: EntryPoint, given: Mapping[str, object], at: datetime
    ) -> dict[str, object]:
        """What an entry point answers. Raises CannotRun."""
        function = self.module.function_of(entry.function)
        if function is None:
            raise CannotRun(f"{entry.name} leads into another module")
        own: dict[str, Value] = {
            one.id: cast(self.value(one.name), one.type) for one in self.module.variables
        }

        def write(level: LogLevel, text: str) -> None:
            place = self.log if self.log_level.lets_pass(level) else self.kept_back
            place.append(LogEntry(at=at, level=level, text=text))

        answer = Runner(self.module, own, write).run(function, given)
        return {name: value for name, value in answer.items() if value is not None}


class Modules:
    """The configurations of a PBX by name. Iterates in the order in which they were made."""

    def __init__(self, configs: Iterable[ModuleConfig], now: Callable[[], datetime]) -> None:
        """Raises BadModule for an archive that is none, ValueError for a name that is taken."""
        self._now = now
        self._configurations: dict[str, Configuration] = {}
        for config in configs:
            self.add(config)

    def __iter__(self) -> Iterator[Configuration]:
        """All configurations."""
        return iter(self._configurations.values())

    def __getitem__(self, name: str) -> Configuration:
        """The configuration of exactly that name. Raises LookupError, with all names."""
        if name not in self._configurations:
            known = ", ".join(repr(one) for one in self._configurations) or "none"
            raise LookupError(f"no configuration {name!r}; there are: {known}")
        return self._configurations[name]

    def add(self, config: ModuleConfig) -> Configuration:
        """Take a module into the library and configure it. Raises as `__init__` does."""
        self._check_free(config.name)
        made = Configuration(
            name=config.name,
            module=read_module(config.archive),
            active=config.active,
            log_level=config.log_level,
        )
        for variable, text in config.values.items():
            made.set(variable, text)
        self._configurations[config.name] = made
        return made

    def rename(self, name: str, other: str) -> None:
        """Give a configuration another name. Raises LookupError, ValueError if that is taken."""
        configuration = self[name]
        self._check_free(other)
        configuration.name = other
        self._configurations = {one.name: one for one in self._configurations.values()}

    def remove(self, name: str) -> None:
        """Delete a configuration. Raises LookupError."""
        del self._configurations[self[name].name]

    def save_anew(self, name: str) -> None:
        """The module is saved in the designer: whoever calls it now meets an outdated revision."""
        self[name].stale = True

    def activate(self, name: str, *, active: bool = True) -> None:
        """Switch a configuration on or off, and save it. Raises LookupError."""
        configuration = self[name]
        configuration.active = active
        configuration.stale = False

    def entry(self, method: str) -> tuple[Configuration, EntryPoint] | None:
        """The entry point of that full name; None if no working configuration has it."""
        for configuration in self:
            name = method.removeprefix(f"{configuration.name}.")
            found = configuration.module.entry_points.get(name)
            if found is not None and name != method and configuration.works:
                return configuration, found
        return None

    def now(self) -> datetime:
        """The time of the PBX's log."""
        return self._now()

    def _check_free(self, name: str) -> None:
        if name in self._configurations:
            raise ValueError(f"a configuration {name!r} is there already")
