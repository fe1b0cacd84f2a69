"""One connection to the encrypted file: statements, transactions and the translation of errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from datev_connector.store.errors import LIBRARY_ERRORS, read_only, translated, understood

Row = tuple[Any, ...]
Value = str | int | float | bytes | None

BUSY_TIMEOUT_MS = 2000
CACHE_KIB = 8_192
"""Fixed, so that memory does not grow with the number of contacts."""
CHECKPOINT_PAGES = 4000
"""A safety net: usually `tidy` moves the log into the file while nothing else is to be done."""
CIPHER = "chacha20"


class Database:
    """An open, keyed connection. All calls are synchronous and belong to one thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Connect; nothing is read yet, so a wrong key shows up only with the first statement."""
        self.path = path
        self._durable: bool | None = None
        self._writes = 0
        with translated(path):
            self.connection = apsw.Connection(str(path))
        connection = self.connection
        self._watch = connection.cursor()
        if connection.readonly("main"):
            connection.close()
            raise read_only(path)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.pragma("cipher", CIPHER)
        connection.pragma("key", f"raw:{key.hex()}")
        # Until key and file are known to be in order: closing would move the log into the file,
        # with a wrong key or into a damaged one, and delete it.
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        # Otherwise statements near a partial index are planned anew for each value they are given.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)

    def prepare(self) -> None:
        """Set how the file is written, once it is known to be in order."""
        with translated(self.path, self.connection):
            self.connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
            self.connection.pragma("journal_mode", "wal")
            self.connection.pragma("foreign_keys", 1)
            self.connection.pragma("secure_delete", 1)
            self.connection.pragma("cache_size", -CACHE_KIB)
            # Temporary files would not be encrypted.
            self.connection.pragma("temp_store", "memory")
            self.connection.pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            self._flush_at_commit(durable=False)

    # Here the errors are translated without a context manager: it would double a lookup's time.

    def rows(self, statement: str, *values: Value) -> list[Row]:
        """Run a statement and return all its rows."""
        try:
            return list(self.connection.execute(statement, values))
        except LIBRARY_ERRORS as error:
            raise understood(error, self.path, self.connection) from error

    def first(self, statement: str, *values: Value) -> Row | None:
        """Run a statement and return its first row, if any."""
        rows = self.rows(statement, *values)
        return rows[0] if rows else None

    def run(self, statement: str, *values: Value) -> int:
        """Run a statement and return how many rows it changed."""
        try:
            self.connection.execute(statement, values)
        except LIBRARY_ERRORS as error:
            raise understood(error, self.path, self.connection) from error
        return self.connection.changes()

    def run_many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a statement once for each of the rows."""
        try:
            self.connection.executemany(statement, rows)
        except LIBRARY_ERRORS as error:
            raise understood(error, self.path, self.connection) from error

    @property
    def last_id(self) -> int:
        """The row id of the latest insertion."""
        return self.connection.last_insert_rowid()

    def version(self) -> object:
        """Return what was there before only if contacts and their uses have not changed since.

        Writes of all connections count, of this one all but those of calls alone. Within a
        transaction no two versions are equal.
        """
        try:
            if self.connection.in_transaction:
                return object()
            others = self._watch.execute("PRAGMA data_version").get
        except LIBRARY_ERRORS as error:
            raise understood(error, self.path, self.connection) from error
        return others, self._writes

    @contextmanager
    def transaction(self, *, durable: bool, calls_only: bool = False) -> Iterator[None]:
        """Everything within happens, or nothing.

        A durable transaction has reached the disk when this returns. One that is not survives a
        killed process as well, but may be undone by a power cut (the file stays in order). Say
        `calls_only` where neither contacts nor their uses are written: what is remembered of
        them stays valid then.
        """
        with translated(self.path, self.connection):
            self._flush_at_commit(durable)
            self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with translated(self.path, self.connection):
                self.connection.execute("COMMIT")
        except BaseException:
            # Some failures (a full disk) have rolled back already.
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        finally:
            self._writes += not calls_only

    def _flush_at_commit(self, durable: bool) -> None:  # noqa: FBT001 - the only thing it takes
        # A level can be set between transactions only.
        if durable is not self._durable:
            self.connection.pragma("synchronous", "full" if durable else "normal")
            self._durable = durable

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Be part of the transaction that runs, or a durable one of its own."""
        if self.connection.in_transaction:
            yield
        else:
            with self.transaction(durable=True):
                yield

    def checkpoint(self, *, truncate: bool = False) -> None:
        """Move the log into the file, as far as readers elsewhere allow; never waits for them."""
        mode = apsw.SQLITE_CHECKPOINT_TRUNCATE if truncate else apsw.SQLITE_CHECKPOINT_PASSIVE
        with translated(self.path, self.connection):
            self.connection.set_busy_timeout(0)
            try:
                self.connection.wal_checkpoint(mode=mode)
            except apsw.BusyError:
                # Someone reads or writes beside us; the next time will do.
                return
            finally:
                self.connection.set_busy_timeout(BUSY_TIMEOUT_MS)

    def close(self) -> None:
        """Close the connection. May be called twice."""
        with translated(self.path):
            self.connection.close()
