"""From the layout to an MSI."""

from __future__ import annotations

import os
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid5

from installer import stamps, tables, tree
from installer.launchers import ICON
from installer.places import EPOCH, HERE

UPGRADE_CODE = "7E2B4E0C-6A7B-4C0B-9C5E-1B6F0B8D2E41"
"""Says that all versions are one product. Never changed."""
PRODUCTS = UUID("0a4f7a6e-8f0d-4c0e-9d55-6f5a0f1b7c33")
PACKAGES = UUID("c1c6e0de-2b0a-4d0c-8a9d-3a2f7b9e5d10")


def make(layout: Path, msi: Path, version: str) -> None:
    """Write `msi` from the files in `layout`. Raises subprocess.CalledProcessError."""
    msi = msi.absolute()
    msi.parent.mkdir(parents=True, exist_ok=True)
    msi.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as aside:
        files = Path(aside, "files.wxs")
        files.write_text(tree.fragment(layout), "utf-8")
        variables = {
            "Version": version,
            "UpgradeCode": UPGRADE_CODE,
            "ProductCode": product_code(version),
            "Icon": os.path.relpath(ICON, layout),
        }
        defined = [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
        subprocess.run(
            ["wixl", "-a", "x64", *defined, "-o", str(msi), str(HERE / "product.wxs"), str(files)],
            check=True,
            cwd=layout,  # it takes no absolute names
            env=os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH), "TZ": "UTC"},
        )
    tables.complete(msi, layout)
    stamps.settle(msi, package_code=package_code(layout, version), template="x64;1031")


def product_code(version: str) -> str:
    """What Windows knows an installed version by."""
    return str(uuid5(PRODUCTS, version)).upper()


def package_code(layout: Path, version: str) -> str:
    """What Windows knows this very file by: another one for other contents."""
    seen = sha256(version.encode())
    for source in (HERE / "product.wxs", HERE / "tables.py"):
        seen.update(source.read_bytes())
    for file in sorted(layout.rglob("*")):
        if file.is_file():
            seen.update(f"{file.relative_to(layout)}\0".encode())
            seen.update(sha256(file.read_bytes()).digest())
    return str(uuid5(PACKAGES, seen.hexdigest())).upper()
