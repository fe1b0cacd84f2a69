"""Elements as STARFACE writes them, for all parts of a descriptor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from datev_connector.starface.module.archive.ids import id_of
from datev_connector.starface.module.archive.parts import Words

LOCALES = ("en", "de", "es", "fr", "nl", "pl", "sv")
"""Every text is listed in all of them, in this order; a missing one is left empty."""
_IMPOSSIBLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def part(parent: Element, tag: str, **attributes: str) -> Element:
    """Add an element. Raises ValueError for a character that XML would not bring over as it is."""
    return SubElement(parent, tag, {name: proper(text) for name, text in attributes.items()})


def line(parent: Element, tag: str, text: str = "") -> Element:
    """Add an element that holds a text. Raises ValueError as `part` does."""
    added = SubElement(parent, tag)
    added.text = proper(text)
    return added


def proper(text: str) -> str:
    """The text, if XML brings it over unchanged. Raises ValueError."""
    if _IMPOSSIBLE.search(text):
        raise ValueError(f"not possible in XML: {text!r}")
    return text


def named(key: str, name: str, created: str) -> dict[str, str]:
    """The attributes that every part has which the designer lists."""
    return {
        "createTime": created,
        "id": id_of(key),
        "name": name,
        "specVersion": "0",
        "vendor": "",
        "version": "0",
    }


def described(element: Element, description: str = "") -> None:
    """Add what every such part begins with."""
    line(element, "description", description)
    line(element, "descriptionURL")
    line(element, "disabled", "false")


def resource_keys(
    element: Element, what: str, part_id: str, words: Words, name: str = "NAME"
) -> None:
    """Add a text in all languages; `what`: which text of which kind of part."""
    texts: Mapping[str, str] = {"de": words.de, "en": words.en}
    keys = part(element, "resourceKeys")
    for locale in LOCALES:
        entry = part(keys, "entries")
        line(entry, "key", locale)
        if locale in texts:
            line(entry, "value", texts[locale])
    line(keys, "key", f"{what}{{{part_id}}}")
    line(keys, "propertyName", name)
