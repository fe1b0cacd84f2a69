"""Keeps calls, notes, contacts and the outbox in one encrypted file per profile.

- `Store`: the open file; its parts are `calls`, `outbox`, `contacts`, `choices` and `pins`.
- *Commit*: all saves of one turn of the desk, all or nothing; durable where a person relies on it.
- *Batch*: a complete set of contacts (or keys) of a source, built aside and swapped in at once.
- `StoreError`: what is broken and what to do; never raised for a bug.
- *Set aside*: a damaged file is renamed and a new one begun; nothing is ever overwritten.

Beside `store.db` lie its log (`-wal`, `-shm`), `store.lock` (who has it open) and
`store.key-check` (tells a wrong key from a damaged file).
"""

from datev_connector.store.call_search import CallFilter
from datev_connector.store.calls import Calls, Erased
from datev_connector.store.choices import Choices, LearnedChoice
from datev_connector.store.contacts import Contacts, SourceState
from datev_connector.store.errors import (
    Busy,
    Corrupt,
    Full,
    NewerSchema,
    Overtaken,
    ReadOnly,
    StoreError,
    WrongKey,
)
from datev_connector.store.loading import Load
from datev_connector.store.opening import SetAside
from datev_connector.store.outbox import Outbox
from datev_connector.store.pins import Pin, Pins
from datev_connector.store.store import Store

__all__ = [
    "Busy",
    "CallFilter",
    "Calls",
    "Choices",
    "Contacts",
    "Corrupt",
    "Erased",
    "Full",
    "LearnedChoice",
    "Load",
    "NewerSchema",
    "Outbox",
    "Overtaken",
    "Pin",
    "Pins",
    "ReadOnly",
    "SetAside",
    "SourceState",
    "Store",
    "StoreError",
    "WrongKey",
]
