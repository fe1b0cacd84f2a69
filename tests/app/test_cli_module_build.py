"""`module build`: what lies on disk afterwards, and what is never lost by it."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from datev_connector.simulators.starface import read_module
from datev_connector.starface.module.archive import MODULE_ID, MODULE_VERSION, module_archive
from tests.app.cli_profile import CliProfile
from tests.app.test_cli_simulate import simulator

NAME = "DATEVConnectorforSTARFACE.sfm"


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    return CliProfile(tmp_path / "profile")


def build(profile: CliProfile, *arguments: str) -> str:
    return profile.done("module", "build", *arguments)


def test_writes_it_where_it_is_told_to(profile: CliProfile, tmp_path: Path) -> None:
    said = build(profile, "--output", str(tmp_path / "x.sfm"))
    assert (tmp_path / "x.sfm").read_bytes() == module_archive()
    assert "exactly DATEVConnectorforSTARFACE" in said
    build(profile, "--output", str(tmp_path))
    assert (tmp_path / NAME).read_bytes() == module_archive()
    assert {path.name for path in tmp_path.iterdir()} == {"x.sfm", NAME}


def test_writes_it_here(
    profile: CliProfile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    build(profile)
    assert read_module((tmp_path / NAME).read_bytes()).id == MODULE_ID


def test_tells_programs_what_it_wrote(profile: CliProfile, tmp_path: Path) -> None:
    told = json.loads(build(profile, "--output", str(tmp_path), "--json"))
    content = (tmp_path / NAME).read_bytes()
    assert told == {
        "file": str(tmp_path / NAME),
        "id": MODULE_ID,
        "version": MODULE_VERSION,
        "configuration": "DATEVConnectorforSTARFACE",
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }


def test_replaces_an_earlier_edition(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(module_archive().replace(b'version="1"', b'version="0"'))
    build(profile, "--output", str(file))
    assert file.read_bytes() == module_archive()


def test_replaces_nothing_else_unless_told_to(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / "thesis.txt"
    for content in (b"years of work", module_archive()[1:], module_archive() + bytes(1 << 20)):
        file.write_bytes(content)
        complaint = profile.failed(1, "module", "build", "--output", str(file))
        assert "is there already. Use --force" in complaint
        assert file.read_bytes() == content
    build(profile, "--output", str(file), "--force")
    assert file.read_bytes() == module_archive()


def test_does_not_take_what_a_pbx_has_exported_for_its_own(
    profile: CliProfile, tmp_path: Path
) -> None:
    """An administrator may have changed it there."""
    file = tmp_path / NAME
    with ZipFile(file, "w", ZIP_DEFLATED) as exported:
        exported.writestr("META-INF/MANIFEST.MF", f"ObjectId: {MODULE_ID}\r\n" * 50)
    profile.failed(1, "module", "build", "--output", str(file))


def test_a_folder_that_is_missing(profile: CliProfile, tmp_path: Path) -> None:
    complaint = profile.failed(1, "module", "build", "--output", str(tmp_path / "none" / "x.sfm"))
    assert "There is no folder" in complaint


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not write-protected there")
def test_a_disk_that_refuses_leaves_the_old_file(
    profile: CliProfile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / NAME
    old = module_archive().replace(b'version="1"', b'version="0"')
    file.write_bytes(old)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(file))

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left on device" in profile.failed(1, "module", "build", "--output", str(file))
    assert file.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


# --- in the simulated PBX -------------------------------------------------------------------------


def test_the_simulator_has_the_module(tmp_path: Path) -> None:
    with simulator("starface", "--port", "0") as process:
        out, _ = process.communicate("modules\nquit\n", timeout=30)
    assert "module DATEV Connector for STARFACE, configured as 'DATEVConnectorforSTARFACE'" in out
    assert "XML-RPC: DATEVConnectorforSTARFACE.report" in out


def test_the_simulator_takes_another_name_or_archive_or_none(
    profile: CliProfile, tmp_path: Path
) -> None:
    build(profile, "--output", str(tmp_path))
    wishes = ("--module", str(tmp_path / NAME), "--module-name", "DATEV Connector")
    with simulator("starface", "--port", "0", *wishes) as process:
        out, _ = process.communicate("quit\n", timeout=30)
    assert "configured as 'DATEV Connector'" in out
    with simulator("starface", "--port", "0", "--no-module") as process:
        out, _ = process.communicate("modules\nquit\n", timeout=30)
    assert "no modules" in out


def test_the_simulator_refuses_what_is_no_module(profile: CliProfile, tmp_path: Path) -> None:
    broken = tmp_path / "x.sfm"
    broken.write_bytes(b"PK")
    wishes = ("simulate", "starface", "--module", str(broken))
    assert "the archive is broken" in profile.failed(1, *wishes)
    assert "goes without" in profile.failed(2, *wishes, "--no-module")
    missing = ("simulate", "starface", "--module", str(tmp_path / "none.sfm"))
    assert "No such file" in profile.failed(1, *missing)
