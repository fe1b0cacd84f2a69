"""The store is not opened on a network drive."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from datev_connector.app.commands import session
from datev_connector.app.commands.failures import CommandFailed
from datev_connector.system.places import is_elsewhere


def test_folders_of_this_computer_are_here(tmp_path: Path) -> None:
    assert not is_elsewhere(tmp_path)
    assert not is_elsewhere(tmp_path / "not" / "there" / "yet")


def test_a_share_is_elsewhere() -> None:
    assert is_elsewhere(Path(r"\\no-such-server\daten\anna"))


def test_the_store_is_not_opened_there(tmp_path: Path) -> None:
    assert sys.platform == "win32"
    here = session.Session()
    here.folder = Path(r"\\no-such-server\daten\anna")
    with pytest.raises(CommandFailed, match="network drive") as failed, here.store():
        pass
    assert "--profile" in failed.value.remedy
