"""Changing a settings file that somebody else has written, too."""

from __future__ import annotations

import os
import stat
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.settings import OPTIONS, Transport
from datev_connector.app.settings.option import Value
from datev_connector.app.settings.writing import HEADING, CannotEdit, edited, replace_file

WRITTEN = """\
# Kanzlei Sommer, eingerichtet am 3.2.
[starface] # die Anlage im Keller
host = "pbx.kanzlei.example"   # nicht die alte!
  login   = '0123'

# Regeln
[calls]
# ab Montag anders
prefer_datev = true
"""


def text_of(text: str, changes: dict[tuple[str, str], Value | None]) -> str:
    return edited(text.encode(), changes).decode()


def test_a_value_is_changed_where_it_stands() -> None:
    new = text_of(WRITTEN, {("starface", "host"): "neu.example", ("calls", "prefer_datev"): False})
    assert new == WRITTEN.replace('"pbx.kanzlei.example"', '"neu.example"').replace("true", "false")


def test_a_key_is_added_to_its_section() -> None:
    new = text_of(WRITTEN, {("starface", "https_port"): 8443})
    assert new == WRITTEN.replace("'0123'\n", "'0123'\nhttps_port = 8443\n")


def test_a_key_is_added_to_a_section_without_any() -> None:
    text = "[calls] # Regeln\n\n# DATEV\n[datev]\nlink = 'simulator'\n"
    new = text_of(text, {("calls", "open_window"): False, ("datev", "connect_lanes"): 2})
    first = text.replace("Regeln\n", "Regeln\nopen_window = false\n")
    assert new == first + "connect_lanes = 2\n"


def test_a_key_is_removed_and_its_section_stays() -> None:
    new = text_of(WRITTEN, {("calls", "prefer_datev"): None, ("dial_plan", "country"): None})
    assert new == WRITTEN.replace("prefer_datev = true\n", "")


def test_a_section_is_added_behind_the_others() -> None:
    new = text_of(WRITTEN, {("dial_plan", "area_code"): "721"})
    assert new == WRITTEN + '\n[dial_plan]\narea_code = "721"\n'


def test_a_new_file_begins_with_what_it_is() -> None:
    new = text_of("", {("starface", "transport"): Transport.HTTPS})
    assert new == HEADING + '\n[starface]\ntransport = "https"\n'


@pytest.mark.parametrize(
    "text",
    [
        "starface.host = 'a'\nstarface.login = 'b'\n",
        "starface = { host = 'a', login = 'b' }\n",
        "starface = {}\n",
        "['starface']\n\"host\" = 'a'\n",
        "[starface]",
        "\n\n# nur ein Kommentar",
        "[calls]\nopen_window = true\n[starface]\nhost = '''a'''\n",
    ],
)
def test_every_way_of_writing_is_kept_or_left_alone(text: str) -> None:
    changes: dict[tuple[str, str], Value | None] = {
        ("starface", "host"): "c",
        ("calls", "hide_internal"): True,
    }
    new = tomllib.loads(text_of(text, changes))
    assert new["starface"]["host"] == "c"
    assert new["calls"]["hide_internal"] is True
    assert new["starface"].get("login") == tomllib.loads(text).get("starface", {}).get("login")


@pytest.mark.parametrize("text", ["starface = 3\n", "starface = ['a']\n"])
def test_what_cannot_be_changed_is_refused(text: str) -> None:
    with pytest.raises(CannotEdit):
        edited(text.encode(), {("starface", "host"): "c"})


def test_lines_and_signature_of_windows_are_kept() -> None:
    content = b"\xef\xbb\xbf" + WRITTEN.replace("\n", "\r\n").encode()
    new = edited(content, {("starface", "https_port"): 8443, ("general", "language"): "de"})
    assert new.startswith(b"\xef\xbb\xbf")
    assert new.count(b"\n") == new.count(b"\r\n")
    assert b"https_port = 8443\r\n" in new
    assert tomllib.loads(new.decode("utf-8-sig"))["general"]["language"] == "de"


def test_texts_of_every_kind_come_back() -> None:
    odd = 'C:\\Büro\\"neu" # kein Kommentar äöü \U0001f600'
    new = text_of(WRITTEN, {("datev", "sdd_assemblies"): odd})
    assert tomllib.loads(new)["datev"]["sdd_assemblies"] == odd


KEYS = [(option.section, option.key) for option in OPTIONS]
VALUES = st.one_of(
    st.booleans(),
    st.integers(0, 65535),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12),
)
COMMENTS = st.sampled_from(["", "# a note", "  # ab = 'c'", "\t", "#"])


@st.composite
def files(draw: st.DrawFn) -> str:
    """A settings file as people write them, with notes between and behind the lines."""
    lines = draw(st.lists(COMMENTS, max_size=3))
    for section in draw(st.permutations(["starface", "calls", "datev"])):
        if draw(st.booleans()):
            continue
        lines.append(
            draw(st.sampled_from([f"[{section}]", f"[ {section} ] # x", f"['{section}']"]))
        )
        keys = [key for name, key in KEYS if name == section]
        for key in draw(st.lists(st.sampled_from(keys), unique=True, max_size=4)):
            value = draw(st.sampled_from(["true", "7", "'a'", '"b # c"', '"""\nd\n"""', "0x1F"]))
            spaces = draw(st.sampled_from(["", " ", "  "]))
            lines.append(f"{spaces}{key}{spaces}={spaces}{value} {draw(COMMENTS).strip()}")
            lines += draw(st.lists(COMMENTS, max_size=2))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


@given(files(), st.dictionaries(st.sampled_from(KEYS), st.one_of(st.none(), VALUES), max_size=4))
def test_only_what_is_to_change_changes(
    text: str, changes: dict[tuple[str, str], Value | None]
) -> None:
    new = text_of(text, changes)
    before, after = tomllib.loads(text), tomllib.loads(new)
    for section, key in KEYS:
        was = before.get(section, {}).get(key)
        assert after.get(section, {}).get(key) == changes.get((section, key), was)
    notes = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    left = [line.strip() for line in new.splitlines()]
    assert [line for line in left if line in notes][: len(notes)] == notes
    assert text_of(new, changes) == new, "a second time nothing is to be done"


def test_a_file_is_replaced_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    replace_file(file, b"a")
    replace_file(file, b"bc")
    assert file.read_bytes() == b"bc"
    assert [one.name for one in file.parent.iterdir()] == ["settings.toml"]
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_file_behind_a_link_stays_behind_it(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "settings.toml"
    real.write_bytes(b"a")
    real.chmod(0o644)
    link.symlink_to(real)
    replace_file(link, b"b")
    assert link.is_symlink()
    assert real.read_bytes() == b"b"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of other systems")
def test_what_was_left_by_a_crash_opens_the_file_to_nobody(tmp_path: Path) -> None:
    left = tmp_path / "settings.toml.new"
    left.write_bytes(b"half")
    left.chmod(0o644)
    replace_file(tmp_path / "settings.toml", b"whole")
    assert stat.S_IMODE((tmp_path / "settings.toml").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root may write all")
def test_a_file_that_somebody_has_made_read_only_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"old")
    file.chmod(stat.S_IREAD)
    with pytest.raises(PermissionError):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
    file.chmod(stat.S_IREAD | stat.S_IWRITE)


def test_no_draft_is_left_where_a_file_cannot_be_replaced(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.mkdir()
    with pytest.raises(OSError, match="."):
        replace_file(file, b"new")
    assert list(tmp_path.iterdir()) == [file]


def test_where_nothing_can_be_written_the_old_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"old")
    os.mkdir(tmp_path / "settings.toml.new")  # noqa: PTH102 - in the way of the draft
    with pytest.raises(OSError, match="."):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
