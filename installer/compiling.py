"""Turns sources into byte code, beside nothing: an installation is read-only, and starts faster so.

What compiles has to be the very Python that will run it, so it is done under Wine.
Asserts and the explanations of functions go from libraries, not from our own modules: the command
line takes its help from them.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from installer.places import HERE, ROOT

WINE_PYTHON = ROOT / "scripts" / "wine" / "python"
KEPT_WHOLE = ("datev_connector",)


def compile_packages(packages: Path) -> None:
    """Compile every module below `packages` in place. Raises subprocess.CalledProcessError."""
    subprocess.run(
        [str(WINE_PYTHON), _windows(HERE / "compile_modules.py"), _windows(packages), *KEPT_WHOLE],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "0"},  # sets are written down in the same order
    )
    left = list(packages.rglob("*.py"))
    if left:
        raise RuntimeError(f"not compiled: {left[:5]}")


def _windows(path: Path) -> str:
    return f"Z:{path}".replace("/", "\\")
