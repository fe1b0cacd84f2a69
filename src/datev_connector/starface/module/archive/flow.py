"""Functions and what they do, as a descriptor says it.

A variable's `value` is a literal, or with `valueByReference` the id of another one; of an output it
is always the id of the variable that takes the value, so a function's own outputs leave it empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from datev_connector.starface.module.archive.ids import MODULE_ID, id_of
from datev_connector.starface.module.archive.parts import (
    Assign,
    Case,
    Function,
    Log,
    Reference,
    Source,
    Step,
    Switch,
    Variable,
)
from datev_connector.starface.module.archive.xml import described, line, named, part


def add_function(parent: Element, function: Function, created: str) -> None:
    """Add a function with its inputs, outputs and steps."""
    element = part(
        parent, "function", visibility="Private", **named(function.key, function.name, created)
    )
    described(element, function.description)
    inputs = part(element, "inputVars")
    for variable in function.inputs:
        add_variable(inputs, variable, reference=False, by_reference=True, by_value=True)
    outputs = part(element, "outputVars")
    for variable in function.outputs:
        add_variable(outputs, variable, reference=True, by_reference=True, by_value=False)
    part(element, "resources")
    _add_steps(element, function.steps, created)


def add_variable(
    parent: Element,
    variable: Variable,
    *,
    reference: bool,
    by_reference: bool,
    by_value: bool,
    access: str = "",
) -> None:
    """Add a variable: whether its value refers to another one, and may do so or hold one itself."""
    element = part(
        parent,
        "variable",
        id=id_of(variable.key),
        name=variable.name,
        type=variable.type,
        **_forms(reference=reference, by_reference=by_reference, by_value=by_value, visible=True),
    )
    if access:
        line(element, "accessRights", access)
    else:
        line(element, "description", variable.description)
    line(element, "value", variable.value)


# --- steps ----------------------------------------------------------------------------------------


def _add_steps(parent: Element, steps: Iterable[Step], created: str) -> None:
    children = part(parent, "children")
    for step in steps:
        match step:
            case Assign():
                _add_assign(children, step, created)
            case Log():
                _add_log(children, step, created)
            case Switch():
                _add_switch(children, step, created)


def _add_assign(parent: Element, step: Assign, created: str) -> None:
    element = _step(parent, "varAssign", step.key, "variable assignment", created)
    value = _slot(part(element, "inputVars"), f"{step.key}/value", "value", "OBJECT")
    _fill(value, step.value)
    target = _slot(part(element, "outputVars"), f"{step.key}/target", "target", "OBJECT")
    target.attrib |= _forms(reference=False, by_reference=True, by_value=False)
    line(target, "description")
    line(target, "value", id_of(step.target.key))
    part(element, "resources")


def _add_log(parent: Element, step: Log, created: str) -> None:
    element = _step(parent, "functionCall", step.key, "Call --> Log", created)
    inputs = part(element, "inputVars")
    level = part(inputs, "variable", id="logLevel", label="Log level", name="logLevel")
    level.attrib |= {"type": "STRING", **_forms(by_reference=False, by_value=True)}
    line(level, "description")
    line(level, "value", step.level)
    messages = part(inputs, "multipleValueVariable", id="messages", label="Message")
    messages.attrib |= {"name": "messages", "type": "OBJECT"}
    messages.attrib |= _forms(by_reference=True, by_value=True)
    line(messages, "description")
    line(messages, "value")
    values = part(messages, "values")
    for message in step.messages:
        item = part(values, "item")
        line(item, "value", _written(message))
        line(item, "byReference", _flag(isinstance(message, Reference)))
    part(element, "outputVars")
    part(element, "resources")
    add_reference(element, "target", "starface.system", "Log2", "Log")


def _add_switch(parent: Element, step: Switch, created: str) -> None:
    element = _step(parent, "switch", step.key, "switch", created)
    condition = _slot(part(element, "inputVars"), f"{step.key}/condition", "condition", "STRING")
    condition.attrib |= _forms(reference=True, by_reference=True, by_value=False)
    line(condition, "value", id_of(step.on.key))
    part(element, "outputVars")
    part(element, "resources")
    children = part(element, "children")
    for case in step.cases:
        _add_case(children, case, created)
    if step.otherwise:
        last = _step(children, "switchDefault", f"{step.key}/default", "switch-default", created)
        for tag in ("inputVars", "outputVars", "resources"):
            part(last, tag)
        _add_steps(last, step.otherwise, created)


def _add_case(parent: Element, case: Case, created: str) -> None:
    element = _step(parent, "case", case.key, "switch-case", created)
    condition = _slot(part(element, "inputVars"), f"{case.key}/condition", "condition", "OBJECT")
    condition.attrib |= _forms(by_reference=False, by_value=True)
    line(condition, "value", case.value)
    part(element, "outputVars")
    part(element, "resources")
    _add_steps(element, case.steps, created)


def add_reference(parent: Element, tag: str, domain: str, target: str, name: str) -> None:
    """Add what a call or an entry point leads to."""
    part(parent, tag, targetDomainId=domain, targetId=target, targetName=name, targetVersion="0")


def add_own_reference(parent: Element, tag: str, function: Function) -> None:
    """Add a reference to a function of the module itself."""
    add_reference(parent, tag, MODULE_ID, id_of(function.key), function.name)


# --- variables ------------------------------------------------------------------------------------


def _step(parent: Element, tag: str, key: str, name: str, created: str) -> Element:
    element = part(parent, tag, **named(key, name, created))
    described(element)
    return element


def _slot(parent: Element, key: str, name: str, kind: str) -> Element:
    return part(parent, "variable", id=id_of(key), name=name, type=kind)


def _fill(slot: Element, source: Source) -> None:
    refers = isinstance(source, Reference)
    slot.attrib |= _forms(reference=refers, by_reference=True, by_value=True)
    line(slot, "description")
    line(slot, "value", _written(source))


def _written(source: Source) -> str:
    return id_of(source.key) if isinstance(source, Reference) else source.text


def _forms(
    *, by_reference: bool, by_value: bool, reference: bool = False, visible: bool = False
) -> dict[str, str]:
    return {
        "valueByReference": _flag(reference),
        "valueByReferenceAllowed": _flag(by_reference),
        "valueByValueAllowed": _flag(by_value),
        "visible": _flag(visible),
    }


def _flag(value: bool) -> str:  # noqa: FBT001 -- the value is all there is
    return "true" if value else "false"
