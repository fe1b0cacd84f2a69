"""The encrypted store in a file of Windows: closed to readers, whole after a kill, and shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.app.settings.writing import replace_file
from datev_connector.store import WrongKey
from tests.store.support import KEY, call, noted, open_store
from tests.windows.windows_process import StartProcess

WRITER = ("-m", "tests.store.writer")


def test_a_note_is_nowhere_to_be_read_and_another_key_opens_nothing(tmp_path: Path) -> None:
    note = "Rückruf wegen Umsatzsteuer"
    with open_store(tmp_path) as store:
        store.calls.save(call("c-1", **noted(note)))
        files = [file for file in tmp_path.iterdir() if file.stat().st_size]
        assert {"store.db", "store.db-wal"} <= {file.name for file in files}
        for file in files:
            content = file.read_bytes()
            assert note.encode() not in content
            assert b"SQLite format" not in content

    with pytest.raises(WrongKey), open_store(tmp_path, KEY[::-1]):
        pass
    with open_store(tmp_path) as store:
        kept = store.call("c-1")
        assert kept is not None
        assert kept.note == note


@pytest.mark.parametrize("seen", [1, 40])
def test_what_was_confirmed_survives_a_kill(
    tmp_path: Path, windows_process: StartProcess, seen: int
) -> None:
    writer = windows_process(*WRITER, str(tmp_path), "killed", "100000")
    for number in range(seen):
        assert writer.line() == str(number)

    writer.kill()

    confirmed = seen + len(writer.rest())
    with open_store(tmp_path) as store:
        assert store.set_aside is None
        calls = {each.call for each in store.calls.list(100_000)}
        assert {f"killed-{number}" for number in range(confirmed)} <= calls
        assert len(calls) <= confirmed + 1


def test_two_programs_write_side_by_side(tmp_path: Path, windows_process: StartProcess) -> None:
    writers = [windows_process(*WRITER, str(tmp_path), name, "20") for name in ("a", "b")]
    for writer in writers:
        assert writer.rest()[-1] == "19", writer.complaints
    with open_store(tmp_path) as store:
        assert len(store.calls.list(100)) == 40


def test_a_file_that_another_process_reads_just_now_is_replaced_when_it_has_done(
    tmp_path: Path, windows_process: StartProcess
) -> None:
    file = tmp_path / "settings.toml"
    replace_file(file, b"old")
    code = "import sys; held = open(sys.argv[1], 'rb'); print('held', flush=True); sys.stdin.read()"
    reader = windows_process("-c", code, str(file))
    reader.wait_for("held")

    with pytest.raises(PermissionError):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
    reader.wait()
    replace_file(file, b"new")

    assert file.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["settings.toml"]
