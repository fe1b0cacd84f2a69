"""What is in the installer, read from its database and its layout. No Windows is needed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from datev_connector import __version__
from installer import package, stamps, tree
from installer.launchers import build
from installer.places import CONSOLE, ROOT, WINDOWED, msi_version
from installer.signing import Signing
from installer.trimming import missing_libraries
from installer.windows_program import WindowsProgram, windows_programs
from tests.msi.conftest import Built

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def rows(msi: Path, table: str) -> list[dict[str, str]]:
    told = subprocess.run(
        ["msiinfo", "export", str(msi), table], capture_output=True, check=True
    ).stdout.decode("cp1252")
    names, _, _, *lines = told.replace("\r", "").split("\n")
    columns = names.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines if line]


# --- the same again -------------------------------------------------------------------------------


def test_the_same_files_give_the_same_bytes(newer: Built, tmp_path: Path) -> None:
    again = tmp_path / "again.msi"
    package.make(newer.layout, again, newer.version)
    assert again.read_bytes() == newer.msi.read_bytes()


def test_the_same_sources_give_the_same_launchers(newer: Built, tmp_path: Path) -> None:
    build(tmp_path, newer.version)
    for name in (WINDOWED, CONSOLE):
        assert (tmp_path / name).read_bytes() == (newer.layout / name).read_bytes()


def test_nothing_installed_tells_where_it_was_made(newer: Built) -> None:
    here = str(ROOT).encode()
    telling = [
        file for file in newer.layout.rglob("*") if file.is_file() and here in file.read_bytes()
    ]
    assert telling == []


# --- what Windows Installer goes by ---------------------------------------------------------------


def test_components_are_the_same_in_every_version(older: Built, newer: Built) -> None:
    def components(of: Built) -> dict[str, str]:
        return {row["Component"]: row["ComponentId"] for row in rows(of.msi, "Component")}

    before, after = components(older), components(newer)
    assert len(set(before) & set(after)) > 2000
    assert all(before[name] == after[name] for name in set(before) & set(after))
    assert len(set(after.values())) == len(after)


def test_ids_of_files_never_change() -> None:
    assert tree.component_id("runtime/python313.dll") == "8FD73D84-740B-5B32-958F-0DA3FC01B681"
    assert tree.component_id("DatevConnector.EXE") == tree.component_id("datevconnector.exe")
    assert package.UPGRADE_CODE == "7E2B4E0C-6A7B-4C0B-9C5E-1B6F0B8D2E41"


def test_versions_are_different_products_of_one_kind(older: Built, newer: Built) -> None:
    def properties(of: Built) -> dict[str, str]:
        return {row["Property"]: row["Value"] for row in rows(of.msi, "Property")}

    before, after = properties(older), properties(newer)
    assert before["UpgradeCode"] == after["UpgradeCode"]
    assert before["ProductCode"] != after["ProductCode"]
    assert {"HOST", "INSTALLDIR", "REMOVE_USER_DATA"} <= set(
        after["SecureCustomProperties"].split(";")
    )


def test_windows_can_compare_the_versions_of_libraries(newer: Built) -> None:
    told = {row["File"]: row["Version"] for row in rows(newer.msi, "File")}
    hashed = {row["File_"] for row in rows(newer.msi, "MsiFileHash")}
    for file, program in windows_programs(newer.layout):
        name = tree.name_of("F", file.relative_to(newer.layout).as_posix())
        assert told[name] == (program.version() or "")
        assert (name in hashed) is (program.version() is None)


def test_the_launchers_say_what_they_are(newer: Built) -> None:
    for name in (WINDOWED, CONSOLE):
        program = newer.layout / name
        assert WindowsProgram(program).version() == f"{newer.version}.0"
        assert b"PerMonitorV2" in program.read_bytes()
        assert b"asInvoker" in program.read_bytes()


def test_every_action_runs_a_program_of_ours_and_none_fetches_anything(newer: Built) -> None:
    sources = {
        row["Source"] for row in rows(newer.msi, "CustomAction") if int(row["Type"]) & 0x3F != 51
    }
    assert sources == {tree.name_of("F", WINDOWED), "PROGRAM_BEFORE", "PROGRAM_AFTER"}


@pytest.mark.parametrize("version", ["1.2", "1.2.3.4", "256.0.0", "1.0.70000", "1.0.0rc1"])
def test_a_version_that_windows_cannot_compare_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match=re.escape(version)):
        msi_version(version)
    assert msi_version() == __version__


# --- what is installed ----------------------------------------------------------------------------


def test_there_is_byte_code_only_and_every_library_finds_its_own(newer: Built) -> None:
    assert list(newer.layout.rglob("*.py")) == []
    assert missing_libraries(newer.layout) == []


def test_a_library_that_is_missing_is_told(newer: Built, tmp_path: Path) -> None:
    shutil.copytree(newer.layout / "runtime" / "packages" / "PySide6", tmp_path / "PySide6")
    (tmp_path / "PySide6" / "Qt6Core.dll").unlink()
    assert any("Qt6Gui.dll needs qt6core.dll" in told for told in missing_libraries(tmp_path))


def test_the_list_of_parts_is_the_lock(newer: Built) -> None:
    parts = json.loads((newer.layout / "sbom.cdx.json").read_text("utf-8"))
    told: dict[str, str] = {
        canonicalize_name(one["name"]): one["version"] for one in parts["components"]
    }
    locked: dict[str, str] = {}
    for lock in ("runtime.txt", "source.txt"):
        text = (ROOT / "requirements" / lock).read_text("utf-8")
        locked |= {canonicalize_name(name): version for name, version in PINNED.findall(text)}
    assert parts["bomFormat"] == "CycloneDX"
    assert parts["metadata"]["component"]["version"] == newer.version
    assert all(one["licenses"] for one in parts["components"])
    del told["cpython"]
    assert told.items() <= locked.items()
    installed = {
        canonicalize_name(found.name.partition("-")[0])
        for found in (newer.layout / "runtime" / "packages").glob("*.dist-info")
    }
    assert installed - {"datev-connector-for-starface"} == set(told)


def test_everybody_whose_work_it_is_is_named(newer: Built) -> None:
    folder = newer.layout / "licences"
    texts = {file.name for file in folder.iterdir()}
    readme = (folder / "README.txt").read_text("utf-8")
    assert {"Python.txt", "Qt - LGPL-3.0.txt", "DATEV Connector for STARFACE.txt"} <= texts
    assert not any("Commercial" in name for name in texts)
    parts = json.loads((newer.layout / "sbom.cdx.json").read_text("utf-8"))["components"]
    for part in parts[1:]:
        assert f"{part['name']} {part['version']}: " in readme
        assert part["name"].startswith(("PySide6", "shiboken6")) or any(
            name.startswith(f"{part['name']} - ") for name in texts
        )


# --- signatures -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of our own making, with its key, as PKCS#12."""
    folder = tmp_path_factory.mktemp("certificate")
    key, shown, both = folder / "key.pem", folder / "certificate.pem", folder / "both.p12"
    asked = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test"]
    asked += ["-addext", "extendedKeyUsage=codeSigning", "-keyout", str(key), "-out", str(shown)]
    subprocess.run(["openssl", "req", *asked], check=True, capture_output=True)
    packed = ["-passout", "pass:geheim", "-inkey", str(key), "-in", str(shown), "-out", str(both)]
    subprocess.run(["openssl", "pkcs12", "-export", *packed], check=True)
    return both


def verified(file: Path, certificate: Path) -> bool:
    trusted = str(certificate.with_name("certificate.pem"))
    words = ["osslsigncode", "verify", "-CAfile", trusted, "-in", str(file)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_msi_and_launcher_can_be_signed(newer: Built, certificate: Path, tmp_path: Path) -> None:
    signing = Signing(certificate=certificate, password="geheim")
    for original in (newer.msi, newer.layout / WINDOWED):
        file = tmp_path / original.name
        shutil.copy(original, file)
        assert not verified(file, certificate)
        signing.sign(file)
        assert verified(file, certificate)
    with (tmp_path / WINDOWED).open("r+b") as program:
        program.seek(5000)
        program.write(b"tampered")
    assert not verified(tmp_path / WINDOWED, certificate)


def test_signing_is_asked_for_by_the_environment(certificate: Path, tmp_path: Path) -> None:
    assert Signing.wanted({}) is None
    wanted = Signing.wanted({"INSTALLER_CERTIFICATE": str(certificate)})
    assert wanted is not None
    assert wanted.certificate == certificate
    with pytest.raises(FileNotFoundError):
        Signing.wanted({"INSTALLER_CERTIFICATE": str(tmp_path / "none.p12")})
    assert "geheim" not in repr(Signing(certificate=certificate, password="geheim"))


def test_what_is_no_msi_gets_no_dates(tmp_path: Path) -> None:
    file = tmp_path / "x.msi"
    file.write_bytes(b"no database")
    with pytest.raises(ValueError, match="no summary"):
        stamps.settle(file, package_code="", template="")
