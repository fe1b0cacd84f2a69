"""Who has the store open: a lock file, so that opening and setting aside take turns.

Every open store keeps a *shared* lock on `store.lock`. Whoever opens one takes its *turn* first, so
that two programs never create or migrate the file together. Who finds nobody else there is *alone*,
and only then may move a damaged file away or sweep up what a crash left: under a running
program that would be loss of data.

The locks are those of an empty SQLite file: they work alike on Windows and elsewhere, and the
system frees them when a process dies.
"""

from __future__ import annotations

from pathlib import Path

import apsw

from datev_connector.store.errors import read_only, translated

WAIT_MS = 5000


class Guard:
    """The lock file of one store. Between construction and `settle` it is our turn."""

    def __init__(self, path: Path) -> None:
        """Wait for our turn; `Busy` after five seconds, `ReadOnly` where no lock can be made."""
        self._path = path
        self._presence: apsw.Connection | None = None
        with translated(path):
            self._turn = apsw.Connection(str(path))
        try:
            # Without the right to write, SQLite would quietly lock nothing.
            if self._turn.readonly("main"):
                raise read_only(path)
            self.alone = self._enter()
        except BaseException:
            self._turn.close()
            raise

    def _enter(self) -> bool:
        with translated(self._path, self._turn):
            if self._try_exclusive(0):
                return True
            self._turn.set_busy_timeout(WAIT_MS)
            self._turn.execute("BEGIN IMMEDIATE")
            return False

    def _try_exclusive(self, wait_ms: int) -> bool:
        self._turn.set_busy_timeout(wait_ms)
        try:
            self._turn.execute("BEGIN EXCLUSIVE")
        except apsw.BusyError:
            return False
        return True

    def become_alone(self) -> bool:
        """Try to be the only one, if we are not yet; tell whether we are. Our turn may be lost."""
        if not self.alone:
            self._release_turn()
            self.alone = self._try_exclusive(1000)
        return self.alone

    def settle(self) -> None:
        """End our turn and stay as one of those who have the store open."""
        with translated(self._path):
            presence = apsw.Connection(str(self._path))
            presence.set_busy_timeout(WAIT_MS)
            self._presence = presence
            if self.alone:
                # An exclusive lock excludes our own presence as well. In the gap another may open
                # the file, which is in order by now.
                self._release_turn()
            presence.execute("BEGIN; SELECT count(*) FROM sqlite_schema")
            self._release_turn()

    def _release_turn(self) -> None:
        # Never COMMIT: that would write a first page, which needs everybody else to be gone.
        if self._turn.in_transaction:
            self._turn.execute("ROLLBACK")

    def close(self) -> None:
        """Leave. May be called twice."""
        self._turn.close()
        if self._presence is not None:
            self._presence.close()
