"""The store of one profile, put together: what the rest of the house talks to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from datev_connector.domain.calls import Call
from datev_connector.domain.contacts import ContactRef
from datev_connector.domain.effects import Save, SaveCall, SaveChoice, SaveEntry, SaveUse
from datev_connector.domain.outbox import JournalEntry
from datev_connector.store.calls import Calls
from datev_connector.store.choices import Choices
from datev_connector.store.contacts import Contacts
from datev_connector.store.findings import Findings
from datev_connector.store.opening import Opened, SetAside, open_file
from datev_connector.store.outbox import Outbox
from datev_connector.store.pins import Pins


class Store:
    """Everything a profile keeps. One thread, synchronous; close it when done."""

    def __init__(self, opened: Opened) -> None:
        """Use `Store.open`."""
        self._database = opened.database
        self._guard = opened.guard
        self.set_aside: SetAside | None = opened.set_aside
        """Set when the file was found damaged and a new one begun: somebody must be told."""
        self.calls = Calls(self._database)
        self.outbox = Outbox(self._database)
        self.contacts = Contacts(self._database)
        self.findings = Findings(self._database)
        self.choices = Choices(self._database)
        self.pins = Pins(self._database)

    @classmethod
    def open(cls, path: Path, key: bytes, *, now: datetime, station: str) -> Self:
        """Open the store at `path`, or create it.

        Args:
            path: The file, ending in `.db`; its folder is made, its companions lie beside it.
            key: 32 random bytes. Whoever has lost them has lost the store.
            now: Names a damaged file that is set aside, and says which loads are too old to be
                gone on with (UTC).
            station: A random id, kept only when a store is created.

        Raises:
            StoreError: one of its kinds, with what is broken and what to do.

        """
        opened = open_file(path, key, now)
        store = cls(opened)
        try:
            store._begin(station, now, alone=opened.alone)
        except BaseException:
            store.close()
            raise
        return store

    def _begin(self, station: str, now: datetime, *, alone: bool) -> None:
        if self._meta("station") is None:
            with self._database.transaction(durable=True):
                self._database.run(
                    "INSERT OR IGNORE INTO meta (name, value) VALUES ('station', ?)", station
                )
        if alone:
            self.contacts.settle_unfinished(now)

    def begin_run(self) -> tuple[str, int]:
        """Count this start; return station and count, a pair that was never there before."""
        with self._database.transaction(durable=True):
            boot = int(self._meta("boots") or 0) + 1
            self._database.run(
                "INSERT OR REPLACE INTO meta (name, value) VALUES ('boots', ?)", str(boot)
            )
        return self._meta("station") or "", boot

    def noted(self, name: str) -> str | None:
        """Return what was noted under a name; None: nothing."""
        return self._meta(f"note:{name}")

    def note(self, name: str, value: str) -> None:
        """Note a value under a name, in place of what was there."""
        with self._database.transaction(durable=False):
            self._database.run(
                "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", f"note:{name}", value
            )

    def _meta(self, name: str) -> str | None:
        row = self._database.first("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else str(row[0])

    def commit(self, saves: Sequence[Save]) -> None:
        """Keep all of one turn, or nothing.

        Once this returns, what a person typed or chose, and every journal entry, is on the disk. A
        turn that only moves the states of calls along is safe from a crash of the program, but
        not flushed: flushing each ring to the disk would cost more than all else in its way.
        """
        if not saves:
            return
        durable = any(self._is_durable(save) for save in saves)
        calls_only = not any(isinstance(save, SaveUse) for save in saves)
        with self._database.transaction(durable=durable, calls_only=calls_only):
            for save in saves:
                self._keep(save)

    def _is_durable(self, save: Save) -> bool:
        if isinstance(save, SaveCall):
            return self.calls.promised(save.call)
        return not isinstance(save, SaveUse)

    def _keep(self, save: Save) -> None:
        match save:
            case SaveCall(call):
                self.calls.save(call)
            case SaveEntry(entry):
                self.outbox.save(entry)
            case SaveChoice(at=at, e164=e164, ref=ContactRef() as ref):
                self.choices.learn(e164, ref, at)
            case SaveChoice(e164=e164):
                self.choices.forget(e164)
            case SaveUse(at=at, ref=ref):
                self.choices.use(ref, at)

    # --- what the engine asks for -----------------------------------------------------------------

    def call(self, call: str) -> Call | None:
        """Return a call of whatever age."""
        return self.calls.call(call)

    def open_calls(self) -> Sequence[Call]:
        """Return the calls that a desk must know after a restart."""
        return self.calls.open_calls()

    def calls_between(self, since: datetime, until: datetime) -> Sequence[Call]:
        """Return the calls that began in this time, oldest first."""
        return self.calls.between(since, until)

    def open_entries(self) -> Sequence[JournalEntry]:
        """Return what DATEV has not confirmed, in order."""
        return self.outbox.open_entries()

    def next_position(self) -> int:
        """Return the position after that of the last journal entry ever made."""
        return self.outbox.next_position()

    def learned(self, e164: str) -> ContactRef | None:
        """Return the contact that calls from this number were said to be."""
        choice = self.choices.get(e164)
        return None if choice is None else choice.ref

    # --- housekeeping -----------------------------------------------------------------------------

    def tidy(self) -> bool:
        """Do a small piece of housekeeping while nothing else is to be done; tell if more waits."""
        self.calls.make_searchable()
        more = self.contacts.sweep()
        self._database.checkpoint()
        return more

    def close(self) -> None:
        """Close the file. May be called twice."""
        self._database.close()
        self._guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
