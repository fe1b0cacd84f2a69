"""The template that Group Policy editors show: every setting as a policy, made from the registry.

A switch is the policy itself (enabled 1, disabled 0); every other setting is one element of it,
of the kind that writes what the reader expects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET

from datev_connector.app.policies.form import (
    REVISION,
    ROOT_CATEGORY,
    SUPPORTED,
    choice_name,
    document,
    help_name,
    name_of,
    string_of,
    written,
)
from datev_connector.app.settings import OPTIONS, rules
from datev_connector.app.settings.option import Cleaned, Option
from datev_connector.app.settings.registry import SECTIONS
from datev_connector.system.policies import POLICY_KEY

OURS = "DatevConnector.Policies"
LONGEST_TEXT = 1023
"""What an editor takes where a setting knows no limit of its own."""
LIMITS: Mapping[Callable[[str], Cleaned] | None, int] = {
    rules.host: rules.LONGEST_HOST_NAME,
    rules.country: 2,
    rules.area_code: 7,
    rules.exchange_prefix: 6,
}


def admx() -> str:
    """The language-free half."""
    root = document("policyDefinitions")
    spaces = ET.SubElement(root, "policyNamespaces")
    ET.SubElement(spaces, "target", prefix="datevconnector", namespace=OURS)
    ET.SubElement(root, "resources", minRequiredRevision=REVISION)
    supported = ET.SubElement(ET.SubElement(root, "supportedOn"), "definitions")
    ET.SubElement(supported, "definition", name=SUPPORTED, displayName=string_of(SUPPORTED))
    _add_categories(ET.SubElement(root, "categories"))
    policies = ET.SubElement(root, "policies")
    for option in OPTIONS:
        _add_policy(policies, option)
    return written(root)


def longest(option: Option) -> int:
    """The most characters that an editor takes for a text."""
    return LIMITS.get(option.rule, LONGEST_TEXT)


def _add_categories(categories: ET.Element) -> None:
    ET.SubElement(categories, "category", name=ROOT_CATEGORY, displayName=string_of(ROOT_CATEGORY))
    for section in SECTIONS:
        category = ET.SubElement(
            categories,
            "category",
            name=section,
            displayName=string_of(section),
            explainText=string_of(help_name(section)),
        )
        ET.SubElement(category, "parentCategory", ref=ROOT_CATEGORY)


def _add_policy(policies: ET.Element, option: Option) -> None:
    name = name_of(option)
    attributes = {
        "name": name,
        "class": "Both",
        "displayName": string_of(name),
        "explainText": string_of(help_name(name)),
        "key": rf"{POLICY_KEY}\{option.section}",
    }
    is_switch = option.kind is bool
    more = {"valueName": option.key} if is_switch else {"presentation": f"$(presentation.{name})"}
    policy = ET.SubElement(policies, "policy", attributes | more)
    ET.SubElement(policy, "parentCategory", ref=option.section)
    ET.SubElement(policy, "supportedOn", ref=SUPPORTED)
    if is_switch:
        for state, value in (("enabledValue", "1"), ("disabledValue", "0")):
            ET.SubElement(ET.SubElement(policy, state), "decimal", value=value)
    else:
        _add_element(ET.SubElement(policy, "elements"), option)


def _add_element(elements: ET.Element, option: Option) -> None:
    common = {"id": option.key, "valueName": option.key, "required": "true"}
    if option.allowed:
        choice = ET.SubElement(elements, "enum", common)
        for value in option.allowed:
            shown = string_of(choice_name(option, value))
            item = ET.SubElement(choice, "item", displayName=shown)
            ET.SubElement(ET.SubElement(item, "value"), "string").text = value
    elif option.kind is int:
        limits = {"minValue": str(option.minimum), "maxValue": str(option.maximum)}
        ET.SubElement(elements, "decimal", common | limits)
    else:
        ET.SubElement(elements, "text", common | {"maxLength": str(longest(option))})
