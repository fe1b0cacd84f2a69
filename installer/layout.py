"""The folder as it will be installed.

DatevConnector.exe, datev-connector.exe      the launchers
runtime/                                     Python
runtime/packages/                            its packages, our own among them
sdd-reader/                                  the reader of DATEV's master data
manual/                                      the manual for people, in German and English
licences/, sbom.cdx.json                     whose work it is, and what is in it
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from installer import compiling, launchers, licences, sbom, trimming
from installer.places import EPOCH, PACKAGES, ROOT, RUNTIME
from scripts import manual, windows_wheels

PYTHON = "3.13"
PATHS = "python313.zip\r\n.\r\npackages\r\n"
"""Where Python looks for modules, beside python313.dll; it looks nowhere else then."""


def make(folder: Path, version: str) -> None:
    """Make the layout anew. Raises subprocess.CalledProcessError, RuntimeError."""
    shutil.rmtree(folder, ignore_errors=True)
    runtime, packages = folder / RUNTIME, folder / PACKAGES
    _python(runtime)
    _packages(packages, version)
    trimming.remove_unused(packages)
    licences.collect(folder, runtime, packages)
    trimming.trim_packages(packages)
    sbom.write(folder, version)
    compiling.compile_packages(packages)
    launchers.build(folder, version)
    _reader(folder / "sdd-reader")
    _type_library(folder / "type-library")
    _templates(folder / "policies")
    manual.write(folder / "manual")
    missing = trimming.missing_libraries(folder)
    if missing:
        raise RuntimeError("; ".join(missing))
    settle(folder)


def _python(runtime: Path) -> None:
    _run("sh", str(ROOT / "scripts" / "windows_python"), str(runtime))
    for name in trimming.GONE_FROM_PYTHON:
        trimming.remove(runtime / name)
    (runtime / "python313._pth").write_text(PATHS, "ascii", newline="")


def _packages(packages: Path, version: str) -> None:
    """The locked packages for Windows, and our own."""
    unpacked = windows_wheels.unpack(PYTHON)
    faults = list(windows_wheels.faults(unpacked, PYTHON))
    if faults:
        raise RuntimeError("; ".join(faults))
    shutil.copytree(unpacked, packages)
    (packages / "comtypes" / "gen").mkdir(exist_ok=True)
    # comtypes would make this package at its first start, where nobody may write.
    (packages / "comtypes" / "gen" / "__init__.py").touch()
    _own_package(packages, version)


def _own_package(packages: Path, version: str) -> None:
    wheels = packages.parents[1].with_name("own-wheel")
    shutil.rmtree(wheels, ignore_errors=True)
    _run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)),
    )
    for wheel in wheels.glob("*.whl"):
        shutil.unpack_archive(wheel, packages, "zip")
    init = packages / "datev_connector" / "__init__.py"
    lines = init.read_text("utf-8").splitlines(keepends=True)
    init.write_text(
        "".join(
            f'__version__ = "{version}"\n' if line.startswith("__version__ =") else line
            for line in lines
        ),
        "utf-8",
    )


def _reader(folder: Path) -> None:
    _run("sh", str(ROOT / "scripts" / "build_sdd_reader"), str(folder))


def _type_library(folder: Path) -> None:
    _run("sh", str(ROOT / "scripts" / "build_type_library"), str(folder))


def _templates(folder: Path) -> None:
    """Templates for group policies, as they were written."""
    shutil.copytree(ROOT / "installer" / "policies", folder)


def settle(folder: Path) -> None:
    """One date and one way of access for every file."""
    for found in (folder, *folder.rglob("*")):
        found.chmod(0o755 if found.is_dir() else 0o644)
        os.utime(found, (EPOCH, EPOCH))


def _run(*words: str) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH)}
    subprocess.run(words, check=True, env=environment)
