"""The store of a profile is closed to other users, wherever the profile lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.app.folders import find_profile
from datev_connector.system.private_files import (
    _describe,
    close_to_others,
    described,
    own_id,
    strangers,
)


def open_to_all(path: Path) -> None:
    _describe(path, "D:(A;OICI;FA;;;WD)")


def test_the_own_id_is_that_of_a_user() -> None:
    assert own_id().startswith("S-1-5-")


def test_a_file_that_all_may_read_is_closed_once(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(b"x")
    open_to_all(file)
    assert strangers(described(file), own_id())
    assert close_to_others(file)
    assert not strangers(described(file), own_id())
    assert not close_to_others(file)
    assert file.read_bytes() == b"x"


def test_a_folder_of_ours_is_closed_with_all_that_comes_into_it(tmp_path: Path) -> None:
    open_to_all(tmp_path)
    profile = find_profile(folder=tmp_path / "profile")
    profile.prepare()
    assert not strangers(described(profile.root), own_id())
    profile.store_file.write_bytes(b"x")
    profile.close_files()  # Wine hands nothing down to new files
    assert not strangers(described(profile.store_file), own_id())


def test_in_a_folder_that_was_there_before_only_our_files_are_closed(tmp_path: Path) -> None:
    open_to_all(tmp_path)
    profile = find_profile(folder=tmp_path)
    profile.prepare()
    for file in (profile.store_file, profile.key_file):
        file.write_bytes(b"x")
        open_to_all(file)
    profile.close_files()
    assert strangers(described(tmp_path), own_id())
    assert not strangers(described(profile.store_file), own_id())
    assert not strangers(described(profile.key_file), own_id())


def test_what_is_not_there_cannot_be_closed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        close_to_others(tmp_path / "nothing")
