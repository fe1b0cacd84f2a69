"""The words of the template in one language: those of the settings window, and who decides."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from datev_connector.app.policies.form import (
    ROOT_CATEGORY,
    SUPPORTED,
    choice_name,
    document,
    help_name,
    name_of,
    written,
)
from datev_connector.app.settings import OPTIONS
from datev_connector.app.settings.option import Option
from datev_connector.app.settings.registry import SECTIONS
from datev_connector.app.settings.show import toml_text
from datev_connector.desktop.settings.option_words import OptionWords
from datev_connector.desktop.settings.pages import PAGES, PageName
from datev_connector.desktop.settings.words import words_of
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language

PAGE_OF = {"starface": PageName.CONNECTION}
"""The page of a section, where it is not called the same."""


def adml(language: Language) -> str:
    """The half of the template that is in one language."""
    root = document("policyDefinitionResources")
    tell = language.tell
    ET.SubElement(root, "displayName").text = "DATEV Connector for STARFACE"
    about = worded("Settings of DATEV Connector for STARFACE, fixed by administrators.")
    ET.SubElement(root, "description").text = tell(about)
    resources = ET.SubElement(root, "resources")
    table = ET.SubElement(resources, "stringTable")
    for name, text in _strings(language):
        ET.SubElement(table, "string", id=name).text = text
    presentations = ET.SubElement(resources, "presentationTable")
    for option in OPTIONS:
        if option.kind is not bool:
            presentation = ET.SubElement(presentations, "presentation", id=name_of(option))
            _add_control(presentation, option, language)
    return written(root)


def _strings(language: Language) -> Iterator[tuple[str, str]]:
    tell = language.tell
    yield ROOT_CATEGORY, "DATEV Connector for STARFACE"
    yield SUPPORTED, tell(worded("DATEV Connector for STARFACE, Windows 10 or newer"))
    pages = {page.name: page for page in PAGES}
    for section in SECTIONS:
        page = pages[PAGE_OF.get(section) or PageName(section)]
        yield section, tell(page.title)
        yield help_name(section), tell(page.intro)
    for option in OPTIONS:
        words, name = words_of(option.name), name_of(option)
        yield name, tell(words.label)
        yield help_name(name), explained(option, words, language)
        for value, choice in words.choices.items():
            yield choice_name(option, value), tell(choice.name)


def explained(option: Option, words: OptionWords, language: Language) -> str:
    """What an editor shows beside a policy."""
    tell = language.tell
    meanings = [f"{tell(one.name)}: {tell(one.meaning)}" for one in words.choices.values()]
    switch = option.kind is bool
    blocks = [
        tell(words.help),
        "\n".join(meanings),
        tell(_SWITCH if switch else _VALUE),
        tell(_LEFT.filled(default=_default(option, words, language))),
        tell(_NAME.filled(name=option.name)),
    ]
    return "\n\n".join(filter(None, blocks))


_SWITCH = worded(
    "Enabled: on. Disabled: off. In both cases users see the value and cannot change it."
)
_VALUE = worded(
    "Enabled: the value entered here counts; users see it and cannot change it. "
    "Disabled: the same as not configured."
)
_LEFT = worded(
    "Not configured: it can be set in the settings of the program. Usual value: {default}.",
    default="",
)
_NAME = worded("Name in settings files: {name}", name="")


def _default(option: Option, words: OptionWords, language: Language) -> str:
    value = option.default_on("win32")
    if isinstance(value, bool):
        return language.tell(worded("on") if value else worded("off"))
    if option.allowed:
        return language.tell(words.choices[str(value)].name)
    if not value and words.empty is not None:
        return language.tell(words.empty)
    return toml_text(value) if value != "" else language.tell(worded("empty"))


def _add_control(presentation: ET.Element, option: Option, language: Language) -> None:
    words, default = words_of(option.name), option.default_on("win32")
    label = language.tell(words.label)
    if option.allowed:
        chosen = str(list(option.allowed).index(str(default)))
        control = ET.SubElement(
            presentation, "dropdownList", refId=option.key, noSort="true", defaultItem=chosen
        )
        control.text = label
    elif option.kind is int:
        control = ET.SubElement(
            presentation, "decimalTextBox", refId=option.key, defaultValue=str(default)
        )
        control.text = f"{label} ({language.tell(words.unit)})" if words.unit else label
    else:
        control = ET.SubElement(presentation, "textBox", refId=option.key)
        ET.SubElement(control, "label").text = label
        if default:
            ET.SubElement(control, "defaultValue").text = str(default)
