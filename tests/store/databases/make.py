"""Makes `vN.db`, a store as version N of the schema wrote it; run once when N is released.

    python -m tests.store.databases.make

The files are never made again: they are what real installations hold.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from datev_connector.domain.contacts import ContactRef, Source
from datev_connector.store import Store, migrations
from tests.store.support import KEY, NOON, call, contact, entry, load, noted, person

FOLDER = Path(__file__).parent


def main() -> None:
    target = FOLDER / f"v{len(migrations.STEPS)}.db"
    if target.exists():
        raise SystemExit(f"{target.name} is there already and stays as it is")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with Store.open(path, KEY, now=NOON, station="station-1") as store:
            fill(store)
        target.write_bytes(path.read_bytes())


def fill(store: Store) -> None:
    """One row at least in every table."""
    store.begin_run()
    store.calls.save(call("draft", **noted("Rückruf Müller"), person=person("Müller", "10234")))
    store.calls.save(call("done", minute=1))
    store.calls.make_searchable()
    store.outbox.save(entry(1, call="draft"))
    store.outbox.save(replace(entry(2, call="done"), attempts=3))
    load(store, contact("a", "Anna Müller", "0721 123456"), contact("f", "Firma", "089/99998-0"))
    store.choices.learn("+49721123456", ContactRef(Source.DATEV, "a"), NOON)
    store.choices.use(ContactRef(Source.DATEV, "a"), NOON)
    store.pins.set_pin("pbx.example", "aa", "PEM", NOON)


if __name__ == "__main__":
    main()
