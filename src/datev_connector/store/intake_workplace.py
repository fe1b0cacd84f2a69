"""Where an intake works: its contents, reached only in transactions that look at its row first.

Whoever has taken the load over, or replaced what it compares with, is noticed there (`Overtaken`),
before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from datev_connector.domain.contacts import Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.store import batches
from datev_connector.store.contents import Contents, Grown, KeyBatches, OneBatch
from datev_connector.store.database import Database
from datev_connector.store.errors import overtaken
from datev_connector.store.intake_row import State, state_of
from datev_connector.store.key_runs import KeyRuns


class Workplace:
    """The batches of one intake: those that it builds, or the live ones that it compares with."""

    def __init__(
        self, database: Database, source: Source, intake: int, keeper: str, plan: DialPlan
    ) -> None:
        """`keeper`: who works on it; somebody else's name in the row says that we are overtaken."""
        self.database = database
        self.source = source
        self.intake = intake
        self.keeper = keeper
        self.plan = plan
        self.ready = False
        """Nothing was changed since all that comes before the end was done."""
        self._runs = KeyRuns(database, 0)

    def state(self) -> State:
        """Return how the load is. Raises Overtaken."""
        state = state_of(self.database, self.intake)
        if state is None or state.keeper != self.keeper or not state.stands:
            raise overtaken()
        return state

    @contextmanager
    def transaction(self) -> Iterator[State]:
        """All or nothing, and only as long as the load is ours. Raises Overtaken."""
        with self.database.transaction(durable=False):
            yield self.state()

    def runs(self, state: State) -> KeyRuns:
        """The keys of what is built."""
        if self._runs.whole != state.keys_batch:
            self._runs = KeyRuns(self.database, state.keys_batch)
        return self._runs

    def contents(self, state: State) -> Contents:
        """What the intake works on, to be read."""
        keys: KeyBatches = self._runs if state.anew else OneBatch(state.live_keys or 0)
        return self._contents(state.contacts_batch, keys)

    def replaced(self, live_contacts: int) -> Contents:
        """What counts until a load anew is finished, to be read."""
        return self._contents(live_contacts, OneBatch(0))

    @contextmanager
    def changing(self, state: State) -> Iterator[Contents]:
        """Contents that may be written; afterwards it is noted by how much they have grown."""
        self.ready = False
        runs = self.runs(state)
        try:
            if state.anew and runs.unmerge():
                self.database.run(
                    "UPDATE intakes SET keys_batch = ? WHERE intake = ?", runs.whole, self.intake
                )
            contents = self.contents(state)
            yield contents
        except BaseException:
            self._runs = KeyRuns(self.database, 0)
            raise
        grown = contents.grown
        if state.anew:
            self._note_growth(grown)
        else:
            batches.note_change(self.database, self.source.value, grown.contacts, grown.numbers)

    def _contents(self, batch: int, keys: KeyBatches) -> Contents:
        return Contents(self.database, self.source.value, batch, keys, self.plan)

    def _note_growth(self, grown: Grown) -> None:
        self.database.run(
            "UPDATE intakes SET contact_count = contact_count + ?, "
            "number_count = number_count + ? WHERE intake = ?",
            grown.contacts,
            grown.numbers,
            self.intake,
        )
