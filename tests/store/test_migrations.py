"""A store of every version that was ever released opens, once and again, with all it holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from datev_connector.domain.contacts import (
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.store import Store, migrations
from datev_connector.store.database import Database
from tests.store.support import KEY, NOON, PLAN, contact, entry, open_store

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


def test_contacts_of_version_1_keep_all_they_had(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "v1.db", tmp_path / "store.db")
    old = Database(tmp_path / "store.db", KEY)
    ((batch, keys_batch),) = old.rows("SELECT contacts_batch, keys_batch FROM sources")
    with old.transaction(durable=True):
        for dead in ("dead", "building"):
            old.run("INSERT INTO batches (kind, state) VALUES ('contacts', ?)", dead)
            old.run(V1_CONTACT, 900 + old.last_id, old.last_id, "a", "Alt", "person", 1, "")
        old.run(V1_CONTACT, 50, batch, "w", "Ümit Weiß", "company", 0, "4711")
        for number, values in V1_NUMBERS.items():
            old.run("INSERT INTO numbers VALUES (?, 50, ?, ?, ?, ?, ?, ?)", number, *values)
        old.run("INSERT INTO keys VALUES (?, '49891230', 61, '4989123', 0)", keys_batch)
        old.run("INSERT INTO keys VALUES (?, '49721555', 62, NULL, 1)", keys_batch)
    old.close()
    with open_store(tmp_path) as store:
        whole = store.contacts.contact(ContactRef(Source.DATEV, "w"))
        assert whole == contact(
            "w",
            "Ümit Weiß",
            StoredNumber(number="089 123-0", note="Zentrale", main=True),
            StoredNumber(number="555", standardised="x", medium=Medium.FAX),
            active=False,
            kind=ContactKind.COMPANY,
            client_number="4711",
        )
        assert store.contacts.search("uemit weiss") == (whole,)
        assert store.contacts.search("4711") == (whole,)
        assert store.contacts.search("89123") == (whole,)
        (head,) = store.contacts.by_stem(["4989123"])
        assert (head.key, head.head, head.number, head.active) == (
            "49891230",
            True,
            "089 123-0",
            False,
        )
        (local,) = store.contacts.by_key(["49721555"])
        assert (local.completed, local.medium, local.client_number) == (True, Medium.FAX, "4711")
        assert not store.contacts.search("alt")
        assert not store.contacts.sweep()
        for _ in store.contacts.reindexing(PLAN):
            pass
        revision = store.contacts.revision(Source.DATEV, PLAN)
        assert revision is not None
        revision.apply(removed=["a"])
        assert not store.contacts.by_key(["49721123456"])


V1_CONTACT = "INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?)"
V1_NUMBERS = {
    61: ("089 123-0", "", "phone", "Zentrale", 1, "49891230"),
    62: ("555", "x", "fax", "", 0, "49721555"),
}


def test_notes_that_version_2_had_handed_over_are_in_datev(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "v2.db", tmp_path / "store.db")
    old = Database(tmp_path / "store.db", KEY)
    old.run(V2_NOTE)
    old.run("UPDATE entries SET is_open = 0 WHERE call = 'draft'")
    old.close()
    with open_store(tmp_path) as store:
        arrived, waiting = store.call("draft"), store.call("done")
        assert arrived is not None
        assert waiting is not None
        assert (arrived.note, arrived.note_in_datev_revision) == ("Grüße", 2)
        assert waiting.note_in_datev_revision == 0


def test_a_call_that_cannot_be_read_does_not_keep_the_store_from_opening(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "v2.db", tmp_path / "store.db")
    old = Database(tmp_path / "store.db", KEY)
    old.run(V2_NOTE)
    old.run("UPDATE entries SET is_open = 0")
    old.run("UPDATE calls SET document = '{' WHERE call = 'done'")
    old.close()
    with open_store(tmp_path) as store:
        arrived = store.call("draft")
        assert arrived is not None
        assert arrived.note_in_datev_revision == 2


V2_NOTE = """
UPDATE calls SET document = json_set(
    json_remove(document, '$.note_in_datev_revision'),
    '$.note', 'Grüße', '$.note_revision', 3, '$.note_sent_revision', 2
)
"""


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
