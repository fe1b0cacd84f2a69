"""Loads that come piece by piece and survive a crash: anew, or compared with what is there.

Every intake has a row in `intakes` that says all about it, and each of its calls is one transaction
that begins by looking at this row: whoever has taken the load over, or replaced what it compares
with, is noticed there (`Overtaken`), before anything is written.

    anew       goes into batches of its own that nobody sees, and takes the old ones' place at the
               end; of two at the same time the later one to finish stays
    compared   goes into the live batches, contact by contact; of two at the same time the first one
               to finish stays, the other is overtaken, as it is by anything that replaces them

A load that is going on in another program is left to it; both go on side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from datev_connector.domain.contacts import Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.master_data import Client, Listed, Versioned
from datev_connector.store import batches, contact_rows
from datev_connector.store.client_rows import ClientRows
from datev_connector.store.contact_rows import prepared, storable_text
from datev_connector.store.contents import Contents, KeyBatches, OneBatch
from datev_connector.store.database import Database, Row
from datev_connector.store.documents import from_microseconds, to_microseconds
from datev_connector.store.errors import overtaken
from datev_connector.store.key_runs import KeyRuns
from datev_connector.store.keying import fingerprint
from datev_connector.store.search_texts import SearchTexts, begin_later, count_all

GOES_ON_FOR = timedelta(hours=24)
"""What was broken off longer ago is not gone on with."""

STEP_LOOKS = 250
"""Entries looked at in one step."""
STEP_WRITES = 20
"""Contacts written or removed in one step."""

STATE = (
    "SELECT i.state, i.keeper, i.anew, i.contacts_batch, i.keys_batch, i.loads, i.plan, "
    "i.clients_replaced, i.last_contact, i.listed, i.mark, i.contact_count, i.number_count, "
    "s.contacts_batch, s.keys_batch, s.loads, s.plan "
    "FROM intakes AS i LEFT JOIN sources AS s ON s.source = i.source WHERE i.intake = ?"
)


LEFT = "SELECT intake, anew, plan, begun_at, listed, keeper FROM intakes"


@dataclass(frozen=True, slots=True)
class State:
    """The row of an intake, and what its source points to now."""

    state: str
    keeper: str
    anew: int
    contacts_batch: int
    keys_batch: int
    loads: int
    plan: str
    clients_replaced: int
    last_contact: int
    listed: int | None
    mark: str
    contact_count: int
    number_count: int
    live_contacts: int | None
    live_keys: int | None
    live_loads: int | None
    live_plan: str | None

    @property
    def stands(self) -> bool:
        """Tell whether what it works on is still there."""
        if self.state != "open":
            return False
        untouched = (self.contacts_batch, self.loads, self.plan)
        return bool(self.anew) or untouched == (self.live_contacts, self.live_loads, self.live_plan)


class StoredIntake:
    """A load under way; what it does is said by the port that master data are loaded through."""

    def __init__(
        self, database: Database, source: Source, intake: int, keeper: str, plan: DialPlan
    ) -> None:
        """Use `begin`."""
        self._database = database
        self._source = source
        self._intake = intake
        self._keeper = keeper
        self._plan = plan
        self._runs = KeyRuns(database, 0)
        self._ready = False

    # --- the list ---------------------------------------------------------------------------------

    @property
    def listed(self) -> int | None:
        """How many entries the list has, once it is complete; None before."""
        row = self._database.first("SELECT listed FROM intakes WHERE intake = ?", self._intake)
        return None if row is None else row[0]

    @property
    def waiting(self) -> int:
        """How many of them are still to be fetched."""
        row = self._database.first("SELECT waiting FROM intakes WHERE intake = ?", self._intake)
        return 0 if row is None else int(row[0])

    def add_listed(self, entries: Iterable[Listed]) -> None:
        """Take a piece of the list."""
        latest = {storable_text(each.id): storable_text(each.stamp) for each in entries}
        with self._transaction() as state:
            if state.listed is not None:
                raise ValueError("the list is complete already")
            there = self._contents(state)
            for contact_id, stamp in latest.items():
                if contact_id:
                    known = not state.anew and stamp and there.stamp(contact_id) == stamp
                    self._list(contact_id, stamp, waiting=not known)

    def list_is_complete(self, mark: str) -> None:
        """Say that the list was whole; `mark` is kept for the next delta if the load succeeds."""
        with self._transaction():
            self._database.run(
                "UPDATE intakes SET mark = ?, listed = entries WHERE intake = ?",
                storable_text(mark),
                self._intake,
            )

    def missing(self, limit: int, after: str = "") -> Sequence[Listed]:
        """Return listed entries that are still to be fetched, by id, beginning behind `after`."""
        rows = self._database.rows(
            "SELECT contact_id, stamp FROM listed INDEXED BY listed_waiting "
            "WHERE intake = ? AND waiting = 1 AND contact_id > ? ORDER BY contact_id LIMIT ?",
            self._intake,
            storable_text(after),
            limit,
        )
        return [Listed(id=contact_id, stamp=stamp) for contact_id, stamp in rows]

    def _list(self, contact_id: str, stamp: str, *, waiting: bool) -> None:
        old = self._waits(contact_id)
        self._database.run(
            "INSERT OR REPLACE INTO listed (intake, contact_id, stamp, waiting) "
            "VALUES (?, ?, ?, ?)",
            self._intake,
            contact_id,
            stamp,
            int(waiting),
        )
        self._count(entries=int(old is None), waiting=waiting - bool(old))

    def _waits(self, contact_id: str) -> bool | None:
        """Tell whether an entry is still to be fetched; None: it is not listed."""
        row = self._database.first(
            "SELECT waiting FROM listed WHERE intake = ? AND contact_id = ?",
            self._intake,
            contact_id,
        )
        return None if row is None else bool(row[0])

    def _count(self, *, entries: int = 0, waiting: int = 0) -> None:
        if entries or waiting:
            self._database.run(
                "UPDATE intakes SET entries = entries + ?, waiting = waiting + ?, "
                "listed = listed + ? WHERE intake = ?",
                entries,
                waiting,
                entries,
                self._intake,
            )

    # --- clients ----------------------------------------------------------------------------------

    def put_clients(self, clients: Iterable[Client]) -> None:
        """Take clients; from then on those that are not put before the end of the load will go."""
        clients = [each for each in clients if each.id]
        with self._transaction() as state, self._changing(state) as contents:
            contents.refresh(contents.clients.put(clients, self._intake))
            if clients:
                self._clients_are_replaced()

    def no_clients(self) -> None:
        """Say that there are no clients at all: none is kept."""
        with self._transaction():
            self._clients_are_replaced()

    def _clients_are_replaced(self) -> None:
        self._ready = False
        self._database.run("UPDATE intakes SET clients_replaced = 1 WHERE intake = ?", self._intake)

    # --- contacts ---------------------------------------------------------------------------------

    def put(self, contacts: Iterable[Versioned]) -> None:
        """Take contacts; each takes the place of what was there under its id.

        Those that are not listed are passed over.
        """
        read = [prepared(each.contact, each.stamp, self._plan) for each in contacts]
        if any(each.contact.ref.source is not self._source for each in read):
            raise ValueError(f"a load of {self._source} cannot take a contact of another source")
        with self._transaction() as state, self._changing(state) as contents:
            taken = [each for each in read if self._is_fetched(each.contact.ref.id)]
            if state.live_contacts is not None and state.anew and not state.clients_replaced:
                for each in taken:
                    contents.clients.take_over_of(state.live_contacts, each.contact.ref.id)
            contents.put(taken)
        if state.anew:
            contents.searched.catch_up(contact_rows.last_row(self._database, contents.batch))

    def _is_fetched(self, contact_id: str) -> bool:
        """Note that an entry need not be fetched any more; tell whether it is listed."""
        waits = self._waits(contact_id)
        if waits:
            self._database.run(
                "UPDATE listed SET waiting = 0 WHERE intake = ? AND contact_id = ?",
                self._intake,
                contact_id,
            )
            self._count(waiting=-1)
        return waits is not None

    def drop(self, ids: Iterable[str]) -> None:
        """Say that listed entries are not there (any more), or cannot be used."""
        with self._transaction() as state, self._changing(state) as contents:
            for contact_id in dict.fromkeys(map(storable_text, ids)):
                waits = self._waits(contact_id)
                if waits is not None:
                    self._count(entries=-1, waiting=-int(waits))
                    self._database.run(
                        "DELETE FROM listed WHERE intake = ? AND contact_id = ?",
                        self._intake,
                        contact_id,
                    )
                    contents.remove([contact_id])

    # --- the end ----------------------------------------------------------------------------------

    def steps(self) -> Iterator[int]:
        """Do in small steps what is left to do before `finish`; yields how much is done."""
        state = self._state()
        yield from self._bring_clients(state)
        if state.anew:
            yield from self._keep_waiting(state)
            yield from self._make_searchable(state)
            with self._transaction() as now:
                runs = self._runs_of(now)
            yield from runs.merging()
        else:
            yield from self._remove_unlisted(state)
        self._ready = True

    def finish(self, at: datetime) -> None:
        """Let the new contacts count, complete as of `at`, in one step; what is not listed goes.

        Listed entries that were neither put nor dropped keep what there was of them, in the version
        of then. What `steps` has not done yet is done here.
        """
        if self.listed is None:
            raise ValueError("a load cannot be finished before its list is complete")
        if not self._ready:
            for _ in self.steps():
                pass
        with self._transaction() as state:
            if state.anew:
                self._swap(state, at)
            else:
                self._let_count(state, at)
            self._database.run("UPDATE intakes SET state = 'dead' WHERE intake = ?", self._intake)

    def give_up(self) -> None:
        """Throw away what was taken; the old contents stay."""
        with self._database.transaction(durable=False):
            row = self._database.first(
                "SELECT keeper FROM intakes WHERE intake = ? AND state = 'open'", self._intake
            )
            if row == (self._keeper,):
                bury(self._database, self._intake)

    def _bring_clients(self, state: State) -> Iterator[int]:
        """Those of the old batch are copied or removed, whichever is due."""
        copied_from = None
        if not state.clients_replaced:
            if not state.anew or state.live_contacts is None:
                return
            copied_from = state.live_contacts
        after = ""
        looked_at = ClientRows(self._database, copied_from or state.contacts_batch)
        while page := looked_at.page(after, STEP_WRITES if copied_from else STEP_LOOKS):
            page = self._first_that_go(page) if copied_from is None else page
            after = page[-1][0]
            ids = self._due(page, copied_from, state.contacts_batch)
            if ids:
                with self._transaction() as now, self._changing(now) as contents:
                    clients = contents.clients
                    contents.refresh(
                        clients.remove(ids)
                        if copied_from is None
                        else clients.take_over(copied_from, ids)
                    )
            yield len(page)

    def _due(
        self, page: Sequence[tuple[str, int]], copied_from: int | None, batch: int
    ) -> list[str]:
        if copied_from is None:
            return [client for client, intake in page if intake < self._intake]
        here = ClientRows(self._database, batch)
        return [client for client, _ in page if not here.holds(client)]

    def _first_that_go(self, page: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
        """Cut a page off behind the last client that can be removed in one step."""
        going = [place for place, (_, intake) in enumerate(page) if intake < self._intake]
        return page[: going[STEP_WRITES]] if len(going) > STEP_WRITES else page

    def _keep_waiting(self, state: State) -> Iterator[int]:
        """Entries that were not fetched stay as they are in the old batch."""
        if state.live_contacts is None:
            return
        live = Contents(
            self._database, self._source.value, state.live_contacts, OneBatch(0), self._plan
        )
        built = self._contents(state)
        after = ""
        while entries := self.missing(STEP_WRITES, after):
            after = entries[-1].id
            kept = [
                each
                for entry in entries
                if built.stamp(entry.id) is None and (each := live.prepared(entry.id)) is not None
            ]
            if kept:
                with self._transaction() as now, self._changing(now) as contents:
                    contents.put(kept)
            yield len(entries)

    def _make_searchable(self, state: State) -> Iterator[int]:
        searched = SearchTexts(self._database, state.contacts_batch)
        last = contact_rows.last_row(self._database, state.contacts_batch)
        while not searched.all_taken(last):
            self._state()
            searched.catch_up(last, least=1)
            yield 0

    def _remove_unlisted(self, state: State) -> Iterator[int]:
        after = ""
        while rows := self._database.rows(
            "SELECT c.contact_id, l.contact_id IS NULL AND c.id <= ? FROM contacts AS c "
            "LEFT JOIN listed AS l ON l.intake = ? AND l.contact_id = c.contact_id "
            "WHERE c.batch = ? AND c.contact_id > ? ORDER BY c.contact_id LIMIT ?",
            state.last_contact,
            self._intake,
            state.contacts_batch,
            after,
            STEP_LOOKS,
        ):
            after = rows[-1][0]
            going = [contact_id for contact_id, goes in rows if goes]
            for start in range(0, len(going), STEP_WRITES):
                with self._transaction() as now, self._changing(now) as contents:
                    contents.remove(going[start : start + STEP_WRITES])
                yield STEP_WRITES
            yield len(rows)

    def _swap(self, state: State, at: datetime) -> None:
        batches.swap(
            self._database,
            self._source.value,
            batches=(state.contacts_batch, self._runs_of(state).settle()),
            plan=state.plan,
            mark=state.mark,
            loaded_at=to_microseconds(at),
            counts=(state.contact_count, state.number_count),
        )
        count_all(self._database, state.contacts_batch)

    def _let_count(self, state: State, at: datetime) -> None:
        self._database.run(
            "UPDATE sources SET mark = ?, loaded_at = ?, loads = loads + 1 WHERE source = ?",
            state.mark,
            to_microseconds(at),
            self._source.value,
        )

    # --- transactions -----------------------------------------------------------------------------

    def _state(self) -> State:
        row = self._database.first(STATE, self._intake)
        state = None if row is None else State(*row)
        if state is None or state.keeper != self._keeper or not state.stands:
            raise overtaken()
        return state

    @contextmanager
    def _transaction(self) -> Iterator[State]:
        with self._database.transaction(durable=False):
            yield self._state()

    def _runs_of(self, state: State) -> KeyRuns:
        if self._runs.whole != state.keys_batch:
            self._runs = KeyRuns(self._database, state.keys_batch)
        return self._runs

    def _contents(self, state: State) -> Contents:
        keys: KeyBatches = self._runs if state.anew else OneBatch(state.live_keys or 0)
        return Contents(self._database, self._source.value, state.contacts_batch, keys, self._plan)

    @contextmanager
    def _changing(self, state: State) -> Iterator[Contents]:
        """Contents that may be written; afterwards it is noted by how much they have grown."""
        self._ready = False
        runs = self._runs_of(state)
        try:
            if state.anew and runs.unmerge():
                self._database.run(
                    "UPDATE intakes SET keys_batch = ? WHERE intake = ?", runs.whole, self._intake
                )
            contents = self._contents(state)
            yield contents
        except BaseException:
            self._runs = KeyRuns(self._database, 0)
            raise
        grown = contents.grown
        if state.anew:
            self._database.run(
                "UPDATE intakes SET contact_count = contact_count + ?, "
                "number_count = number_count + ? WHERE intake = ?",
                grown.contacts,
                grown.numbers,
                self._intake,
            )
        else:
            note_change(self._database, self._source, grown.contacts, grown.numbers)


def note_change(database: Database, source: Source, contacts: int, numbers: int) -> None:
    """Note that the live contents of a source have changed."""
    database.run(
        "UPDATE sources SET changes = changes + 1, contact_count = contact_count + ?, "
        "number_count = number_count + ? WHERE source = ?",
        contacts,
        numbers,
        source.value,
    )


# --- beginning, going on, giving up ---------------------------------------------------------------


class Intakes:
    """All loads of a profile that can be gone on with."""

    def __init__(self, database: Database, name: str) -> None:
        """`name`: of this open store, unlike that of any other."""
        self._database = database
        self._name = name
        self._begun = 0

    def intake(self, source: Source, plan: DialPlan, at: datetime, *, anew: bool) -> StoredIntake:
        """Begin a load, or go on with one of the same kind and dial plan that was broken off.

        Only a load whose list was complete, begun less than a day ago, is gone on with; any other
        one of this source that was broken off is given up. Where nothing is there to compare with,
        or its keys were made by another dial plan, a load is anew. Who worked on it before in this
        program is overtaken.
        """
        self._begun += 1
        keeper = f"{self._name}/{self._begun}"
        with self._database.transaction(durable=False):
            live = self._database.first(
                "SELECT contacts_batch, keys_batch, loads FROM sources "
                "WHERE source = ? AND plan = ?",
                source.value,
                fingerprint(plan),
            )
            kind = live is None or anew
            intake = None
            for row in self._broken_off(source):
                if intake is None and self._fits(row, plan, at, anew=kind):
                    intake = row[0]
                else:
                    bury(self._database, row[0])
            if intake is None:
                intake = self._begin(source, plan, at, None if kind else live)
            self._database.run("UPDATE intakes SET keeper = ? WHERE intake = ?", keeper, intake)
        return StoredIntake(self._database, source, intake, keeper, plan)

    def unfinished(self, source: Source) -> datetime | None:
        """Return when a load of this source was begun that can be gone on with, if there is one."""
        for _, _, _, begun_at, listed, *_ in self._broken_off(source):
            if listed is not None:
                return from_microseconds(begun_at)
        return None

    def free(self, now: datetime) -> None:
        """Let loads that a crash has left be gone on with, within a transaction.

        Only for who is alone with the file.
        """
        for row in self._database.rows(f"{LEFT} WHERE state = 'open'"):
            if self._is_fresh(row, now):
                self._database.run("UPDATE intakes SET keeper = '' WHERE intake = ?", row[0])
            else:
                bury(self._database, row[0])

    def _broken_off(self, source: Source) -> Sequence[Row]:
        """Loads that nobody works on, or somebody in this program."""
        rows = self._database.rows(
            f"{LEFT} WHERE source = ? AND state = 'open' ORDER BY intake DESC", source.value
        )
        return [row for row in rows if not row[5] or row[5].startswith(f"{self._name}/")]

    def _fits(self, row: Row, plan: DialPlan, at: datetime, *, anew: bool) -> bool:
        intake, is_anew, its_plan, *_ = row
        if not self._is_fresh(row, at) or bool(is_anew) is not anew:
            return False
        state = State(*(self._database.first(STATE, intake) or ()))
        return its_plan == fingerprint(plan) and state.stands

    @staticmethod
    def _is_fresh(row: Row, now: datetime) -> bool:
        begun_at, listed = row[3:5]
        return listed is not None and abs(now - from_microseconds(begun_at)) <= GOES_ON_FOR

    def _begin(self, source: Source, plan: DialPlan, at: datetime, live: Row | None) -> int:
        if live is None:
            contacts = batches.add_batch(self._database, "contacts")
            begin_later(self._database, contacts, contact_rows.first_row(contacts))
            live = (contacts, batches.add_batch(self._database, "keys"), 0)
            anew = 1
        else:
            anew = 0
        self._database.run(
            "INSERT INTO intakes (source, state, anew, plan, begun_at, keeper, contacts_batch, "
            "keys_batch, loads, last_contact) VALUES (?, 'open', ?, ?, ?, '', ?, ?, ?, ?)",
            source.value,
            anew,
            fingerprint(plan),
            to_microseconds(at),
            *live,
            contact_rows.last_row(self._database, live[0]),
        )
        return self._database.last_id


def bury(database: Database, intake: int) -> None:
    """Give up a load; what it has written aside is to be removed."""
    row = database.first(
        "SELECT anew, contacts_batch, keys_batch FROM intakes WHERE intake = ?", intake
    )
    if row is not None and row[0]:
        batches.bury(database, *row[1:])
    database.run("UPDATE intakes SET state = 'dead' WHERE intake = ?", intake)
