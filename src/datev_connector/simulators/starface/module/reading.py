"""Reads a module archive and refuses what a PBX would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from datev_connector.simulators.starface.module.archive import (
    LIMITS,
    NEWEST_FORM,
    BadModule,
    Limits,
    open_archive,
)
from datev_connector.simulators.starface.module.descriptor import (
    EntryPoint,
    Field,
    Function,
    Module,
    Source,
    Step,
    Tab,
    Target,
    Variable,
)
from datev_connector.simulators.starface.module.xml_tree import read_tree

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WHOLE = re.compile("[0-9]{1,18}")
_ACCESS = {"XMLRPC_auth": False, "XMLRPC_noauth": True}


def read_module(content: bytes, limits: Limits = LIMITS) -> Module:
    """The module in an archive. Raises BadModule, and nothing else, whatever the bytes are."""
    archive = open_archive(content, limits)
    module = _module(read_tree(archive.descriptor))
    if module.id != archive.object_id:
        raise BadModule("manifest and descriptor name different modules")
    own = {variable.id for variable in module.variables}
    for function in module.functions.values():
        if not function.compiled:
            _check_references(own, function)
    for entry in module.entry_points.values():
        if entry.function.domain == module.id and entry.function.id not in module.functions:
            raise BadModule(f"entry point {entry.name!r} leads to no function")
    return module


def _module(root: Element) -> Module:
    if root.tag != "module":
        raise BadModule("the descriptor describes no module")
    if _number(root, "specVersion") > NEWEST_FORM:
        raise BadModule(f"the descriptor's specVersion is above {NEWEST_FORM}")
    functions = [_function(element) for element in root.iterfind("children/function")]
    entries = [_entry_point(element) for element in root.iterfind("entryPoints/rpcEntryPoint")]
    if len({function.id for function in functions}) < len(functions):
        raise BadModule("two functions have the same id")
    if len({entry.name for entry in entries}) < len(entries):
        raise BadModule("two entry points have the same name")
    return Module(
        id=_needed(root, "id"),
        name=_needed(root, "name"),
        version=_number(root, "version"),
        vendor=root.get("vendor", ""),
        changed=_needed(root, "lastChangedTime"),
        no_licence_id=_text(root, "noLicenseId"),
        write_hash=_text(root, "writeHash"),
        variables=_variables(root, "inputVars"),
        functions={function.id: function for function in functions},
        entry_points={entry.name: entry for entry in entries},
        tabs=tuple(_tab(element) for element in root.iterfind("inputGUITabs")),
    )


# --- functions ------------------------------------------------------------------------------------


def _function(element: Element) -> Function:
    return Function(
        id=_needed(element, "id"),
        name=_needed(element, "name"),
        inputs=_variables(element, "inputVars"),
        outputs=_variables(element, "outputVars"),
        steps=_steps(element),
        compiled=_text(element, "implementationFile"),
    )


def _steps(element: Element) -> tuple[Step, ...]:
    children = element.find("children")
    if children is None:
        return ()
    return tuple(_step(child) for child in children if _text(child, "disabled") != "true")


def _step(element: Element) -> Step:
    target = element.find("target")
    return Step(
        kind=element.tag,
        inputs=_variables(element, "inputVars"),
        outputs=_variables(element, "outputVars"),
        steps=_steps(element),
        target=None if target is None else _target(target),
        declares=_declared(element) if element.tag == "typedVarDef" else None,
    )


def _declared(element: Element) -> Variable:
    return Variable(
        id=_needed(element, "id"),
        name=_needed(element, "variableName"),
        type=_needed(element, "type"),
        source=Source(value=_text(element, "defaultValue")),
    )


def _variables(element: Element, place: str) -> tuple[Variable, ...]:
    group = element.find(place)
    if group is None:
        return ()
    return tuple(_variable(child) for child in group)


def _variable(element: Element) -> Variable:
    items = (
        Source(value=_text(item, "value"), by_reference=_text(item, "byReference") == "true")
        for item in element.iterfind("values/item")
    )
    return Variable(
        id=element.get("id", ""),
        name=_needed(element, "name"),
        type=_needed(element, "type"),
        source=Source(
            value=_text(element, "value"),
            by_reference=element.get("valueByReference") == "true",
        ),
        several=tuple(items),
    )


def _entry_point(element: Element) -> EntryPoint:
    reference = element.find("functionReference")
    kind = _text(element, "type")
    if reference is None or kind not in _ACCESS:
        raise BadModule("an entry point has no function or an unknown type")
    return EntryPoint(
        name=_needed(element, "name"), function=_target(reference), open_to_all=_ACCESS[kind]
    )


def _target(element: Element) -> Target:
    return Target(
        domain=_needed(element, "targetDomainId"),
        id=_needed(element, "targetId"),
    )


# --- references -----------------------------------------------------------------------------------


def _check_references(own: set[str], function: Function) -> None:
    """Every id that a function refers to must be that of a variable it can see.

    `own`: the ids of the variables of the module.
    """
    declared = (step.declares for step in _all(function.steps) if step.declares is not None)
    seen = (*function.inputs, *function.outputs, *declared)
    known = {variable.id for variable in seen}
    for step in _all(function.steps):
        sources = [
            source
            for variable in step.inputs
            for source in (variable.source, *variable.several)
            if source.by_reference
        ]
        sources += [variable.source for variable in step.outputs]
        for source in sources:
            value = source.value
            if _UUID.fullmatch(value) and value not in known and value not in own:
                raise BadModule(
                    f"Variable referenced in function {function.name!r} not found: {value}"
                )


def _all(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _all(step.steps)


# --- tabs -----------------------------------------------------------------------------------------


def _tab(element: Element) -> Tab:
    fields = element.find("GUIDescriptors")
    return Tab(
        label=_words(element, "NAME"),
        fields=tuple(_field(child) for child in (() if fields is None else fields)),
    )


def _field(element: Element) -> Field:
    return Field(
        label=_words(element, "NAME"),
        text=_words(element, "DESCRIPTION"),
        variable=element.get("variableId", ""),
        choices=tuple(choice.text or "" for choice in element.iterfind("choices/choice")),
    )


def _words(element: Element, which: str) -> dict[str, str]:
    for keys in element.iterfind("resourceKeys"):
        if _text(keys, "propertyName") == which:
            entries = ((_text(e, "key"), _text(e, "value")) for e in keys.iterfind("entries"))
            return {locale: text for locale, text in entries if text}
    return {}


# --- attributes and texts -------------------------------------------------------------------------


def _needed(element: Element, attribute: str) -> str:
    value = element.get(attribute)
    if value is None:
        raise BadModule(f"an element {element.tag} has no {attribute}")
    return value


def _number(element: Element, attribute: str) -> int:
    value = _needed(element, attribute)
    if not _WHOLE.fullmatch(value):
        raise BadModule(f"{attribute} of {element.tag} is no number")
    return int(value)


def _text(element: Element, child: str) -> str:
    return element.findtext(child) or ""
