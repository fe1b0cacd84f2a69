"""The archive that is built for the PBX, judged by what STARFACE's own archives look like."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import pytest

from datev_connector.starface.module.archive import (
    FILE_NAME,
    MODULE_ID,
    MODULE_VERSION,
    is_ours,
    module_archive,
)
from datev_connector.starface.module.archive.descriptor import no_licence_id, write_hash
from tests.starface.module.archive.sfm import Sfm, faults, strangers, text

ARCHIVE = module_archive()
SFM = Sfm.of(ARCHIVE)
EDITIONS = {1: "14f922fdabdf0abc95f1c6ee9ca671a00b57b7a4fa52be7523eadc42c4c5a843"}


def test_looks_like_an_archive_that_a_pbx_has_written() -> None:
    assert faults(ARCHIVE) == []
    assert FILE_NAME == "DATEVConnectorforSTARFACE.sfm"


def test_is_made_of_elements_that_were_looked_up() -> None:
    assert strangers(SFM) == set()


def test_nothing_in_it_is_switched_off_or_locked() -> None:
    assert {element.text for element in SFM.root.iter("disabled")} == {"false"}
    assert text(SFM.root, "editable") == "true"


def test_holds_no_code() -> None:
    assert SFM.names == ["META-INF/MANIFEST.MF", "module-descriptor.xml"]
    tags = {element.tag for element in SFM.root.iter()}
    assert tags.isdisjoint({"implementationFile", "beanShellScript"})
    targets = {(t.get("targetDomainId"), t.get("targetId")) for t in SFM.root.iter("target")}
    assert targets == {("starface.system", "Log2")}


def test_formulas_as_in_a_real_archive() -> None:
    # Id, time and hashes of a published module for PBX 8.
    module = "1f410088-4882-4403-a7ea-c594a9be70ca"
    assert no_licence_id(module, "1709345290233") == "25ace2746092c77f99488ccbff0c9682746e4508"
    assert write_hash(module) == "f2bdeccbef375556e9877081206df2a6b942517b"
    assert write_hash(module, "secret") != write_hash(module)


def test_every_entry_point_is_for_those_with_a_login() -> None:
    kinds = {name: text(entry, "type") for name, entry in SFM.entry_points().items()}
    assert kinds == dict.fromkeys(("getInfo", "ping", "report"), "XMLRPC_auth")
    places = [entry.tag for entry in found(SFM.root, "entryPoints")]
    assert places == ["rpcEntryPoint"] * 3, "it takes part in no call"


@pytest.mark.parametrize(
    ("name", "takes", "gives"),
    [
        (
            "getInfo",
            {},
            {"moduleVersion": "NUMBER", "licence": "STRING", "logLevel": "STRING"},
        ),
        ("ping", {}, {"ok": "BOOLEAN"}),
        ("report", {"level": "STRING", "user": "STRING", "text": "STRING"}, {"ok": "BOOLEAN"}),
    ],
)
def test_what_entry_points_take_and_give(
    name: str, takes: dict[str, str], gives: dict[str, str]
) -> None:
    function = SFM.functions()[name]
    for place, wanted in (("inputVars", takes), ("outputVars", gives)):
        found = {v.get("name"): v.get("type") for v in function.iterfind(f"{place}/variable")}
        assert found == wanted
    targets = {
        v
        for o in function.iterfind("children/varAssign/outputVars/variable/value")
        for v in [o.text]
    }
    assert targets == {v.get("id") for v in function.iterfind("outputVars/variable")}


def test_levels_of_the_log_are_those_that_the_pbx_has() -> None:
    levels = {text(v, "value") for v in SFM.root.iter("variable") if v.get("id") == "logLevel"}
    assert levels == {"ERROR", "WARN", "INFO", "DEBUG"}


def test_tabs_in_german_and_english() -> None:
    tabs = list(SFM.root.iterfind("inputGUITabs"))
    assert [SFM.words(tab)["de"] for tab in tabs] == ["Allgemein", "Lizenz", "Hilfe"]
    assert [SFM.words(tab)["en"] for tab in tabs] == ["General", "Licence", "Help"]
    fields = [field for tab in tabs for field in tab.iterfind("GUIDescriptors/*")]
    assert [f.tag for f in fields if f.tag.startswith("text")] == ["textChoice", "textInput"]
    for field in fields:
        which = "DESCRIPTION" if field.tag == "infotext" else "NAME"
        words = SFM.words(field, which)
        assert words["de"]
        assert words["en"]
        assert words["de"] != words["en"] or field.tag == "headline"
        assert not set("<>&") & set(words["de"] + words["en"])  # the PBX shows them as HTML


def test_help_names_the_configuration_as_it_must_be() -> None:
    said = tostring(list(SFM.root.iterfind("inputGUITabs"))[2], "unicode")
    assert said.count("DATEVConnectorforSTARFACE") >= 2


def test_ids_are_different_and_stay() -> None:
    ids = [
        element.get("id", "")
        for element in SFM.root.iter()
        if element.get("id") not in (None, "logLevel", "messages")
    ]
    assert len(ids) == len(set(ids))
    assert SFM.id == MODULE_ID == "7d0b2f8e-5c1a-4e63-9a57-2f4c8b61d3a9"


def test_what_is_delivered_is_this_edition() -> None:
    """Whoever changes the archive counts the version up and enters the new one above."""
    assert SFM.root.get("version") == str(MODULE_VERSION)
    assert sha256(ARCHIVE).hexdigest() == EDITIONS[MODULE_VERSION]


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "UTC"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"},
    ],
)
def test_same_bytes_in_every_process(surroundings: dict[str, str]) -> None:
    code = (
        "import sys; from datev_connector.starface.module.archive import module_archive;"
        "sys.stdout.buffer.write(module_archive())"
    )
    built = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **surroundings},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert built.stdout == ARCHIVE


# --- whose archive it is --------------------------------------------------------------------------


def test_knows_its_own() -> None:
    assert is_ours(ARCHIVE)
    assert is_ours(repacked(lambda root: root.set("version", "99")))
    assert not is_ours(ARCHIVE.replace(MODULE_ID.encode(), b"0" * 36))
    line = f"\r\nObjectId: {MODULE_ID}\r\n".encode()
    assert not is_ours(line)
    assert not is_ours(ARCHIVE[:4] + bytes(512) + line), "it stands at the beginning"
    assert not is_ours(b"")


# --- the judge can say no -------------------------------------------------------------------------


def repacked(
    change: Callable[[Element], object] = lambda _: None, manifest: tuple[str, str] = ("", "")
) -> bytes:
    """The archive with a changed descriptor, and one text of its manifest for another."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as old, zipfile.ZipFile(packed, "w") as new:
        root = fromstring(old.read("module-descriptor.xml"))  # noqa: S314 -- made here
        change(root)
        text_of_it = old.read("META-INF/MANIFEST.MF").decode()
        new.writestr("META-INF/MANIFEST.MF", text_of_it.replace(*manifest))
        new.writestr("module-descriptor.xml", tostring(root))
    return packed.getvalue()


def found(root: Element, path: str) -> Element:
    element = root.find(path)
    assert element is not None
    return element


def set_text(path: str, value: str) -> Callable[[Element], None]:
    def change(root: Element) -> None:
        found(root, path).text = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (set_text("noLicenseId", "0" * 40), "noLicenseId"),
        (set_text("writeHash", ""), "writeHash"),
        (lambda root: root.set("lastChangedTime", "1"), "noLicenseId"),
        (lambda root: root.set("id", "1"), "ObjectId"),
        (lambda root: root.set("id", "1"), "id of the module"),
        (lambda root: root.set("version", "1.0"), "version of the module"),
        (lambda root: root.set("specVersion", "4"), "specVersion of the module"),
        (lambda root: root.set("createTime", "1793577600"), "createTime of the module"),
        (lambda root: root.remove(found(root, "editable")), "module: children"),
        (lambda root: root.attrib.pop("vendor"), "module: attributes"),
        (lambda root: found(root, "inputVars/variable").set("type", "TEXT"), "type 'TEXT'"),
        (set_text("entryPoints/rpcEntryPoint/type", "XMLRPC"), "type: 'XMLRPC'"),
        (set_text(".//varAssign/outputVars/variable/value", MODULE_ID), "refers to"),
        (set_text(".//item/value", MODULE_ID), "refers to"),
        (set_text("children/function/outputVars/variable/value", "1"), "taken for a reference"),
        (lambda root: found(root, ".//functionReference").set("targetId", "x"), "leads nowhere"),
        (lambda root: found(root, ".//textInput").set("variableId", MODULE_ID), "one to one"),
        (lambda root: found(root, "inputVars/variable").set("name", "LICENCE"), "called GUI_"),
        (set_text(".//textChoice/defaultSelection", "0"), "defaultSelection"),
        (
            lambda root: found(root, "resourceKeys").remove(found(root, "resourceKeys/entries")),
            "not in all languages",
        ),
    ],
)
def test_a_damaged_archive_has_faults(change: Callable[[Element], object], fault: str) -> None:
    assert any(fault in one for one in faults(repacked(change)))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Manifest-Version: 1.0", "Manifest-Version: 2.0", "Manifest-Version"),
        (f"ObjectId: {MODULE_ID}", f"ObjectId: {MODULE_ID[::-1]}", "ObjectId"),
        ("SpecVersion: 5", "SpecVersion: 4", "StarfaceModule_SpecVersion"),
        ("SpecVersion: 5", "SpecVersion: 6", "StarfaceModule_SpecVersion"),
        ("Created-By: STARFACE Version 7", "Created-By: STARFACE Version 8", "Created-By"),
        ("Create-Date: ", "Create-Date: on ", "Create-Date"),
        ("Create-Date: ", "Created-On: ", "manifest: "),
    ],
)
def test_a_damaged_manifest_has_faults(old: str, new: str, fault: str) -> None:
    assert any(fault in one for one in faults(repacked(manifest=(old, new))))


@pytest.mark.parametrize(
    ("place", "stranger"), [("entryPoints", "agiKernelEntryPoint"), ("children", "beanShellStep")]
)
def test_elements_that_nobody_has_looked_up_are_strangers(place: str, stranger: str) -> None:
    root = fromstring(tostring(SFM.root))  # noqa: S314 -- made here
    SubElement(found(root, place), stranger)
    assert strangers(Sfm(SFM.names, SFM.manifest, root)) == {stranger}
