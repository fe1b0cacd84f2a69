"""`python -m installer`: writes the MSI, its layout beside it."""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import time
from pathlib import Path

from datev_connector import __version__
from installer import making
from installer.places import BUILD, HERE, msi_version
from installer.signing import Signing


def main() -> int:
    """Make the MSI; return the exit code."""
    options = _options()
    subprocess.run(["sh", str(HERE / "needs")], check=True)
    began = time.monotonic()
    made = making.make(options.output, msi_version(options.version), Signing.wanted())
    _report(made.msi, made.layout, time.monotonic() - began)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m installer", description=__doc__)
    parser.add_argument("--version", default=__version__, help="three numbers")
    parser.add_argument("--output", type=Path, default=BUILD, help="the folder to write to")
    return parser.parse_args()


def _report(msi: Path, files: Path, took_s: float) -> None:
    sizes = [file.stat().st_size for file in files.rglob("*") if file.is_file()]
    print(
        f"{msi}: {msi.stat().st_size / 1e6:.1f} MB, made in {took_s:.0f} s from {len(sizes)} files "
        f"of {sum(sizes) / 1e6:.1f} MB"
    )
    print(f"sha256 {hashlib.sha256(msi.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    sys.exit(main())
