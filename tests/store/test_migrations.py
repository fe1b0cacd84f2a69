"""A store of every version that was ever released opens, once and again, with all it holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from datev_connector.store import Store, migrations
from tests.store.support import NOON, contact, entry, open_store

DATABASES = Path(__file__).parent / "databases"
VERSIONS = range(1, len(migrations.STEPS) + 1)


def check(store: Store) -> None:
    assert migrations.version(store._database.connection) == len(migrations.STEPS)
    assert store._database.rows("PRAGMA integrity_check") == [("ok",)]
    assert store._database.rows("PRAGMA foreign_key_check") == []
    assert [each.call for each in store.calls.list(9)] == ["done", "draft"]
    assert [each.call for each in store.calls.search("mueller")] == ["draft"]
    assert [each.position for each in store.open_entries()] == [1, 2]
    assert store.open_entries()[0] == entry(1, call="draft")
    assert store.contacts.by_key(["49721123456"])[0].last_used_at == NOON
    anna = contact("a", "Anna Müller", "0721 123456")
    assert store.contacts.search("anna") == (anna,)
    assert store.learned("+49721123456") == anna.ref
    assert store.pins.pin("pbx.example") is not None


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_every_version_opens_once_and_again(tmp_path: Path, version: int) -> None:
    shutil.copy(DATABASES / f"v{version}.db", tmp_path / "store.db")
    for boot in (2, 3):
        with open_store(tmp_path) as store:
            assert store.set_aside is None
            check(store)
            assert store.begin_run() == ("station-1", boot)


def test_a_step_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(DATABASES / "v1.db", tmp_path / "store.db")

    def half_a_step(connection: apsw.Connection) -> None:
        connection.execute("DELETE FROM calls")
        raise RuntimeError("half way")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", (*migrations.STEPS, half_a_step))
        with pytest.raises(RuntimeError, match="half way"):
            open_store(tmp_path)
    with open_store(tmp_path) as store:
        check(store)
