"""Writes what is in the installation as CycloneDX (JSON), for programs that look for flaws."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from packaging.utils import canonicalize_name

from datev_connector import __version__
from installer import compiled_in
from installer.licences import licence_of
from installer.places import EPOCH, PACKAGES, PRODUCT, RUNTIME
from installer.windows_program import WindowsProgram

FILE = "sbom.cdx.json"
OWN = "datev-connector-for-starface"
SPACE = UUID("2f0f3f1d-7c5c-4b43-9f0b-3b7c8a1f9d52")

Component = dict[str, Any]


def write(folder: Path, version: str = __version__) -> None:
    """Write `folder`/sbom.cdx.json for what lies in it. Raises RuntimeError."""
    components = [
        _python(folder / RUNTIME),
        *_packages(folder / PACKAGES),
        *map(_compiled_in, compiled_in.found(folder)),
    ]
    made = datetime.fromtimestamp(EPOCH, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid5(SPACE, json.dumps([version, components]))}",
        "version": 1,
        "metadata": {"timestamp": made, "component": _ours(version)},
        "components": components,
        "dependencies": [
            {"ref": OWN, "dependsOn": [component["bom-ref"] for component in components]}
        ],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    (folder / FILE).write_text(text, "utf-8", newline="\n")


def _ours(version: str) -> Component:
    return {
        "type": "application",
        "bom-ref": OWN,
        "name": PRODUCT,
        "version": version,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }


def _python(runtime: Path) -> Component:
    version = WindowsProgram(runtime / "python313.dll").version() or "3.13"
    number = ".".join(version.split(".")[:2]) + "." + str(int(version.split(".")[2]) // 1000)
    return {
        "type": "platform",
        "bom-ref": "cpython",
        "name": "CPython",
        "version": number,
        "cpe": _cpe("python:python", number),
        "purl": f"pkg:generic/python@{number}?arch=x86_64&os=windows",
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }


def _compiled_in(found: compiled_in.Found) -> Component:
    work = found.work
    return {
        "type": "library",
        "bom-ref": f"{work.file}#{work.name}",
        "name": work.name,
        **({"version": found.version} if found.version else {}),
        "cpe": _cpe(work.known_as, found.version or "*"),
        "licenses": [{"expression": work.licence}],
        "evidence": {"occurrences": [{"location": work.file}]},
    }


def _cpe(known_as: str, version: str) -> str:
    """The name in lists of known flaws (CPE 2.3)."""
    maker, product = (re.sub(r"([^\w.-])", r"\\\1", word) for word in known_as.split(":"))
    return f"cpe:2.3:a:{maker}:{product}:{version}:*:*:*:*:*:*:*"


def _packages(packages: Path) -> Iterator[Component]:
    found: list[Distribution] = sorted(
        distributions(path=[str(packages)]), key=lambda one: canonicalize_name(one.name)
    )
    for one in found:
        name = canonicalize_name(one.name)
        if name != OWN:
            yield {
                "type": "library",
                "bom-ref": f"pypi:{name}",
                "name": one.name,
                "version": one.version,
                "purl": f"pkg:pypi/{name}@{one.version}",
                "licenses": [{"expression": licence_of(one)}],
            }
