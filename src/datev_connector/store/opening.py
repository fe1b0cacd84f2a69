"""Opens the store: key, check, migration; and sets a damaged file aside.

The order matters, since each step protects what the next might destroy:

1. take our turn (`guard`), so that nobody creates, migrates or sets aside at the same time;
2. ask the key check whether this is the right key; a wrong one ends here, with nothing touched;
3. open and read the file. A failure under the right key means damage: the file and its log are
   renamed (never deleted, never over an earlier one) and a new store is begun. Only who is alone
   may do that;
4. migrate in one transaction.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from datev_connector.domain.wording import worded
from datev_connector.store import key_check, migrations, suspicion
from datev_connector.store.database import Database
from datev_connector.store.errors import Busy, Corrupt, WrongKey, translated
from datev_connector.store.guard import Guard
from datev_connector.store.key_check import Verdict

KEY_BYTES = 32
COMPANIONS = ("-wal", "-shm", "-journal")
FETCHED = ("contacts", "contact_", "keys", "clients", "listed")
"""How the names of the tables begin that hold nothing but what can be fetched again."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A damaged store was found; it was kept under `path` and a new one begun."""

    path: Path


@dataclass(frozen=True, slots=True)
class Opened:
    """An open store."""

    database: Database
    guard: Guard
    alone: bool
    """Nobody else had it open."""
    set_aside: SetAside | None


def open_file(path: Path, key: bytes, now: datetime) -> Opened:
    """Open or create the store at `path`. Raises every kind of `StoreError`."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key must have {KEY_BYTES} bytes")
    with translated(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    guard = Guard(path.with_suffix(".lock"))
    try:
        set_aside = None
        try:
            database = _open_in_turn(path, key, guard)
        except Corrupt:
            set_aside = _set_aside(path, key, guard, now)
            database = _open_in_turn(path, key, guard)
        alone = guard.alone
        guard.settle()
    except BaseException:
        guard.close()
        raise
    return Opened(database, guard, alone, set_aside)


def _open_in_turn(path: Path, key: bytes, guard: Guard) -> Database:
    check = path.with_suffix(".key-check")
    verdict = key_check.judge(check, key)
    if not _holds_data(path):
        if verdict is not Verdict.RIGHT:
            key_check.remember(check, key)
        _create_private(path)
    doubtful = _has_log(path) or suspicion.is_suspected(path)
    database = Database(path, key)
    try:
        _read(database, check, verdict)
        if verdict is not Verdict.RIGHT:
            key_check.remember(check, key)
        if guard.alone:
            _verify(database, doubtful=doubtful)
        database.prepare()
        _migrate(database, guard)
    except BaseException:
        database.close()
        raise
    return database


def _holds_data(path: Path) -> bool:
    with translated(path):
        if path.exists() and path.stat().st_size:
            return True
        if _has_log(path):
            # SQLite would throw the log away, with notes in it.
            raise Corrupt(
                worded("The store {path} is empty but its log is not.", path=str(path)),
                worded("Restore a backup."),
            )
        return False


def _has_log(path: Path) -> bool:
    """Tell whether a log was left beside the file: whoever closes it in order takes it away."""
    with translated(path):
        log = Path(f"{path}-wal")
        return log.exists() and log.stat().st_size > 0


def _create_private(path: Path) -> None:
    with translated(path):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _read(database: Database, check: Path, verdict: Verdict) -> None:
    try:
        database.rows("SELECT count(*) FROM sqlite_schema")
    except Corrupt as error:
        if verdict is Verdict.RIGHT:
            raise
        told = worded("The key does not open the store {path}.", path=str(database.path))
        if verdict is not Verdict.WRONG:
            told = worded(
                "The key does not open the store {path} (or it is damaged: {name} is missing).",
                path=str(database.path),
                name=check.name,
            )
        raise WrongKey(
            told,
            worded(
                "Put the right key back into the keyring; nothing was changed. Without it the "
                "notes cannot be read: move the store away to begin a new one."
            ),
        ) from error


def _verify(database: Database, *, doubtful: bool) -> None:
    """Look for damage in what cannot be fetched again; everywhere after a crash, or damage met.

    Reading through the contacts of a large office would take longer than all else of a start.
    """
    checks = ["PRAGMA quick_check(1)"]
    if not doubtful:
        tables = database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        kept = [name for (name,) in tables if not name.startswith(FETCHED)]
        checks = [f"PRAGMA quick_check('{name}')" for name in kept]
    if any(database.rows(check) != [("ok",)] for check in checks):
        raise Corrupt(
            worded("The store {path} is damaged inside.", path=str(database.path)),
            worded("Restore a backup."),
        )
    if doubtful:
        suspicion.clear(database.path)


def _migrate(database: Database, guard: Guard) -> None:
    with translated(database.path, database.connection):
        seen = migrations.version(database.connection)
        if 0 < seen < len(migrations.STEPS) and not guard.alone:
            raise Busy(
                worded(
                    "The store {path} must be brought to a newer form, but another program "
                    "has it open.",
                    path=str(database.path),
                ),
                worded("Quit the connector that is running, then start the new one."),
            )
        migrations.migrate(database.connection, database.path)


def _set_aside(path: Path, key: bytes, guard: Guard, now: datetime) -> SetAside | None:
    if not guard.become_alone():
        raise Corrupt(
            worded("The store {path} is damaged, and another program has it open.", path=str(path)),
            worded("Quit every program that uses it and start the connector again."),
        )
    try:
        # Somebody else may have set it aside while we waited.
        _open_in_turn(path, key, guard).close()
    except Corrupt:
        away = _move_away(path, now)
        suspicion.clear(path)
        return SetAside(away)
    return None


def _move_away(path: Path, now: datetime) -> Path:
    target = _free_name(path, now)
    with translated(path):
        # The file goes first: a crash in between leaves a log without a file, which is noticed and
        # kept. The other way round the file might open without the notes in its log.
        for end in ("", *COMPANIONS):
            source = Path(f"{path}{end}")
            if source.exists():
                source.rename(f"{target}{end}")
    return target


def _free_name(path: Path, now: datetime) -> Path:
    stem = f"{path.stem}.corrupt-{now:%Y%m%dT%H%M%SZ}"
    number = 1
    target = path.with_name(f"{stem}{path.suffix}")
    while any(Path(f"{target}{end}").exists() for end in ("", *COMPANIONS)):
        number += 1
        target = path.with_name(f"{stem}-{number}{path.suffix}")
    return target
