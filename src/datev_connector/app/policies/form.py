"""What both halves of a template share: names of its parts, and the form of its files."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from datev_connector.app.settings.option import Option

NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
REVISION = "1.0"
ROOT_CATEGORY = "DatevConnector"
SUPPORTED = "supported"


def name_of(option: Option) -> str:
    """What the policy of an option is called in the template."""
    return f"{option.section}_{option.key}"


def choice_name(option: Option, value: str) -> str:
    """What the text of one value of a closed set is called."""
    return f"{name_of(option)}_{value.replace('-', '_')}"


def help_name(name: str) -> str:
    """What the explanation of a policy or category is called."""
    return f"{name}_help"


def string_of(name: str) -> str:
    """A reference to one of the texts."""
    return f"$(string.{name})"


def document(name: str) -> ET.Element:
    """The root of one of the files."""
    return ET.Element(name, {"xmlns": NAMESPACE, "revision": REVISION, "schemaVersion": "1.0"})


def written(root: ET.Element) -> str:
    """The file, indented."""
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'
