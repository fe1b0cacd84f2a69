"""Proves that the runtime set installs on 64-bit Windows from wheels alone.

For each Python that we support: unpacks the Windows wheels of requirements/runtime.txt, checked
against their hashes, and our own pure wheels beside them; then looks whether every requirement of
every package is there as Windows needs it, and whether nothing was made for another system. Nothing
is run. Needs the registry; `make wheels` calls it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
WHEELS = ROOT / ".venv" / "wheels"
BUILD = ROOT / "build" / "windows"
PYTHONS = ("3.11", "3.12", "3.13")
FOREIGN = (".so", ".dylib")


def unpack(python: str) -> Path:
    """The folder with everything that a Windows Python would install."""
    folder = BUILD / python
    shutil.rmtree(folder, ignore_errors=True)
    install = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet"]
    install += ["--python-platform", "x86_64-pc-windows-msvc", "--python-version", python]
    install += ["--only-binary", ":all:", "--no-deps", "--target", str(folder)]
    lock = ["--require-hashes", "--requirements", str(ROOT / "requirements" / "runtime.txt")]
    subprocess.run(install + lock, check=True)
    ours = [str(wheel) for wheel in sorted(WHEELS.glob("*.whl"))]
    subprocess.run([*install, "--no-index", *ours], check=True)
    return folder


def windows(python: str) -> dict[str, str]:
    """What requirements may ask about a Windows computer."""
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_release": "11",
        "platform_system": "Windows",
        "platform_version": "10.0.26100",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "win32",
        "extra": "",
    }


def needed(found: list[Distribution]) -> Iterator[tuple[str, str]]:
    """Who requires what, among the packages found and in our own project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in project["dependencies"]:
        yield "this project", requirement
    for distribution in found:
        for requirement in distribution.requires or ():
            yield distribution.name, requirement


def faults(folder: Path, python: str) -> Iterator[str]:
    """What Windows would miss, or could not use."""
    found = list(distributions(path=[str(folder)]))
    versions = {canonicalize_name(one.name): one.version for one in found}
    environment = windows(python)
    for who, text in needed(found):
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate(environment):
            continue
        version = versions.get(canonicalize_name(wanted.name))
        if version is None or not wanted.specifier.contains(version, prereleases=True):
            yield f"{who} needs {wanted}, found {version or 'none'}"
    for file in folder.rglob("*"):
        if file.suffix in FOREIGN:
            yield f"{file.relative_to(folder)} was not made for Windows"


def main() -> int:
    """Try every Python; 1 if anything is missing."""
    failed = False
    for python in PYTHONS:
        folder = unpack(python)
        found = [*faults(folder, python)]
        count = len(list(distributions(path=[str(folder)])))
        print(f"Windows, Python {python}: {count} packages, {len(found)} faults", flush=True)
        for fault in found:
            print(f"  {fault}", file=sys.stderr)
        failed = failed or bool(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
