from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from datev_connector.app.folders import find_profile


def test_a_named_folder_holds_everything(tmp_path: Path) -> None:
    profile = find_profile(folder=tmp_path / "p")

    files = (
        profile.settings_file,
        profile.store_file,
        profile.key_file,
        profile.lock_file,
        profile.pins_file,
        profile.logs_folder,
    )
    assert {file.parent for file in files} == {tmp_path / "p"}
    assert len({file.name for file in files}) == len(files)
    assert not profile.settings_file_named
    assert not profile.root.exists()


def test_a_named_settings_file_counts_in_any_case(tmp_path: Path) -> None:
    for folder in (None, tmp_path / "p"):
        profile = find_profile(folder=folder, settings_file=tmp_path / "my.toml")
        assert profile.settings_file == tmp_path / "my.toml"
        assert profile.settings_file_named


def test_a_relative_folder_stays_the_same_wherever_the_program_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_profile(folder=Path("p")).root == tmp_path / "p"


@pytest.mark.skipif(sys.platform == "win32", reason="the folders are named by the environment")
def test_without_a_name_the_platform_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "machine"))

    profile = find_profile()

    assert profile.root == tmp_path / "data" / "DatevConnector"
    assert profile.settings_file == tmp_path / "config" / "DatevConnector" / "settings.toml"
    assert profile.machine_settings_file.parent.parent == tmp_path / "machine"


def test_preparing_makes_a_folder_of_ones_own_once(tmp_path: Path) -> None:
    profile = find_profile(folder=tmp_path / "deep" / "p")

    profile.prepare()
    profile.prepare()

    assert profile.root.is_dir()
    if sys.platform != "win32":
        assert stat.S_IMODE(profile.root.stat().st_mode) == 0o700
