"""What happens to the file when programs die, collide, or run out of disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from datev_connector.store import Store
from tests.store.support import KEY, NOON, call, noted, open_store

ROOT = Path(__file__).parents[2]
LIMIT_S = 50


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", str(folder), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def sound(store: Store) -> bool:
    return store._database.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("seen", [1, 2, 7, 23, 60])
def test_what_was_confirmed_survives_a_kill(tmp_path: Path, seen: int) -> None:
    with start(tmp_path, "killed", "100000") as process:
        assert process.stdout is not None
        for _ in range(seen):
            process.stdout.readline()
        # It is busy with one of the next turns now: where exactly differs from run to run.
        process.kill()
        confirmed = seen + len(process.stdout.read().splitlines())
        process.wait(LIMIT_S)
    with open_store(tmp_path) as store:
        assert store.set_aside is None
        assert sound(store)
        calls = {each.call for each in store.calls.list(100_000)}
        entries = store.open_entries()
        assert {f"killed-{number}" for number in range(confirmed)} <= calls
        assert len(calls) <= confirmed + 1
        assert {each.call for each in entries} == calls
        assert [each.position for each in entries] == list(range(1, len(entries) + 1))


def test_two_programs_write_side_by_side(tmp_path: Path) -> None:
    with start(tmp_path, "a", "60") as a, start(tmp_path, "b", "60") as b:
        assert len(a.communicate(timeout=LIMIT_S)[0].splitlines()) == 60
        assert len(b.communicate(timeout=LIMIT_S)[0].splitlines()) == 60
    with open_store(tmp_path) as store:
        assert sound(store)
        assert len(store.calls.list(1000)) == 120
        assert store.set_aside is None


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is one of POSIX")
def test_a_full_disk_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.calls.save(call("before", **noted("bleibt")))
    with start(tmp_path, "starved", "100000", "300000") as process:
        lines = process.communicate(timeout=LIMIT_S)[0].splitlines()
        assert process.returncode == 0
    assert lines[-1] == "full"
    with open_store(tmp_path) as store:
        assert store.set_aside is None
        assert sound(store)
        kept = {each.call for each in store.calls.list(100_000)}
        assert kept == {"before", *(f"starved-{number}" for number in lines[:-1])}
        store.calls.save(call("after", **noted("wieder Platz")))


def test_opening_at_the_same_moment_makes_one_store(tmp_path: Path) -> None:
    programs = [start(tmp_path, f"p{number}", "1") for number in range(4)]
    for program in programs:
        with program:
            assert program.communicate(timeout=LIMIT_S)[0] == "0\n"
            assert program.returncode == 0
    with Store.open(tmp_path / "store.db", KEY, now=NOON, station="later") as store:
        assert store.begin_run() == ("station-1", 1)
        assert len(store.calls.list(9)) == 4
