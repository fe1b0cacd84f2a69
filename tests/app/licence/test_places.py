"""Where licences lie on a computer, and how its seats are counted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from datev_connector.app.folders import Profile
from datev_connector.app.licence.letters import LONGEST
from datev_connector.app.licence.places import Unreadable, read_file
from datev_connector.app.licence.seats import MOST, SeatRegister, erase, seat_of, shared_folder

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    root, machine = tmp_path / "profile", tmp_path / "machine"
    root.mkdir()
    machine.mkdir()
    return Profile(
        root=root,
        settings_file=root / "settings.toml",
        machine_settings_file=machine / "settings.toml",
        logs_folder=root / "logs",
    )


def test_the_profile_comes_before_the_machine(profile: Profile) -> None:
    assert read_file(profile, "") is None
    machine = profile.machine_settings_file.parent / "licence.txt"
    machine.write_text("machine")
    read = read_file(profile, "")
    assert read is not None
    assert (read.path, read.raw) == (machine, b"machine")
    (profile.root / "licence.txt").write_text("profile")
    read = read_file(profile, "")
    assert read is not None
    assert read.raw == b"profile"


def test_a_named_file_is_the_only_one(profile: Profile, tmp_path: Path) -> None:
    (profile.root / "licence.txt").write_text("profile")
    with pytest.raises(Unreadable):
        read_file(profile, str(tmp_path / "away.txt"))
    (tmp_path / "named.txt").write_text("named")
    read = read_file(profile, str(tmp_path / "named.txt"))
    assert read is not None
    assert read.raw == b"named"


def test_a_folder_is_no_licence(profile: Profile) -> None:
    (profile.root / "licence.txt").mkdir()
    with pytest.raises(Unreadable):
        read_file(profile, "")


def test_what_can_be_no_name_of_a_file_is_none_that_was_taken_away(profile: Profile) -> None:
    with pytest.raises(Unreadable):
        read_file(profile, "licence\0.txt")


def test_a_folder_that_does_not_say_what_it_holds_is_not_taken_for_empty(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path, *_: object, **__: object) -> NoReturn:
        at_home = path.is_relative_to(profile.root)
        raise FileNotFoundError(2, "not there") if at_home else PermissionError(13, "closed")

    for question in ("open", "stat"):
        monkeypatch.setattr(Path, question, closed)
    with pytest.raises(Unreadable):
        read_file(profile, "")


def test_no_more_is_read_than_can_be_a_licence(profile: Profile) -> None:
    (profile.root / "licence.txt").write_bytes(b"A" * (LONGEST + 1000))
    read = read_file(profile, "")
    assert read is not None
    assert len(read.raw) == LONGEST + 1


# --- seats ----------------------------------------------------------------------------------------


def test_a_seat_is_a_login_of_a_pbx() -> None:
    assert seat_of("PBX.example", " 0123") == seat_of("pbx.example", "0123 ")
    assert len({seat_of("a", "b"), seat_of("a", "c"), seat_of("b", "b"), seat_of("", "ab")}) == 4
    assert "0123" not in seat_of("pbx", "0123")
    assert seat_of("pbx", "\ud800")


def test_seats_are_files_that_say_nothing_but_when(tmp_path: Path) -> None:
    register = SeatRegister(tmp_path / "seats")
    seat = seat_of("pbx", "0123")
    register.use(seat, NOW)
    register.use(seat, NOW + timedelta(days=3))
    assert register.in_use(NOW) == {seat}
    assert [file.stat().st_size for file in (tmp_path / "seats").iterdir()] == [0]
    assert register.in_use(NOW + timedelta(days=32)) == {seat}
    assert register.in_use(NOW + timedelta(days=34)) == frozenset()


def test_what_others_have_left_there_harms_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "seats"
    folder.mkdir()
    seat, kept = seat_of("pbx", "0123"), tmp_path / "mine"
    kept.write_text("precious")
    (folder / "readme.txt").write_text("x")
    (folder / ("A" * 32)).write_text("x")
    if sys.platform != "win32":  # there only administrators make links
        (folder / seat).symlink_to(kept)
    register = SeatRegister(folder)
    register.use(seat, NOW)
    assert kept.read_text() == "precious"
    assert len(register.in_use(NOW)) <= 1
    for number in range(MOST + 20):
        (folder / f"{number:032x}").touch()
    assert len(register.in_use(datetime.now(UTC))) <= MOST


@pytest.mark.parametrize("used_s", [1e13, -1e13])
def test_a_seat_of_no_time_counts_not_and_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, used_s: float
) -> None:
    seat, odd = seat_of("pbx", "0123"), seat_of("pbx", "0124")
    register = SeatRegister(tmp_path)
    for each in (seat, odd):
        register.use(each, NOW)
    moments = {seat: NOW.timestamp(), odd: used_s}

    @contextmanager
    def listed(folder: Path) -> Iterator[list[object]]:
        # Some file systems keep no such time, so what Windows would tell is said here.
        yield [
            SimpleNamespace(name=name, stat=lambda at=at, **_: SimpleNamespace(st_mtime=at))
            for name, at in moments.items()
        ]

    monkeypatch.setattr(os, "scandir", listed)
    assert register.in_use(NOW) == {seat}


@pytest.mark.parametrize("kind", ["none", "missing", "file", "closed"])
def test_a_folder_that_cannot_be_used_counts_nobody(tmp_path: Path, kind: str) -> None:
    folder: Path | None = None if kind == "none" else tmp_path / "parent" / "seats"
    if kind == "file":
        (tmp_path / "parent").write_text("x")
    if kind == "closed" and os.name == "posix":
        (tmp_path / "parent" / "seats").mkdir(parents=True)
        (tmp_path / "parent" / "seats").chmod(0)
    register = SeatRegister(folder)
    register.use(seat_of("pbx", "0123"), NOW)
    assert kind == "closed" or register.in_use(NOW) == frozenset()


def test_only_seats_are_erased(tmp_path: Path) -> None:
    folder = tmp_path / "seats"
    register = SeatRegister(folder)
    register.use(seat_of("pbx", "0123"), NOW)
    (tmp_path / "mine").write_text("precious")
    if sys.platform != "win32":
        (folder / ("0" * 32)).symlink_to(tmp_path / "mine")
    (folder / "other.txt").write_text("somebody's")
    (folder / ("1" * 32)).mkdir()
    assert erase(folder) == []
    assert sorted(file.name for file in folder.iterdir()) == ["1" * 32, "other.txt"]
    assert (tmp_path / "mine").read_text() == "precious"
    (folder / "other.txt").unlink()
    (folder / ("1" * 32)).rmdir()
    assert erase(folder) == []
    assert not folder.exists()
    assert erase(folder) == erase(None) == []


def test_only_windows_has_a_folder_that_all_may_write_to_and_nobody_spoil(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROGRAMDATA", "C:\\ProgramData")
    assert shared_folder("win32") == Path("C:\\ProgramData") / "DatevConnectorSeats"
    assert shared_folder("linux") is None
    monkeypatch.delenv("PROGRAMDATA")
    assert shared_folder("win32") is None
