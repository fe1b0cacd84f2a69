"""The end of an intake: what is left to do once all was taken, in small steps, and the last one.

anew       clients and entries that were not sent are copied, texts made searchable, keys
           merged; then the new batches take the old ones' place
compared   clients and contacts that are gone are removed; then the list counts
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from datev_connector.store import batches, contact_rows
from datev_connector.store.client_rows import ClientRows
from datev_connector.store.documents import to_microseconds
from datev_connector.store.intake_row import State, close
from datev_connector.store.intake_workplace import Workplace
from datev_connector.store.listed_rows import ListedRows
from datev_connector.store.search_texts import SearchTexts, count_all

STEP_LOOKS = 250
"""Entries looked at in one step."""
STEP_WRITES = 20
"""Contacts written or removed in one step."""


class IntakeEnding:
    """Ends one intake."""

    def __init__(self, work: Workplace, listed: ListedRows) -> None:
        self._work = work
        self._database = work.database
        self._listed = listed

    def steps(self) -> Iterator[int]:
        """Do in small steps what is left to do before `finish`; yields how much is done."""
        state = self._work.state()
        yield from self._bring_clients(state)
        if state.anew:
            yield from self._keep_waiting(state)
            yield from self._make_searchable(state)
            with self._work.transaction() as now:
                runs = self._work.runs(now)
            yield from runs.merging()
        else:
            yield from self._remove_unlisted(state)
        self._work.ready = True

    def finish(self, at: datetime) -> None:
        """Let the new contacts count, complete as of `at`; does what is left of the steps."""
        if not self._work.ready:
            for _ in self.steps():
                pass
        with self._work.transaction() as state:
            if state.anew:
                self._swap(state, at)
            else:
                self._let_count(state, at)
            close(self._database, self._work.intake)

    # --- clients ----------------------------------------------------------------------------------

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
                with self._work.transaction() as now, self._work.changing(now) as contents:
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
            return [client for client, intake in page if intake < self._work.intake]
        here = ClientRows(self._database, batch)
        return [client for client, _ in page if not here.holds(client)]

    def _first_that_go(self, page: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
        """Cut a page off behind the last client that can be removed in one step."""
        going = [place for place, (_, intake) in enumerate(page) if intake < self._work.intake]
        return page[: going[STEP_WRITES]] if len(going) > STEP_WRITES else page

    # --- anew -------------------------------------------------------------------------------------

    def _keep_waiting(self, state: State) -> Iterator[int]:
        """Entries that were not fetched stay as they are in the old batch."""
        if state.live_contacts is None:
            return
        live = self._work.replaced(state.live_contacts)
        built = self._work.contents(state)
        after = ""
        while entries := self._listed.missing(STEP_WRITES, after):
            after = entries[-1].id
            kept = [
                each
                for entry in entries
                if built.stamp(entry.id) is None and (each := live.prepared(entry.id)) is not None
            ]
            if kept:
                with self._work.transaction() as now, self._work.changing(now) as contents:
                    contents.put(kept)
            yield len(entries)

    def _make_searchable(self, state: State) -> Iterator[int]:
        searched = SearchTexts(self._database, state.contacts_batch)
        last = contact_rows.last_row(self._database, state.contacts_batch)
        while not searched.all_taken(last):
            self._work.state()
            searched.catch_up(last, least=1)
            yield 0

    def _swap(self, state: State, at: datetime) -> None:
        batches.swap(
            self._database,
            self._work.source.value,
            batches=(state.contacts_batch, self._work.runs(state).settle()),
            plan=state.plan,
            mark=state.mark,
            loaded_at=to_microseconds(at),
            counts=(state.contact_count, state.number_count),
        )
        count_all(self._database, state.contacts_batch)

    # --- compared ---------------------------------------------------------------------------------

    def _remove_unlisted(self, state: State) -> Iterator[int]:
        after = ""
        while rows := self._database.rows(
            "SELECT c.contact_id, l.contact_id IS NULL AND c.id <= ? FROM contacts AS c "
            "LEFT JOIN listed AS l ON l.intake = ? AND l.contact_id = c.contact_id "
            "WHERE c.batch = ? AND c.contact_id > ? ORDER BY c.contact_id LIMIT ?",
            state.last_contact,
            self._work.intake,
            state.contacts_batch,
            after,
            STEP_LOOKS,
        ):
            after = rows[-1][0]
            going = [contact_id for contact_id, goes in rows if goes]
            for start in range(0, len(going), STEP_WRITES):
                with self._work.transaction() as now, self._work.changing(now) as contents:
                    contents.remove(going[start : start + STEP_WRITES])
                yield STEP_WRITES
            yield len(rows)

    def _let_count(self, state: State, at: datetime) -> None:
        self._database.run(
            "UPDATE sources SET mark = ?, loaded_at = ?, loads = loads + 1 WHERE source = ?",
            state.mark,
            to_microseconds(at),
            self._work.source.value,
        )
