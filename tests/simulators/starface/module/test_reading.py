"""Archives of all kinds: what a PBX would take is read, everything else is refused in words."""

from __future__ import annotations

import io
import struct
import zipfile
from hashlib import sha1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.simulators.starface import BadModule, read_module
from datev_connector.simulators.starface.module.archive import Limits, open_archive
from datev_connector.simulators.starface.module.xml_tree import TreeLimits, read_tree
from datev_connector.starface.module.archive import module_archive
from tests.simulators.starface.module.made import (
    MANIFEST,
    MODULE,
    archive,
    assign,
    call,
    descriptor,
    entry,
    function,
    variable,
)

OURS = module_archive()
LOGS_WHAT_IS_NOWHERE = call(
    "Log2",
    '<multipleValueVariable name="messages" type="OBJECT"><values><item>'
    f"<value>{MODULE}</value><byReference>true</byReference>"
    "</item></values></multipleValueVariable>",
)


def test_reads_what_is_built() -> None:
    module = read_module(OURS)
    assert (module.name, module.version) == ("DATEV Connector for STARFACE", 1)
    assert list(module.entry_points) == ["getInfo", "ping", "report"]
    assert not any(entry.open_to_all for entry in module.entry_points.values())
    assert not any(function.compiled for function in module.functions.values())
    assert [tab.label["de"] for tab in module.tabs] == ["Allgemein", "Lizenz", "Hilfe"]
    assert not module.needs_licence
    without_password = sha1(module.id.encode(), usedforsecurity=False).hexdigest()
    assert module.write_hash == without_password, "anybody may open it in the designer"


def test_reads_the_least_that_a_module_is() -> None:
    module = read_module(archive())
    assert (module.id, module.name, module.version) == (MODULE, "Made up", 7)
    assert (module.entry_points, module.tabs) == ({}, ())


def test_a_manifest_may_have_long_and_other_lines() -> None:
    text = b"Manifest-Version: 1.0\nObjectId: 11111111-2222-4333-8444\n -555555555555\n"
    text += b"StarfaceModule_SpecVersion: 4\nUnknown: x\n\nName: a\nOther: section\n"
    assert read_module(archive(manifest=text)).id == MODULE
    assert read_module(archive(manifest=None, more={"meta-inf/manifest.mf": text})).id == MODULE


# --- manifest and descriptor ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "broken"),
        (b"no archive", "broken"),
        (archive(manifest=None), "manifest is missing"),
        (archive(manifest=b""), "no ObjectId"),
        (archive(manifest=b"ObjectId"), "line without a name"),
        (archive(manifest=b"\xff: \xfe"), "no text in UTF-8"),
        (archive(manifest=MANIFEST.replace(b": 5", b": 6")), "above 5"),
        (archive(manifest=MANIFEST.replace(b": 5", b": " + b"9" * 5000)), "above 5"),
        (archive(manifest=MANIFEST.replace(b": 5", b": five")), "is no number"),
        (archive(manifest=MANIFEST.replace(b"1111-", b"2222-")), "name different modules"),
        (archive(b"<module"), "is no XML"),
        (archive(b"<other/>"), "describes no module"),
        (archive(b"<module/>"), "module has no specVersion"),
        (archive(b'<?xml version="1.0" encoding="x-none"?><module/>'), "encoding"),
        (archive(b'<?xml version="1.0" encoding="shift_jis"?><module/>'), "encoding"),
        (archive(descriptor().replace(b'specVersion="5"', b'specVersion="6"')), "above 5"),
        (archive(descriptor().replace(b'version="7"', b'version="x"')), "version of module"),
        (archive(descriptor(entries=entry("f"))), "leads to no function"),
        (archive(descriptor(function("f"), entry("f", "open"))), "unknown type"),
        (archive(descriptor(function("f"), entry("f") * 2)), "the same name"),
        (archive(descriptor(function("f") * 2)), "the same id"),
        (archive(descriptor(function("f", assign(MODULE, "1")))), "referenced .* not found"),
        (archive(descriptor(function("f", assign("x", MODULE, "true")))), "not found"),
        (archive(descriptor(function("f", LOGS_WHAT_IS_NOWHERE))), "not found"),
        (archive(descriptor("<function/>")), "function has no id"),
        (archive(descriptor(variables='<variable id="a"/>')), "variable has no name"),
    ],
)
def test_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(BadModule, match=complaint):
        read_module(content)


def test_a_module_without_the_mark_needs_a_licence_of_the_pbx() -> None:
    assert read_module(archive(descriptor(licence=""))).needs_licence
    assert read_module(archive(descriptor(licence="0" * 40))).needs_licence
    assert not read_module(archive()).needs_licence


def test_a_class_may_refer_to_what_nobody_sees() -> None:
    steps = assign(MODULE, "1")
    compiled = "<implementationFile>A.class</implementationFile>"
    module = read_module(archive(descriptor(function("f", steps, more=compiled))))
    assert module.functions["f"].compiled == "A.class"


def test_variables_of_the_module_are_seen_everywhere() -> None:
    seen = variable("v").replace('id="v"', f'id="{MODULE}"')
    read_module(archive(descriptor(function("f", assign(MODULE, "1")), variables=seen)))


# --- hostile archives -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "a/../../x", "a\\b", "..\\x", "C:/x", "a//b", "./x", "a/./b", "..", "a\0b"],
)
def test_paths_that_lead_outside(name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("META-INF/MANIFEST.MF", MANIFEST)
        made.writestr("module-descriptor.xml", descriptor())
        made.writestr("n" * len(name), b"x")
    content = packed.getvalue().replace(b"n" * len(name), name.encode())
    with pytest.raises(BadModule, match="leads outside|broken"):
        read_module(content)


def test_folders_are_no_paths_outside() -> None:
    read_module(archive(more={"de/vertico/": b"", "de/vertico/A.class": b"x"}))


def test_the_same_file_twice() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        content = archive(more={"module-descriptor.xml": descriptor()})
    with pytest.raises(BadModule, match="twice"):
        read_module(content)


def test_bombs() -> None:
    bomb = archive(more={"a.class": bytes(64 << 20)})
    assert len(bomb) < 1 << 20
    with pytest.raises(BadModule, match="ZIP bomb"):
        read_module(bomb)
    many = archive(more={f"{n}.class": bytes(1 << 20) for n in range(8)})
    with pytest.raises(BadModule, match="ZIP bomb"):
        read_module(many, Limits(unpacked=4 << 20))
    with pytest.raises(BadModule, match="too many files"):
        read_module(many, Limits(entries=5))
    with pytest.raises(BadModule, match="too large"):
        read_module(many, Limits(packed=100))
    with pytest.raises(BadModule, match="module-descriptor.xml is too large"):
        read_module(archive(descriptor(variables=" " * 2000)), Limits(kept=1000))


@pytest.mark.parametrize(("told", "complaint"), [(1000, "broken"), (9 << 20, "another size")])
def test_a_bomb_that_lies_about_its_size(told: int, complaint: str) -> None:
    content = archive(more={"a.class": bytes(8 << 20)})
    lying = content.replace(struct.pack("<I", 8 << 20), struct.pack("<I", told))
    assert lying != content
    with pytest.raises(BadModule, match=complaint):
        read_module(lying)


@pytest.mark.parametrize("offset", [1 << 40, 1 << 63, (1 << 64) - 1])
def test_an_entry_that_lies_far_outside_the_archive(offset: int) -> None:
    content = archive()
    at, end = content.rfind(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    far = struct.pack("<HHQ", 1, 8, offset)
    entry, rest = bytearray(content[at:end] + far), bytearray(content[end:])
    entry[30:32], entry[42:46] = struct.pack("<H", len(far)), b"\xff" * 4
    (length,) = struct.unpack("<I", rest[12:16])
    rest[12:16] = struct.pack("<I", length + len(far))
    with pytest.raises(BadModule, match="broken"):
        read_module(content[:at] + entry + rest)


def test_a_name_that_steers_the_terminal_is_shown_harmless() -> None:
    content = archive(more={"\x1b[2J": bytes(9000)})
    with pytest.raises(BadModule, match="ZIP bomb") as caught:
        read_module(content, Limits(kept=5000, swelling=1))
    assert str(caught.value).isprintable()


def test_entries_that_are_locked_or_packed_in_another_way() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("META-INF/MANIFEST.MF", MANIFEST)
    with pytest.raises(BadModule, match="JAR files do not know"):
        read_module(packed.getvalue())
    with zipfile.ZipFile(io.BytesIO(OURS)) as opened:
        at = opened.start_dir
    locked = bytearray(OURS)
    locked[at + 8] |= 1
    with pytest.raises(BadModule, match="is encrypted"):
        read_module(bytes(locked))
    later = bytearray(OURS)
    later[at + 6] = 99  # the version of the ZIP format that is needed
    with pytest.raises(BadModule, match="broken"):
        read_module(bytes(later))


def test_a_descriptor_of_very_many_parts_is_read_part_by_part() -> None:
    """Each part beside each other one would take minutes."""
    many = 100_000
    functions = "".join(f'<function id="{number}" name=""/>' for number in range(many))
    content = archive(descriptor(functions, variables='<variable name="" type=""/>' * many))
    assert len(content) < 1 << 20
    assert len(read_module(content).functions) == many


def test_entities_are_never_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE module [<!ENTITY l0 "ha">{laughs}]><module>&l11;</module>'
    outside = '<!DOCTYPE module [<!ENTITY x SYSTEM "file:///etc/passwd">]><module>&x;</module>'
    for text in (bomb, outside):
        with pytest.raises(BadModule, match="document type"):
            read_module(archive(text.encode()))


def test_trees_that_grow_too_far() -> None:
    with pytest.raises(BadModule, match="nested too deeply"):
        read_module(archive(b"<a>" * 5000 + b"</a>" * 5000))
    with pytest.raises(BadModule, match="too many elements"):
        read_tree(b"<a>" + b"<b/>" * 20 + b"</a>", TreeLimits(elements=20))


# --- damaged archives -----------------------------------------------------------------------------


def outcome(content: bytes) -> str:
    """`read`, or why not; anything but BadModule fails the test."""
    try:
        read_module(content)
    except BadModule as problem:
        assert str(problem)
        return str(problem)
    return "read"


@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    assert outcome(content) != "read"
    assert outcome(b"PK\x03\x04" + content) != "read"


SMALL = archive(descriptor(function("f", assign("x", "1")), entry("f")))


@given(st.integers(0, len(SMALL) - 1), st.binary(min_size=1, max_size=4))
def test_any_bytes_overwritten(at: int, damage: bytes) -> None:
    damaged = SMALL[:at] + damage + SMALL[at + len(damage) :]
    if outcome(damaged) == "read":
        # What was hit is told nowhere: the rest is as it was.
        assert read_module(damaged) == read_module(SMALL)


@given(st.integers(0, len(SMALL) - 1))
def test_cut_off(at: int) -> None:
    assert outcome(SMALL[:at]) != "read"


@given(st.integers(0, len(OURS) - 2), st.integers(1, 64))
def test_bytes_left_out_of_ours(at: int, count: int) -> None:
    assert outcome(OURS[:at] + OURS[at + count :]) != "read"


@given(st.binary(max_size=200))
def test_any_descriptor(content: bytes) -> None:
    assert outcome(archive(content or b" ")) != "read"


def test_what_is_opened_is_told() -> None:
    opened = open_archive(archive(more={"a.class": b"123"}))
    assert opened.sizes == {
        "META-INF/MANIFEST.MF": len(MANIFEST),
        "module-descriptor.xml": len(descriptor()),
        "a.class": 3,
    }
    assert opened.object_id == MODULE
