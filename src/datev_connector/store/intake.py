"""Loads that come piece by piece and survive a crash: anew, or compared with what is there.

Every intake has a row in `intakes` that says all about it, and each of its calls is one transaction
that begins by looking at this row.

    anew       goes into batches of its own that nobody sees, and takes the old ones' place at the
               end; of two at the same time the later one to finish stays
    compared   goes into the live batches, contact by contact; of two at the same time the first one
               to finish stays, the other is overtaken, as it is by anything that replaces them
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from datev_connector.domain.master_data import Client, Listed, Versioned
from datev_connector.store import contact_rows
from datev_connector.store.contact_rows import prepared, storable_text
from datev_connector.store.intake_ending import IntakeEnding
from datev_connector.store.intake_row import bury
from datev_connector.store.intake_workplace import Workplace
from datev_connector.store.listed_rows import ListedRows


class StoredIntake:
    """A load under way; what it does is said by the port that master data are loaded through."""

    def __init__(self, work: Workplace) -> None:
        """Use `Intakes.intake`."""
        self._work = work
        self._database = work.database
        self._listed = ListedRows(work.database, work.intake)
        self._ending = IntakeEnding(work, self._listed)

    # --- the list ---------------------------------------------------------------------------------

    @property
    def listed(self) -> int | None:
        """How many entries the list has, once it is complete; None before."""
        return self._listed.entries

    @property
    def waiting(self) -> int:
        """How many of them are still to be fetched."""
        return self._listed.waiting

    def add_listed(self, entries: Iterable[Listed]) -> None:
        """Take a piece of the list."""
        latest = {storable_text(each.id): storable_text(each.stamp) for each in entries}
        with self._work.transaction() as state:
            if state.listed is not None:
                raise ValueError("the list is complete already")
            there = self._work.contents(state)
            for contact_id, stamp in latest.items():
                if contact_id:
                    known = not state.anew and stamp and there.stamp(contact_id) == stamp
                    self._listed.add(contact_id, stamp, waiting=not known)

    def list_is_complete(self, mark: str) -> None:
        """Say that the list was whole; `mark` is kept for the next delta if the load succeeds."""
        with self._work.transaction():
            self._listed.complete(mark)

    def missing(self, limit: int, after: str = "") -> Sequence[Listed]:
        """Return listed entries that are still to be fetched, by id, beginning behind `after`."""
        return self._listed.missing(limit, after)

    # --- clients ----------------------------------------------------------------------------------

    def put_clients(self, clients: Iterable[Client]) -> None:
        """Take clients; from then on those that are not put before the end of the load will go."""
        clients = [each for each in clients if each.id]
        with self._work.transaction() as state, self._work.changing(state) as contents:
            contents.refresh(contents.clients.put(clients, self._work.intake))
            if clients:
                self._clients_are_replaced()

    def no_clients(self) -> None:
        """Say that there are no clients at all: none is kept."""
        with self._work.transaction():
            self._clients_are_replaced()

    def _clients_are_replaced(self) -> None:
        self._work.ready = False
        self._database.run(
            "UPDATE intakes SET clients_replaced = 1 WHERE intake = ?", self._work.intake
        )

    # --- contacts ---------------------------------------------------------------------------------

    def put(self, contacts: Iterable[Versioned]) -> None:
        """Take contacts; each takes the place of what was there under its id.

        Those that are not listed are passed over.
        """
        source = self._work.source
        read = [prepared(each.contact, each.stamp, self._work.plan) for each in contacts]
        if any(each.contact.ref.source is not source for each in read):
            raise ValueError(f"a load of {source} cannot take a contact of another source")
        with self._work.transaction() as state, self._work.changing(state) as contents:
            taken = [each for each in read if self._listed.fetched(each.contact.ref.id)]
            if state.live_contacts is not None and state.anew and not state.clients_replaced:
                for each in taken:
                    contents.clients.take_over_of(state.live_contacts, each.contact.ref.id)
            contents.put(taken)
        if state.anew:
            contents.searched.catch_up(contact_rows.last_row(self._database, contents.batch))

    def drop(self, ids: Iterable[str]) -> None:
        """Say that listed entries are not there (any more), or cannot be used."""
        with self._work.transaction() as state, self._work.changing(state) as contents:
            for contact_id in dict.fromkeys(map(storable_text, ids)):
                if self._listed.drop(contact_id):
                    contents.remove([contact_id])

    # --- the end ----------------------------------------------------------------------------------

    def steps(self) -> Iterator[int]:
        """Do in small steps what is left to do before `finish`; yields how much is done."""
        return self._ending.steps()

    def finish(self, at: datetime) -> None:
        """Let the new contacts count, complete as of `at`, in one step; what is not listed goes.

        Listed entries that were neither put nor dropped keep what there was of them, in the version
        of then. What `steps` has not done yet is done here.
        """
        if self.listed is None:
            raise ValueError("a load cannot be finished before its list is complete")
        self._ending.finish(at)

    def give_up(self) -> None:
        """Throw away what was taken; the old contents stay."""
        with self._database.transaction(durable=False):
            row = self._database.first(
                "SELECT keeper FROM intakes WHERE intake = ? AND state = 'open'", self._work.intake
            )
            if row == (self._work.keeper,):
                bury(self._database, self._work.intake)
