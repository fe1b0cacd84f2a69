"""The row of an intake, which says all about a load that comes piece by piece."""

from __future__ import annotations

from dataclasses import dataclass

from datev_connector.store import batches
from datev_connector.store.database import Database

STATE = (
    "SELECT i.state, i.keeper, i.anew, i.contacts_batch, i.keys_batch, i.loads, i.plan, "
    "i.clients_replaced, i.last_contact, i.listed, i.mark, i.contact_count, i.number_count, "
    "s.contacts_batch, s.keys_batch, s.loads, s.plan "
    "FROM intakes AS i LEFT JOIN sources AS s ON s.source = i.source WHERE i.intake = ?"
)


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


def state_of(database: Database, intake: int) -> State | None:
    """Return how a load is; None: it is swept up."""
    row = database.first(STATE, intake)
    return None if row is None else State(*row)


def bury(database: Database, intake: int) -> None:
    """Give up a load; what it has written aside is to be removed."""
    row = database.first(
        "SELECT anew, contacts_batch, keys_batch FROM intakes WHERE intake = ?", intake
    )
    if row is not None and row[0]:
        batches.bury(database, *row[1:])
    close(database, intake)


def close(database: Database, intake: int) -> None:
    """Say that a load is over, finished or given up; its row and list are to be removed."""
    database.run("UPDATE intakes SET state = 'dead' WHERE intake = ?", intake)
