"""Batches: complete sets of contacts or keys, of which a source points to those that count."""

from __future__ import annotations

from datev_connector.store.database import Database


def add_batch(database: Database, kind: str) -> int:
    """Begin a batch that nobody sees yet; within a transaction."""
    database.run("INSERT INTO batches (kind, state) VALUES (?, 'building')", kind)
    return database.last_id


def set_state(database: Database, batch: int, state: str) -> None:
    """Say whether a batch is seen (`live`) or to be removed (`dead`)."""
    database.run("UPDATE batches SET state = ? WHERE batch = ?", state, batch)


def bury(database: Database, contacts_batch: int | None, keys_batch: int) -> None:
    """Have batches that were being built removed, and the parts of the keys with them."""
    if contacts_batch is not None:
        set_state(database, contacts_batch, "dead")
    set_state(database, keys_batch, "dead")
    database.run("UPDATE batches SET state = 'dead' WHERE part_of = ?", keys_batch)


def swap(
    database: Database,
    source: str,
    *,
    batches: tuple[int, int],
    plan: str,
    mark: str,
    loaded_at: int,
    counts: tuple[int, int],
) -> None:
    """Let batches of contacts and keys count from now on; within a transaction."""
    old = database.first(
        "SELECT contacts_batch, keys_batch, loads FROM sources WHERE source = ?", source
    )
    loads = 0 if old is None else old[2]
    database.run(
        "INSERT OR REPLACE INTO sources (source, contacts_batch, keys_batch, plan, loaded_at, "
        "contact_count, number_count, mark, loads, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        source,
        *batches,
        plan,
        loaded_at,
        *counts,
        mark,
        loads + 1,
    )
    for batch in batches:
        set_state(database, batch, "live")
    for batch in (old or ())[:2]:
        set_state(database, batch, "dead")


def note_change(database: Database, source: str, contacts: int, numbers: int) -> None:
    """Note that the live contents of a source have changed, and by how much they have grown."""
    database.run(
        "UPDATE sources SET changes = changes + 1, contact_count = contact_count + ?, "
        "number_count = number_count + ? WHERE source = ?",
        contacts,
        numbers,
        source,
    )
