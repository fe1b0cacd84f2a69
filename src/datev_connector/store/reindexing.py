"""Makes the keys of the contact index anew when the dial plan has changed."""

from __future__ import annotations

from collections.abc import Iterator

from datev_connector.domain.contacts import ClientState
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.store import batches, contact_rows
from datev_connector.store.contact_rows import COLUMNS, ClientOf, Placed
from datev_connector.store.database import Database, Row
from datev_connector.store.key_runs import KeyRuns
from datev_connector.store.keying import fingerprint

STEP_CONTACTS = 100

CONTACTS = f"""
SELECT {COLUMNS}
FROM contacts AS c CROSS JOIN sources AS s ON s.contacts_batch = c.batch
WHERE c.id > ? AND c.id < ? ORDER BY c.id LIMIT {STEP_CONTACTS}
"""  # noqa: S608 - constants


def reindexing(database: Database, plan: DialPlan) -> Iterator[int]:
    """Make the keys of all outdated sources anew, aside, and swap them in source by source.

    Works one small step each time the iterator is advanced, and yields how many numbers are done.
    What changes meanwhile is made anew once more.
    """
    done = 0
    while row := database.first(
        "SELECT source, contacts_batch, changes FROM sources WHERE plan <> ? LIMIT 1",
        fingerprint(plan),
    ):
        for step in _Source(database, plan, row).steps():
            done += step
            yield done


class _Source:
    def __init__(self, database: Database, plan: DialPlan, row: Row) -> None:
        self._database = database
        self._plan = plan
        self._source, self._batch, self._changes = row

    def steps(self) -> Iterator[int]:
        with self._database.transaction(durable=False):
            runs = KeyRuns(self._database, batches.add_batch(self._database, "keys"))
        for rows in self._pages():
            placed = [self._placed(row) for row in rows]
            with self._database.transaction(durable=False):
                keys = sum(len(each.prepared.keys) for each in placed)
                run = runs.fresh(placed[0].row, keys)
                contact_rows.write_keys(
                    self._database,
                    [
                        (run, *values[1:])
                        for each in placed
                        for values in contact_rows.key_values(each)
                    ],
                )
            yield sum(len(each.prepared.contact.numbers) for each in placed)
        for _ in runs.merging():
            yield 0
        self._swap(runs)

    def _pages(self) -> Iterator[list[Row]]:
        last = contact_rows.first_row(self._batch)
        end = contact_rows.first_row(self._batch + 1)
        while rows := self._database.rows(CONTACTS, last, end):
            yield rows
            last = rows[-1][0]

    def _placed(self, row: Row) -> Placed:
        contact = contact_rows.contact_of(row)
        client = ClientOf(contact.client_number, ClientState(contact.client_state))
        return Placed(row[0], 0, contact_rows.prepared(contact, "", self._plan), client)

    def _swap(self, runs: KeyRuns) -> None:
        with self._database.transaction(durable=False):
            row = self._database.first(
                "SELECT keys_batch FROM sources "
                "WHERE source = ? AND contacts_batch = ? AND changes = ?",
                self._source,
                self._batch,
                self._changes,
            )
            if row is None:
                # A load or a change was quicker; its keys are newer than ours.
                batches.bury(self._database, None, runs.whole)
                return
            self._database.run(
                "UPDATE sources SET keys_batch = ?, plan = ? WHERE source = ?",
                runs.settle(),
                fingerprint(self._plan),
                self._source,
            )
            batches.set_state(self._database, row[0], "dead")
