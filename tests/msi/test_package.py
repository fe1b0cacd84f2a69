"""What is in the installer, read from its database and its layout."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from datev_connector import __version__
from installer import compiled_in, package, stamps, tree
from installer.layout import PYTHON
from installer.making import OUR_PROGRAMS, Made, pack
from installer.places import CONSOLE, PACKAGES, ROOT, RUNTIME, WINDOWED, msi_version
from installer.signing import Signing
from installer.trimming import missing_libraries
from installer.windows_program import WindowsProgram, windows_programs
from scripts import windows_wheels
from tests.msi.comparing import differences
from tests.msi.conftest import AS_STARTED
from tests.msi.windows import Windows

MAKE = """
import sys
from pathlib import Path
import datev_connector
from installer.making import make
make(Path(sys.argv[1]), sys.argv[2], None)
print(datev_connector.__file__)
"""
TELL = """
import json, ssl, zlib
import apsw, pycares
from cryptography.hazmat.backends.openssl.backend import backend
from PySide6.QtCore import qVersion
from xml.parsers.expat import EXPAT_VERSION
print(json.dumps({
    "OpenSSL": ssl.OPENSSL_VERSION.split()[1],
    "zlib": zlib.ZLIB_RUNTIME_VERSION,
    "expat": EXPAT_VERSION.removeprefix("expat_"),
    "SQLite": apsw.sqlite_lib_version(),
    "SQLite3 Multiple Ciphers": apsw.mc_version.split()[-1],
    "c-ares": pycares.ARES_VERSION,
    "Qt": qVersion(),
}))
"""
MARKS = {
    "OpenSSL": re.compile(rb"OpenSSL (\d+\.\d+\.\d+) \d"),
    "SQLite": re.compile(rb"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d ([0-9a-f]{64})"),
    "PCRE2": re.compile(rb"(10\.\d\d) 20\d\d-\d\d-\d\d"),
    "expat": re.compile(rb"(expat_\d)"),
}
OUR_PLACES = {
    WINDOWED,
    CONSOLE,
    "licences",
    "manual",
    "policies",
    "sbom.cdx.json",
    "sdd-reader",
    "type-library",
}
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def rows(msi: Path, table: str) -> list[dict[str, str]]:
    told = subprocess.run(
        ["msiinfo", "export", str(msi), table], capture_output=True, check=True
    ).stdout.decode("cp1252")
    names, _, _, *lines = told.replace("\r", "").split("\n")
    columns = names.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines if line]


# --- the same again -------------------------------------------------------------------------------


def test_the_same_sources_give_the_same_bytes_in_another_folder(
    windows: Windows, newer: Made, tmp_path: Path
) -> None:
    there = tmp_path / "other" / "folder"
    not_sources = shutil.ignore_patterns(".*", "build", "dist", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, there, ignore=not_sources)
    (there / ".venv").symlink_to(ROOT / ".venv")
    made = subprocess.run(
        [sys.executable, "-c", MAKE, str(there / "out"), newer.version],
        cwd=there,
        env=AS_STARTED
        | {"PYTHONPATH": f"{there}:{there / 'src'}", "WINE_FOLDER": str(ROOT / "build" / "wine")},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert made.returncode == 0, made.stderr
    assert str(there / "src") in made.stdout
    again = there / "out" / newer.msi.name
    assert differences(newer.layout, there / "out" / newer.layout.name) == []
    assert again.read_bytes() == newer.msi.read_bytes()


def test_nothing_installed_tells_where_it_was_made(newer: Made) -> None:
    here = str(ROOT).encode()
    telling = [
        file for file in newer.layout.rglob("*") if file.is_file() and here in file.read_bytes()
    ]
    assert telling == []


# --- what Windows Installer goes by ---------------------------------------------------------------


def test_components_are_the_same_in_every_version(older: Made, newer: Made) -> None:
    def components(of: Made) -> dict[str, str]:
        return {row["Component"]: row["ComponentId"] for row in rows(of.msi, "Component")}

    before, after = components(older), components(newer)
    assert len(set(before) & set(after)) > 2000
    assert all(before[name] == after[name] for name in set(before) & set(after))
    assert len(set(after.values())) == len(after)


def test_ids_of_files_never_change() -> None:
    assert tree.component_id("runtime/python313.dll") == "8FD73D84-740B-5B32-958F-0DA3FC01B681"
    assert tree.component_id("DatevConnector.EXE") == tree.component_id("datevconnector.exe")
    assert package.UPGRADE_CODE == "7E2B4E0C-6A7B-4C0B-9C5E-1B6F0B8D2E41"


def test_versions_are_different_products_of_one_kind(older: Made, newer: Made) -> None:
    def properties(of: Made) -> dict[str, str]:
        return {row["Property"]: row["Value"] for row in rows(of.msi, "Property")}

    before, after = properties(older), properties(newer)
    assert before["UpgradeCode"] == after["UpgradeCode"]
    assert before["ProductCode"] != after["ProductCode"]
    assert {"HOST", "INSTALLDIR", "REMOVE_USER_DATA"} <= set(
        after["SecureCustomProperties"].split(";")
    )


def test_windows_can_compare_the_versions_of_libraries(newer: Made) -> None:
    told = {row["File"]: row["Version"] for row in rows(newer.msi, "File")}
    hashed = {row["File_"] for row in rows(newer.msi, "MsiFileHash")}
    for file, program in windows_programs(newer.layout):
        name = tree.name_of("F", file.relative_to(newer.layout).as_posix())
        assert told[name] == (program.version() or "")
        assert (name in hashed) is (program.version() is None)


def test_the_launchers_say_what_they_are(newer: Made) -> None:
    for name in (WINDOWED, CONSOLE):
        program = newer.layout / name
        assert WindowsProgram(program).version() == f"{newer.version}.0"
        assert b"PerMonitorV2" in program.read_bytes()
        assert b"asInvoker" in program.read_bytes()


def test_every_action_runs_a_program_of_ours_and_none_fetches_anything(newer: Made) -> None:
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


def test_there_is_byte_code_only_and_every_library_finds_its_own(newer: Made) -> None:
    assert list(newer.layout.rglob("*.py")) == []
    assert missing_libraries(newer.layout) == []


def test_a_library_that_is_missing_is_told(newer: Made, tmp_path: Path) -> None:
    shutil.copytree(newer.layout / "runtime" / "packages" / "PySide6", tmp_path / "PySide6")
    (tmp_path / "PySide6" / "Qt6Core.dll").unlink()
    assert any("Qt6Gui.dll needs qt6core.dll" in told for told in missing_libraries(tmp_path))


def test_the_list_of_parts_is_the_lock(newer: Made) -> None:
    parts = json.loads((newer.layout / "sbom.cdx.json").read_text("utf-8"))
    told: dict[str, str] = {
        canonicalize_name(one["name"]): one["version"]
        for one in parts["components"]
        if one.get("purl", "").startswith("pkg:pypi/")
    }
    locked: dict[str, str] = {}
    for lock in ("runtime.txt", "source.txt"):
        text = (ROOT / "requirements" / lock).read_text("utf-8")
        locked |= {canonicalize_name(name): version for name, version in PINNED.findall(text)}
    assert parts["bomFormat"] == "CycloneDX"
    assert parts["metadata"]["component"]["version"] == newer.version
    assert all(one["licenses"] for one in parts["components"])
    assert told.items() <= locked.items()
    installed = {
        canonicalize_name(found.name.partition("-")[0])
        for found in (newer.layout / "runtime" / "packages").glob("*.dist-info")
    }
    assert installed - {"datev-connector-for-starface"} == set(told)


def test_what_is_compiled_into_libraries_is_listed_as_the_libraries_tell_it(
    windows: Windows, newer: Made
) -> None:
    parts = json.loads((newer.layout / "sbom.cdx.json").read_text("utf-8"))["components"]
    listed: dict[str, dict[str, str]] = defaultdict(dict)
    for part in parts:
        for place in part.get("evidence", {}).get("occurrences", ()):
            listed[part["name"]][place["location"]] = part.get("version", "")
    run = windows.python("-c", TELL)
    assert run.returncode == 0, run.stderr
    for name, version in json.loads(run.stdout).items():
        assert version in listed[name].values(), name
    for name, mark in MARKS.items():
        marked = {
            file.relative_to(newer.layout).as_posix()
            for file, program in windows_programs(newer.layout)
            if program.told(mark)
        }
        assert marked == set(listed[name]), name


def test_a_library_that_no_longer_tells_its_version_is_noticed(newer: Made, tmp_path: Path) -> None:
    for work in compiled_in.WORKS:
        (tmp_path / work.file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(newer.layout / work.file, tmp_path / work.file)
    assert len(list(compiled_in.found(tmp_path))) == len(compiled_in.WORKS)
    shutil.copy(newer.layout / "runtime" / "select.pyd", tmp_path / "runtime" / "pyexpat.pyd")
    with pytest.raises(RuntimeError, match="which expat"):
        list(compiled_in.found(tmp_path))


def test_every_file_belongs_to_somebody_who_is_named(newer: Made) -> None:
    """By what each wheel says that it brings; Python and our own files by their folders."""
    named = {
        part["bom-ref"]
        for part in json.loads((newer.layout / "sbom.cdx.json").read_text("utf-8"))["components"]
    }
    owners = {
        f"{PACKAGES}/{file.as_posix()}".removesuffix(".py"): f"pypi:{canonicalize_name(one.name)}"
        for one in distributions(path=[str(windows_wheels.BUILD / PYTHON)])
        for file in one.files or ()
    }
    ours = (f"{PACKAGES}/datev_connector", f"{PACKAGES}/comtypes/gen/")
    for file in (file for file in newer.layout.rglob("*") if file.is_file()):
        name = file.relative_to(newer.layout).as_posix()
        if name.startswith(f"{PACKAGES}/") and not name.startswith(ours):
            assert owners.get(name.removesuffix(".pyc")) in named, name
        elif name.partition("/")[0] not in OUR_PLACES:
            assert name.startswith(f"{RUNTIME}/"), name


def test_our_own_package_is_whole(newer: Made) -> None:
    sources = ROOT / "src" / "datev_connector"
    wanted = {
        file.relative_to(sources).as_posix()
        for file in sources.rglob("*")
        if file.is_file() and file.suffix not in {".pyc", ".po"} and file.name != "py.typed"
    }
    there = newer.layout / PACKAGES / "datev_connector"
    assert {
        re.sub(r"\.pyc$", ".py", file.relative_to(there).as_posix())
        for file in there.rglob("*")
        if file.is_file()
    } == wanted


def test_the_database_names_every_file_of_the_layout(newer: Made) -> None:
    sizes = {row["File"]: int(row["FileSize"]) for row in rows(newer.msi, "File")}
    assert sizes == {
        tree.name_of("F", file.relative_to(newer.layout).as_posix()): file.stat().st_size
        for file in newer.layout.rglob("*")
        if file.is_file()
    }


def test_everybody_whose_work_it_is_is_named(newer: Made) -> None:
    folder = newer.layout / "licences"
    texts = {file.name for file in folder.iterdir()}
    readme = (folder / "README.txt").read_text("utf-8")
    assert {"Python.txt", "Qt - LGPL-3.0.txt", "DATEV Connector for STARFACE.txt"} <= texts
    assert not any("Commercial" in name for name in texts)
    parts = json.loads((newer.layout / "sbom.cdx.json").read_text("utf-8"))["components"]
    compiled = (folder / "Compiled in.txt").read_text("utf-8")
    for part in parts[1:]:
        if not part.get("purl", "").startswith("pkg:pypi/"):
            assert part["name"] in compiled
            continue
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


def test_msi_and_launcher_can_be_signed(newer: Made, certificate: Path, tmp_path: Path) -> None:
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


def test_a_signed_installer_holds_signed_programs_and_is_else_the_same(
    newer: Made, certificate: Path, tmp_path: Path
) -> None:
    files = tmp_path / "layout"
    shutil.copytree(newer.layout, files)
    signing = Signing(certificate=certificate, password="geheim")
    signed = pack(files, tmp_path / "signed.msi", newer.version, signing)
    assert verified(signed.msi, certificate)
    assert differences(newer.layout, files) == sorted(OUR_PROGRAMS)
    assert all(verified(files / name, certificate) for name in OUR_PROGRAMS)
    sizes = {row["File"]: int(row["FileSize"]) for row in rows(signed.msi, "File")}
    for name in OUR_PROGRAMS:
        assert sizes[tree.name_of("F", name)] == (files / name).stat().st_size


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
