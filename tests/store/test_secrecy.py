"""Nothing that a person wrote can be read in the files, and what was erased is gone from within."""

from __future__ import annotations

from pathlib import Path

from datev_connector.domain.contacts import ContactRef, Source
from datev_connector.store import Store
from tests.store.support import KEY, NOON, call, contact, entry, load, noted, open_store, person

SECRETS = (
    "Selbstanzeige",
    "selbstanzeig",
    "Hinterzogen",
    "hinterzogen",
    "49721555",
    "0721555",
    "Geheimrat",
    "geheimrat",
    "station-1",
    "BEGIN PEM",
)


def filled(store: Store) -> None:
    store.calls.save(
        call(
            number="0721555123",
            e164="+49721555123",
            person=person("Geheimrat"),
            note="Selbstanzeige",
            note_revision=1,
            note_sent_revision=1,
        )
    )
    store.calls.save(call("draft", **noted("Hinterzogen")))
    store.calls.make_searchable()
    load(store, contact("a", "Geheimrat", "0721555999"))
    store.choices.learn("+49721555123", ContactRef(Source.DATEV, "a"), NOON)
    store.pins.set_pin("pbx.example", "aa", "BEGIN PEM", NOON)


def readable(folder: Path) -> set[str]:
    found = set()
    for file in folder.iterdir():
        content = file.read_bytes()
        for secret in SECRETS:
            if secret.encode() in content or secret.encode("utf-16-le") in content:
                found.add(f"{secret} in {file.name}")
        if KEY in content or KEY.hex().encode() in content:
            found.add(f"the key in {file.name}")
    return found


def test_nothing_can_be_read_in_file_or_log(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        filled(store)
        assert (tmp_path / "store.db-wal").stat().st_size > 0
        assert readable(tmp_path) == set()
        store._database.checkpoint(truncate=True)
        assert readable(tmp_path) == set()
    assert readable(tmp_path) == set()


def test_erased_text_is_gone_from_the_decrypted_pages(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        filled(store)
        store.outbox.save(entry(1))
        plain = store._database.connection.serialize("main")
        assert b"Selbstanzeige" in plain
        assert b"selbstanzeig" in plain
        store._database.run("UPDATE entries SET is_open = 0")
        assert store.calls.erase(["call-1"]).erased == 1
        plain = store._database.connection.serialize("main")
        for secret in (b"Selbstanzeige", b"selbstanzeig", b"0721555123", b"Umsatzsteuer"):
            assert secret not in plain
        assert b"Hinterzogen" in plain
        assert not (tmp_path / "store.db-wal").stat().st_size
