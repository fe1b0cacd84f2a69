"""Every setting as a policy: what an editor writes for it counts, and what it shows is worded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from datev_connector.app.policies.layers import policy_layers
from datev_connector.app.policies.template import admx
from datev_connector.app.policies.texts import adml
from datev_connector.app.settings import OPTIONS, Loaded, Origin, load_settings
from datev_connector.app.settings.option import Option, Value
from datev_connector.system.policies import Hive, PolicyKey
from datev_connector.texts.language import Language, Tongue
from tests.app.policies.group_policy import (
    SPACE,
    Refused,
    Written,
    as_key,
    child,
    tags,
    written_if_disabled,
    written_if_enabled,
)

SAMPLES = {
    "starface.host": "pbx.kanzlei.example",
    "starface.callback_host": "10.1.2.3",
    "starface.xmpp_domain": "kanzlei.example",
    "dial_plan.country": "AT",
    "dial_plan.area_code": "721",
    "dial_plan.exchange_prefix": "0",
    "datev.simulator_address": "[::1]:5000",
    "datev.connect_url": "https://datev.kanzlei.example:58452",
    "general.dial_shortcut": "Ctrl+Alt+F9",
}
"""Texts for the settings that do not take any word."""
OPTION = {option.name: option for option in OPTIONS}


@pytest.fixture(scope="module")
def template() -> ET.Element:
    return ET.fromstring(admx())  # noqa: S314 - our own


def policies(template: ET.Element) -> dict[str, ET.Element]:
    """By section and key of the setting that they write."""
    found = {}
    for policy in tags(template, "policy"):
        section = policy.attrib["key"].rpartition("\\")[2]
        elements = child(policy, "elements")
        holder = policy if elements is None else next(iter(elements))
        found[f"{section}.{holder.attrib['valueName']}"] = policy
    return found


def effective(written: Written, hive: Hive) -> Loaded:
    def read(asked: Hive) -> PolicyKey | None:
        return as_key(written) if asked is hive else None

    return load_settings(policy_layers(read), platform="win32")


def entries(option: Option) -> Iterator[tuple[str, Value]]:
    """What an administrator may enter, and what the setting is then."""
    if issubclass(option.kind, StrEnum):
        for value in option.allowed:
            yield value, option.kind(value)
    elif option.kind is int:
        for number in {option.minimum, option.maximum, option.default_on("win32")}:
            assert isinstance(number, int)
            yield str(number), number
    else:
        text = SAMPLES.get(option.name, "word")
        yield text, text


def test_every_setting_is_one_policy_for_machines_and_users(template: ET.Element) -> None:
    found = policies(template)
    assert list(found) == list(OPTION)
    assert len(list(tags(template, "policy"))) == len(OPTIONS)
    assert {policy.attrib["class"] for policy in found.values()} == {"Both"}


def test_no_secret_is_a_policy(template: ET.Element) -> None:
    words = re.compile(r"passw|secret|token", re.IGNORECASE)
    assert not [name for name in policies(template) if words.search(name)]


@pytest.mark.parametrize("hive", list(Hive))
@pytest.mark.parametrize("name", list(OPTION))
def test_what_an_editor_writes_is_what_counts(template: ET.Element, name: str, hive: Hive) -> None:
    option, policy = OPTION[name], policies(template)[name]
    if option.kind is bool:
        cases: list[tuple[Written, Value]] = [
            (written_if_enabled(policy, ""), True),
            (written_if_disabled(policy), False),
        ]
    else:
        cases = [(written_if_enabled(policy, text), value) for text, value in entries(option)]
        with pytest.raises(Refused):
            written_if_disabled(policy)
    origin = {Hive.MACHINE: Origin.MACHINE_POLICY, Hive.USER: Origin.USER_POLICY}[hive]
    for written, value in cases:
        loaded = effective(written, hive)
        known = loaded.provenance[name]
        assert (known.value, known.origin, known.locked) == (value, origin, True)
        assert (loaded.hints, loaded.faults) == ((), ())
        section = getattr(loaded.settings, option.section)
        assert getattr(section, option.key) == value


@pytest.mark.parametrize("name", [o.name for o in OPTIONS if o.kind is int])
def test_an_editor_takes_no_number_that_the_program_refuses(
    template: ET.Element, name: str
) -> None:
    option, policy = OPTION[name], policies(template)[name]
    assert option.minimum is not None
    assert option.maximum is not None
    with pytest.raises(Refused):
        written_if_enabled(policy, str(option.minimum - 1))
    with pytest.raises(Refused):
        written_if_enabled(policy, str(option.maximum + 1))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("starface.host", ".".join(["a" * 63] * 3 + ["a" * 61])),
        ("dial_plan.area_code", "0123456"),
        ("dial_plan.exchange_prefix", "012*#9"),
        ("starface.login", "x" * 1023),
    ],
)
def test_the_longest_text_that_the_program_takes_fits_and_no_longer_one(
    template: ET.Element, name: str, text: str
) -> None:
    policy = policies(template)[name]
    loaded = effective(written_if_enabled(policy, text), Hive.MACHINE)
    assert loaded.provenance[name].locked
    with pytest.raises(Refused):
        written_if_enabled(policy, text + "1")


# --- the form of the files, as Microsoft's schema has it ----------------------------------------

NAME = re.compile(r"\w+")
STRING = re.compile(r"\$\(string\.(\w+)\)")
PRESENTATION = re.compile(r"\$\(presentation\.(\w+)\)")
ORDER = [
    "policyNamespaces",
    "resources",
    "supportedOn",
    "categories",
    "policies",
]
IN_POLICY = ["parentCategory", "supportedOn", "enabledValue", "disabledValue", "elements"]
CONTROL = {"decimal": "decimalTextBox", "text": "textBox", "enum": "dropdownList"}


@pytest.fixture(scope="module", params=list(Tongue))
def texts(request: pytest.FixtureRequest) -> ET.Element:
    return ET.fromstring(adml(Language.of(request.param)))  # noqa: S314 - our own


def references(template: ET.Element) -> list[str]:
    """All texts that are referred to."""
    return [
        found.group(1)
        for one in template.iter()
        for attribute in one.attrib.values()
        if (found := STRING.fullmatch(attribute))
    ]


def test_all_parts_stand_in_the_order_of_the_schema(template: ET.Element) -> None:
    assert [one.tag.removeprefix(SPACE) for one in template] == ORDER
    for policy in tags(template, "policy"):
        parts = [one.tag.removeprefix(SPACE) for one in policy]
        assert parts == sorted(parts, key=IN_POLICY.index)
        assert parts[:2] == IN_POLICY[:2]


def test_all_names_are_unique_and_all_references_lead_somewhere(template: ET.Element) -> None:
    categories = [one.attrib["name"] for one in tags(template, "category")]
    names = [one.attrib["name"] for one in tags(template, "policy")]
    assert len({*categories, *names}) == len(categories) + len(names)
    assert all(NAME.fullmatch(name) for name in (*categories, *names))
    assert {one.attrib["ref"] for one in tags(template, "parentCategory")} == set(categories)
    (supported,) = [one.attrib["name"] for one in tags(template, "definition")]
    for policy in tags(template, "policy"):
        on = child(policy, "supportedOn")
        assert on is not None
        assert on.attrib["ref"] == supported


def test_every_text_that_is_shown_is_there_and_no_other(
    template: ET.Element, texts: ET.Element
) -> None:
    there = {one.attrib["id"]: one.text or "" for one in tags(texts, "string")}
    shown = references(template)
    assert set(shown) == set(there)
    assert len(list(tags(texts, "string"))) == len(there)
    assert all(text.strip() for text in there.values())
    labels = [text for name, text in there.items() if not name.endswith("_help")]
    assert max(map(len, labels)) < 100


def test_every_element_has_the_control_that_fits_it(
    template: ET.Element, texts: ET.Element
) -> None:
    controls = {one.attrib["id"]: list(one) for one in tags(texts, "presentation")}
    used = set()
    for policy in tags(template, "policy"):
        elements = child(policy, "elements")
        if elements is None:
            assert "presentation" not in policy.attrib
            continue
        (element,) = elements
        found = PRESENTATION.fullmatch(policy.attrib["presentation"])
        assert found is not None
        used.add(found.group(1))
        (control,) = controls[found.group(1)]
        assert control.attrib["refId"] == element.attrib["id"]
        kind = element.tag.removeprefix(SPACE)
        assert control.tag == SPACE + CONTROL[kind]
    assert used == set(controls)


def test_what_an_editor_offers_first_is_the_usual_value(
    template: ET.Element, texts: ET.Element
) -> None:
    controls = {one.attrib["id"]: next(iter(one)) for one in tags(texts, "presentation")}
    for name, policy in policies(template).items():
        option, control = OPTION[name], controls.get(policy.attrib["name"])
        usual = option.default_on("win32")
        if control is None:
            assert option.kind is bool
        elif option.allowed:
            assert list(option.allowed)[int(control.attrib["defaultItem"])] == usual
        elif option.kind is int:
            assert int(control.attrib["defaultValue"]) == usual
        else:
            first = child(control, "defaultValue")
            assert ("" if first is None else first.text) == usual


def test_german_and_english_say_the_same_things_in_other_words() -> None:
    german, english = (
        {
            one.attrib["id"]: one.text or ""
            for one in tags(ET.fromstring(adml(Language.of(tongue))), "string")  # noqa: S314
        }
        for tongue in Tongue
    )
    assert list(german) == list(english)
    same = {name for name in german if german[name] == english[name]}
    helps = {name for name in german if name.endswith("_help")}
    assert not same & helps


def test_the_templates_in_the_repository_are_those_of_this_program() -> None:
    folder = Path(__file__).parents[3] / "installer" / "policies"
    assert (folder / "DatevConnector.admx").read_text("utf-8") == admx()
    for tongue, name in ((Tongue.GERMAN, "de-DE"), (Tongue.ENGLISH, "en-US")):
        text = (folder / name / "DatevConnector.adml").read_text("utf-8")
        assert text == adml(Language.of(tongue))
