"""Builds wheels that run on every platform from the sources in requirements/source.txt.

    python scripts/pure_wheel.py FOLDER

Needs the tools of requirements/dev.txt in the Python that runs it. What would compile (Rust, in
slixmpp's case) is optional there and left out: its build tool is not among ours, and the build is
not isolated, so that it cannot be fetched either. Sources are checked against their hashes. The
same sources give the same bytes, whatever Python and platform build them on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "requirements" / "source.txt"
EPOCH = "1767225600"
"""The date of every file in a wheel (2026-01-01)."""
BINARY = (".so", ".pyd", ".dll", ".dylib")


def build(folder: Path) -> list[Path]:
    """The wheels made, in `folder`. Raises subprocess.CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.whl"):
        stale.unlink()
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    # A cached wheel may have been built otherwise; an installed build tool is the locked one.
    command += ["--no-cache-dir", "--no-deps", "--no-build-isolation", "--no-binary", ":all:"]
    command += ["--require-hashes", "--requirement", str(SOURCES), "--wheel-dir", str(folder)]
    subprocess.run(command, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH})
    return sorted(folder.glob("*.whl"))


def fault(wheel: Path) -> str | None:
    """Why `wheel` does not run everywhere; None if it does."""
    if not wheel.name.endswith("-py3-none-any.whl"):
        return "it is tagged for one platform"
    with zipfile.ZipFile(wheel) as archive:
        binaries = [name for name in archive.namelist() if name.endswith(BINARY)]
    return f"it holds {', '.join(binaries)}" if binaries else None


def main() -> int:
    """Build into the folder named on the command line; 1 if a wheel is not pure."""
    if len(sys.argv) != 2:
        print("usage: pure_wheel.py FOLDER", file=sys.stderr)
        return 2
    faults = 0
    for wheel in build(Path(sys.argv[1])):
        wrong = fault(wheel)
        print(f"{wheel.name}  sha256:{sha256(wheel.read_bytes()).hexdigest()}", flush=True)
        if wrong is not None:
            print(f"pure_wheel: {wheel.name} is not pure: {wrong}", file=sys.stderr)
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
