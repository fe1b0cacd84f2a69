"""An independent judge of module archives: what those that STARFACE itself has written look like.

The tables below say of every element that is used which attributes and children it has, and in
which order. They were taken from archives that PBXs of 6.5 to 10 have written; an archive without
faults looks like one of them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from xml.etree.ElementTree import Element, fromstring

LOCALES = ["en", "de", "es", "fr", "nl", "pl", "sv"]
TYPES = {"STRING", "NUMBER", "BOOLEAN", "OBJECT", "LIST", "MAP", "TIMER_SETTINGS"} | {
    "STARFACE_USER",
    "STARFACE_GROUP",
    "STARFACE_ACCOUNT",
    "FILE_RESOURCE",
    "ASTERISK_SOUND_FILE",
    "DATE_TIME",
    "PHONE_DEVICE",
}
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WHOLE = re.compile("0|[1-9][0-9]{0,9}")
MILLISECONDS = re.compile("[1-9][0-9]{12}")
CREATE_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")

_PART = "createTime id name specVersion vendor version"
_FORMS = "valueByReference valueByReferenceAllowed valueByValueAllowed visible"
_HEAD = "description descriptionURL disabled"
_STEP = f"{_HEAD} inputVars outputVars resources"
_FIELD = f"{_HEAD} resourceKeys* defaultValue"

ATTRIBUTES = {
    "module": (
        "lastChangedTime moduleType createTime id implVersion? name specVersion vendor version"
    ),
    "function": f"visibility {_PART}",
    "variable": f"id? label? name type {_FORMS}",
    "multipleValueVariable": f"id label? name type {_FORMS}",
    "functionCall": _PART,
    "varAssign": _PART,
    "switch": _PART,
    "case": _PART,
    "switchDefault": _PART,
    "target": "targetDomainId targetId targetName targetVersion",
    "functionReference": "targetDomainId targetId targetName targetVersion",
    "rpcEntryPoint": "id name",
    "inputGUITabs": _PART,
    "headline": f"variableId {_PART}",
    "infotext": f"variableId {_PART}",
    "textInput": f"maxLength variableId {_PART}",
    "textChoice": f"maxLength variableId {_PART}",
}
CHILDREN = {
    "module": (
        f"{_STEP} children createdWith defaultLocale editable entryPoints inputGUITabs* "
        "noLicenseId resourceKeys? shortDescription writeHash"
    ),
    "function": f"{_STEP} children implementationFile?",
    "variable": "description? accessRights? value",
    "multipleValueVariable": "description value values",
    "multipleValueVariable/values": "item*",
    "item": "value byReference",
    "functionCall": f"{_STEP} target",
    "varAssign": _STEP,
    "switch": f"{_STEP} children",
    "case": f"{_STEP} children",
    "switchDefault": f"{_STEP} children",
    "target": "",
    "functionReference": "",
    "rpcEntryPoint": "functionReference type",
    "resourceKeys": "entries* key propertyName",
    "resourceKeys/entries": "key value?",
    "inputGUITabs": f"{_HEAD} resourceKeys children? GUIDescriptors",
    "headline": _FIELD,
    "infotext": _FIELD,
    "textInput": _FIELD,
    "textChoice": f"{_FIELD} choices defaultSelection",
    "choices": "choice*",
}
TWO_MEANINGS = ("entries", "values")
VALUES = {
    "valueByReference": {"true", "false"},
    "valueByReferenceAllowed": {"true", "false"},
    "valueByValueAllowed": {"true", "false"},
    "visible": {"true", "false"},
    "moduleType": {"EXTENDED"},
    "visibility": {"Public", "Private"},
    "type": TYPES,
}
TEXTS = {
    "disabled": {"true", "false"},
    "editable": {"true", "false"},
    "byReference": {"true", "false"},
    "accessRights": {"Read"},
    "propertyName": {"NAME", "DESCRIPTION", "LIST_NAME", "HEADER_KEY", "HEADER_VALUE"},
    "type": {"XMLRPC_auth", "XMLRPC_noauth"},
}


@dataclass(frozen=True, slots=True)
class Sfm:
    """An archive, taken apart."""

    names: list[str]
    manifest: dict[str, str]
    root: Element

    @classmethod
    def of(cls, content: bytes) -> Sfm:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            lines = packed.read("META-INF/MANIFEST.MF").decode().split("\r\n")
            manifest = dict(line.split(": ", 1) for line in lines if line)
            root = fromstring(packed.read("module-descriptor.xml"))  # noqa: S314 -- made here
            return cls(packed.namelist(), manifest, root)

    @property
    def id(self) -> str:
        return self.root.get("id", "")

    def functions(self) -> dict[str, Element]:
        return {f.get("name", ""): f for f in self.root.iterfind("children/function")}

    def entry_points(self) -> dict[str, Element]:
        return {e.get("name", ""): e for e in self.root.iterfind("entryPoints/rpcEntryPoint")}

    def words(self, element: Element, which: str = "NAME") -> dict[str, str]:
        (keys,) = [k for k in element.iterfind("resourceKeys") if text(k, "propertyName") == which]
        return {text(e, "key"): text(e, "value") for e in keys.iterfind("entries")}


def text(element: Element, child: str) -> str:
    return element.findtext(child) or ""


def faults(content: bytes) -> list[str]:
    """What is not as in archives that a PBX has written."""
    sfm = Sfm.of(content)
    return [
        *_manifest(sfm),
        *_head(sfm),
        *_formulas(sfm),
        *_shape("", sfm.root),
        *_locales(sfm),
        *_references(sfm),
        *_fields(sfm),
    ]


def strangers(sfm: Sfm) -> set[str]:
    """Elements of which the tables say nothing: they were looked up nowhere."""
    told = {word.rstrip("?*") for pattern in CHILDREN.values() for word in pattern.split()}
    known = told | {tag.rpartition("/")[2] for tag in (*CHILDREN, *ATTRIBUTES)}
    return {element.tag for element in sfm.root.iter()} - known


def _manifest(sfm: Sfm) -> Iterator[str]:
    if sfm.names[0] != "META-INF/MANIFEST.MF":
        yield "the manifest is not the first file"
    wanted = {"Manifest-Version", "ObjectId", "StarfaceModule_SpecVersion"}
    if set(sfm.manifest) != wanted | {"Created-By", "Create-Date"}:
        yield f"manifest: {sorted(sfm.manifest)}"
    if sfm.manifest.get("Manifest-Version") != "1.0":
        yield "Manifest-Version"
    if sfm.manifest.get("ObjectId") != sfm.id:
        yield "ObjectId"
    if sfm.manifest.get("StarfaceModule_SpecVersion") != "5":
        yield "StarfaceModule_SpecVersion"
    if not CREATE_DATE.fullmatch(sfm.manifest.get("Create-Date", "")):
        yield "Create-Date"
    version = text(sfm.root, "createdWith").removeprefix("STARFACE ")
    if sfm.manifest.get("Created-By") != f"STARFACE Version {version}":
        yield "Created-By"


def _head(sfm: Sfm) -> Iterator[str]:
    forms = {
        "id": UUID,
        "version": WHOLE,
        "specVersion": re.compile("5"),
        "createTime": MILLISECONDS,
        "lastChangedTime": MILLISECONDS,
    }
    for name, form in forms.items():
        if not form.fullmatch(sfm.root.get(name, "")):
            yield f"{name} of the module"


def _formulas(sfm: Sfm) -> Iterator[str]:
    marked = f"{sfm.id}{sfm.root.get('lastChangedTime')}STARFACE"
    if text(sfm.root, "noLicenseId") != _sha1(marked):
        yield "noLicenseId"
    if text(sfm.root, "writeHash") != _sha1(sfm.id):
        yield "writeHash"


def _sha1(said: str) -> str:
    return sha1(said.encode(), usedforsecurity=False).hexdigest()


def _shape(parent: str, element: Element) -> Iterator[str]:
    tag = f"{parent}/{element.tag}" if element.tag in TWO_MEANINGS else element.tag
    if tag in ATTRIBUTES and not _in_order(list(element.attrib), ATTRIBUTES[tag]):
        yield f"{tag}: attributes {list(element.attrib)}"
    if tag in CHILDREN and not _in_order([child.tag for child in element], CHILDREN[tag]):
        yield f"{tag}: children {[child.tag for child in element]}"
    for name, value in element.attrib.items():
        if tag in ATTRIBUTES and name in VALUES and value not in VALUES[name]:
            yield f"{tag}: {name} {value!r}"
    if tag in TEXTS and len(element) == 0 and (element.text or "") not in TEXTS[tag]:
        yield f"{tag}: {element.text!r}"
    for child in element:
        yield from _shape(element.tag, child)


def _in_order(found: list[str], wanted: str) -> bool:
    """Whether names come as a pattern says: `a b? c*`."""
    pattern = "".join(
        f"(?:{re.escape(word.rstrip('?*'))} ){word[-1] if word[-1] in '?*' else ''}"
        for word in wanted.split()
    )
    return re.fullmatch(pattern, "".join(f"{name} " for name in found)) is not None


def _locales(sfm: Sfm) -> Iterator[str]:
    for keys in sfm.root.iter("resourceKeys"):
        if [text(entry, "key") for entry in keys.iterfind("entries")] != LOCALES:
            yield "resourceKeys: not in all languages"
        if not re.fullmatch(r"[a-zA-Z.]+\{[0-9a-f-]{36}\}", text(keys, "key")):
            yield f"resourceKeys: {text(keys, 'key')}"


def _references(sfm: Sfm) -> Iterator[str]:
    own = [v.get("id") for v in sfm.root.iterfind("inputVars/*")]
    functions = {f.get("id"): f for f in sfm.root.iterfind("children/function")}
    for entry in sfm.entry_points().values():
        reference = entry.find("functionReference")
        assert reference is not None
        function = functions.get(reference.get("targetId"))
        if reference.get("targetDomainId") != sfm.id or function is None:
            yield f"{entry.get('name')} leads nowhere"
        elif function.find("implementationFile") is not None:
            yield f"{entry.get('name')} leads to a class, which gets no parameters"
    for function in functions.values():
        if function.find("implementationFile") is not None:
            continue
        if any(text(v, "value") for v in function.iterfind("outputVars/variable")):
            yield "an output of a function has a value, which would be taken for a reference"
        seen = {*own, *(v.get("id") for v in function.iterfind("*/variable"))}
        seen |= {d.get("id") for d in function.iter("typedVarDef")}
        for reference_to in _referred(function):
            if UUID.fullmatch(reference_to) and reference_to not in seen:
                yield f"{function.get('name')} refers to {reference_to}"


def _referred(function: Element) -> Iterator[str]:
    steps = function.find("children")
    for variable in () if steps is None else steps.iter("variable"):
        if variable.get("valueByReference") == "true":
            yield text(variable, "value")
    for outputs in () if steps is None else steps.iter("outputVars"):
        yield from (text(variable, "value") for variable in outputs)
    for item in () if steps is None else steps.iter("item"):
        if text(item, "byReference") == "true":
            yield text(item, "value")


def _fields(sfm: Sfm) -> Iterator[str]:
    own = [v.get("id") for v in sfm.root.iterfind("inputVars/*")]
    names = [v.get("name", "") for v in sfm.root.iterfind("inputVars/*")]
    if not all(name.startswith("GUI_") for name in names):
        yield "variables that a field fills are called GUI_..."
    bound = [
        field.get("variableId")
        for tab in sfm.root.iter("GUIDescriptors")
        for field in tab
        if field.tag not in ("headline", "infotext", "line")
    ]
    if sorted(map(str, own)) != sorted(map(str, bound)):
        yield "variables and fields do not belong together one to one"
    for choice in sfm.root.iterfind("inputGUITabs/GUIDescriptors/textChoice"):
        choices = [one.text for one in choice.iterfind("choices/choice")]
        if choices[int(text(choice, "defaultSelection"))] != text(choice, "defaultValue"):
            yield "defaultSelection"
