"""A DATEV in a process of its own, and the type library that both sides need."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    from tests.windows.datev.standin import Datev
    from tests.windows.datev.type_library import register_for_everybody

    @pytest.fixture(scope="session", autouse=True)
    def type_library() -> None:
        """Registers the interfaces, as the installer does it."""
        built = Path("build/type-library/datev_cti.tlb")
        register_for_everybody(Path(os.environ.get("DATEV_TYPE_LIBRARY", built)))

    @pytest.fixture(scope="session")
    def one_datev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datev]:
        """Its process lives from test to test: to start one takes longer than most tests."""
        standin = Datev(tmp_path_factory.mktemp("datev") / "datev.jsonl")
        yield standin
        standin.end()

    @pytest.fixture
    async def datev(one_datev: Datev) -> Datev:
        """A DATEV with nothing in its lists. `is_content` says whether the connector did well."""
        await one_datev.begin()
        return one_datev

else:
    collect_ignore_glob = ["test_*.py"]
