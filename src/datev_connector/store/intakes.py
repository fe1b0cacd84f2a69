"""All intakes of a profile: begun, gone on with after a crash, or given up.

A load that is going on in another program is left to it; both go on side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from datev_connector.domain.contacts import Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.store import batches, contact_rows
from datev_connector.store.database import Database, Row
from datev_connector.store.documents import from_microseconds, to_microseconds
from datev_connector.store.intake import StoredIntake
from datev_connector.store.intake_row import bury, state_of
from datev_connector.store.intake_workplace import Workplace
from datev_connector.store.keying import fingerprint
from datev_connector.store.search_texts import begin_later

GOES_ON_FOR = timedelta(hours=24)
"""What was broken off longer ago is not gone on with."""

LEFT = "SELECT intake, anew, plan, begun_at, listed, keeper FROM intakes"


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
        return StoredIntake(Workplace(self._database, source, intake, keeper, plan))

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
        state = state_of(self._database, intake)
        return state is not None and its_plan == fingerprint(plan) and state.stands

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
