"""Wrong keys, damaged files, foreign versions, folders without the right to write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from datev_connector.domain.contacts import ContactRef, Source
from datev_connector.store import (
    Busy,
    Corrupt,
    NewerSchema,
    SetAside,
    Store,
    StoreError,
    WrongKey,
    migrations,
)
from datev_connector.store.database import Database
from datev_connector.store.guard import Guard
from tests.store.support import KEY, NOON, call, contact, load, noted, open_store

WRONG = bytes(32)
PAGE = 4096
ASIDE = "store.corrupt-20260302T120000Z.db"
ROOT = Path(__file__).parents[2]


def filled(folder: Path) -> Path:
    with open_store(folder) as store:
        for number in range(50):
            store.calls.save(call(f"call-{number}", **noted("Notiz " * 40)))
        load(store, *(contact(f"c{n}", f"Kontakt {n}", f"0721 {10000 + n}") for n in range(300)))
    return folder / "store.db"


def overwrite(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


def damage_header(path: Path) -> None:
    overwrite(path, 0, b"\0" * 100)


def damage_salt(path: Path) -> None:
    overwrite(path, 3, b"\xff\x00\xff")


def damage_notes(path: Path) -> None:
    overwrite(path, page_of("calls", path) * PAGE + 77, b"damaged")


def damage_contacts(path: Path) -> None:
    overwrite(path, page_of("contacts", path) * PAGE + 77, b"damaged")


def page_of(table: str, path: Path) -> int:
    """Where the file holds the first page of a table."""
    database = Database(path, KEY)
    ((page,),) = database.rows("SELECT rootpage FROM sqlite_schema WHERE name = ?", table)
    database.close()
    return int(page) - 1


def damage_last_page(path: Path) -> None:
    overwrite(path, path.stat().st_size - 10, b"damaged")


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // PAGE // 2 * PAGE)


def truncate_crookedly(path: Path) -> None:
    os.truncate(path, 5000)


def replace_by_text(path: Path) -> None:
    path.write_text("This is not the file you are looking for. " * 300)


DAMAGES = [
    damage_header,
    damage_salt,
    damage_notes,
    truncate,
    truncate_crookedly,
    replace_by_text,
]


def test_damage_among_contacts_is_found_after_a_crash(tmp_path: Path) -> None:
    path = filled(tmp_path)
    damage_contacts(path)
    path.with_name("store.db-wal").write_bytes(b"left by a crash")
    with open_store(tmp_path) as store:
        assert store.set_aside is not None


def test_damage_among_contacts_is_found_at_the_start_after_it_was_met(tmp_path: Path) -> None:
    path = filled(tmp_path)
    damage_contacts(path)
    with open_store(tmp_path) as store:
        assert store.set_aside is None
        assert len(store.calls.list(99)) == 50, "calls and notes are in order"
        with pytest.raises(Corrupt):
            store.contacts.contact(ContactRef(Source.DATEV, "c7"))
    with open_store(tmp_path) as store:
        assert store.set_aside is not None
    with open_store(tmp_path) as store:
        assert store.set_aside is None


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_set_aside_whole_and_a_new_one_begun(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = filled(tmp_path)
    damage(path)
    bytes_before = path.read_bytes()
    with open_store(tmp_path) as store:
        assert store.set_aside == SetAside(tmp_path / ASIDE)
        assert store.calls.list(9) == ()
        store.calls.save(call())
    assert (tmp_path / ASIDE).read_bytes() == bytes_before
    with open_store(tmp_path) as store:
        assert store.set_aside is None
        assert store.calls.list(9) == (call(),)


def test_no_file_set_aside_is_ever_overwritten(tmp_path: Path) -> None:
    for content in (b"one" * 2000, b"two" * 2000, b"three" * 2000):
        with open_store(tmp_path):
            pass
        (tmp_path / "store.db").write_bytes(content)
        (tmp_path / "store.db-wal").write_bytes(content)
    with open_store(tmp_path):
        pass
    kept = sorted(tmp_path.glob("store.corrupt-*.db"))
    assert [each.read_bytes()[:3] for each in kept] == [b"two", b"thr", b"one"]
    logs = sorted(tmp_path.glob("store.corrupt-*.db-wal"))
    assert [each.read_bytes()[:3] for each in logs] == [b"two", b"thr", b"one"]


def killed_in_the_middle(folder: Path) -> tuple[Path, Path]:
    """A store as a crash leaves it: part of the notes in the log only."""
    with open_store(folder) as store:
        filled(folder)
        store.calls.save(call("only-in-the-log", **noted("Notiz")))
        copies = folder / "copy"
        copies.mkdir()
        for name in ("store.db", "store.db-wal", "store.key-check"):
            shutil.copy(folder / name, copies / name)
    return copies / "store.db", copies / "store.db-wal"


def test_a_wrong_key_leaves_the_log_of_a_crash_alone(tmp_path: Path) -> None:
    path, log = killed_in_the_middle(tmp_path)
    before = path.read_bytes(), log.read_bytes()
    with pytest.raises(WrongKey):
        open_store(path.parent, WRONG)
    assert (path.read_bytes(), log.read_bytes()) == before
    with open_store(path.parent) as store:
        assert store.call("only-in-the-log") is not None


def test_a_damaged_file_is_set_aside_with_the_log_of_a_crash(tmp_path: Path) -> None:
    path, log = killed_in_the_middle(tmp_path)
    path.write_bytes(b"damaged" * 3000)
    log.write_bytes(log.read_bytes()[:3000])
    before = path.read_bytes(), log.read_bytes()
    with open_store(path.parent) as store:
        assert store.set_aside is not None
        aside = store.set_aside.path
    assert (aside.read_bytes(), Path(f"{aside}-wal").read_bytes()) == before


def test_a_log_without_its_file_is_kept(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.unlink()
    (tmp_path / "store.db-wal").write_bytes(b"notes may be in here")
    with open_store(tmp_path) as store:
        assert store.set_aside == SetAside(tmp_path / ASIDE)
    assert (tmp_path / f"{ASIDE}-wal").read_bytes() == b"notes may be in here"


def test_a_damaged_file_in_use_stays_where_it_is(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with open_store(tmp_path):
        damage_header(path)
        bytes_before = path.read_bytes()
        with pytest.raises(Corrupt, match="another program"):
            open_store(tmp_path)
    assert path.read_bytes()[PAGE:] == bytes_before[PAGE:]
    assert not list(tmp_path.glob("store.corrupt-*"))


def test_damage_met_while_running_is_told(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with open_store(tmp_path) as store:
        store._database.connection.release_memory()
        overwrite(path, PAGE, b"\xaa" * (path.stat().st_size - PAGE))
        with pytest.raises(Corrupt, match="start the connector again"):
            store.calls.search("notiz")


def test_a_wrong_key_touches_nothing(tmp_path: Path) -> None:
    filled(tmp_path)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(WrongKey, match="nothing was changed"):
        open_store(tmp_path, WRONG)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
    with open_store(tmp_path) as store:
        assert len(store.calls.list(99)) == 50


@pytest.mark.parametrize("content", [None, "", "no check at all", "ä", "0" * 64])
def test_a_lost_or_wrong_key_check_is_mended_by_the_right_key(
    tmp_path: Path, content: str | None
) -> None:
    check = filled(tmp_path).with_suffix(".key-check")
    right = check.read_text()
    check.unlink()
    if content is not None:
        check.write_text(content, "utf-8")
    with pytest.raises(WrongKey):
        open_store(tmp_path, WRONG)
    with open_store(tmp_path) as store:
        assert len(store.calls.list(99)) == 50
    assert check.read_text() == right


def test_without_a_key_check_a_damaged_file_is_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path)
    damage_header(path)
    path.with_suffix(".key-check").unlink()
    before = path.read_bytes()
    with pytest.raises(WrongKey, match="or it is damaged"):
        open_store(tmp_path)
    assert path.read_bytes() == before


def test_a_key_check_without_a_store_binds_nobody(tmp_path: Path) -> None:
    with open_store(tmp_path, WRONG):
        pass
    (tmp_path / "store.db").unlink()
    with open_store(tmp_path) as store:
        store.calls.save(call())
    with pytest.raises(WrongKey):
        open_store(tmp_path, WRONG)


def test_a_file_of_a_newer_version_is_refused_and_kept(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.calls.save(call())
        store._database.connection.pragma("user_version", len(migrations.STEPS) + 1)
    with pytest.raises(NewerSchema, match="newer version"):
        open_store(tmp_path)
    assert not list(tmp_path.glob("store.corrupt-*"))


def test_a_key_of_the_wrong_length_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_store(tmp_path, b"short")


def test_a_lock_that_does_not_come_free_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datev_connector.store.guard.WAIT_MS", 1)
    with open_store(tmp_path):
        pass
    guard = Guard(tmp_path / "store.lock")
    try:
        with pytest.raises(Busy, match="another program"):
            open_store(tmp_path)
    finally:
        guard.close()
    with open_store(tmp_path) as store:
        store._database.connection.set_busy_timeout(1)
        with (
            open_store(tmp_path) as other,
            other._database.transaction(durable=False),
            pytest.raises(Busy),
        ):
            store.calls.save(call())
        store.calls.save(call())


def test_every_error_is_an_os_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "file")
    assert isinstance(caught.value, OSError)
    assert caught.value.what
    assert caught.value.remedy
    assert str(caught.value) == f"{caught.value.what} {caught.value.remedy}"


READ_ONLY = """
import os, pathlib, sys
from datev_connector.store import ReadOnly
from tests.store.support import open_store
if os.getuid() == 0:
    os.setuid(65534)  # a superuser may write everywhere
try:
    open_store(pathlib.Path(sys.argv[1]))
except ReadOnly as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such right there")
@pytest.mark.parametrize("existing", [True, False])
def test_a_folder_that_may_not_be_written(tmp_path: Path, existing: bool) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    if existing:
        filled(folder)
        for each in folder.iterdir():
            each.chmod(0o444)
    folder.chmod(0o555)
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    said = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    folder.chmod(0o755)
    assert "may not be written" in said.stdout, said.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the profile folder private")
def test_the_files_are_private(tmp_path: Path) -> None:
    with Store.open(tmp_path / "new" / "store.db", KEY, now=NOON, station="s") as store:
        store.calls.save(call())
        for name in ("store.db", "store.db-wal"):
            assert (tmp_path / "new" / name).stat().st_mode & 0o077 == 0
