"""What Group Policy writes into the registry for a policy of a template.

After the published rules of administrative templates, and without our own generator: a policy that
is enabled writes its enabled value and one value for each element, of the type that belongs to the
element; one that is disabled writes its disabled value and takes the elements away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from datev_connector.system.policies import POLICY_KEY, PolicyKey, RegistryValue

SPACE = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"
REG_SZ, REG_EXPAND_SZ, REG_DWORD = 1, 2, 4


class Refused(Exception):
    """The editor would not take this entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One value in the registry."""

    key: str
    name: str
    value: RegistryValue


def tags(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    """All children of that name, at any depth."""
    return parent.iter(SPACE + name)


def child(parent: ET.Element, name: str) -> ET.Element | None:
    """The child of that name."""
    return parent.find(SPACE + name)


def written_if_enabled(policy: ET.Element, entered: str) -> Written:
    """What is written if the policy is enabled, with this in its only element."""
    elements = child(policy, "elements")
    if elements is None:
        return Written(
            key=policy.attrib["key"],
            name=policy.attrib["valueName"],
            value=_value(_needed(policy, "enabledValue")),
        )
    (element,) = elements
    return Written(
        key=element.get("key", policy.attrib["key"]),
        name=element.attrib["valueName"],
        value=_entered(element, entered),
    )


def written_if_disabled(policy: ET.Element) -> Written:
    """What is written if the policy is disabled; Refused if that writes nothing."""
    state = child(policy, "disabledValue")
    if state is None:
        raise Refused
    return Written(key=policy.attrib["key"], name=policy.attrib["valueName"], value=_value(state))


def as_key(written: Written) -> PolicyKey:
    """The registry after that."""
    root, _, section = written.key.rpartition("\\")
    assert root == POLICY_KEY
    return PolicyKey(values={}, sections={section: {written.name: written.value}})


def _needed(parent: ET.Element, name: str) -> ET.Element:
    found = child(parent, name)
    assert found is not None
    return found


def _value(holder: ET.Element) -> RegistryValue:
    (given,) = holder
    if given.tag == SPACE + "decimal":
        return RegistryValue(kind=REG_DWORD, data=int(given.attrib["value"]))
    assert given.tag == SPACE + "string"
    return RegistryValue(kind=REG_SZ, data=given.text or "")


def _entered(element: ET.Element, entered: str) -> RegistryValue:
    match element.tag.removeprefix(SPACE):
        case "decimal":
            return _decimal(element, int(entered))
        case "text":
            if not entered or len(entered) > int(element.get("maxLength", "1023")):
                raise Refused
            kind = REG_EXPAND_SZ if element.get("expandable") == "true" else REG_SZ
            return RegistryValue(kind=kind, data=entered)
        case "enum":
            values = [_value(_needed(item, "value")) for item in element]
            chosen = [value for value in values if str(value.data) == entered]
            if not chosen:
                raise Refused
            return chosen[0]
    raise AssertionError(element.tag)


def _decimal(element: ET.Element, number: int) -> RegistryValue:
    low, high = int(element.get("minValue", "0")), int(element.get("maxValue", "9999"))
    if not low <= number <= high:
        raise Refused
    if element.get("storeAsText") == "true":
        return RegistryValue(kind=REG_SZ, data=str(number))
    return RegistryValue(kind=REG_DWORD, data=number)
