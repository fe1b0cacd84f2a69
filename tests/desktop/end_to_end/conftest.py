from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.end_to_end.conftest import people as people  # noqa: PLC0414 - a fixture for this folder
from tests.desktop.end_to_end.hand import Hand


@pytest.fixture
def hand(screen: str) -> Hand:
    return Hand(screen)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"
