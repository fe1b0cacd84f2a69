"""What scripts and the console can do with the modules of a PBX."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from datev_connector.simulators.starface.module.archive import BadModule
from datev_connector.simulators.starface.module.config import LogLevel, ModuleConfig
from datev_connector.simulators.starface.module.modules import Modules
from datev_connector.simulators.starface.steps import BadStep, Step

Row = tuple[tuple[str, ...], str]
Act = Callable[[Modules, Step], None]


def _add(modules: Modules, step: Step) -> None:
    file = Path(step.text("file"))
    try:
        modules.add(ModuleConfig(archive=file.read_bytes(), name=step.text("name")))
    except OSError as problem:
        raise BadStep(f"{file}: {problem.strerror}") from problem
    except BadModule as problem:
        raise BadStep(f"{file}: {problem}") from problem
    except ValueError as problem:
        raise BadStep(str(problem)) from problem


def _rename(modules: Modules, step: Step) -> None:
    try:
        modules.rename(step.text("name"), step.text("to"))
    except ValueError as problem:
        raise BadStep(str(problem)) from problem


def _log_level(modules: Modules, step: Step) -> None:
    level = step.text("level")
    if level not in list(LogLevel):
        raise BadStep(f"no level {level!r}; there are: {', '.join(LogLevel)}")
    modules[step.text("name")].log_level = LogLevel(level)


MODULE_ACTIONS: dict[str, tuple[Row, Act]] = {
    "module-add": (
        (("file", "name"), "take a module archive, and configure it under a name"),
        _add,
    ),
    "module-rename": ((("name", "to"), "rename a configuration"), _rename),
    "module-active": (
        (("name", "value!"), "switch a configuration on or off, and save it"),
        lambda modules, step: modules.activate(step.text("name"), active=step.flag("value")),
    ),
    "module-set": (
        (("name", "field", "text"), "fill a field of a configuration"),
        lambda modules, step: modules[step.text("name")].set(step.text("field"), step.text("text")),
    ),
    "module-log-level": (
        (("name", "level"), "how much goes into the log of a configuration"),
        _log_level,
    ),
    "module-save-anew": (
        (("name",), "save the module in the designer; calls fail until module-active"),
        lambda modules, step: modules.save_anew(step.text("name")),
    ),
    "module-remove": (
        (("name",), "delete a configuration"),
        lambda modules, step: modules.remove(step.text("name")),
    ),
}
"""Action to its words, what it is for, and what does it. Raises BadStep, LookupError."""
