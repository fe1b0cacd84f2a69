"""A program of its own that writes into a store: to be killed, run beside another, or starved.

    writer.py FOLDER NAME COUNT [LIMIT_BYTES]

Says what was confirmed, one number a line, and `full` when the disk was.
"""

from __future__ import annotations

import sys
from pathlib import Path

from datev_connector.domain.effects import Save, SaveCall, SaveEntry
from datev_connector.store import Busy, Full
from datev_connector.store.store import Store
from tests.store.support import call, entry, noted, open_store


def limit_files(size: int) -> None:
    """No file of this process may grow beyond `size`: what a full disk looks like to it."""
    if sys.platform == "win32":
        raise SystemExit("no such limit on Windows")
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def main(folder: Path, name: str, count: int, limit: int | None) -> None:
    with open_store(folder) as store:
        if limit is not None:
            limit_files(limit)
        for number in range(count):
            its_name = f"{name}-{number}"
            note = noted(f"Notiz {number} von {name} " + "lang " * 50)
            saves: list[Save] = [SaveCall(call(its_name, minute=number, **note))]
            if name == "killed":
                saves.append(SaveEntry(entry(store.next_position(), call=its_name)))
            try:
                commit(store, saves)
            except Full:
                say("full")
                assert store.call(its_name) is None
                return
            say(str(number))


def commit(store: Store, saves: list[Save]) -> None:
    """On a slow disk another program may have the store for longer than anybody waits."""
    while True:
        try:
            store.commit(saves)
        except Busy:
            continue
        return


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        sys.argv[2],
        int(sys.argv[3]),
        int(sys.argv[4]) if len(sys.argv) > 4 else None,
    )
