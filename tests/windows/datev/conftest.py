"""A DATEV in a process of its own, and the type library that both sides need."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.windows.windows_process import StartProcess

if sys.platform == "win32":
    from tests.windows.datev.standin import Datev
    from tests.windows.datev.type_library import register_for_everybody

    @pytest.fixture(scope="session", autouse=True)
    def type_library() -> None:
        """Registers the interfaces, as the installer does it."""
        built = Path("build/type-library/datev_cti.tlb")
        register_for_everybody(Path(os.environ.get("DATEV_TYPE_LIBRARY", built)))

    @pytest.fixture
    async def datev(windows_process: StartProcess, tmp_path: Path) -> Datev:
        """A DATEV that stands in the table. `is_content` says whether the connector did well."""
        standin = Datev(windows_process, tmp_path / "datev.jsonl")
        await standin.start()
        return standin

else:
    collect_ignore_glob = ["test_*.py"]
