"""What the end-to-end tests share: a profile whose contact index is filled once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.app.end_to_end.office import CONTACTS, fill


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile that knows everybody in `CONTACTS`; to be copied, not used."""
    profile = tmp_path_factory.mktemp("people") / "profile"
    asyncio.run(fill(profile, CONTACTS))
    return profile
