"""Any module that is described in parts comes out as it went in; any text is brought over."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.module.archive.descriptor import descriptor
from datev_connector.starface.module.archive.jar import jar, manifest_text
from datev_connector.starface.module.archive.parts import (
    Assign,
    Function,
    InfoText,
    Level,
    Literal,
    Log,
    Module,
    Reference,
    Tab,
    TextInput,
    Type,
    Variable,
    Words,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
possible = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("<>&\"'\n\t]")
)
impossible = st.sampled_from("\0\x01\x0b\r\x1f\ud800\ufffe\uffff")


def module(said: str) -> Module:
    """A module in which a text stands wherever one can."""
    field = Variable(key="field", name=said, type=Type.STRING, value=said)
    output = Variable(key="output", name="out", type=Type.STRING, description=said)
    words = Words(de=said, en=said[::-1])
    return Module(
        name=said,
        label=words,
        short=said,
        description=said,
        tabs=(
            Tab(
                key="tab",
                label=words,
                elements=(
                    InfoText(key="info", text=words),
                    TextInput(key="input", label=words, hint=words, variable=field),
                ),
            ),
        ),
        functions=(
            Function(
                name="f",
                description=said,
                outputs=(output,),
                steps=(
                    Assign(key="a", target=Reference(key="output"), value=Literal(text=said)),
                    Log(key="l", level=Level.WARN, messages=(Literal(text=said),)),
                ),
            ),
        ),
    )


@given(possible)
def test_every_text_arrives(said: str) -> None:
    root = fromstring(descriptor(module(said)))  # noqa: S314 -- made here
    assert root.get("name") == said
    paths = (
        "description",
        "shortDescription",
        "inputVars/variable/value",
        "children/function/description",
        "children/function/outputVars/variable/description",
        "children/function/children/varAssign/inputVars/variable/value",
        ".//item/value",
        "inputGUITabs/GUIDescriptors/textInput/defaultValue",
        "inputGUITabs/GUIDescriptors/infotext/description",
    )
    for path in paths:
        assert (root.findtext(path) or "") == said, path
    keys = {e.findtext("key"): e.findtext("value") for e in root.iterfind("resourceKeys/entries")}
    assert (keys["de"] or "", keys["en"] or "") == (said, said[::-1])


@given(possible, impossible, possible)
def test_what_xml_cannot_hold_is_refused(before: str, letter: str, after: str) -> None:
    with pytest.raises(ValueError, match="not possible in XML"):
        descriptor(module(before + letter + after))


@given(st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), st.binary(), min_size=1))
def test_a_jar_does_not_depend_on_the_order_of_its_files(files: dict[str, bytes]) -> None:
    packed = jar({"A": "1"}, files, AT)
    assert packed == jar({"A": "1"}, dict(reversed(files.items())), AT)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["META-INF/MANIFEST.MF", *sorted(files)]
        assert {name: archive.read(name) for name in files} == files
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 23, 0, 0, 0)}


@pytest.mark.parametrize("value", ["x" * 70, "a\r\nObjectId: other", "a\nb"])
def test_a_manifest_has_short_single_lines(value: str) -> None:
    with pytest.raises(ValueError, match="not possible in a manifest"):
        manifest_text({"Key": value})


def test_a_manifest_ends_with_an_empty_line() -> None:
    assert manifest_text({"A": "1", "B": "ä"}) == "A: 1\r\nB: ä\r\n\r\n".encode()
