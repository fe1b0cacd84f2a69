"""A DATEV in a process of its own, and the type library that both sides need."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

BUILT = str(Path(__file__).parents[3] / "build" / "type-library" / "datev_cti.tlb")

if sys.platform == "win32":
    from datev_connector.datev.com import type_library
    from tests.windows.datev.standin import Datev

    @pytest.fixture(autouse=True)
    def interfaces() -> Iterator[None]:
        """Registers the type library, as the installer does it."""
        type_library.register(BUILT)
        yield
        type_library.unregister()

    @pytest.fixture(scope="session")
    def one_datev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datev]:
        """Its process lives from test to test: to start one takes longer than most tests."""
        standin = Datev(tmp_path_factory.mktemp("datev") / "datev.jsonl")
        yield standin
        standin.end()

    @pytest.fixture
    async def datev(one_datev: Datev) -> AsyncIterator[Datev]:
        """A DATEV with nothing in its lists. `is_content` says whether the connector did well."""
        await one_datev.begin()
        yield one_datev
        await one_datev.leave()

else:
    collect_ignore_glob = ["test_*.py"]
