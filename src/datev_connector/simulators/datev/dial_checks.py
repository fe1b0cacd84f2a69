"""Checks around click-to-dial: the answer to `Dial`, and the SyncID in every notification."""

from __future__ import annotations

from collections.abc import Iterator

from datev_connector.simulators.datev.dials import DialBook
from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.record import CallRecord, Direction


def check_dial_answer(asked: CallRecord, answer: CallRecord) -> Iterator[Finding]:
    """`CallID` must be there on return, and what DATEV gave must still be there."""
    if not answer.call_id.strip():
        yield Finding(rule=Rule.DIAL, text="Dial returned without a CallID")
    given = (
        ("SyncID", asked.sync_id, answer.sync_id),
        ("CalledNumber", asked.number, answer.number),
        ("Adressatenname", asked.name, answer.name),
        ("AdressatenId", asked.contact_id, answer.contact_id),
        ("DataSource", asked.data_source, answer.data_source),
    )
    for name, was, now in given:
        if was != now:
            text = f"Dial returned with {name} changed from {was!r} to {now!r}"
            yield Finding(rule=Rule.DIAL, call_id=answer.call_id, text=text)


def check_sync_id(record: CallRecord, dials: DialBook) -> Iterator[Finding]:
    """SyncID echoed exactly for a dialled call, empty for any other."""
    bound = dials.order_of_call(record.call_id)
    if bound is not None:
        if record.sync_id != bound.asked.sync_id:
            text = f"SyncID is {record.sync_id!r}; DATEV dialled with {bound.asked.sync_id!r}"
            yield _broken(record, text)
    elif record.sync_id:
        yield from _check_foreign_sync_id(record, dials)


def _check_foreign_sync_id(record: CallRecord, dials: DialBook) -> Iterator[Finding]:
    order = dials.order(record.sync_id)
    if order is None:
        yield _broken(record, f"SyncID {record.sync_id!r} was not made by DATEV")
    elif order.refused:
        yield _broken(record, f"SyncID {record.sync_id!r} is of a Dial that was refused")
    elif order.call_id is not None:
        yield _broken(record, f"SyncID {record.sync_id!r} belongs to call {order.call_id}")


def check_dialled_call(asked: CallRecord, record: CallRecord) -> Iterator[Finding]:
    """The first notification of a dialled call: outgoing, with the contact that DATEV gave."""
    if record.direction is not Direction.OUTGOING:
        text = "a call that DATEV dialled is not Outgoing"
        yield Finding(rule=Rule.DIRECTION, call_id=record.call_id, text=text)
    contact = (asked.name, asked.contact_id, asked.data_source)
    if asked.contact_id and contact != (record.name, record.contact_id, record.data_source):
        text = "the contact is not the one that DATEV gave with Dial"
        yield Finding(rule=Rule.CONTACT, call_id=record.call_id, text=text)


def _broken(record: CallRecord, text: str) -> Finding:
    return Finding(rule=Rule.SYNC_ID, call_id=record.call_id, text=text)
