"""Two versions of the installer, and a Windows to install them on.

The newer one is what `make msi` makes. The older one holds the same files under another version,
one file that the newer one has no more, and lacks one that it has.
"""

from __future__ import annotations

import os
import shutil

import pytest

from datev_connector import __version__
from installer import launchers, layout, package
from installer.making import Made
from installer.places import BUILD
from tests.msi.windows import Windows

AS_STARTED = dict(os.environ)
"""The environment of whoever makes the installer: tests have one that knows no caches."""
OLDER = "0.0.1"
GONE, NEW = "gone in the newer version.txt", "sbom.cdx.json"


@pytest.fixture(scope="session")
def newer() -> Made:
    """What `make msi` has made, which comes first."""
    msi, files = BUILD / f"DatevConnector-{__version__}.msi", BUILD / f"layout-{__version__}"
    return Made(msi, files, __version__)


@pytest.fixture(scope="session")
def older(newer: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("older")
    files, msi = folder / "layout", folder / "older.msi"
    shutil.copytree(newer.layout, files)
    launchers.build(files, OLDER)
    (files / GONE).write_text("", "utf-8")
    (files / NEW).unlink()
    layout.settle(files)
    package.make(files, msi, OLDER)
    return Made(msi, files, OLDER)


@pytest.fixture(scope="session")
def windows() -> Windows:
    if "WINEPREFIX" not in os.environ:
        pytest.skip("this needs a Windows: make test-msi")
    return Windows()
