"""Runs functions that were made in the module designer, step by step, as their descriptor says.

    varAssign        gives a variable a value
    typedVarDef      makes a variable
    functionCall     another function of the module, or one of the PBX's own: Log, GetModuleInfo
    switch           case by case, then switchDefault
    return           leaves the function
    commentStatement does nothing

What a call returns without a variable to take it is known under its name with `_` before it. Other
steps, other functions of the PBX and compiled classes are told as what cannot be run here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from datev_connector.simulators.starface.module.config import LogLevel
from datev_connector.simulators.starface.module.descriptor import (
    Function,
    Module,
    Source,
    Step,
    Variable,
)
from datev_connector.simulators.starface.module.values import Value, cast, text_of

DEEPEST: Final = 32
"""Calls inside one another."""


class CannotRun(Exception):
    """A function does what nobody can do, or what is not simulated; the text says what."""


class _Return(Exception):
    """Leaves the function."""


@dataclass(slots=True, kw_only=True)
class _Frame:
    """The variables that a running function can see, by id; names lead to ids."""

    values: dict[str, Value]
    types: dict[str, str]
    names: dict[str, str] = field(default_factory=dict)

    def declare(self, variable: Variable, value: Value) -> None:
        self.names[variable.name] = variable.id
        self.types[variable.id] = variable.type
        self.values[variable.id] = value

    def id_of(self, reference: str) -> str:
        """By id first, then by name. Raises CannotRun."""
        found = reference if reference in self.values else self.names.get(reference, "")
        if not found:
            raise CannotRun(f"Variable referenced not found: {reference}")
        return found

    def read(self, source: Source) -> Value:
        if not source.by_reference:
            return source.value
        return self.values[self.id_of(source.value)] if source.value else None

    def write(self, reference: str, value: object) -> None:
        target = self.id_of(reference)
        self.values[target] = cast(value, self.types[target])


class Runner:
    """Runs the functions of one module; `log` hears what they write."""

    def __init__(
        self,
        module: Module,
        values: Mapping[str, Value],
        log: Callable[[LogLevel, str], None],
    ) -> None:
        """`values`: of the module's own variables, by id."""
        self._module = module
        self._values = values
        self._log = log
        self._steps: dict[str, Callable[[_Frame, Step, int], None]] = {
            "varAssign": self._assign,
            "typedVarDef": self._define,
            "functionCall": self._call,
            "switch": self._switch,
            "return": self._leave,
            "commentStatement": self._nothing,
        }

    def run(
        self, function: Function, given: Mapping[str, object], depth: int = 0
    ) -> dict[str, Value]:
        """Its outputs by name; `given`: its inputs by name. Raises CannotRun."""
        if function.compiled:
            raise CannotRun(
                f"{function.name} is compiled; only the designer's language is simulated"
            )
        if depth > DEEPEST:
            raise CannotRun(f"{function.name} calls itself without end")
        frame = self._frame(function, given)
        with suppress(_Return):
            self._carry_out(frame, function.steps, depth)
        return {output.name: frame.values[output.id] for output in function.outputs}

    def _frame(self, function: Function, given: Mapping[str, object]) -> _Frame:
        frame = _Frame(values={}, types={})
        for variable in self._module.variables:
            frame.declare(variable, self._values.get(variable.id))
        for variable in function.inputs:
            usual = variable.source.value
            frame.declare(variable, cast(given.get(variable.name, usual), variable.type))
        for variable in function.outputs:
            frame.declare(variable, None)
        return frame

    def _carry_out(self, frame: _Frame, steps: Iterable[Step], depth: int) -> None:
        for step in steps:
            if step.kind not in self._steps:
                raise CannotRun(f"the step {step.kind} is not simulated")
            self._steps[step.kind](frame, step, depth)

    # --- steps ------------------------------------------------------------------------------------

    def _assign(self, frame: _Frame, step: Step, _: int) -> None:
        value = step.input("value")
        if value is None or not step.outputs:
            raise CannotRun("an assignment has no value or no target")
        frame.write(step.outputs[0].source.value, frame.read(value.source))

    def _define(self, frame: _Frame, step: Step, _: int) -> None:
        if step.declares is None:
            raise CannotRun("a definition makes no variable")
        frame.declare(step.declares, cast(step.declares.source.value, step.declares.type))

    def _switch(self, frame: _Frame, step: Step, depth: int) -> None:
        condition = _condition(step)
        wanted = text_of(frame.read(condition))
        for branch in step.steps:
            if branch.kind == "case" and text_of(frame.read(_condition(branch))) != wanted:
                continue
            if branch.kind not in ("case", "switchDefault"):
                raise CannotRun(f"a switch holds {branch.kind}")
            self._carry_out(frame, branch.steps, depth)
            return

    def _leave(self, *_: object) -> None:
        raise _Return

    def _nothing(self, *_: object) -> None:
        """Comments are for readers."""

    def _call(self, frame: _Frame, step: Step, depth: int) -> None:
        if step.target is None:
            raise CannotRun("a call has no target")
        function = self._module.function_of(step.target)
        if function is not None:
            # Slots of a call have the ids of the variables of the function, and may lack the names.
            names = {variable.id: variable.name for variable in function.inputs}
            given = {names.get(v.id, v.name): frame.read(v.source) for v in step.inputs}
            self._hand_out(frame, step, self.run(function, given, depth + 1))
            return
        match step.target.domain, step.target.id:
            case "starface.system", "Log2":
                self._write_log(frame, step)
            case "starface.entities", "GetModuleInfo":
                self._hand_out(frame, step, self._about())
            case domain, name:
                raise CannotRun(f"the function {domain}.{name} is not simulated")

    def _write_log(self, frame: _Frame, step: Step) -> None:
        level, messages = step.input("logLevel"), step.input("messages")
        if level is None or messages is None:
            raise CannotRun("a log call has no level or no message")
        try:
            at = LogLevel(level.source.value)
        except ValueError:
            raise CannotRun(f"a log call has the level {level.source.value!r}") from None
        self._log(at, "".join(text_of(frame.read(source)) for source in messages.several))

    def _about(self) -> dict[str, Value]:
        module = self._module
        return {
            "moduleName": module.name,
            "moduleID": module.id,
            "moduleVersion": str(module.version),
            "moduleVendor": module.vendor,
        }

    def _hand_out(self, frame: _Frame, step: Step, results: Mapping[str, Value]) -> None:
        for output in step.outputs:
            value = results.get(output.name)
            if output.source.value:
                frame.write(output.source.value, value)
            else:
                name = f"_{output.name}"
                frame.declare(Variable(id=name, name=name, type=output.type), value)


def _condition(step: Step) -> Source:
    condition = step.input("condition")
    if condition is None:
        raise CannotRun(f"a {step.kind} has no condition")
    return condition.source
