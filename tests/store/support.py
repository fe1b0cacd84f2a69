"""What the store's tests share: a plain call, an entry, a contact, and how to open a store."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from datev_connector.domain.calls import Call, CallState, Direction, Outcome, Person
from datev_connector.domain.contacts import Contact, ContactRef, Rule, Source, StoredNumber
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.outbox import EntryState, JournalEntry
from datev_connector.domain.record import CallRecord, CtiDirection, CtiState
from datev_connector.store import Store

T = TypeVar("T")

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = bytes(range(32))
PLAN = DialPlan(area_code="721")

NAMES: Mapping[str, type] = {
    "datetime": datetime,
    "ContactRef": ContactRef,
    "MatchRule": Rule,
    "CallRecord": CallRecord,
}


def open_store(folder: Path, key: bytes = KEY, now: datetime = NOON) -> Store:
    return Store.open(folder / "store.db", key, now=now, station="station-1")


def call(name: str = "call-1", minute: int = 0, **fields: Any) -> Call:
    """An answered call that is over and done, unless told otherwise."""
    began_at = NOON + timedelta(minutes=minute)
    ended: dict[str, Any] = {
        "pbx_call": f"pbx-{name}",
        "direction": Direction.INCOMING,
        "state": CallState.ENDED,
        "outcome": Outcome.ANSWERED,
        "owed": False,
        "number": "0721123456",
        "e164": "+49721123456",
        "began_at": began_at,
        "ended_at": began_at + timedelta(seconds=30),
        "last_seen_at": began_at,
    }
    return Call(call=name, **{**ended, **fields})


def noted(text: str, **fields: Any) -> dict[str, Any]:
    """The fields of a call whose note was not handed over."""
    return {"note": text, "note_revision": 1, **fields}


def entry(position: int, call_id: str = "", **fields: Any) -> JournalEntry:
    record = CallRecord(
        call_id=call_id or f"12-{position}",
        direction=CtiDirection.INCOMING,
        begin=NOON,
        end=NOON,
        state=CtiState.FINISHED,
        note="Rückruf wegen Umsatzsteuer",
    )
    waiting: dict[str, Any] = {
        "call": "call-1",
        "state": EntryState.WAITING,
        "created_at": NOON,
        "changed_at": NOON,
    }
    return JournalEntry(position=position, record=record, **{**waiting, **fields})


def person(name: str, client_number: str = "") -> Person:
    ref = ContactRef(Source.DATEV, name)
    return Person(ref=ref, name=name, number="", client_number=client_number, rule=Rule.EXACT)


def contact(
    contact_id: str,
    name: str,
    *numbers: str | StoredNumber,
    source: Source = Source.DATEV,
    **fields: Any,
) -> Contact:
    stored = tuple(n if isinstance(n, StoredNumber) else StoredNumber(number=n) for n in numbers)
    return Contact(ref=ContactRef(source, contact_id), name=name, numbers=stored, **fields)


def load(store: Store, *contacts: Contact, plan: DialPlan = PLAN, at: datetime = NOON) -> None:
    """Replace the contents of the source of the first of the contacts."""
    with store.contacts.load(contacts[0].ref.source, plan, at) as loading:
        for each in contacts:
            loading.add(each)


def anything(made: type[T]) -> st.SearchStrategy[T]:
    """Values of a dataclass with every field drawn, so that a new field is tested unasked."""
    hints = get_type_hints(made, localns=dict(NAMES))
    fields = dataclasses.fields(made)  # type: ignore[arg-type]
    return st.builds(made, **{each.name: _drawn(hints[each.name]) for each in fields})


def _drawn(kind: Any) -> st.SearchStrategy[Any]:
    simple: dict[Any, st.SearchStrategy[Any]] = {
        # A lone surrogate is no text: nothing on a network or keyboard can make one.
        str: st.text(st.characters(codec="utf-8"), max_size=30),
        int: st.integers(-(2**63), 2**63 - 1),
        bool: st.booleans(),
        datetime: st.datetimes(timezones=st.just(UTC)),
    }
    if kind in simple:
        return simple[kind]
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of([_drawn(each) for each in get_args(kind)])
    if get_origin(kind) is tuple:
        return st.lists(_drawn(get_args(kind)[0]), max_size=2).map(tuple)
    if kind is type(None):
        return st.none()
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return anything(kind)
