"""The tabs of a configuration, as a descriptor says it (the form since STARFACE 7.3)."""

from __future__ import annotations

from typing import assert_never
from xml.etree.ElementTree import Element

from datev_connector.starface.module.archive import parts
from datev_connector.starface.module.archive.ids import id_of
from datev_connector.starface.module.archive.parts import Tab, Words
from datev_connector.starface.module.archive.xml import (
    described,
    line,
    named,
    part,
    resource_keys,
)

_NOTHING = Words()


def add_tab(parent: Element, tab: Tab, created: str) -> None:
    """Add a tab with its fields."""
    element = part(parent, "inputGUITabs", **named(tab.key, tab.label.de, created))
    described(element)
    resource_keys(element, "inputguitab.name", id_of(tab.key), tab.label)
    fields = part(element, "GUIDescriptors")
    for field in tab.elements:
        _add_element(fields, field, created)


def _add_element(parent: Element, field: parts.Element, created: str) -> None:
    match field:
        case parts.Headline():
            element = _field(parent, "headline", field.key, field.label, _NOTHING, created)
            line(element, "defaultValue")
        case parts.InfoText():
            element = _field(parent, "infotext", field.key, _NOTHING, field.text, created)
            line(element, "defaultValue")
        case parts.TextInput():
            element = _bound(parent, "textInput", field, created)
            line(element, "defaultValue", field.variable.value)
        case parts.TextChoice():
            element = _bound(parent, "textChoice", field, created)
            line(element, "defaultValue", field.variable.value)
            choices = part(element, "choices")
            for choice in field.choices:
                line(choices, "choice", choice)
            line(element, "defaultSelection", str(field.choices.index(field.variable.value)))
        case _:
            assert_never(field)


def _bound(
    parent: Element, tag: str, field: parts.TextInput | parts.TextChoice, created: str
) -> Element:
    return _field(
        parent,
        tag,
        field.key,
        field.label,
        field.hint,
        created,
        maxLength="0",
        variableId=id_of(field.variable.key),
    )


def _field(
    parent: Element,
    tag: str,
    key: str,
    label: Words,
    text: Words,
    created: str,
    **attributes: str,
) -> Element:
    bound = attributes or {"variableId": id_of(f"{key}/variable")}
    element = part(parent, tag, **bound, **named(key, label.de, created))
    described(element, text.de)
    kind = f"inputguitab.{tag.lower()}"
    resource_keys(element, f"{kind}.name", id_of(key), label)
    resource_keys(element, f"{kind}.description", id_of(key), text, "DESCRIPTION")
    return element
