from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from datev_connector.app.folders import Profile
from datev_connector.app.installing.erasing import (
    erase_machine,
    erase_own,
    is_ours,
    own_folders,
)
from datev_connector.app.signpost import NAME as SIGNPOST


def profile(home: Path) -> Profile:
    local, roaming = home / "Local" / "DatevConnector", home / "Roaming" / "DatevConnector"
    made = Profile(
        root=local,
        settings_file=roaming / "settings.toml",
        machine_settings_file=home / "ProgramData" / "DatevConnector" / "settings.toml",
        logs_folder=local / "Logs",
    )
    for file in (made.store_file, made.settings_file, made.machine_settings_file):
        file.parent.mkdir(parents=True)
        file.write_text("kept", "utf-8")
    made.logs_folder.mkdir()
    (local.parent / "Another.txt").write_text("of somebody else", "utf-8")
    return made


def test_what_one_person_has_kept_goes_and_nothing_else(tmp_path: Path) -> None:
    of = profile(tmp_path)
    assert erase_own(of) == []
    assert not of.root.exists()
    assert not of.settings_file.parent.exists()
    assert of.machine_settings_file.exists()
    assert (of.root.parent / "Another.txt").exists()


def test_the_settings_of_the_machine_go_alone(tmp_path: Path) -> None:
    of = profile(tmp_path)
    assert erase_machine(of) == []
    assert not of.machine_settings_file.parent.exists()
    assert of.store_file.exists()


def test_folders_inside_of_others_are_not_named_twice(tmp_path: Path) -> None:
    of = profile(tmp_path)
    assert list(own_folders(of)) == [of.root, of.settings_file.parent]


def test_a_folder_of_another_name_is_never_erased(tmp_path: Path) -> None:
    of = replace(
        profile(tmp_path),
        root=tmp_path / "Documents",
        settings_file=tmp_path / "Desktop" / "x.toml",
        logs_folder=tmp_path / "logs",
    )
    (tmp_path / "Documents").mkdir()
    assert list(own_folders(of)) == []
    erase_own(of)
    assert (tmp_path / "Documents").is_dir()


def test_erasing_twice_finds_nothing_to_do(tmp_path: Path) -> None:
    of = profile(tmp_path)
    erase_own(of)
    assert erase_own(of) == []


@pytest.mark.skipif(sys.platform == "win32", reason="makes a link")
def test_no_link_is_followed(tmp_path: Path) -> None:
    of = profile(tmp_path / "home")
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("", "utf-8")
    (of.root / "link").symlink_to(precious)
    erase_own(of)
    assert (precious / "file").exists()


def test_only_entries_of_this_program_are_ours() -> None:
    assert is_ours("DatevConnector")
    assert is_ours("starface-password 0017@pbx@DatevConnector")
    assert not is_ours("DatevConnector2")
    assert not is_ours("git:https://example.org")


def test_what_the_connector_before_has_kept_in_the_same_folder_stays(tmp_path: Path) -> None:
    of = profile(tmp_path)
    roaming = of.settings_file.parent
    (roaming / "user.config").write_text("<configuration/>", "utf-8")
    (roaming / "logs").mkdir()
    (roaming / "logs" / SIGNPOST).write_text("here", "utf-8")
    (roaming / "logs" / "client.log").write_text("old", "utf-8")
    assert erase_own(of) == []
    left = sorted(file.name for file in roaming.rglob("*") if file.is_file())
    assert left == ["client.log", "user.config"]
